import { beforeAll, describe, expect, it } from 'vitest';
import type { Exchange, Reply } from '../_util/wire.ts';
import { useApp } from '../_util/app.ts';
import { codesOf, dial, exchange, greet, JSON_TYPE, post } from '../_util/wire.ts';
import type { Door } from '../_util/graphql-client.ts';
import { enterAsAgent, enterAsCustomer, newSend, readHistory } from '../_util/minicom.ts';
import { httpCall } from '../_util/graphql-client.ts';

const app = useApp();
let ana: Door;
let alice: Door;
beforeAll(async () => {
  ana = await enterAsAgent(app.url, 'ana');
  alice = await enterAsCustomer(app.url, 'alice');
});

/** An integrator's, which no browser is meant to hold. */
async function apiToken(): Promise<string> {
  const query = 'mutation { createApiToken(input: { name: "Shop", scopes: ["admin"], days: 1 }) { ... on CreateApiTokenPayload { secret } } }';
  const { data } = await httpCall(ana)<{ createApiToken: { secret: string } }>(query);
  return data?.createApiToken.secret ?? '';
}

const WHO = { query: '{ viewer { __typename } }' };
const AGENT = '{"data":{"viewer":{"__typename":"Agent"}}}';
const CUSTOMER = '{"data":{"viewer":{"__typename":"Customer"}}}';
const NOBODY = '{"data":{"viewer":null}}';

