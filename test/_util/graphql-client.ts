import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:http';
import { WebSocket } from 'ws';

/** Where and as whom. A customer's token travels as a bearer, an agent's cookie with the server's own origin. */
export interface Door {
  /** The server's own origin. */
  readonly url: string;
  /** Connect here instead, as through a proxy; the server is still told its own address. */
  readonly via?: string;
  readonly token?: string;
  readonly cookie?: string;
}

export interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string; readonly retryAfterMs?: number } }[];
}

/** Runs one query or mutation, whatever the transport. @throws ConnectionLostError: whether it happened is unknown */
export type Call = <Data>(query: string, variables?: object) => Promise<Answer<Data>>;

export class ConnectionLostError extends Error {
  override name = 'ConnectionLostError';
  /** The WebSocket's close code; null for HTTP and for a connection that never was. */
  readonly code: number | null;
  constructor(reason: string, code: number | null = null) {
    super(reason);
    this.code = code;
  }
}

// ── HTTP ─────────────────────────────────────────────────────────────────────────────────────────

export interface HttpAnswer { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }

/** One connection per request, so that nothing is retried or reused behind the test's back. @throws ConnectionLostError */
export function http(door: Door, method: 'GET' | 'POST', path: string, body?: string): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const lost = (error: Error): void => reject(new ConnectionLostError(error.message));
    const headers = { ...headersOf(door), ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const outgoing = request(`${door.via ?? door.url}${path}`, { method, headers, agent: false }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('error', lost)
        .on('data', (chunk: string) => { text += chunk; })
        .on('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text }));
    });
    outgoing.on('error', lost).end(body);
  });
}

export function httpCall(door: Door): Call {
  return async <Data>(query: string, variables?: object) => {
    const { status, body } = await http(door, 'POST', '/graphql', JSON.stringify({ query, variables }));
    if (!body.startsWith('{')) throw new ConnectionLostError(`HTTP ${status}: ${body.slice(0, 200)}`);
    return JSON.parse(body) as Answer<Data>;
  };
}

// ── WebSocket ────────────────────────────────────────────────────────────────────────────────────

export interface Stream<Data> {
  /** The next event, however long ago it came: none is missed. Null: the stream completed. @throws ConnectionLostError after the last event */
  next(): Promise<Answer<Data> | null>;
  stop(): void;
}

export interface Socket {
  readonly call: Call;
  subscribe<Data>(query: string, variables?: object): Stream<Data>;
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  close(): void;
}

interface Sink {
  next(answer: Answer<never>): void;
  complete(): void;
  lost(error: ConnectionLostError): void;
}

type Frame =
  | { readonly type: 'connection_ack' }
  | { readonly type: 'ping' }
  | { readonly type: 'pong' }
  | { readonly type: 'next'; readonly id: string; readonly payload: Answer<never> }
  | { readonly type: 'error'; readonly id: string; readonly payload: Answer<never>['errors'] }
  | { readonly type: 'complete'; readonly id: string };

/** A socket that speaks graphql-transport-ws and was acknowledged. It never reconnects. @throws ConnectionLostError */
export async function openSocket(door: Door): Promise<Socket> {
  const socket = new WebSocket(`${(door.via ?? door.url).replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws', {
    headers: headersOf({ ...door, token: undefined }), perMessageDeflate: false,
  });
  const sinks = new Map<string, Sink>();
  const post = (frame: object): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
  };
  let reason = 'closed';
  socket.on('error', (error) => { reason = error.message; });
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => {
      const error = new ConnectionLostError(reason, code);
      for (const sink of sinks.values()) sink.lost(error);
      sinks.clear();
      resolve(code);
    });
  });
  const acknowledged = new Promise<void>((resolve) => {
    socket.on('open', () => post({ type: 'connection_init', payload: door.token === undefined ? {} : { token: door.token } }));
    socket.on('message', (bytes: Buffer) => {
      const frame = JSON.parse(bytes.toString('utf8')) as Frame;
      if (frame.type === 'connection_ack') return resolve();
      if (frame.type === 'ping') return post({ type: 'pong' });
      if (frame.type === 'pong') return;
      const sink = sinks.get(frame.id);
      if (frame.type === 'next') return sink?.next(frame.payload);
      sinks.delete(frame.id);
      if (frame.type === 'error') sink?.next({ errors: frame.payload });
      sink?.complete();
    });
  });
  const ended = await Promise.race([acknowledged, closed]);
  if (ended !== undefined) throw new ConnectionLostError(reason, ended);

  const start = (query: string, variables: object | undefined, sink: Sink): string => {
    const id = randomUUID();
    if (socket.readyState !== WebSocket.OPEN) sink.lost(new ConnectionLostError(reason));
    sinks.set(id, sink);
    post({ type: 'subscribe', id, payload: { query, variables } });
    return id;
  };
  return {
    closed,
    close: () => socket.close(1000),
    // An operation counts against the socket's limit until it is complete, so the next one had better not start before.
    call: <Data>(query: string, variables?: object) => new Promise<Answer<Data>>((resolve, reject) => {
      let answer: Answer<Data> | null = null;
      const end = (error: Error): void => {
        if (answer) resolve(answer);
        else reject(error);
      };
      start(query, variables, {
        next: (only) => { answer = only; },
        complete: () => end(new Error('completed without an answer')),
        lost: end,
      });
    }),
    subscribe: <Data>(query: string, variables?: object) => {
      const { sink, next } = queue<Data>();
      const id = start(query, variables, sink);
      const stop = (): void => {
        if (!sinks.delete(id)) return;
        post({ type: 'complete', id });
        sink.complete();
      };
      return { next, stop };
    },
  };
}

/** Keeps what comes until it is asked for, the end included. */
function queue<Data>(): { sink: Sink; next: Stream<Data>['next'] } {
  const waiting: (Answer<Data> | null | ConnectionLostError)[] = [];
  let wake: (() => void) | null = null;
  const put = (item: Answer<Data> | null | ConnectionLostError): void => {
    waiting.push(item);
    wake?.();
    wake = null;
  };
  return {
    sink: { next: put, complete: () => put(null), lost: put },
    next: async () => {
      if (waiting.length === 0) await new Promise<void>((resolve) => { wake = resolve; });
      const item = waiting[0] ?? null;
      if (item !== null && !(item instanceof Error)) waiting.shift();
      if (item instanceof Error) throw item;
      return item;
    },
  };
}

function headersOf({ url, token, cookie }: Door): Record<string, string> {
  const headers: Record<string, string> = { host: new URL(url).host };
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  if (cookie !== undefined) Object.assign(headers, { cookie, origin: url });
  return headers;
}
