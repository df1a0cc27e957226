import type { OperationDefinitionNode } from 'graphql';
import { Kind } from 'graphql';

/** Operations that may be under way in the whole server. They wait for each other, so this is what the last one waits for: a few hundredths of a second. */
const MAX_UNDER_WAY = 250;

/**
 * In which order work is refused when there is too much, each once that much of the maximum is under way: what nobody misses goes first, then what comes
 * later by itself; whoever is there already comes before whoever comes anew; what has to be kept comes last.
 */
const SHARES = { typing: 0.4, drafts: 0.5, turns: 0.6, reads: 0.7, newcomers: 0.8, changes: 1 } as const;

/** `drafts` and `turns` are the bot's; `newcomers` are sockets and streams. */
export type Work = keyof typeof SHARES;

const RETRY_AFTER_MS = 1_000;
/** A socket that was refused is refused for so long, whatever there is to do: less than it was told to wait, since its clock is another. */
export const REFUSED_MS = 500;

/**
 * Who may add to the work when there is more than can be done, over all transports together. Refusing late costs as much as serving, and then nobody is
 * served; so what is too much is refused before it is even read, and its sender is not listened to for a while.
 */
export interface Admission {
  begin(): void;
  end(): void;
  admits(work: Work): boolean;
}

export function createAdmission(): Admission {
  let underWay = 0;
  return {
    begin: () => { underWay += 1; },
    end: () => { underWay -= 1; },
    admits: (work) => underWay < SHARES[work] * MAX_UNDER_WAY,
  };
}

/** What an operation adds. A mutation that only tells who is typing is lost without harm. */
export function workOf({ operation, selectionSet: { selections } }: OperationDefinitionNode): Work {
  if (operation === 'query') return 'reads';
  if (operation === 'subscription') return 'newcomers';
  return selections.every((one) => one.kind === Kind.FIELD && one.name.value === 'setTyping') ? 'typing' : 'changes';
}

/**
 * The answer to a `subscribe` frame that is not even parsed, with an error as JSON; null for any other frame, and for one that is written in another way than
 * by the usual clients.
 */
export function refusalOf(frame: Buffer, error: string): string | null {
  const id = /^\{"id":"([\w-]{1,64})","type":"subscribe"/.exec(frame.toString('latin1', 0, 96))?.[1];
  return id === undefined ? null : `{"id":"${id}","type":"error","payload":[${error}]}`;
}

export const OVERLOADED = {
  message: 'There is too much to do at the moment. Try again in a second.',
  extensions: { code: 'OVERLOADED', retryable: true, retryAfterMs: RETRY_AFTER_MS },
} as const;
export const OVERLOADED_JSON = JSON.stringify(OVERLOADED);
