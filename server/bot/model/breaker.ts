/** After some failures in a row nobody is asked for a while; then one may try. */
export interface Breaker {
  failed(why: string): void;
  worked(): void;
  /** Why not to ask now; null: ask. While one tries, the others are refused. */
  refusal(): string | null;
  /** Why the last one failed. Null: it did not. */
  lastFailure(): string | null;
}

const MAX_FAILURES = 3;
const OPEN_MS = 60_000;

export function createBreaker(now: () => number = () => performance.now()): Breaker {
  let failures = 0;
  let openUntil = 0;
  let last: string | null = null;
  return {
    failed(why) {
      failures += 1;
      last = why;
      if (failures >= MAX_FAILURES) openUntil = now() + OPEN_MS;
    },
    worked() {
      [failures, openUntil, last] = [0, 0, null];
    },
    refusal() {
      if (failures < MAX_FAILURES) return null;
      if (now() < openUntil) return last;
      openUntil = now() + OPEN_MS;
      return null;
    },
    lastFailure: () => last,
  };
}
