import { resolve } from 'node:path';
import { pino } from 'pino';
import type { Auth } from '../auth/auth.ts';
import { createAuth } from '../auth/auth.ts';
import type { Config } from '../config.ts';
import type { Store } from '../domain/ports/store.ts';
import type { Actor } from '../domain/types.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';

/** Who acts when a command does: whoever may read the data folder may do all of it, and is known by the system's number. */
export const OPERATOR: Actor = { kind: 'command', id: `uid ${process.getuid?.() ?? 'unknown'}` };

/** Hands the data to a command, beside a server that may be running, and closes it. */
export async function withData<T>(config: Config, use: (data: { store: Store; auth: Auth }) => Promise<T>): Promise<T> {
  const dataDir = resolve(config.dataDir);
  const clock = { now: () => Date.now() };
  const store = await openSqliteStore({ dataDir, clock, exclusive: false });
  try {
    const log = pino({ level: 'warn', base: null }, pino.destination({ dest: 2, sync: true }));
    return await use({ store, auth: await createAuth({ people: store.people, audit: store.audit, clock, dataDir, hasBot: config.bot !== 'off', log }) });
  } finally {
    await store.close();
  }
}

/** Where people find the server: what it would say itself. */
export function publicUrl({ publicUrl, port }: Config): string {
  return publicUrl ?? `http://127.0.0.1:${port}`;
}
