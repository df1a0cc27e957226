import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Admission } from './admission.ts';
import { OVERLOADED } from './admission.ts';
import type { LiveSessions } from './auth/live.ts';
import { keptUserAgent } from './auth/user-agent.ts';
import type { Callers } from './callers.ts';
import type { AgentCookie } from './cookies.ts';
import type { Viewer } from './domain/types.ts';
import { explorer } from './explorer.ts';
import type { Context, HttpContext } from './graphql/context.ts';
import type { createGraphQLOverHttp } from './graphql/yoga.ts';
import { EVENTS } from './graphql/yoga.ts';
import { headers } from './headers.ts';
import type { Limiting } from './limits/limiting.ts';
import type { Origins } from './origin.ts';
import type { Pages } from './pages.ts';

const MAX_BODY_BYTES = 100 * 1024;
/** Streams last: one that ends soon is a matter of luck. */
const STREAM_RETRY_MS = 5_000;
const DEMO_BEHIND_PROXY = 'The demo signs everybody in, so it answers this machine alone, and nobody who comes through a proxy that TRUSTED_PROXIES does not name.';
const ANSWERS: readonly string[] = ['application/graphql-response+json', 'application/json', EVENTS];

export interface HttpDeps {
  readonly admission: Admission;
  readonly yoga: ReturnType<typeof createGraphQLOverHttp>;
  readonly callers: Callers;
  readonly origins: Origins;
  readonly cookie: AgentCookie;
  readonly live: LiveSessions;
  readonly limiting: Limiting;
  readonly pages: Pages;
  readonly log: Logger;
  readonly isDemo: boolean;
  /** Doors that only the demo has. True: answered. */
  readonly demoDoors: ((request: IncomingMessage, response: ServerResponse, url: URL) => Promise<boolean>) | null;
  contextOf(viewer: Viewer | null, address: string, http: HttpContext): Context;
  ready(): { readonly ok: boolean; readonly parts: Readonly<Record<string, string>> };
}

/** A refusal that is decided before any GraphQL runs. */
class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly extra: Readonly<Record<string, string>>;
  readonly retryAfterMs: number | undefined;
  constructor(status: number, code: string, message: string, extra: Readonly<Record<string, string>> = {}, retryAfterMs?: number) {
    super(message);
    this.status = status;
    this.code = code;
    this.extra = extra;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Everything that comes by plain HTTP: the API, the pages, and two addresses for whoever watches the process. */
export function createHttpHandler(deps: HttpDeps): RequestListener {
  let hasWarned = false;
  return (request, response) => {
    if (!hasWarned && deps.limiting.addresses.isUntrustedProxy(request)) {
      hasWarned = true;
      deps.log.warn('X-Forwarded-For is not believed. If a proxy of yours sends it, name the proxy in TRUSTED_PROXIES: until then all who come through it share the limits of one address');
    }
    const requestId = randomUUID();
    response.setHeader('x-request-id', requestId);
    if (deps.origins.isSecure) response.setHeader('strict-transport-security', 'max-age=31536000');
    route(deps, request, response, requestId).catch((error: unknown) => {
      if (!(error instanceof Refusal)) deps.log.error({ err: error, requestId }, 'a request failed');
      if (response.headersSent) {
        response.destroy();
        return;
      }
      const refusal = error instanceof Refusal ? error : new Refusal(500, 'INTERNAL_SERVER_ERROR', 'Unexpected error.');
      const { status, code, message, extra, retryAfterMs } = refusal;
      // What was not read of the body is not waited for.
      if (!request.readableEnded) response.setHeader('connection', 'close');
      sendJson(response, status, { errors: [{ message, extensions: { code, requestId, retryable: status === 503 || undefined, retryAfterMs } }] }, extra);
    });
  };
}

async function route(deps: HttpDeps, request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
  const path = request.url?.startsWith('/') ? request.url : '/';
  const url = URL.canParse(path, deps.origins.url) ? new URL(path, deps.origins.url) : null;
  if (!url) throw new Refusal(400, 'BAD_REQUEST', 'This is no address.');
  if (!deps.origins.isOwnHost(request)) throw new Refusal(421, 'MISDIRECTED_REQUEST', 'This server does not answer under that name. Is PUBLIC_URL right?');

  if (deps.isDemo && deps.limiting.addresses.isUntrustedProxy(request)) throw new Refusal(403, 'FORBIDDEN', DEMO_BEHIND_PROXY);

  if (url.pathname === '/health') return sendJson(response, 200, { status: 'live' });
  if (url.pathname === '/ready') {
    const { ok, parts } = deps.ready();
    return sendJson(response, ok ? 200 : 503, { status: ok ? 'ready' : 'not ready', parts });
  }
  if (url.pathname === '/graphql') return graphql(deps, request, response, url, requestId);
  if (request.method !== 'GET' && request.method !== 'HEAD') throw new Refusal(405, 'METHOD_NOT_ALLOWED', 'Pages are only read.', { allow: 'GET, HEAD' });
  if (deps.demoDoors && (await deps.demoDoors(request, response, url))) return undefined;
  return deps.pages.serve(request, response, url);
}

async function graphql(deps: HttpDeps, request: IncomingMessage, response: ServerResponse, url: URL, requestId: string): Promise<void> {
  const { addresses, limits, places } = deps.limiting;
  const address = addresses.of(request);
  const { retryAfterMs } = limits.take('request', { address });
  if (retryAfterMs > 0) throw tooMany('Too many requests from this address.', retryAfterMs);
  const isPost = request.method === 'POST';
  if (!isPost && (request.method !== 'GET' || !acceptsHtml(request))) {
    throw new Refusal(405, 'METHOD_NOT_ALLOWED', 'Operations go by POST.', { allow: 'POST' });
  }
  if (!isPost) return serveExplorer(deps, request, response);
  if (url.search) throw new Refusal(400, 'BAD_REQUEST', 'Parameters and tokens do not belong into the address.');
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) throw new Refusal(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send application/json.', { 'accept-post': 'application/json' });

  const accepted = acceptedOf(request);
  if (accepted.length === 0) throw new Refusal(406, 'NOT_ACCEPTABLE', `Accept one of ${ANSWERS.join(', ')}.`);

  if (!deps.admission.admits('changes')) throw overloaded();
  const viewer = await authenticate(deps, request);
  const body = await readBody(request);
  const http: HttpContext = {
    userAgent: keptUserAgent(request.headers['user-agent']),
    setAgentCookie: (session) => { response.setHeader('set-cookie', session ? deps.cookie.set(session) : deps.cookie.clear); },
  };
  if (response.destroyed) return;
  const closed = new AbortController();
  response.once('close', () => closed.abort());
  if (viewer) {
    const leave = accepted.includes(EVENTS) ? places.streams.take(viewer.session.hash) : () => undefined;
    if (!leave) throw tooMany('Too many streams of one session.', STREAM_RETRY_MS);
    response.once('close', leave);
    response.once('close', deps.live.open(viewer, () => response.destroy()));
  }
  for (const [name, value] of Object.entries(headers.api)) response.setHeader(name, value);
  // Yoga takes a body that was read already from here. It knows types in lower case only, and would rather stream as multipart/mixed, given the choice.
  Object.assign(request.headers, { 'content-type': 'application/json', accept: accepted.join(', ') });
  const context = { context: deps.contextOf(viewer, address, http), mayReadSchema: deps.callers.mayReadSchema(viewer), requestId, closed: closed.signal };
  await deps.yoga(Object.assign(request, { body }), response, context);
}

function tooMany(message: string, retryAfterMs: number): Refusal {
  return new Refusal(429, 'RATE_LIMITED', message, { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }, retryAfterMs);
}

function overloaded(): Refusal {
  const { message, extensions: { code, retryAfterMs } } = OVERLOADED;
  return new Refusal(503, code, message, { 'retry-after': '1' }, retryAfterMs);
}

/**
 * A token given decides alone, whatever cookie comes with it; a page of another site is refused whatever it brings. A cookie counts only when our own page sends it.
 */
async function authenticate({ origins, callers }: HttpDeps, request: IncomingMessage): Promise<Viewer | null> {
  const source = origins.sourceOf(request);
  if (source === 'foreign') throw new Refusal(403, 'FORBIDDEN', 'Requests from pages of other sites are refused.');
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    const viewer = token ? await callers.viewerOfToken(token) : null;
    if (!viewer) throw new Refusal(401, 'UNAUTHENTICATED', 'This token is unknown, or no longer valid.', { 'www-authenticate': 'Bearer' });
    return viewer;
  }
  if (source !== 'own' && callers.hasAgentCookie(request)) throw new Refusal(403, 'FORBIDDEN', 'A cookie counts only with the Origin of this server.');
  return callers.viewerOfCookie(request);
}

