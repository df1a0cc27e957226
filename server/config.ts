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
  /** A folder with the text model, in place of the one that is fetched. Absolute, or relative to the working directory. */
  readonly modelDir: string | null;
  /** The origin that the text model is fetched from. */
  readonly modelHub: string;
  readonly modelPriority: 'idle' | 'low';
  /** The text model is not fetched. */
  readonly botOffline: boolean;
  /** A server with a better text model, in place of the local one. */
  readonly llm: { readonly url: string; readonly model: string; readonly key: string | null } | null;
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
  context.addIssue({ code: 'custom', message: 'must be addresses or networks such as 10.0.0.0/8, or loopback, separated by commas; not everybody, who could then say to be anybody' });
  return z.NEVER;
});

function isNetwork(proxy: string): boolean {
  const [address = '', prefix] = proxy.split('/');
  const family = isIP(address);
  if (family === 0 || proxy.split('/').length > 2) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) > 0 && Number(prefix) <= (family === 4 ? 32 : 128));
}

/** Without the brackets of an IPv6 address. */
function hostOf(url: string | undefined): string | null {
  return url && URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : null;
}

function isBaseUrl(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : null;
  return url !== null && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && !url.password;
}

const environment = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number('must be a number').int().min(0).max(65_535).default(8000),
  PUBLIC_URL: origin.optional(),
  TRUSTED_PROXIES: proxies.default([]),
  DATA_DIR: z.string().min(1).optional(),
  BOT: z.enum(['on', 'rules', 'off'], 'must be on, rules or off').default('on'),
  BOT_MODULE: z.string().min(1).optional(),
  MODEL_DIR: z.string().min(1).optional(),
  MODEL_HUB: origin.default('https://huggingface.co'),
  MODEL_PRIORITY: z.enum(['idle', 'low'], 'must be idle or low').default('idle'),
  BOT_OFFLINE: z.enum(['1', '0'], 'must be 1 or 0').default('0'),
  LLM_URL: z.string().refine(isBaseUrl, 'must be a URL such as http://127.0.0.1:11434/v1, without a question mark, name or password').optional(),
  LLM_MODEL: z.string().min(1).optional(),
  LLM_KEY: z.string().min(1).optional(),
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
  const publicHost = hostOf(given['PUBLIC_URL']);
  const isPublic = publicHost !== null && !isLoopback(publicHost);
  if (mode === 'demo') {
    if (!isLoopback(host)) {
      problems.push(`HOST: the demo signs everybody in, so it listens on this machine only (127.0.0.1). From another machine: ssh -L ${port}:127.0.0.1:${port} <this machine>`);
    }
    if (isPublic) {
      problems.push('PUBLIC_URL: the demo signs everybody in, so it answers under names of this machine only. Leave it out, or use `npm start`');
    }
    if (given['NODE_ENV'] === 'production') problems.push('NODE_ENV: the demo signs everybody in, so it refuses to run in production. Use `npm start`');
  } else if (!isLoopback(host) && !given['PUBLIC_URL']) {
    problems.push('PUBLIC_URL: required when HOST is not loopback: browsers are only answered under the address that people use');
  }
  for (const needed of ['LLM_URL', 'LLM_MODEL']) {
    if (!given[needed] && (given['LLM_URL'] || given['LLM_MODEL'] || given['LLM_KEY'])) problems.push(`${needed}: a text model elsewhere needs LLM_URL and LLM_MODEL`);
  }
  if (given['RATE_LIMITS'] === 'off' && (isPublic || !isLoopback(host))) problems.push('RATE_LIMITS: off is for load tests, and refused on anything but loopback');

  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const { HOST, PORT, PUBLIC_URL, TRUSTED_PROXIES, DATA_DIR, BOT, BOT_MODULE, RATE_LIMITS, LOG_LEVEL, ...model } = parsed.data;
  return {
    mode,
    host: HOST,
    port: PORT,
    publicUrl: PUBLIC_URL ?? null,
    dataDir: DATA_DIR ?? (mode === 'demo' ? 'data/demo' : 'data'),
    bot: BOT,
    botModule: BOT_MODULE ?? null,
    modelDir: model.MODEL_DIR ?? null,
    modelHub: model.MODEL_HUB,
    modelPriority: model.MODEL_PRIORITY,
    botOffline: model.BOT_OFFLINE === '1',
    llm: model.LLM_URL && model.LLM_MODEL ? { url: model.LLM_URL, model: model.LLM_MODEL, key: model.LLM_KEY ?? null } : null,
    rateLimits: RATE_LIMITS === 'on',
    trustedProxies: TRUSTED_PROXIES,
    logLevel: LOG_LEVEL,
  };
}
