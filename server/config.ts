import { isIP } from 'node:net';
import { z } from 'zod';

/** Everything that an operator can set, read from the environment once. README has the table. */
export interface Config {
  readonly mode: 'production' | 'demo';
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** The origin that people use, without a slash at the end. Null on loopback without `PUBLIC_URL`: then the address listened on. */
  readonly publicUrl: string | null;
  /** Absolute, or relative to the working directory. */
  readonly dataDir: string;
  readonly bot: 'on' | 'rules' | 'off';
  /** A module that answers in place of the built-in bot: a path, absolute or relative to the working directory. */
  readonly botModule: string | null;
  readonly rateLimits: boolean;
  /** Addresses and networks of the proxies in front, whose `X-Forwarded-For` counts. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';
}

/** Names every setting that is wrong, not only the first. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The settings do not fit:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host);
}

const origin = z.string().transform((value, context) => {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.hash && !url.username) return url.origin;
  context.addIssue({ code: 'custom', message: 'must be an origin such as https://chat.example.com' });
  return z.NEVER;
});

const LOOPBACK_NETWORKS = ['127.0.0.0/8', '::1'];

const proxies = z.string().transform((value, context) => {
  const named = value.split(',').map((proxy) => proxy.trim()).filter((proxy) => proxy !== '');
  const wrong = named.filter((proxy) => proxy !== 'loopback' && !isNetwork(proxy));
  if (wrong.length === 0) return named.flatMap((proxy) => (proxy === 'loopback' ? LOOPBACK_NETWORKS : [proxy]));
  context.addIssue({ code: 'custom', message: 'must be addresses or networks such as 10.0.0.0/8, or loopback, separated by commas' });
  return z.NEVER;
});

function isNetwork(proxy: string): boolean {
  const [address = '', prefix] = proxy.split('/');
  const family = isIP(address);
  if (family === 0 || proxy.split('/').length > 2) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}

/** Without the brackets of an IPv6 address. */
function hostOf(url: string | undefined): string | null {
  return url && URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : null;
}

const environment = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number('must be a number').int().min(0).max(65_535).default(8000),
  PUBLIC_URL: origin.optional(),
  TRUSTED_PROXIES: proxies.default([]),
  DATA_DIR: z.string().min(1).optional(),
  BOT: z.enum(['on', 'rules', 'off'], 'must be on, rules or off').default('on'),
  BOT_MODULE: z.string().min(1).optional(),
  RATE_LIMITS: z.enum(['on', 'off'], 'must be on or off').default('on'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], 'must be fatal, error, warn, info, debug or silent').default('info'),
  NODE_ENV: z.string().optional(),
});

/** @throws ConfigError with all problems together. An empty value counts as not set. */
export function readConfig(env: Readonly<Record<string, string | undefined>>, mode: Config['mode']): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  const problems = parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);

  const host = given['HOST'] ?? '127.0.0.1';
  const port = given['PORT'] ?? '8000';
  if (mode === 'demo') {
    if (!isLoopback(host)) {
      problems.push(`HOST: the demo signs everybody in, so it listens on this machine only (127.0.0.1). From another machine: ssh -L ${port}:127.0.0.1:${port} <this machine>`);
    }
    const publicHost = hostOf(given['PUBLIC_URL']);
    if (publicHost && !isLoopback(publicHost)) {
      problems.push('PUBLIC_URL: the demo signs everybody in, so it answers under names of this machine only. Leave it out, or use `npm start`');
    }
    if (given['NODE_ENV'] === 'production') problems.push('NODE_ENV: the demo signs everybody in, so it refuses to run in production. Use `npm start`');
  } else if (!isLoopback(host) && !given['PUBLIC_URL']) {
    problems.push('PUBLIC_URL: required when HOST is not loopback: browsers are only answered under the address that people use');
  }
  if (given['RATE_LIMITS'] === 'off' && !isLoopback(host)) problems.push('RATE_LIMITS: off is for load tests, and refused on anything but loopback');

  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const { HOST, PORT, PUBLIC_URL, TRUSTED_PROXIES, DATA_DIR, BOT, BOT_MODULE, RATE_LIMITS, LOG_LEVEL } = parsed.data;
  return {
    mode,
    host: HOST,
    port: PORT,
    publicUrl: PUBLIC_URL ?? null,
    dataDir: DATA_DIR ?? (mode === 'demo' ? 'data/demo' : 'data'),
    bot: BOT,
    botModule: BOT_MODULE ?? null,
    rateLimits: RATE_LIMITS === 'on',
    trustedProxies: TRUSTED_PROXIES,
    logLevel: LOG_LEVEL,
  };
}
