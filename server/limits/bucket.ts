import type { Rate } from './rates.ts';

/** Keys that one bucket knows at most: beyond it the one that was quiet for longest is forgotten, and starts afresh. */
export const MAX_KEYS = 20_000;

/** One rate, for many keys. */
export interface Bucket {
  /** Milliseconds until the key may have one; 0: now. Takes nothing. */
  waitMs(key: string, nowMs: number): number;
  /** Takes one, whether or not there is one: asking `waitMs` before is the caller's. */
  take(key: string, nowMs: number): void;
  giveBack(key: string): void;
  readonly size: number;
}

/**
 * The generic cell rate algorithm: of each key only the instant is kept at which all that it took is made up for. A key whose instant has passed is as good
 * as unknown, so forgetting it changes nothing. Keys are in the order of their last use.
 */
export function createBucket({ everyMs, burst }: Rate, maxKeys = MAX_KEYS): Bucket {
  const madeUpAt = new Map<string, number>();
  const slackMs = everyMs * (burst - 1);

  /** What is made up for, from the quietest on; and if that is not enough, the quietest itself. */
  function makeRoom(nowMs: number): void {
    for (const [key, at] of madeUpAt) {
      if (at > nowMs && madeUpAt.size < maxKeys) return;
      madeUpAt.delete(key);
    }
  }

  return {
    waitMs: (key, nowMs) => Math.max(0, Math.ceil((madeUpAt.get(key) ?? 0) - slackMs - nowMs)),
    take(key, nowMs) {
      const at = Math.max(madeUpAt.get(key) ?? 0, nowMs) + everyMs;
      madeUpAt.delete(key);
      if (madeUpAt.size >= maxKeys) makeRoom(nowMs);
      madeUpAt.set(key, at);
    },
    giveBack(key) {
      const at = madeUpAt.get(key);
      if (at !== undefined) madeUpAt.set(key, at - everyMs);
    },
    get size() {
      return madeUpAt.size;
    },
  };
}
