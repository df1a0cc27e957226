/** Whether to try again after crashes, and when: after a pause that grows, and not at all for an hour if there were too many. */
export interface Crashes {
  count(why: string): void;
  /** It works: the next pause is a short one. */
  forget(): void;
  /** As if there had been none. */
  reset(): void;
  /** Milliseconds until it may be tried. */
  pauseMs(): number;
  /** What went wrong, and when it is tried again; null: it has worked since. */
  words(): string | null;
}

const MAX_CRASHES = 5;
const WITHIN_MS = 10 * 60_000;
const GIVEN_UP_MS = 60 * 60_000;

/** @param backOffMs after the first crash, the second, and so on; the last counts for all that follow */
export function createCrashes(backOffMs: readonly number[], now: () => number = () => performance.now()): Crashes {
  let times: number[] = [];
  /** Since it last worked. */
  let inRow = 0;
  let notBefore = 0;
  let last = '';
  const pauseMs = (): number => Math.max(0, notBefore - now());
  return {
    count(why) {
      times = [...times.filter((at) => at > now() - WITHIN_MS), now()];
      inRow += 1;
      last = why;
      const pauseMs = times.length >= MAX_CRASHES ? GIVEN_UP_MS : (backOffMs[inRow - 1] ?? backOffMs.at(-1) ?? 0);
      notBefore = now() + pauseMs;
    },
    forget() {
      inRow = 0;
    },
    reset() {
      [times, inRow, notBefore] = [[], 0, 0];
    },
    pauseMs,
    words() {
      if (inRow === 0) return null;
      const waitMs = pauseMs();
      const when = waitMs > 90_000 ? `in ${counted(waitMs / 60_000, 'minute')}` : waitMs > 0 ? `in ${counted(waitMs / 1_000, 'second')}` : 'with the next question';
      return `${last}; it is tried again ${when}`;
    },
  };
}

function counted(amount: number, unit: string): string {
  const count = Math.ceil(amount);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
