import { readdir, stat, statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Auth } from '../auth/auth.ts';
import type { Config } from '../config.ts';
import type { Store } from '../domain/ports/store.ts';
import { findDamage } from '../store/sqlite/database.ts';
import { publicUrl } from './open.ts';

/** What the doctor looks at, one function each. */

const DAY_MS = 86_400_000;
const LOW_DISK_BYTES = 500 * 1024 * 1024;
/** Whoever may do everything and does nothing for so long is forgotten. */
const IDLE_TOKEN_MS = 30 * DAY_MS;
const OLD_KEY_MS = 365 * DAY_MS;
const CLOCK_SLACK_MS = 60_000;

export interface Finding {
  /** `mend`: weak or broken. `hint`: could be better. */
  readonly level: 'ok' | 'hint' | 'mend';
  readonly what: string;
  readonly mend?: string;
}

export interface Data { readonly store: Store; readonly auth: Auth }

export async function diskSpace(config: Config): Promise<Finding> {
  const dataDir = resolve(config.dataDir);
  const { bavail, bsize } = await statfs(await stat(dataDir).then(() => dataDir, () => resolve(dataDir, '..')));
  const free = bavail * bsize;
  const what = `data in ${dataDir}, ${Math.round(free / 1024 / 1024)} MiB free`;
  return { level: free >= LOW_DISK_BYTES ? 'ok' : 'mend', what, mend: 'Make space: when the disk is full, nothing new can be kept.' };
}

/** Conversations and keys are nobody else's to read on a shared machine. */
export async function fileModes(config: Config): Promise<Finding[]> {
  const dataDir = resolve(config.dataDir);
  const names = ['', ...(await readdir(dataDir)).filter((name) => name === 'root.key' || name === 'backups' || name.startsWith('minicom.sqlite'))];
  const modes = await Promise.all(names.map(async (name) => ({ name, path: join(dataDir, name), info: await stat(join(dataDir, name)) })));
  const open = modes.filter(({ info }) => (info.mode & 0o077) !== 0);
  if (open.length === 0) return [{ level: 'ok', what: 'the data folder and what is in it are for its owner only' }];
  return open.map(({ name, path, info }) => ({
    level: 'mend', what: `${name === '' ? 'the data folder' : name} has mode ${(info.mode & 0o777).toString(8)}`,
    mend: `Others on this machine may read it: chmod ${info.isDirectory() ? '700' : '600'} ${path}`,
  }));
}

export async function database(config: Config): Promise<Finding> {
  const damage = findDamage(join(resolve(config.dataDir), 'minicom.sqlite'));
  if (damage === null) return { level: 'ok', what: 'the database is sound' };
  return { level: 'mend', what: `the database is damaged: ${damage}`, mend: 'Stop the server, keep a copy of the folder, and put a backup in its place.' };
}

export async function peopleOf({ store }: Data): Promise<Finding[]> {
  const agents = await store.people.agents();
  const bare = agents.filter(({ role, hasSecondFactor }) => role === 'admin' && !hasSecondFactor).length;
  const hint = 'A second factor keeps out who has the password: see the settings of the account.';
  return [
    { level: 'ok', what: `installation ${await store.people.installId()}: the \`aud\` of identity tokens` },
    { level: agents.length > 0 ? 'ok' : 'mend', what: `${agents.length} agents`, mend: 'Make the first admin: npm run minicom -- agent invite admin' },
    ...(bare > 0 ? [{ level: 'hint', what: `admins who sign in with a password alone: ${bare}`, mend: hint } as const] : []),
  ];
}

export async function tokensOf({ store }: Data): Promise<Finding[]> {
  const now = Date.now();
  const tokens = (await store.people.tokens()).filter(({ expiresAt }) => expiresAt.getTime() > now);
  const active = new Set((await store.people.agents()).map(({ id }) => id));
  const idle = tokens.filter(({ scopes, usedAt, createdAt }) => scopes.includes('admin') && now - (usedAt ?? createdAt).getTime() > IDLE_TOKEN_MS);
  const orphans = tokens.filter(({ createdBy }) => createdBy !== null && !active.has(createdBy));
  return [
    { level: 'ok', what: `API tokens: ${tokens.length}` },
    ...idle.map(({ id, name }) => ({
      level: 'mend', what: `the token ${name} may do everything and was not used for 30 days`, mend: `npm run minicom -- token revoke ${id}`,
    } as const)),
    ...orphans.map(({ id, name }) => ({
      level: 'hint', what: `the token ${name} was made by somebody who left`, mend: `If nobody needs it: npm run minicom -- token revoke ${id}`,
    } as const)),
  ];
}

export async function keysOf({ store, auth }: Data): Promise<Finding[]> {
  const live = (await store.people.identityKeys()).filter(({ retiredAt }) => retiredAt === null);
  const lost = await auth.identityKeys.lost();
  const old = live.filter(({ createdAt }) => Date.now() - createdAt.getTime() > OLD_KEY_MS);
  return [
    { level: 'ok', what: live.length > 0 ? `identity keys in use: ${live.length}` : 'no identity key yet: customers are anonymous' },
    ...lost.map((kid) => ({
      level: 'mend', what: `the identity key ${kid} was sealed with another root.key`, mend: 'Put that root.key back, or retire the key and add another.',
    } as const)),
    ...old.map(({ kid }) => ({ level: 'hint', what: `the identity key ${kid} is over a year old`, mend: 'npm run minicom -- keys rotate' } as const)),
  ];
}

/** Time only goes forward, so a record from the future means that the clock is wrong now, or was then. */
export async function clockOf({ store }: Data): Promise<Finding> {
  const [newest] = (await store.audit.page({ action: null, limit: 1, after: null })).items;
  const aheadMs = (newest?.node.at.getTime() ?? 0) - Date.now();
  if (aheadMs <= CLOCK_SLACK_MS) return { level: 'ok', what: `the clock says ${new Date().toISOString()}` };
  const what = `the clock is ${Math.round(aheadMs / 1000)} s behind what was recorded`;
  return { level: 'mend', what, mend: 'Set it by NTP: sessions and identity tokens end by it.' };
}

export function address(config: Config): Finding {
  const url = publicUrl(config);
  const isLocal = ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
  const mend = 'Sessions travel in the clear. Put TLS in front and set PUBLIC_URL to the https address.';
  return { level: isLocal || url.startsWith('https:') ? 'ok' : 'mend', what: `people come to ${url}`, mend };
}

export function proxies({ publicUrl: url, trustedProxies }: Config): Finding[] {
  if (!url?.startsWith('https:') || trustedProxies.length > 0) return [];
  const mend = 'Name the proxy that does TLS in TRUSTED_PROXIES: loopback, if it runs on this machine.';
  return [{ level: 'hint', what: 'no proxy is trusted, so all who come through one count as one address', mend }];
}

export function limits({ rateLimits }: Config): Finding {
  return { level: rateLimits ? 'ok' : 'mend', what: `rate limits ${rateLimits ? 'on' : 'off'}`, mend: 'RATE_LIMITS=off is for load tests. Leave it out.' };
}
