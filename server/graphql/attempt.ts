import { InvalidInputError } from '../domain/errors.ts';
import { requireShare } from '../domain/share.ts';
import type { Context } from './context.ts';

/** What is longer is no address of anybody's. */
const MAX_ACCOUNT_LENGTH = 254;

/** Input that opens something, and that somebody may be trying to guess. */
export type Guess = 'password' | 'code' | 'token';

export interface Attempt {
  /** The e-mail address of the account that it is about, if it is about one. */
  readonly account?: string;
  readonly guesses: readonly Guess[];
}

/** Counts the attempt before it is made, by address and account, and forgets it unless a guess was wrong. @throws RateLimitedError */
export async function attempt<T>({ address, limits, auth }: Context, { account, guesses }: Attempt, work: () => Promise<T>): Promise<T> {
  const share = limits.take('signIn', { address, account: account?.trim().toLowerCase().slice(0, MAX_ACCOUNT_LENGTH) });
  if (share.retryAfterMs > 0 && account !== undefined) auth.throttleLog.note(account.trim());
  requireShare(share);
  try {
    const result = await work();
    share.giveBack();
    return result;
  } catch (error) {
    const wasWrong = error instanceof InvalidInputError && guesses.some((guess) => guess === error.field);
    if (!wasWrong) share.giveBack();
    throw error;
  }
}