/** At most 100 KiB, as UTF-8. */
async function readBody(request: IncomingMessage): Promise<string> {
  const tooLarge = new Refusal(413, 'PAYLOAD_TOO_LARGE', `A request is at most ${MAX_BODY_BYTES} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge;
  const bytes = await bytesOf(request).catch((error: unknown) => {
    // Whoever sent it went away: there is nobody to answer, and nothing of ours failed.
    throw request.destroyed ? new Refusal(400, 'BAD_REQUEST', 'The request was cut off.') : error;
  });
  if (!bytes) throw tooLarge;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refusal(400, 'BAD_REQUEST', 'The body is not UTF-8.');
  }
}

/** Null: there is more than is read of a request. */
async function bytesOf(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function serveExplorer({ isDemo, callers }: HttpDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const viewer = isDemo ? null : await callers.viewerOfCookie(request);
  if (!isDemo && viewer?.kind !== 'agent') throw new Refusal(404, 'NOT_FOUND', 'There is nothing here. Agents see the explorer once they are signed in.');
  const { gzipped, etag, headers: own } = await explorer();
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, { ...own, etag }).end();
    return;
  }
  response.writeHead(200, { ...own, etag, 'content-type': 'text/html; charset=utf-8', 'content-encoding': 'gzip', vary: 'Accept' }).end(gzipped);
}

/** Decided before anything runs: nothing is done whose outcome cannot be told. Whoever takes anything gets JSON. */
function acceptedOf({ headers: { accept } }: IncomingMessage): readonly string[] {
  const types = (accept || '*/*').toLowerCase().split(',').map((range) => range.split(';')[0]?.trim() ?? '');
  return types.map((type) => (type === '*/*' || type === 'application/*' ? 'application/json' : type)).filter((type) => ANSWERS.includes(type));
}

function acceptsHtml({ headers: { accept } }: IncomingMessage): boolean {
  return accept?.includes('text/html') ?? false;
}

export function sendJson(response: ServerResponse, status: number, body: unknown, extra: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { ...headers.api, 'content-type': 'application/json; charset=utf-8', ...extra });
  response.end(JSON.stringify(body));
}
