/** Operations that may be under way in the whole server. They wait for each other, so this is what the last one waits for: some tenths of a second. */
const MAX_UNDER_WAY = 400;
/** Reading is refused sooner, so that writing goes on; whoever is there already comes before whoever comes anew. */
const MAX_BESIDE_READS = 0.7 * MAX_UNDER_WAY;

const RETRY_AFTER_MS = 1_000;
/** A socket that was refused is not read for so long: telling those who do not wait is what would cost too much. */
export const SHED_MS = 500;

/**
 * Who may add to the work when there is more than can be done. Refusing late costs as much as serving, and then nobody is served; so what is
 * too much is refused before it is even read, and its sender is not listened to for a while.
 */
export interface Admission {
  begin(): void;
  end(): void;
  /** Nothing more. */
  isFull(): boolean;
  /** No reads, and nobody new. */
  isCrowded(): boolean;
}

export function createAdmission(): Admission {
  let underWay = 0;
  return {
    begin: () => { underWay += 1; },
    end: () => { underWay -= 1; },
    isFull: () => underWay >= MAX_UNDER_WAY,
    isCrowded: () => underWay >= MAX_BESIDE_READS,
  };
}

/** The answer to a `subscribe` frame that is not even parsed; null for any other frame, and for one that is written in another way than by the usual clients. */
export function refusalOf(frame: Buffer): string | null {
  const id = /^\{"id":"([\w-]{1,64})","type":"subscribe"/.exec(frame.toString('latin1', 0, 96))?.[1];
  return id === undefined ? null : `{"id":"${id}","type":"error","payload":[${OVERLOADED_JSON}]}`;
}

export const OVERLOADED = {
  message: 'There is too much to do at the moment. Try again in a second.',
  extensions: { code: 'OVERLOADED', retryable: true, retryAfterMs: RETRY_AFTER_MS },
} as const;
const OVERLOADED_JSON = JSON.stringify(OVERLOADED);
