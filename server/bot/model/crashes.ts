/** Whether to try again after crashes, and when: after a pause that grows, and not at all for an hour if there were too many. */
export interface Crashes {
  count(why: string): void;
  /** It works: the next pause is a short one. */
  forget(): void;
  /** As if there had been none. */
  reset(): void;
  /** Why not to try now, in words; null: try. */
  refusal(): string | null;
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
    refusal() {
      const waitMs = notBefore - now();
      if (waitMs <= 0) return null;
      return `${last}; it is tried again in ${waitMs > 90_000 ? counted(waitMs / 60_000, 'minute') : counted(waitMs / 1_000, 'second')}`;
    },
  };
}

function counted(amount: number, unit: string): string {
  const count = Math.ceil(amount);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
