import { createClient } from 'graphql-ws';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { useApp } from '../_util/app.ts';
import type { Door } from '../_util/graphql-client.ts';
import { http, httpCall } from '../_util/graphql-client.ts';
import type { Followed } from '../_util/minicom.ts';
import { enterAsAgent, enterAsCustomer, FOLLOW as FOLLOW_TEXTS, newSend, readHistory, readSnapshot, send } from '../_util/minicom.ts';
import { until, within } from '../_util/wait.ts';
import type { RawSocket } from '../_util/wire.ts';
import { codesOf, dial, greet, openEvents, post } from '../_util/wire.ts';
import { frame, openWire } from './frames.ts';

let turnedOnMs = 0;
const app = useApp({ clock: { now: () => Date.now() + turnedOnMs }, env: { LOG_LEVEL: 'debug' } });
const DAY_MS = 86_400_000;

const WHO = '{ viewer { __typename ... on Customer { id } ... on Agent { name } } }';
const FOLLOW = 'subscription { conversationEvents(customerId: "alice") { __typename } }';
const INBOX = 'subscription { inboxEvents { cursor } }';
const SEND = 'mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }';
const START = `mutation Start($input: StartCustomerSessionInput!) { startCustomerSession(input: $input) {
  __typename ... on CustomerSession { token customer { id verified } } ... on InvalidInputError { field }
} }`;
const SIGN_OUT = 'mutation { signOut }';
const NOBODY = { data: { viewer: null } };

const bearer = ({ token = '' }: { readonly token?: string }): Record<string, string> => ({ authorization: `Bearer ${token}` });
const ours = ({ cookie = '' }: Door): Record<string, string> => ({ cookie, origin: app.url });
async function dataOf<Data = unknown>(query: string, headers: Record<string, string> = {}, variables?: object): Promise<{ data: Data }> {
  return JSON.parse((await post(app.url, { query, variables }, headers)).body) as { data: Data };
}
interface VisitorSession { readonly token: string; readonly customer: { readonly id: string } }
async function startVisitor(): Promise<VisitorSession> {
  const query = `mutation { startVisitorSession {
    ... on CustomerSession { token customer { id verified conversation { lastMessage { id } } } }
  } }`;
  return (await dataOf<{ startVisitorSession: VisitorSession }>(query)).data.startVisitorSession;
}
async function who(socket: RawSocket): Promise<unknown> {
  socket.send({ type: 'subscribe', id: 'who', payload: { query: WHO } });
  const { payload } = await socket.next();
  await socket.next();
  return payload;
}

describe('a session', () => {
  it('of a visitor is a token, a fresh customer and an empty conversation', async () => {
    const [one, two] = [await startVisitor(), await startVisitor()];
    expect(one).toMatchObject({
      token: expect.stringMatching(/^\S{43,}$/),
      customer: { id: expect.stringMatching(/^visitor_/), verified: false, conversation: { lastMessage: null } },
    });
    expect(one.token).not.toBe(two.token);
    expect(one.customer.id).not.toBe(two.customer.id);
    expect(await dataOf(WHO, bearer(one))).toMatchObject({ data: { viewer: { id: one.customer.id } } });
  });

  it('R10 of a customer takes along what the visitor said, live, and ends the visitor’s session', async () => {
    const visitor = await startVisitor();
    await dataOf(SEND, bearer(visitor), { input: newSend(visitor.customer.id, 'said before') });
    const socket = await greet(app.url, { payload: { token: visitor.token } });

    const { identityToken } = JSON.parse((await http({ url: app.url }, 'GET', '/demo/identity?customer=dora')).body) as { identityToken: string };
    const { data } = await dataOf<{ startCustomerSession: { token: string } }>(START, {}, { input: { identityToken, visitorToken: visitor.token } });
    expect(data).toMatchObject({ startCustomerSession: { customer: { id: 'dora', verified: true } } });
    const history = await readHistory(httpCall({ url: app.url, token: data.startCustomerSession.token }), 'dora');
    expect(history.map(({ text }) => text)).toEqual(['said before']);
    expect(await within('the visitor’s socket to close', socket.closed, 5_000)).toMatchObject({ code: 4403 });
    expect(await post(app.url, { query: WHO }, bearer(visitor))).toMatchObject({ status: 401 });
  });

  it.each(['', 'x', 'a.b.c', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.'])('R8 of a customer is refused for the identity token %j', async (identityToken) => {
    const { data } = await dataOf(START, {}, { input: { identityToken } });
    expect(data).toEqual({ startCustomerSession: { __typename: 'InvalidInputError', field: 'identityToken' } });
  });

  it('of an agent is a cookie, which no page can read', async () => {
    const { headers } = await http({ url: app.url }, 'GET', '/demo/agent?as=ben');
    expect(headers['set-cookie']).toEqual([expect.stringMatching(/^minicom_agent=\S{43,}; Expires=.+GMT; Path=\/; HttpOnly; SameSite=Lax$/)]);
  });
});

