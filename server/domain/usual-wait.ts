import type { Deps } from './commit.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** No wait in it is longer than GraphQL's Int. */
const WAIT_DAYS = 14;
/** Of fewer, the figure would be about somebody. */
const MIN_CUSTOMERS = 5;
/** It changes slowly, and everybody who opens the chat asks for it. */
const KEPT_MS = 10 * MINUTE_MS;

/** How long customers usually wait for a person, in milliseconds; null while too few have. For anybody to see. */
export type UsualWait = () => Promise<number | null>;

/**
 * Half of the customers whom the bot handed on lately had a person's first text within so long, in whole minutes, rounded up. One figure for the whole
 * server, measured when somebody asks and the last measure is old.
 */
export function createUsualWait({ botTurns, clock }: Pick<Deps, 'botTurns' | 'clock'>): UsualWait {
  let kept: Promise<number | null> | null = null;
  let measuredAt = 0;

  async function measure(): Promise<number | null> {
    const waits = await botTurns.waits(new Date(clock.now() - WAIT_DAYS * DAY_MS));
    if (waits.length < MIN_CUSTOMERS) return null;
    const median = waits[Math.ceil(waits.length / 2) - 1] ?? 0;
    return Math.max(1, Math.ceil(median / MINUTE_MS)) * MINUTE_MS;
  }

  return () => {
    if (kept !== null && clock.now() - measuredAt < KEPT_MS) return kept;
    measuredAt = clock.now();
    const measured = measure();
    // A failure is told to those who wait for it, and not kept.
    measured.catch(() => { if (kept === measured) kept = null; });
    kept = measured;
    return measured;
  };
}
