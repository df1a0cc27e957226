import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ExecutionArgs } from 'graphql';
import { getOperationAST, GraphQLError } from 'graphql';
import type { Context as ConnectionContext, SubscribePayload } from 'graphql-ws';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { Admission } from './admission.ts';
import { OVERLOADED, workOf } from './admission.ts';
import type { LiveSessions } from './auth/live.ts';
import type { Callers } from './callers.ts';
import type { Viewer } from './domain/types.ts';
import type { Context } from './graphql/context.ts';
import type { Engine, RequestContext } from './graphql/engine.ts';
import type { Limiting } from './limits/limiting.ts';
import type { Origins } from './origin.ts';
import { createReading, MAX_OPERATIONS, messageIn, TRY_AGAIN_LATER } from './reading.ts';
import { send, watchReaders } from './sending.ts';

const MAX_FRAME_BYTES = 64 * 1024;
const MAX_SUBSCRIPTIONS = 20;
/** A socket that has not answered a ping by the next one is gone. */
const PING_MS = 12_000;
/** How often a socket in use looks its session up again: sessions slide, roles change. */
const RENEW_MS = 60_000;
/** How long clients get to take the notice that the server stops. */
const DRAIN_MS = 2_000;
const SERVICE_RESTART = 1012;

export interface SocketDeps {
  readonly engine: Engine;
  readonly admission: Admission;
  readonly callers: Callers;
  readonly origins: Origins;
  readonly live: LiveSessions;
  readonly log: Logger;
  readonly limiting: Limiting;
  readonly isDemo: boolean;
  contextOf(viewer: Viewer | null, address: string): Context;
}

interface Extra {
  readonly socket: WebSocket;
  /** Null once it is known who asks: an idle socket does not keep the headers that it came with. */
  request: IncomingMessage | null;
  readonly address: string;
  viewer: Viewer | null;
  renewedAt: number;
  /** Gives back what the socket holds. */
  release: () => void;
  /** What runs on this socket, by the id that the client gave it. */
  readonly running: Map<string, 'subscription' | 'operation'>;
}

export interface SocketServer {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  count(): number;
  /** What waits for clients to read it, on sockets that are open. */
  bufferedBytes(): number;
  /** Tells every client to come back, and cuts off those that do not listen. */
  stop(): Promise<void>;
}

/** GraphQL over WebSocket: graphql-ws owns the protocol, the engine owns what is run; here is who may connect and what a socket may use. */
export function createSocketServer(deps: SocketDeps): SocketServer {
  const { admission, log } = deps;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false, handleProtocols });
  const protocol = makeServer<Record<string, unknown>, Extra>({
    onConnect: (connection) => connect(deps, connection),
    onSubscribe: (connection, id, payload) => prepare(deps, connection, id, payload),
    execute: (args) => deps.engine.execute(args).finally(admission.end),
    subscribe: (args) => deps.engine.subscribe(args),
    onComplete: ({ extra }, id) => { extra.running.delete(id); },
  });

  const responsive = new WeakSet<WebSocket>();
  const pings = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!responsive.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, PING_MS).unref();
  const read = createReading({ admission, limiting: deps.limiting, fail });
  const endWatch = watchReaders(sockets.clients, (socket) => socket.close(TRY_AGAIN_LATER, 'Too slow'));

  // One of each for all sockets, which are there in thousands and mostly idle.
  function isThere(this: WebSocket): void {
    responsive.add(this);
  }
  // Broken frames: ws closes the socket with the code that fits. Kept for life, since a second error without a listener would end the process.
  const logError = (error: Error): void => log.debug({ err: error }, 'socket error');

  function open(socket: WebSocket, request: IncomingMessage): void {
    const address = deps.limiting.addresses.of(request);
    const release = deps.limiting.places.strangers.take(address) ?? (() => undefined);
    const extra: Extra = { socket, request, address, viewer: null, renewedAt: performance.now(), release, running: new Map() };
    const wire = request.socket;
    const admits = read(extra, wire);
    responsive.add(socket);
    socket.on('pong', isThere);
    socket.on('error', logError);
    const closed = protocol.opened({
      protocol: socket.protocol,
      send: (data) => send(socket, wire, data),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (handle) => socket.on('message', (data, isBinary) => {
        // A client that does not take the hint could go on writing until the closing times out.
        if (socket.readyState !== socket.OPEN) return;
        if (isBinary) {
          socket.close(1003, 'Text frames only');
          return;
        }
        if (admits(data as Buffer)) handle(messageIn(data as Buffer)).catch((error: unknown) => fail(socket, error));
      }),
    }, extra);
    socket.once('close', (code, reason) => {
      extra.release();
      Promise.resolve(closed(code, String(reason))).catch((error: unknown) => log.error({ err: error }, 'a socket was not cleaned up'));
    });
  }

  function fail(socket: WebSocket, error: unknown): void {
    if (socket.readyState !== socket.OPEN) return; // it closed while something was on its way to it
    // Of another type, or too deep to be sent back.
    if (error instanceof RangeError || (error instanceof Error && error.message.startsWith('Unexpected message of type'))) {
      socket.close(CloseCode.BadRequest, 'Unexpected message');
      return;
    }
    log.error({ err: error }, 'a socket message failed');
    socket.close(TRY_AGAIN_LATER, 'Try again later');
  }

  return {
    upgrade(request, socket, head) {
      const refusal = admission.admits('newcomers') ? refuse(deps, request) : '503 Service Unavailable\r\nRetry-After: 1';
      if (refusal) {
        // Whoever is refused may hang up first, and an error that nobody listens to would end the process.
        socket.on('error', () => socket.destroy());
        socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      sockets.handleUpgrade(request, socket, head, open);
    },
    count: () => sockets.clients.size,
    bufferedBytes: () => [...sockets.clients].reduce((sum, { readyState, OPEN, bufferedAmount }) => sum + (readyState === OPEN ? bufferedAmount : 0), 0),
    async stop() {
      clearInterval(pings);
      endWatch();
      const all = [...sockets.clients];
      const gone = Promise.all(all.map((socket) => new Promise((resolve) => { socket.once('close', resolve); })));
      for (const socket of all) socket.close(SERVICE_RESTART, 'Restarting');
      const cutOff = setTimeout(() => { for (const socket of all) socket.terminate(); }, DRAIN_MS);
      await gone;
      clearTimeout(cutOff);
      sockets.close();
    },
  };
}

