import type { Share } from '../domain/share.ts';
import type { Viewer } from '../domain/types.ts';
import type { Bucket } from './bucket.ts';
import { createBucket } from './bucket.ts';
import type { CountedBy, Limited, Rate } from './rates.ts';
import { RATES } from './rates.ts';

/** Who does it, as far as that is known. */
export interface Doer {
  readonly viewer?: Viewer | null;
  /** As `addressOf` gives it. */
  readonly address?: string;
  /** What somebody tries to sign in to. */
  readonly account?: string;
}

export interface Limits {
  /** Takes one of each share that the doer has in it, or nothing if one of them is used up. */
  take(what: Limited, who: Doer): Share;
  /** Milliseconds until `take` would give one; 0: now. Takes nothing. */
  waitMs(what: Limited, who: Doer): number;
  /** Keys that are remembered at the moment. */
  readonly size: number;
}

const GRANTED: Share = { retryAfterMs: 0, giveBack: () => undefined };

export const UNLIMITED: Limits = { take: () => GRANTED, waitMs: () => 0, size: 0 };

/** The rates of the table. `monotonic`: milliseconds that no change of the wall clock moves, so that none opens or shuts anything. */
export function createLimits(monotonic: () => number): Limits {
  const buckets = Object.fromEntries(Object.entries(RATES).map(([what, rates]) => [
    what, Object.entries(rates as Record<CountedBy, Rate>).map(([by, rate]) => ({ by: by as CountedBy, bucket: createBucket(rate) })),
  ])) as Record<Limited, { readonly by: CountedBy; readonly bucket: Bucket }[]>;

  return {
    take(what, who) {
      const nowMs = monotonic();
      const shares: { readonly bucket: Bucket; readonly key: string }[] = [];
      let retryAfterMs = 0;
      for (const { by, bucket } of buckets[what]) {
        const key = keyOf(by, who);
        if (key === null) continue;
        shares.push({ bucket, key });
        retryAfterMs = Math.max(retryAfterMs, bucket.waitMs(key, nowMs));
      }
      if (retryAfterMs > 0) return { retryAfterMs, giveBack: GRANTED.giveBack };
      for (const { bucket, key } of shares) bucket.take(key, nowMs);
      return { retryAfterMs, giveBack: () => { for (const { bucket, key } of shares) bucket.giveBack(key); } };
    },
    waitMs(what, who) {
      const nowMs = monotonic();
      let waitMs = 0;
      for (const { by, bucket } of buckets[what]) {
        const key = keyOf(by, who);
        if (key !== null) waitMs = Math.max(waitMs, bucket.waitMs(key, nowMs));
      }
      return waitMs;
    },
    get size() {
      return Object.values(buckets).flat().reduce((sum, { bucket }) => sum + bucket.size, 0);
    },
  };
}

/** Null: not counted by this. */
function keyOf(by: CountedBy, { viewer = null, address, account }: Doer): string | null {
  switch (by) {
    case 'server': return '';
    case 'address': return address ?? null;
    case 'nobody': return viewer ? null : address ?? null;
    case 'account': return account ?? null;
    default: return viewer?.kind === by ? viewer.id : null;
  }
}
