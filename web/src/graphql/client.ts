import { createClient as createWire } from 'graphql-ws';
import type { Client as Wire } from 'graphql-ws';
import { readonly, shallowRef } from 'vue';
import type { Ref } from 'vue';
import { backoffMs } from './backoff.ts';
import type { Operation } from './document.ts';
import { textOf } from './document.ts';
import { ConnectionLostError, RefusedError } from './errors.ts';
import type { WireError } from './errors.ts';

/** `waiting`: until the next try. `ended`: the credential is no longer good, or the client was disposed of. */
export type ConnectionState = 'connecting' | 'open' | 'waiting' | 'ended';

export interface Sink<Result> {
  next(result: Result): void;
  /** Following again as before makes no sense, e.g. NOT_FOUND. The stream is over. */
  refused(error: RefusedError): void;
}

export interface Client {
  readonly state: Readonly<Ref<ConnectionState>>;
  /** Asks once, as soon as the socket is open. @throws ConnectionLostError if no answer came in 20 s; RefusedError */
  execute<Result, Variables>(document: Operation<Result, Variables>, variables: Variables): Promise<Result>;
  /** Follows until told to stop, across every loss of the connection; `variables` is asked anew for each try. Returns the stop. */
  subscribe<Result, Variables>(document: Operation<Result, Variables>, variables: () => Variables, sink: Sink<Result>): () => void;
  /** Resolves when the socket is open, at once or later; never if the client ends first. */
  opened(): Promise<void>;
  /** Tries at once instead of at the end of the wait. */
  wake(): void;
  dispose(): void;
}

const ANSWER_MS = 20_000;
/** The server is heard from every 10 s, if only by a heartbeat. */
const SILENCE_MS = 25_000;
const CREDENTIAL_ENDED = 4403;
/** Errors of a stream that trying again does not mend. */
const FINAL = new Set(['NOT_FOUND', 'FORBIDDEN', 'BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_PARSE_FAILED']);

/**
 * One socket for one credential, kept open for as long as the client lives: it comes back by itself after any loss, however often. The stock
 * retries of graphql-ws are off: they give up, and resume with the variables of the first try.
 * `onEnded` is called once, when the server says that the credential is no longer good.
 */
export function createClient({ token, onEnded }: { token: string | null; onEnded: () => void }): Client {
  const state = shallowRef<ConnectionState>('connecting');
  const streams = new Set<() => void>();
  const openings = new Set<() => void>();
  let wire: Wire;
  let attempt = 0;
  let heardAt = 0;
  let openedAt = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;

  function connect(): void {
    clearTimeout(retry);
    state.value = 'connecting';
    heardAt = Date.now();
    const mine = createWire({
      url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
      connectionParams: token === null ? {} : { token },
      lazy: false,
      retryAttempts: 0,
      onNonLazyError: () => undefined, // the `closed` event comes as well
      on: {
        message: () => { heardAt = Date.now(); },
        connected: () => { if (mine === wire) open(); },
        closed: (event) => {
          Promise.resolve(mine.dispose()).catch(() => undefined); // it never opened: nothing to close
          if (mine === wire) lost((event as CloseEvent).code);
        },
      },
    });
    wire = mine;
  }

  function open(): void {
    state.value = 'open';
    openedAt = Date.now();
    for (const opening of openings) opening();
    openings.clear();
    for (const start of streams) start();
  }

  function lost(code: number): void {
    if (state.value === 'ended') return;
    if (code === CREDENTIAL_ENDED) return end();
    // A socket that is accepted and dropped at once counts as one more failure, not as a fresh start.
    if (state.value === 'open' && Date.now() - openedAt > 5_000) attempt = 0;
    state.value = 'waiting';
    retry = setTimeout(connect, backoffMs(attempt++));
  }

  function end(): void {
    if (state.value === 'ended') return;
    dispose();
    onEnded();
  }

  function wake(): void {
    if (state.value === 'waiting') connect();
    else checkSilence();
  }

  function checkSilence(): void {
    if (state.value !== 'ended' && state.value !== 'waiting' && Date.now() - heardAt > SILENCE_MS) wire.terminate();
  }

  // Whether the socket outlived it shows at once: if the network is still there, so is the next socket.
  const onOffline = (): void => { if (state.value === 'open') wire.terminate(); };
  const onVisible = (): void => { if (document.visibilityState === 'visible') wake(); };
  const watch = setInterval(checkSilence, 5_000);
  addEventListener('online', wake);
  addEventListener('offline', onOffline);
  addEventListener('pageshow', wake);
  document.addEventListener('visibilitychange', onVisible);

  function dispose(): void {
    if (state.value === 'ended') return;
    state.value = 'ended';
    clearTimeout(retry);
    clearInterval(watch);
    removeEventListener('online', wake);
    removeEventListener('offline', onOffline);
    removeEventListener('pageshow', wake);
    document.removeEventListener('visibilitychange', onVisible);
    streams.clear();
    openings.clear();
    wire.terminate();
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
        stop = wire.subscribe({ query: textOf(document), variables: variables as Record<string, unknown> }, {
          next: ({ data, errors }) => (errors?.length ? refuse(errors) : finish(() => resolve(data as Result))),
          error: (error) => (Array.isArray(error) ? refuse(error) : giveUp()),
          complete: giveUp, // after an answer this changes nothing
        });
      };
      if (state.value === 'ended') giveUp();
      else if (state.value === 'open') ask();
      else openings.add(ask);
    });
  }

  function subscribe<Result, Variables>(document: Operation<Result, Variables>, variables: () => Variables, sink: Sink<Result>): () => void {
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
      let current = true;
      const leave = wire.subscribe({ query: textOf(document), variables: variables() as Record<string, unknown> }, {
        next: ({ data, errors }) => {
          if (!current) return;
          if (errors?.length) return failed(errors);
          failures = 0;
          sink.next(data as Result);
        },
        // Anything but a list is the loss of the socket: the next one starts the stream again.
        error: (error) => { if (current && Array.isArray(error)) failed(error); },
        complete: () => { if (current && streams.has(start) && state.value === 'open') later(0); },
      });
      stop = () => { current = false; leave(); };
    }

    if (state.value !== 'ended') streams.add(start);
    if (state.value === 'open') start();
    return over;
  }

  connect();
  return { state: readonly(state), execute, subscribe, opened, wake, dispose };
}
