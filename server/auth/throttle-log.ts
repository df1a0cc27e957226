import type { Logger } from 'pino';
import { ITSELF } from '../domain/audit.ts';
import type { AuditLog, People } from '../domain/ports/people.ts';
import type { Clock } from '../domain/ports/store.ts';

const QUIET_MS = 60 * 60_000;

export interface ThrottleLog {
  /**
   * Tells the audit log that signing in is refused because it failed too often: once an hour for each agent, and for all addresses that are nobody's together.
   * Nobody waits for it, so that it takes no longer for one that exists.
   */
  note(email: string): void;
}

export function createThrottleLog({ people, audit, clock, log }: { people: People; audit: AuditLog; clock: Clock; log: Pick<Logger, 'warn'> }): ThrottleLog {
  /** By agent, so it has as many entries as there are agents, and one. */
  const notedAtMs = new Map<string | null, number>();

  async function record(email: string): Promise<void> {
    const id = (await people.secretsOf({ email }))?.agent.id ?? null;
    if (clock.now() - (notedAtMs.get(id) ?? -Infinity) < QUIET_MS) return;
    notedAtMs.set(id, clock.now());
    await audit.record(ITSELF, { action: 'agent.sign_in_throttled', target: id === null ? null : { kind: 'agent', id } });
  }

  return {
    note(email) {
      record(email).catch((error: unknown) => { log.warn({ err: error }, 'a burst of failed sign-ins could not be recorded'); });
    },
  };
}
