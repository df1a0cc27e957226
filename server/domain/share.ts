import { RateLimitedError } from './errors.ts';

/** What came of asking for one of something that everybody has a share of. */
export interface Share {
  /** 0: granted. Else nothing was taken, and it is worth asking again after so long. */
  readonly retryAfterMs: number;
  /** For what turned out to cost nothing. Does nothing where nothing was taken. */
  giveBack(): void;
}

/** @throws RateLimitedError if it was not granted */
export function requireShare({ retryAfterMs }: Share): void {
  if (retryAfterMs > 0) throw new RateLimitedError(retryAfterMs);
}
