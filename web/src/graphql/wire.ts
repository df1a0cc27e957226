import { createClient } from 'graphql-ws';
import type { WireRequest, WireResult } from './http.ts';

/** One connection, by whatever means. It does not come back: whoever has it opens another one. */
export interface Wire {
  /** Returns what stops it. After `error` or `complete` nothing more comes. */
  execute(request: WireRequest, sink: WireSink): () => void;
  /** `poll`: how to ask for the same again and again, where nothing streams. */
  follow(request: WireRequest, sink: WireSink, poll: WirePoll | null): () => void;
  /** Ends it if nothing was heard for too long. */
  check(): void;
  terminate(): void;
}

export interface WireSink {
  next(result: WireResult): void;
  /** A list: the server refused. All else: the connection was lost. */
  error(error: unknown): void;
  complete(): void;
}

export interface WirePoll {
  request(): WireRequest;
  /** What came of it, in the form of the stream's own results; null: there is nothing to follow. */
  resultsOf(data: unknown): { readonly results: readonly unknown[]; readonly hasMore: boolean } | null;
}

export interface WireListener {
  opened(): void;
  /** Once, and never again open. `ended`: the credential is no longer good. */
  closed(why: 'lost' | 'ended'): void;
}

const CREDENTIAL_ENDED = 4403;
const OPENING_MS = 8_000;
/** The server is heard from every 10 s, if only by a heartbeat. */
const SILENCE_MS = 25_000;

/** The stock retries of graphql-ws are off: they give up, and resume with the variables of the first try. */
export function socketWire(token: string | null, listener: WireListener): Wire {
  let heardAt = Date.now();
  const opening = setTimeout(() => socket.terminate(), OPENING_MS);
  const socket = createClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    connectionParams: token === null ? {} : { token },
    lazy: false,
    retryAttempts: 0,
    onNonLazyError: () => undefined, // the `closed` event comes as well
    on: {
      message: () => { heardAt = Date.now(); },
      connected: () => {
        clearTimeout(opening);
        listener.opened();
      },
      closed: (event) => {
        clearTimeout(opening);
        Promise.resolve(socket.dispose()).catch(() => undefined); // it never opened: nothing to close
        listener.closed((event as CloseEvent).code === CREDENTIAL_ENDED ? 'ended' : 'lost');
      },
    },
  });
  const subscribe = (request: WireRequest, sink: WireSink): (() => void) => socket.subscribe({ ...request }, sink as Parameters<typeof socket.subscribe>[1]);
  return {
    execute: subscribe,
    follow: subscribe,
    check: () => { if (Date.now() - heardAt > SILENCE_MS) socket.terminate(); },
    terminate: () => {
      clearTimeout(opening);
      socket.terminate();
    },
  };
}
