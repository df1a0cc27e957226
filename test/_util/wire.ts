import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { request } from 'node:http';
import { WebSocket } from 'ws';
import { within } from './wait.ts';

/** Requests, events and sockets of which a test says every word. `useApp` cuts what is left of them. */

/** Each cuts a connection that a test opened and may not have closed. */
export const connections = new Set<() => void>();

// ── HTTP ──

export interface Exchange {
  /** @default POST */
  readonly method?: string;
  /** As it stands in the request line. @default /graphql */
  readonly path?: string;
  /** As they are; only a missing Host is added. */
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

export interface Reply { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }

/** One request on a connection of its own, with any header: what a browser would not let a page do too. */
export function exchange(url: string, { method = 'POST', path = '/graphql', headers, body }: Exchange): Promise<Reply> {
  const { hostname, port } = new URL(url);
  return within(`${method} ${path}`, new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('error', reject).on('data', (chunk: Buffer) => { chunks.push(chunk); });
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks).toString('utf8') }));
    });
    outgoing.on('error', reject).end(body);
  }));
}

export const JSON_TYPE = { 'content-type': 'application/json' };

/** A GraphQL request as JSON. */
export function post(url: string, payload: unknown, headers: OutgoingHttpHeaders = {}): Promise<Reply> {
  return exchange(url, { headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(payload) });
}

/** The codes of a reply's errors, in order. */
export function codesOf({ body }: Reply): readonly unknown[] {
  const { errors = [] } = JSON.parse(body) as { errors?: { extensions?: { code?: unknown } }[] };
  return errors.map((error) => error.extensions?.code);
}

// ── server-sent events ──

export interface EventStream {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The data of the next event, parsed; null when the stream is over, whoever ended it. */
  next(): Promise<unknown>;
  abort(): void;
}

/** A GraphQL request that asks for server-sent events. */
export function openEvents(url: string, payload: unknown, headers: OutgoingHttpHeaders = {}): Promise<EventStream> {
  const { hostname, port } = new URL(url);
  const all = { ...JSON_TYPE, accept: 'text/event-stream', ...headers };
  return within('the head of the events', new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method: 'POST', path: '/graphql', headers: all, agent: false }, (incoming) => {
      const events = eventsOf(incoming.setEncoding('utf8'));
      const next = async (): Promise<unknown> => (await within('an event', events.next())).value ?? null;
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, next, abort: () => outgoing.destroy() });
    });
    connections.add(() => outgoing.destroy());
    outgoing.on('error', reject).end(JSON.stringify(payload));
  }));
}

async function* eventsOf(chunks: AsyncIterable<string>): AsyncGenerator<unknown, void, void> {
  let unread = '';
  try {
    for await (const chunk of chunks) {
      const parts = (unread + chunk).split('\n\n');
      unread = parts.pop() ?? '';
      for (const part of parts) {
        const data = part.split('\n').find((line) => line.startsWith('data:'))?.slice(5).trim();
        if (data) yield JSON.parse(data);
      }
    }
  } catch (error) {
    // A connection that was cut ends the stream like one that was closed.
    if (!(error instanceof Error && 'code' in error && error.code === 'ECONNRESET')) throw error;
  }
}

// ── WebSocket ──

export interface Frame {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

export interface RawSocket {
  /** A string goes as it is, anything else as JSON. */
  send(frame: unknown): void;
  /** The next frame, however long ago it came. @throws once the socket is closed and all were taken */
  next(): Promise<Frame>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly socket: WebSocket;
}

export interface Dialling {
  readonly headers?: Readonly<Record<string, string>>;
  /** @default ['graphql-transport-ws'] */
  readonly protocols?: readonly string[];
  /** @default /graphql */
  readonly path?: string;
}

/** A socket of which the test says every word. @throws with the status if the handshake is refused */
export async function dial(url: string, { headers, protocols = ['graphql-transport-ws'], path = '/graphql' }: Dialling = {}): Promise<RawSocket> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${path}`, [...protocols], { headers });
  connections.add(() => socket.terminate());
  const frames: Frame[] = [];
  let wake = (): void => undefined;
  socket.on('message', (data) => {
    frames.push(JSON.parse(String(data)) as Frame);
    wake();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      resolve({ code, reason: String(reason) });
      wake();
    });
  });
  await within('the handshake', new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject)));
  socket.on('error', wake);
  return {
    send: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    async next() {
      if (frames.length === 0 && socket.readyState !== WebSocket.CLOSED) await within('a frame', new Promise<void>((resolve) => { wake = resolve; }));
      const frame = frames.shift();
      if (!frame) throw new Error('the socket is closed');
      return frame;
    },
    closed,
    socket,
  };
}

/** Dialled and acknowledged. */
export async function greet(url: string, { payload, ...dialling }: Dialling & { readonly payload?: unknown } = {}): Promise<RawSocket> {
  const socket = await dial(url, dialling);
  socket.send({ type: 'connection_init', payload });
  const { type } = await socket.next();
  if (type !== 'connection_ack') throw new Error(`not acknowledged but ${type}`);
  return socket;
}
