import { UnavailableError } from '../../domain/errors.ts';
import type { Transactions } from './connection.ts';
import { failureOf, tryAgain, unavailable } from './failures.ts';

export interface GroupCommit {
  /** Runs the work inside the next group's transaction. Settles after its COMMIT, refusals included. The work may be run again. */
  run<T>(work: () => T): Promise<T>;
  /** To be told of a failure that a read met: the file is reopened if it is one of the file's. */
  report(error: unknown): void;
  health(): { readonly ok: boolean; readonly detail: string };
  /** Refuses new work, and resolves when what is queued has been settled. */
  close(): Promise<void>;
}

export interface GroupCommitOptions {
  readonly log?: StoreLog;
  /** Called when the file had to be reopened three times with no commit between: the process should end. */
  readonly onFatal?: (error: unknown) => void;
}

export interface StoreLog {
  warn(about: object, text: string): void;
  error(about: object, text: string): void;
}

export type CreateGroupCommit = (transactions: Transactions, options: GroupCommitOptions) => GroupCommit;

const MAX_GROUP = 256;
const MAX_QUEUE = 10_000;
/** How long work waits for a lock or for the file; then its outcome is "try again". */
const PATIENCE_MS = 1_800;
const MAX_BREAKS = 3;

interface Member {
  /** Runs the work, and returns what tells its caller so. */
  readonly attempt: () => () => void;
  readonly reject: (error: unknown) => void;
  /** Monotonic. */
  readonly queuedAt: number;
}

/**
 * Queued work runs at the end of the event-loop turn, many pieces in one synchronous transaction: one fsync pays for all of them. If one is refused, all
 * of it is taken back and done again with a savepoint for each, so that the refusal leaves the others alone. Nobody hears anything before the COMMIT returned.
 */
export const createGroupCommit: CreateGroupCommit = (transactions, { log, onFatal }) => {
  let queue: Member[] = [];
  let isScheduled = false;
  let isFull = false;
  /** Somebody in this group was refused for lack of space. */
  let isShort = false;
  let isBroken = false;
  /** Reopenings since the last commit. */
  let breaks = 0;
  let onDrained: (() => void) | null = null;

  function schedule(delayMs = 0): void {
    if (isScheduled) return;
    isScheduled = true;
    const turn = (): void => {
      isScheduled = false;
      flush();
      if (queue.length > 0) schedule();
      else onDrained?.();
    };
    if (delayMs > 0) setTimeout(turn, delayMs);
    else setImmediate(turn);
  }

  function flush(): void {
    const isDone = onDrained !== null && queue.length === 0;
    if (isDone || (isBroken && !reopen())) return;
    const group = queue.splice(0, MAX_GROUP);
    if (group.length === 0) return;
    let settlers: (() => void)[] | null;
    isShort = false;
    try {
      transactions.begin();
      settlers = attemptTogether(group);
      if (!settlers) {
        transactions.rollback();
        transactions.begin();
        settlers = group.map(attempt);
      }
      transactions.commit();
    } catch (error) {
      if (transactions.isOpen()) abandon();
      fail(group, error);
      return;
    }
    isFull = isShort;
    breaks = 0;
    for (const settle of settlers) settle();
  }

  /** As if none were refused, which is cheaper. Null if one was. Throws if the whole group is lost. */
  function attemptTogether(group: readonly Member[]): (() => void)[] | null {
    try {
      return group.map((member) => member.attempt());
    } catch (error) {
      if (isLost(error)) throw error;
      return null;
    }
  }

  /** One member; its refusal becomes its answer. Throws if the whole group is lost. */
  function attempt(member: Member): () => void {
    transactions.savepoint();
    try {
      const settle = member.attempt();
      transactions.release();
      return settle;
    } catch (error) {
      if (isLost(error)) throw error;
      transactions.rollbackToSavepoint();
      if (failureOf(error) === 'full') full(error);
      return () => member.reject(unavailable(error) ?? error);
    }
  }

  /** SQLite ends the whole transaction on some errors. Going on would then commit the rest one by one, without the first. */
  function isLost(error: unknown): boolean {
    return !transactions.isOpen() || failureOf(error) === 'broken';
  }

  function fail(group: readonly Member[], error: unknown): void {
    const failure = failureOf(error);
    if (failure === 'busy') {
      queue = [...group, ...queue];
      expire(error);
      schedule(10 + Math.random() * 50);
      return;
    }
    if (failure === 'broken') broken(error);
    else if (failure === 'full') full(error);
    else log?.error({ err: error }, 'a group of writes failed');
    for (const member of group) member.reject(unavailable(error) ?? tryAgain(error));
  }

  function full(error: unknown): void {
    if (!isFull) log?.error({ err: error }, 'the disk is full: reads go on, writes are refused');
    isFull = true;
    isShort = true;
  }

  function broken(error: unknown): void {
    if (isBroken) return;
    isBroken = true;
    breaks += 1;
    log?.error({ err: error, breaks }, 'the database file failed: nothing is acknowledged until it is reopened');
    if (breaks === MAX_BREAKS) onFatal?.(error);
    schedule(50 * 2 ** Math.min(breaks, 4));
  }

  function reopen(): boolean {
    isBroken = false;
    try {
      transactions.reopen();
      log?.warn({}, 'the database file was reopened');
      return true;
    } catch (error) {
      broken(error);
      expire(error);
      return false;
    }
  }

  function expire(cause: unknown): void {
    const since = performance.now() - PATIENCE_MS;
    const kept = queue.findIndex((member) => member.queuedAt > since);
    for (const member of queue.splice(0, kept < 0 ? queue.length : kept)) member.reject(tryAgain(cause));
  }

  function abandon(): void {
    try {
      transactions.rollback();
    } catch (error) {
      // The group is lost either way; a connection that cannot even roll back must not be used again.
      broken(error);
    }
  }

  return {
    run<T>(work: () => T): Promise<T> {
      if (onDrained) return Promise.reject(tryAgain('closed'));
      if (queue.length >= MAX_QUEUE) return Promise.reject(new UnavailableError('OVERLOADED', 1_000));
      return new Promise<T>((resolve, reject) => {
        const attemptWork = (): (() => void) => {
          const result = work();
          return () => resolve(result);
        };
        queue.push({ attempt: attemptWork, reject, queuedAt: performance.now() });
        schedule();
      });
    },
    report(error) {
      if (failureOf(error) === 'broken') broken(error);
    },
    health() {
      if (isBroken) return { ok: false, detail: 'The database file failed and is being reopened.' };
      return { ok: true, detail: isFull ? 'The disk is full: reads go on, writes are refused.' : 'Writes are kept.' };
    },
    close() {
      return new Promise<void>((resolve) => {
        onDrained = resolve;
        schedule();
      });
    },
  };
};
