import type { Ref } from 'vue';
import { backoffMs } from './backoff.ts';
import { createConnection } from './connection.ts';
import type { ConnectionState } from './connection.ts';
import type { Operation } from './document.ts';
import { textOf } from './document.ts';
import { ConnectionLostError, RefusedError } from './errors.ts';
import type { WireError } from './errors.ts';
import type { WireRequest } from './http.ts';
import type { WirePoll } from './wire.ts';

export type { ConnectionState } from './connection.ts';

export interface Sink<Result> {
  next(result: Result): void;
  /** Following again as before makes no sense, e.g. NOT_FOUND. The stream is over. */
  refused(error: RefusedError): void;
}

/** What a stream would bring, asked for: for networks that let no stream through. */
export interface Poll<Result, Page, Variables> {
  readonly document: Operation<Page, Variables>;
  variables(): Variables;
  /** In the form of the stream's results. Null: there is nothing to follow. */
  resultsOf(page: Page): { readonly results: readonly Result[]; readonly hasMore: boolean } | null;
}

export interface Client {
  readonly state: Readonly<Ref<ConnectionState>>;
  /** Asks once, as soon as the connection is open. @throws ConnectionLostError if no answer came in 20 s; RefusedError */
  execute<Result, Variables>(document: Operation<Result, Variables>, variables: Variables): Promise<Result>;
  /** Follows until told to stop, across every loss of the connection; `variables` is asked anew for each try. Returns the stop. */
  subscribe<Result, Variables, Page, PageVariables>(
    document: Operation<Result, Variables>, variables: () => Variables, sink: Sink<Result>, poll?: Poll<Result, Page, PageVariables>,
  ): () => void;
  /** Resolves when the connection is open, at once or later; never if the client ends first. */
  opened(): Promise<void>;
  /** Tries at once instead of at the end of the wait. */
  wake(): void;
  dispose(): void;
}

const ANSWER_MS = 20_000;
/** Errors of a stream that trying again does not mend. */
const FINAL = new Set(['NOT_FOUND', 'FORBIDDEN', 'BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_PARSE_FAILED']);

/**
 * Asks and follows for one credential, whatever becomes of the connection. `onEnded` is called once, when the server says that the credential is no longer
 * good.
 */
export function createClient({ token, onEnded }: { token: string | null; onEnded: () => void }): Client {
  const streams = new Set<() => void>();
  const openings = new Set<() => void>();
  const connection = createConnection({
    token,
    onOpen: () => {
      for (const opening of openings) opening();
      openings.clear();
      for (const start of streams) start();
    },
    onEnded: () => {
      dispose();
      onEnded();
    },
  });
  const { state, wake } = connection;

  function end(): void {
    if (state.value === 'ended') return;
    dispose();
    onEnded();
  }

  function dispose(): void {
    streams.clear();
    openings.clear();
    connection.dispose();
  }

  function opened(): Promise<void> {
    if (state.value === 'open') return Promise.resolve();
    return new Promise((resolve) => { openings.add(resolve); });
  }

  function execute<Result, Variables>(document: Operation<Result, Variables>, variables: Variables): Promise<Result> {
    return new Promise((resolve, reject) => {
      let stop = (): void => undefined;
      const finish = (settle: () => void): void => {
        clearTimeout(deadline);
        openings.delete(ask);
        settle();
      };
      const giveUp = (): void => finish(() => reject(new ConnectionLostError('No answer.')));
      const refuse = (errors: readonly WireError[]): void => {
        const error = new RefusedError(errors);
        finish(() => reject(error));
        if (error.code === 'UNAUTHENTICATED') end();
      };
      const deadline = setTimeout(() => { giveUp(); stop(); }, ANSWER_MS);
      const ask = (): void => {
        const wire = connection.wire();
        if (!wire) return void openings.add(ask);
        stop = wire.execute(requestOf(document, variables), {
          next: ({ data, errors }) => (errors?.length ? refuse(errors) : finish(() => resolve(data as Result))),
          error: (error) => (Array.isArray(error) ? refuse(error) : giveUp()),
          complete: giveUp, // after an answer this changes nothing
        });
      };
      if (state.value === 'ended') giveUp();
      else ask();
    });
  }

  function subscribe<Result, Variables, Page, PageVariables>(
    document: Operation<Result, Variables>, variables: () => Variables, sink: Sink<Result>, poll?: Poll<Result, Page, PageVariables>,
  ): () => void {
    let stop = (): void => undefined;
    let failures = 0;
    let again: ReturnType<typeof setTimeout> | undefined;

    const over = (): void => {
      clearTimeout(again);
      streams.delete(start);
      stop();
    };
    const failed = (errors: readonly WireError[]): void => {
      const error = new RefusedError(errors);
      if (error.code === 'UNAUTHENTICATED') return end();
      if (!FINAL.has(error.code)) return later(error.retryAfterMs ?? 0);
      over();
      sink.refused(error);
    };
    const later = (atLeastMs: number): void => {
      clearTimeout(again);
      again = setTimeout(() => { if (streams.has(start) && state.value === 'open') start(); }, Math.max(atLeastMs, backoffMs(failures++)));
    };
    function start(): void {
      clearTimeout(again);
      stop();
      const wire = connection.wire();
      if (!wire) return; // it is started when there is one
      let current = true;
      const leave = wire.follow(requestOf(document, variables()), {
        next: ({ data, errors }) => {
          if (!current) return;
          if (errors?.length) return failed(errors);
          failures = 0;
          sink.next(data as Result);
        },
        // Anything but a list is the loss of the socket: the next one starts the stream again.
        error: (error) => { if (current && Array.isArray(error)) failed(error); },
        complete: () => { if (current && streams.has(start) && state.value === 'open') later(0); },
      }, poll ? wirePoll(poll) : null);
      stop = () => { current = false; leave(); };
    }

    if (state.value !== 'ended') streams.add(start);
    start();
    return over;
  }

  return { state, execute, subscribe, opened, wake, dispose };
}

function requestOf<Result, Variables>(document: Operation<Result, Variables>, variables: Variables): WireRequest {
  return { query: textOf(document), variables: variables as Record<string, unknown> };
}

function wirePoll<Result, Page, Variables>({ document, variables, resultsOf }: Poll<Result, Page, Variables>): WirePoll {
  return { request: () => requestOf(document, variables()), resultsOf: (page) => resultsOf(page as Page) };
}
