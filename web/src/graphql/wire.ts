import type { WireError } from './errors.ts';
import type { WireRequest, WireResult } from './http.ts';

/** One connection, by whatever means. It does not come back: whoever has it opens another one. */
export interface Wire {
  /** Returns what stops it. After `error` or `complete` nothing more comes. */
  execute(request: WireRequest, sink: WireSink): () => void;
  /** `poll`: how to ask for the same again and again, where nothing streams. */
  follow(request: WireRequest, sink: WireSink, poll: WirePoll | null): () => void;
  /** Ends it if nothing was heard for too long. */
  check(): void;
  /** Whatever runs on it is lost; `closed` is not told. */
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

const PROTOCOL = 'graphql-transport-ws';
const GOING_AWAY = 4499;
const CREDENTIAL_ENDED = 4403;
const OPENING_MS = 8_000;
/** The server is heard from every 10 s, if only by a heartbeat. */
const SILENCE_MS = 25_000;

type Frame =
  | { readonly type: 'connection_ack' | 'ping' | 'pong' }
  | { readonly type: 'next'; readonly id: string; readonly payload: WireResult }
  | { readonly type: 'error'; readonly id: string; readonly payload: readonly WireError[] }
  | { readonly type: 'complete'; readonly id: string };

/** The client's half of graphql-transport-ws. Ready-made ones retry by themselves, give up, and are several times its size. */
export function socketWire(token: string | null, listener: WireListener): Wire {
  const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`, PROTOCOL);
  const sinks = new Map<string, WireSink>();
  const opening = setTimeout(() => close('lost'), OPENING_MS);
  let count = 0;
  let heardAt = Date.now();
  let isOver = false;

  /** Known here before the socket's own end, which may take as long as the network does to notice. */
  function close(why: 'lost' | 'ended'): void {
    if (isOver) return;
    terminate();
    listener.closed(why);
  }

  function terminate(): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(opening);
    socket.close(GOING_AWAY);
    for (const sink of sinks.values()) sink.error(new Error('The connection was lost.'));
  }

  function send(frame: object): void {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
  }

  function receive(frame: Frame): void {
    switch (frame.type) {
      case 'connection_ack':
        clearTimeout(opening);
        return listener.opened();
      case 'ping': return send({ type: 'pong' });
      case 'pong': return;
      case 'next': return sinks.get(frame.id)?.next(frame.payload);
    }
    const sink = sinks.get(frame.id);
    sinks.delete(frame.id);
    if (frame.type === 'error') sink?.error(frame.payload);
    else sink?.complete();
  }

  socket.onopen = () => send({ type: 'connection_init', payload: token === null ? {} : { token } });
  socket.onmessage = ({ data }: MessageEvent<string>) => {
    heardAt = Date.now();
    if (!isOver) receive(JSON.parse(data));
  };
  socket.onerror = () => undefined; // its end comes as well
  socket.onclose = ({ code }) => close(code === CREDENTIAL_ENDED ? 'ended' : 'lost');

  function subscribe(payload: WireRequest, sink: WireSink): () => void {
    const id = String(++count);
    sinks.set(id, sink);
    send({ id, type: 'subscribe', payload });
    return () => {
      if (sinks.delete(id)) send({ id, type: 'complete' });
    };
  }

  return {
    execute: subscribe,
    follow: subscribe,
    check: () => { if (Date.now() - heardAt > SILENCE_MS) close('lost'); },
    terminate,
  };
}
