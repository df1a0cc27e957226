import { onTestFinished } from 'vitest';
import { createAuth, type Auth } from '../../server/auth/auth.ts';
import { ITSELF } from '../../server/domain/audit.ts';
import type { Store } from '../../server/domain/ports/store.ts';
import type { AgentRole } from '../../server/domain/types.ts';
import { openSqliteStore } from '../../server/store/sqlite/open.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface TestAuth extends Auth {
  readonly dataDir: string;
  readonly store: Store;
  readonly clock: { now(): number; advance(ms: number): void };
  readonly warnings: string[];
}

/** The real thing over the real store, in a folder of its own, at a time that only the test moves. */
export async function openAuth({ hasBot = true } = {}): Promise<TestAuth> {
  const dataDir = await temporaryFolder();
  let nowMs = Date.UTC(2026, 10, 22, 12);
  const clock = { now: () => nowMs, advance: (ms: number) => { nowMs += ms; } };
  const store = await openSqliteStore({ dataDir, clock });
  const warnings: string[] = [];
  const log = { warn: (_details: unknown, text?: string) => { warnings.push(text ?? ''); } };
  const auth = await createAuth({ people: store.people, audit: store.audit, clock, dataDir, hasBot, log });
  onTestFinished(async () => {
    await auth.live.stop();
    await store.close();
  });
  return { ...auth, dataDir, store, clock, warnings };
}

export async function signedInAgent({ links, sessions }: TestAuth, name = 'Ana', role: AgentRole = 'agent') {
  const { token } = await links.createInvite(ITSELF, role);
  return sessions.acceptInvite({ token, name, email: `${name.toLowerCase()}@example.com`, password: PASSWORD });
}

export const PASSWORD = 'correct horse battery';