describe('a credential', () => {
  let alice: Door;
  let ana: Door;
  beforeAll(async () => {
    alice = await enterAsCustomer(app.url, 'alice');
    ana = await enterAsAgent(app.url, 'ana');
  });

  it('is the token alone, whatever cookie comes with it: over HTTP, server-sent events and WebSocket', async () => {
    const both = { ...ours(ana), ...bearer(alice) };
    expect(await dataOf(WHO, both)).toMatchObject({ data: { viewer: { __typename: 'Customer', id: 'alice' } } });
    expect(await (await openEvents(app.url, { query: WHO }, both)).next()).toMatchObject({ data: { viewer: { __typename: 'Customer' } } });
    const headers = ours(ana);
    const [given, none] = [await greet(app.url, { headers, payload: { token: alice.token } }), await greet(app.url, { headers, payload: { token: null } })];
    expect(await who(given)).toMatchObject({ data: { viewer: { __typename: 'Customer' } } });
    expect(await who(none)).toMatchObject({ data: { viewer: { __typename: 'Agent', name: 'Ana' } } });
  });

  it.each([
    ['nonsense', () => 'x'],
    ['nothing', () => ''],
    ['one that was never given', ({ token = '' }: Door) => `${token.slice(0, -4)}AAAA`],
    ['half of one', ({ token = '' }: Door) => token.slice(0, 20)],
    ['one in other letters', ({ token = '' }: Door) => token.toUpperCase()],
    ['one of 10,000 characters', () => 'x'.repeat(10_000)],
  ])('that is bad is refused, never anonymous, whatever cookie comes with it: %s', async (_, make) => {
    const token = make(alice);
    for (const cookie of [{}, ours(ana)]) {
      for (const accept of ['application/json', 'text/event-stream']) {
        const reply = await post(app.url, { query: WHO }, { ...cookie, accept, authorization: `Bearer ${token}` });
        expect(reply).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
        expect(codesOf(reply)).toEqual(['UNAUTHENTICATED']);
      }
      const socket = await dial(app.url, { headers: cookie });
      socket.send({ type: 'connection_init', payload: { token } });
      expect(await socket.closed).toMatchObject({ code: 4403 });
    }
  });

  it.each([[1], [true], [['x']], [{}]])('T9 that is no text is refused on a socket with 4403: %j', async (token) => {
    const socket = await dial(app.url, { headers: ours(ana) });
    socket.send({ type: 'connection_init', payload: { token } });
    expect(await socket.closed).toMatchObject({ code: 4403 });
  });

  it.each(['Basic YWxpY2U6eA==', 'Bearer', 'Bearer a b', 'bearertoken'])('of another scheme is refused: %s', async (authorization) => {
    expect(await post(app.url, { query: WHO }, { authorization })).toMatchObject({ status: 401 });
  });

  it('is nobody’s where there is none', async () => {
    expect(await dataOf(WHO)).toEqual(NOBODY);
    expect(await who(await greet(app.url))).toEqual(NOBODY);
    expect(await dataOf(SIGN_OUT)).toEqual({ data: { signOut: false } });
  });

  it('an agent’s secret is taken as a cookie, and as a bearer by programs', async () => {
    const secret = ana.cookie?.split('=')[1];
    expect(await dataOf(WHO, { authorization: `Bearer ${secret}` })).toMatchObject({ data: { viewer: { __typename: 'Agent' } } });
  });

  it.each([
    ['startVisitorSession', 'mutation { startVisitorSession { __typename } }'],
    ['startCustomerSession', 'mutation { startCustomerSession(input: { identityToken: "x" }) { __typename } }'],
    ['signIn', 'mutation { signIn(input: { email: "a@example.com", password: "x" }) { __typename } }'],
    ['acceptInvite', 'mutation { acceptInvite(input: { token: "x", name: "x", email: "x", password: "x" }) { __typename } }'],
  ])('is given over HTTP only: %s', async (_, query) => {
    const socket = await greet(app.url);
    socket.send({ type: 'subscribe', id: '1', payload: { query } });
    expect(await socket.next()).toMatchObject({ payload: { data: null, errors: [{ extensions: { code: 'HTTP_ONLY' } }] } });
  });
});

