/** How often anybody may do anything, in one table. `RATE_LIMITS=off` lifts it; README tells operators, docs/security.md says why. */

/** What is counted. */
export type Limited = keyof typeof RATES;

/**
 * By whom it is counted: each customer, agent and API token; each address, and each address of callers who are nobody; each account that somebody tries to
 * sign in to; the whole server.
 */
export type CountedBy = 'customer' | 'agent' | 'token' | 'address' | 'nobody' | 'account' | 'server';

export interface Rate {
  /** One more is due after so long. */
  readonly everyMs: number;
  /** How many may come at once, after a pause. */
  readonly burst: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const rate = (count: number, perMs: number, burst: number): Rate => ({ everyMs: perMs / count, burst });

export const RATES = {
  /** A request to the API over HTTP, before anything of it is read. */
  request: { address: rate(100, SECOND, 1_000) },
  /** A socket that opens. */
  connection: { address: rate(20, SECOND, 200) },

  /** A field of Query, Mutation or Subscription, however many of them one document holds. */
  field: {
    nobody: rate(20, SECOND, 200), customer: rate(20, SECOND, 300), agent: rate(50, SECOND, 500), token: rate(100, SECOND, 1_000),
  },
  /** A field of Mutation, but for those below. */
  change: { nobody: rate(30, MINUTE, 30), customer: rate(30, MINUTE, 30), agent: rate(300, MINUTE, 100), token: rate(1_200, MINUTE, 300) },
  /** A text or a note that is new; sending one again that was kept costs nothing. */
  send: { customer: rate(30, MINUTE, 100), agent: rate(120, MINUTE, 200), token: rate(600, MINUTE, 200) },
  /** Seen marks and typing. */
  signal: { customer: rate(2, SECOND, 30), agent: rate(5, SECOND, 50), token: rate(10, SECOND, 100) },

  /** A visitor who begins; `customer` is one who has a session and asks for another. */
  visitor: { customer: rate(5, HOUR, 5), address: rate(200, HOUR, 100), server: rate(100, MINUTE, 1_000) },
  /** An identity token that is exchanged. */
  identify: { address: rate(300, MINUTE, 500) },
  /** An attempt to sign in or to join that failed. */
  signIn: { address: rate(1, MINUTE, 10), account: rate(12, HOUR, 20) },
} as const satisfies Readonly<Record<string, Readonly<Partial<Record<CountedBy, Rate>>>>>;

/** A message on one socket. Who sends more is not read for a while; who is far ahead is told to try again later. */
export const SOCKET_MESSAGES = { rate: rate(100, SECOND, 500), maxDebtMs: 2 * SECOND } as const;

/** Connections that may be open at once. */
export const PLACES = { socketsPerSession: 10, streamsPerSession: 20, strangersPerAddress: 50 } as const;