/** Null: welcome. Everything that can be known before the handshake is decided before it. */
function refuse({ origins, callers, isDemo, limiting: { addresses, limits, places } }: SocketDeps, request: IncomingMessage): string | null {
  if (!origins.isOwnHost(request)) return '421 Misdirected Request';
  if (isDemo && addresses.isUntrustedProxy(request)) return '403 Forbidden';
  if (request.url !== '/graphql') return request.url?.startsWith('/graphql?') ? '400 Bad Request' : '404 Not Found';
  const source = origins.sourceOf(request);
  const isTrusted = source === 'own' || (source === 'none' && !callers.hasAgentCookie(request));
  if (!isTrusted) return '403 Forbidden';
  const address = addresses.of(request);
  const isTooMany = !places.strangers.has(address) || limits.take('connection', { address }).retryAfterMs > 0;
  return isTooMany ? '429 Too Many Requests\r\nRetry-After: 5' : null;
}

/** A token given decides alone; else the cookie, else nobody. False refuses with 4403. */
async function connect(
  deps: SocketDeps, { connectionParams, extra }: ConnectionContext<Record<string, unknown>, Extra>,
): Promise<boolean> {
  const { socket, request } = extra;
  extra.request = null;
  const token = connectionParams?.['token'];
  try {
    if (token === undefined || token === null) extra.viewer = request && (await deps.callers.viewerOfCookie(request));
    else {
      extra.viewer = typeof token === 'string' ? await deps.callers.viewerOfToken(token) : null;
      if (!extra.viewer) return false;
    }
  } catch (error) {
    deps.log.error({ err: error }, 'a socket could not be authenticated');
    socket.close(TRY_AGAIN_LATER, 'Try again later');
    return false;
  }
  if (!extra.viewer || socket.readyState !== socket.OPEN) return true;
  const leave = deps.limiting.places.sockets.take(extra.viewer.session.hash);
  if (!leave) {
    socket.close(TRY_AGAIN_LATER, 'Too many sockets of one session');
    return false;
  }
  extra.release();
  const close = deps.live.open(extra.viewer, () => socket.close(CloseCode.Forbidden, 'The session ended'));
  extra.release = () => {
    close();
    leave();
  };
  return true;
}

function prepare(
  deps: SocketDeps, { extra }: ConnectionContext<Record<string, unknown>, Extra>, id: string, payload: SubscribePayload,
): ExecutionArgs | readonly GraphQLError[] {
  // graphql-ws would end the wrong one of two operations with the same id.
  if (extra.running.has(id)) return [new GraphQLError('The operation of this id has not ended yet.', { extensions: { code: 'BAD_USER_INPUT' } })];
  renewNowAndThen(deps, extra);
  const mayReadSchema = deps.callers.mayReadSchema(extra.viewer);
  const document = deps.engine.prepare(payload.query, mayReadSchema);
  if (!('kind' in document)) return document;

  const operation = getOperationAST(document, payload.operationName);
  if (!operation) return [new GraphQLError('There is no such operation, or several and none is named.', { extensions: { code: 'BAD_USER_INPUT' } })];
  const kind = operation.operation === 'subscription' ? 'subscription' : 'operation';
  const running = [...extra.running.values()].filter((other) => other === kind).length;
  if (running >= (kind === 'subscription' ? MAX_SUBSCRIPTIONS : MAX_OPERATIONS)) return [tooMany(kind)];
  if (!deps.admission.admits(workOf(operation))) return [new GraphQLError(OVERLOADED.message, { extensions: OVERLOADED.extensions })];
  if (kind === 'operation') deps.admission.begin();
  extra.running.set(id, kind);
  // graphql-ws keeps the payload for as long as a stream lives, and the text has served.
  Object.assign(payload, { query: '' });

  const contextValue: RequestContext = { context: deps.contextOf(extra.viewer, extra.address), mayReadSchema, requestId: null };
  return { schema: deps.engine.schema, document, operationName: payload.operationName, variableValues: payload.variables, contextValue };
}

/** Being used keeps a session alive, on a socket too. Beside the operation, which need not wait for it. */
function renewNowAndThen({ callers, log }: SocketDeps, extra: Extra): void {
  if (!extra.viewer || performance.now() - extra.renewedAt < RENEW_MS) return;
  extra.renewedAt = performance.now();
  callers.renew(extra.viewer)
    .then((viewer) => { extra.viewer = viewer ?? extra.viewer; })
    .catch((error: unknown) => log.warn({ err: error }, 'a session was not renewed'));
}

function tooMany(kind: 'subscription' | 'operation'): GraphQLError {
  return kind === 'subscription'
    ? new GraphQLError(`A socket carries at most ${MAX_SUBSCRIPTIONS} subscriptions.`, { extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } })
    : new GraphQLError(`At most ${MAX_OPERATIONS} operations at a time.`, { extensions: { code: 'RATE_LIMITED', retryAfterMs: 100 } });
}