describe('the end of a session', () => {
  it('R11 by signing out over HTTP reaches its sockets and events within 5 seconds, and nobody else’s', async () => {
    const [one, other] = [await enterAsCustomer(app.url, 'alice'), await enterAsCustomer(app.url, 'alice')];
    const sockets = [await greet(app.url, { payload: { token: one.token } }), await greet(app.url, { payload: { token: one.token } })];
    for (const socket of sockets) socket.send({ type: 'subscribe', id: '1', payload: { query: FOLLOW } });
    const events = await openEvents(app.url, { query: FOLLOW }, bearer(one));
    const stays = await greet(app.url, { payload: { token: other.token } });
    const nobody = await greet(app.url);

    expect(await dataOf(SIGN_OUT, bearer(one))).toEqual({ data: { signOut: true } });
    expect(await post(app.url, { query: WHO }, bearer(one))).toMatchObject({ status: 401 });
    for (const { closed } of sockets) expect(await within('a socket to close', closed, 5_000)).toMatchObject({ code: 4403 });
    await within('the events to end', (async () => { while ((await events.next()) !== null); })(), 5_000);
    const late = await dial(app.url);
    late.send({ type: 'connection_init', payload: { token: one.token } });
    expect(await late.closed).toMatchObject({ code: 4403 });
    expect(await who(stays)).toMatchObject({ data: { viewer: { id: 'alice' } } });
    expect(await who(nobody)).toEqual(NOBODY);
  });

  it('R11 by signing out is the end of the same operation’s rights', async () => {
    const alice = await enterAsCustomer(app.url, 'alice');
    const query = 'mutation Q($input: SendMessageInput!) { signOut sendMessage(input: $input) { __typename } }';
    const { data } = await dataOf(query, bearer(alice), { input: newSend('alice', 'x') });
    expect(data).toEqual({ signOut: true, sendMessage: { __typename: 'NotFoundError' } });
  });

  it('R11 of an agent clears the cookie, and reaches the inbox', async () => {
    const ana = await enterAsAgent(app.url, 'ana');
    const socket = await greet(app.url, { headers: ours(ana) });
    socket.send({ type: 'subscribe', id: '1', payload: { query: INBOX } });
    expect(await socket.next()).toMatchObject({ type: 'next' });
    const reply = await post(app.url, { query: SIGN_OUT }, ours(ana));
    expect(reply.headers['set-cookie']).toEqual(['minicom_agent=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax']);
    expect(await within('the socket to close', socket.closed, 5_000)).toMatchObject({ code: 4403 });
    expect(await dataOf(WHO, ours(ana))).toEqual(NOBODY);
  });

  it('R11 by signing out over a socket ends that socket too', async () => {
    const alice = await enterAsCustomer(app.url, 'alice');
    const socket = await greet(app.url, { payload: { token: alice.token } });
    socket.send({ type: 'subscribe', id: '1', payload: { query: SIGN_OUT } });
    expect(await socket.next()).toMatchObject({ payload: { data: { signOut: true } } });
    expect(await within('the socket to close', socket.closed, 5_000)).toMatchObject({ code: 4403 });
  });

  it('R11 leaves no time to write to a client that does not answer the close', async () => {
    const [one, other] = [await enterAsCustomer(app.url, 'alice'), await enterAsCustomer(app.url, 'alice')];
    const wire = await openWire(app.url, {}, { stays: true });
    const message = { type: 'subscribe', id: '1', payload: { query: SEND, variables: { input: newSend('alice', 'after the end') } } };
    wire.tcp.write(frame({ payload: JSON.stringify({ type: 'connection_init', payload: { token: one.token } }) }));
    // Frames are read in order, so the message can be sent once this has come back.
    wire.tcp.write(frame({ payload: '{"type":"ping"}' }));
    await dataOf(SIGN_OUT, bearer(one));
    expect(await within('a close frame', wire.closeCode, 5_000)).toBe(4403);
    const ended = new Promise((resolve) => wire.tcp.once('close', resolve));
    const CLOSE = 8;
    wire.tcp.write(Buffer.concat([frame({ payload: JSON.stringify(message) }), frame({ opcode: CLOSE, payload: Buffer.from([0x03, 0xe8]) })]));
    await within('the connection to end', ended);
    expect((await readHistory(httpCall(other), 'alice')).map(({ text }) => text)).not.toContain('after the end');
  });

  it('R12 by its age reaches HTTP at once, and sockets and events within 5 seconds', async () => {
    const [alice, ana] = [await enterAsCustomer(app.url, 'alice'), await enterAsAgent(app.url, 'ana')];
    const sockets = [await greet(app.url, { payload: { token: alice.token } }), await greet(app.url, { headers: ours(ana) })];
    sockets[0]?.send({ type: 'subscribe', id: '1', payload: { query: FOLLOW } });
    const events = await openEvents(app.url, { query: FOLLOW }, bearer(alice));
    turnedOnMs += DAY_MS + 1;
    expect(await post(app.url, { query: WHO }, bearer(alice))).toMatchObject({ status: 401 });
    expect(await dataOf(WHO, ours(ana))).toEqual(NOBODY);
    for (const { closed } of sockets) expect(await within('a socket to close', closed, 5_000)).toMatchObject({ code: 4403 });
    await within('the events to end', (async () => { while ((await events.next()) !== null); })(), 5_000);
  });

  it('R12 by its age sends the stock client to fetch another token, and it misses nothing', async () => {
    let fetched = 0;
    const fetchToken = async (): Promise<{ token?: string | undefined }> => {
      fetched += 1;
      return { token: (await enterAsCustomer(app.url, 'alice')).token };
    };
    const alice = await enterAsCustomer(app.url, 'alice');
    const { cursor: after } = await readSnapshot(httpCall(alice), 'alice');
    const client = createClient({
      url: `${app.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, connectionParams: fetchToken, shouldRetry: () => true, retryWait: () => Promise.resolve(),
    });
    const told = new Set<string>();
    client.subscribe<Followed>({ query: FOLLOW_TEXTS, variables: { customerId: 'alice', after } }, {
      next: ({ data }) => { if (data && 'message' in data.conversationEvents) told.add(data.conversationEvents.message.text); },
      error: (error) => { throw error; },
      complete: () => undefined,
    });
    await send(httpCall(alice), newSend('alice', 'before'));
    await until('the first text', () => told.has('before'));
    turnedOnMs += DAY_MS + 1;
    await send(httpCall(await enterAsCustomer(app.url, 'alice')), newSend('alice', 'meanwhile'));
    await until('the client to come back', () => fetched === 2);
    await send(httpCall(await enterAsCustomer(app.url, 'alice')), newSend('alice', 'after'));
    await until('the last text', () => told.has('after'));
    expect([...told]).toEqual(['before', 'meanwhile', 'after']);
    await client.dispose();
  });

  it('R16 leaves no secret in the log', async () => {
    const [alice, ana] = [await enterAsCustomer(app.url, 'alice'), await enterAsAgent(app.url, 'ana')];
    await post(app.url, { query: WHO }, bearer(alice));
    await post(app.url, { query: WHO }, { authorization: `Bearer ${alice.token}x` });
    await post(app.url, { query: SIGN_OUT }, ours(ana));
    const log = JSON.stringify(app.logged);
    for (const secret of [alice.token ?? '', ana.cookie?.split('=')[1] ?? '']) {
      expect(secret.length).toBeGreaterThan(40);
      expect(log).not.toContain(secret);
    }
  });
});