/** Every header set by which another site's page shows itself. */
function foreign(): [string, Record<string, string>][] {
  const { port } = new URL(app.url);
  return [
    ['another site', { origin: 'https://evil.example' }],
    ['null', { origin: 'null' }],
    ['nothing', { origin: '' }],
    ['our name as a prefix', { origin: `${app.url}.evil.example` }],
    ['our name as a suffix', { origin: `http://evil-127.0.0.1:${port}` }],
    ['another scheme', { origin: app.url.replace('http:', 'https:') }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['no port', { origin: 'http://127.0.0.1' }],
    ['upper case and a path', { origin: `${app.url}/` }],
    ['a user', { origin: app.url.replace('//', '//127.0.0.1@') }],
    ['two origins', { origin: `${app.url}, https://evil.example` }],
    ['Fetch-Metadata of another site', { 'sec-fetch-site': 'cross-site' }],
    ['Fetch-Metadata of a neighbour', { 'sec-fetch-site': 'same-site' }],
  ];
}

/** The same headers on every transport, and the status that each one gave. */
async function statuses(headers: Record<string, string>): Promise<Record<string, number>> {
  const send = async (accept: string, payload: unknown): Promise<number> => (await post(app.url, payload, { accept, ...headers })).status;
  const upgrade = dial(app.url, { headers }).then(
    ({ socket }) => {
      socket.close();
      return 101;
    },
    (error: Error) => Number(/\d{3}/.exec(error.message)?.[0]),
  );
  return {
    http: await send('application/json', WHO),
    events: await send('text/event-stream', { query: 'subscription { nothing }' }),
    socket: await upgrade,
  };
}

const REFUSED = { http: 403, events: 403, socket: 403 };

describe('a page of another site', () => {
  it('R17 R49 R51 T6 is refused over HTTP, server-sent events and WebSocket before anything is read, whatever it brings', async () => {
    const program = { authorization: `Bearer ${await apiToken()}` };
    expect(await post(app.url, WHO, program)).toMatchObject({ status: 200, body: '{"data":{"viewer":{"__typename":"ApiToken"}}}' });
    const credentials: Record<string, string>[] = [{}, { cookie: ana.cookie ?? '' }, { authorization: `Bearer ${alice.token}` }, program];
    for (const [name, headers] of foreign()) {
      for (const credential of credentials) expect(await statuses({ ...headers, ...credential }), name).toEqual(REFUSED);
    }
  });

  it('R49 writes nothing with an agent’s cookie or a customer’s token', async () => {
    const { length } = await readHistory(httpCall(alice), 'alice');
    for (const credential of [{ cookie: ana.cookie }, { authorization: `Bearer ${alice.token}` }]) {
      const query = 'mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }';
      const reply = await post(app.url, { query, variables: { input: newSend('alice', 'forged') } }, { origin: 'https://evil.example', ...credential });
      expect(codesOf(reply)).toEqual(['FORBIDDEN']);
    }
    expect(await readHistory(httpCall(alice), 'alice')).toHaveLength(length);
  });

  it('R50 T3 gets no word of CORS: neither a preflight nor an answer allows anything', async () => {
    const preflight = { origin: 'https://evil.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
    const replies = [
      await exchange(app.url, { method: 'OPTIONS', headers: preflight }),
      await post(app.url, WHO, { origin: 'https://evil.example' }),
      await post(app.url, WHO, { origin: 'https://evil.example', cookie: ana.cookie }),
      await post(app.url, WHO, { origin: app.url }),
      await exchange(app.url, { method: 'GET', path: '/', headers: { origin: 'https://evil.example' } }),
      await exchange(app.url, { method: 'GET', path: '/demo/identity?customer=alice', headers: { origin: 'https://evil.example' } }),
    ];
    for (const { headers } of replies) expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect(replies[0]?.status).toBe(405);
  });

  it('R48 R49 gets nothing out of the demo’s doors', async () => {
    for (const path of ['/demo/identity?customer=alice', '/demo/agent?as=ana']) {
      const reply = await exchange(app.url, { method: 'GET', path, headers: { origin: 'https://evil.example' } });
      expect(reply.status).toBe(403);
      expect(reply.body).not.toContain('identityToken');
      expect(reply.headers['set-cookie']).toBeUndefined();
    }
  });
});

describe('a cookie', () => {
  it.each([
    ['our own Origin', () => ({ origin: app.url })],
    ['Fetch-Metadata of our own page', () => ({ 'sec-fetch-site': 'same-origin' })],
    ['our Origin under another loopback name', () => ({ origin: app.url.replace('127.0.0.1', 'localhost') })],
  ])('R49 R51 counts with %s', async (_, headers) => {
    expect(await post(app.url, WHO, { cookie: ana.cookie, ...headers() })).toMatchObject({ status: 200, body: AGENT });
    const socket = await greet(app.url, { headers: { cookie: ana.cookie ?? '', ...headers() } });
    socket.send({ type: 'subscribe', id: '1', payload: WHO });
    expect(await socket.next()).toMatchObject({ type: 'next', payload: JSON.parse(AGENT) });
  });

  it.each([
    ['no Origin', {}],
    ['a navigation', { 'sec-fetch-site': 'none' }],
  ])('R49 R51 does not count with %s', async (_, headers) => {
    expect(await statuses({ cookie: ana.cookie ?? '', ...headers })).toEqual(REFUSED);
  });

  it.each([
    ['of nobody', 'minicom_agent=minicom_agent_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['that is empty', 'minicom_agent='],
    ['of another name', 'other=1; minicom_agentx=2'],
  ])('%s is nobody’s', async (_, cookie) => {
    expect(await post(app.url, WHO, { cookie, origin: app.url })).toMatchObject({ status: 200, body: NOBODY });
  });

  it('a customer’s token in it is nobody’s', async () => {
    expect(await post(app.url, WHO, { cookie: `minicom_agent=${alice.token}`, origin: app.url })).toMatchObject({ status: 200, body: NOBODY });
  });
});

describe('a program', () => {
  it('R49 R51 passes without Origin, with a token or without', async () => {
    expect(await post(app.url, WHO)).toMatchObject({ status: 200, body: NOBODY });
    expect(await post(app.url, WHO, { authorization: `Bearer ${alice.token}` })).toMatchObject({ status: 200, body: CUSTOMER });
    const socket = await greet(app.url, { payload: { token: alice.token } });
    socket.send({ type: 'subscribe', id: '1', payload: WHO });
    expect(await socket.next()).toMatchObject({ type: 'next', payload: JSON.parse(CUSTOMER) });
  });
});

describe('Host', () => {
  it.each([
    ['another name (DNS rebinding)', 'evil.example'],
    ['another name and our port', (port: string) => `evil.example:${port}`],
    ['our name without the port', '127.0.0.1'],
    ['our name and another port', '127.0.0.1:1'],
    ['our name as a prefix', (port: string) => `127.0.0.1.evil.example:${port}`],
    ['a user', (port: string) => `evil.example@127.0.0.1:${port}`],
  ])('R15 %s is answered nowhere', async (_, given) => {
    const { port } = new URL(app.url);
    const headers = { host: typeof given === 'string' ? given : given(port) };
    const asked: Exchange[] = ['/', '/chat/alice', '/health', '/ready', '/graphql', '/demo/agent?as=ana'].map((path) => ({ method: 'GET', path, headers }));
    const replies: Reply[] = await Promise.all(asked.map((one) => exchange(app.url, one)));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([421]));
    expect(await statuses(headers)).toEqual({ http: 421, events: 421, socket: 421 });
  });

  it.each(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]'])('R15 %s is ours', async (name) => {
    const { port } = new URL(app.url);
    expect(await statuses({ host: `${name}:${port}` })).toEqual({ http: 200, events: 200, socket: 101 });
  });
});

describe('a proxy in front of the demo', () => {
  it('R15 that nobody named is answered nowhere, though it calls the demo by its own name', async () => {
    const forwarding: Record<string, string>[] = [{ 'x-forwarded-for': '203.0.113.1' }, { forwarded: 'for=203.0.113.1' }];
    for (const headers of forwarding) {
      for (const path of ['/', '/demo/agent?as=ana', '/demo/identity?customer=alice']) {
        const reply = await exchange(app.url, { method: 'GET', path, headers });
        expect(reply).toMatchObject({ status: 403, body: expect.stringContaining('TRUSTED_PROXIES') });
        expect(reply.headers['set-cookie']).toBeUndefined();
      }
      expect(await statuses(headers)).toEqual(REFUSED);
    }
  });
});

describe('the address', () => {
  it('R45 carries no token: refused over HTTP and WebSocket, and never logged', async () => {
    const path = `/graphql?token=${alice.token}`;
    expect(await exchange(app.url, { path, headers: JSON_TYPE, body: JSON.stringify(WHO) })).toMatchObject({ status: 400 });
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' };
    expect(await exchange(app.url, { method: 'GET', path, headers: upgrade })).toMatchObject({ status: 400 });
    expect(JSON.stringify(app.logged)).not.toContain(alice.token);
  });
});
