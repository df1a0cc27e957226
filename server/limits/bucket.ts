import type { Rate } from './rates.ts';

/** Keys that one bucket knows at most. */
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
 * The generic cell rate algorithm: of each key only the instant is kept at which all that it took is made up for. Keys live in two generations; when the
 * younger one is full, the older one is forgotten, and with it who took nothing since it was the younger: whoever is forgotten starts afresh.
 */
export function createBucket({ everyMs, burst }: Rate, maxKeys = MAX_KEYS): Bucket {
  let young = new Map<string, number>();
  let old = new Map<string, number>();
  const slackMs = everyMs * (burst - 1);
  const madeUpAt = (key: string): number => young.get(key) ?? old.get(key) ?? 0;

  function keep(key: string, at: number): void {
    young.set(key, at);
    if (young.size < maxKeys / 2) return;
    old = young;
    young = new Map();
  }

  return {
    waitMs: (key, nowMs) => Math.max(0, Math.ceil(madeUpAt(key) - slackMs - nowMs)),
    take: (key, nowMs) => keep(key, Math.max(madeUpAt(key), nowMs) + everyMs),
    giveBack: (key) => keep(key, madeUpAt(key) - everyMs),
    get size() {
      return young.size + old.size;
    },
  };
}
