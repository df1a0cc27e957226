import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { RATES } from '../../server/limits/rates.ts';
import { useApp } from '../_util/app.ts';
import type { Door } from '../_util/graphql-client.ts';
import { httpCall, openSocket } from '../_util/graphql-client.ts';
import { addNote, enterAsAgent, enterAsCustomer, newSend, readHistory, send } from '../_util/minicom.ts';
import { inParallel, range } from '../_util/parallel.ts';
import { scaled } from '../_util/scaled.ts';
import { until } from '../_util/wait.ts';
import { codesOf, dial, exchange, greet, JSON_TYPE, openEvents, post } from '../_util/wire.ts';

/** Nothing comes back here, however long a test takes: for the limits no time passes. */
const app = useApp({ monotonic: () => 0, env: { RATE_LIMITS: 'on', TRUSTED_PROXIES: 'loopback' } });

/** Whoever the proxy in front says. */
const from = (address: string): { 'x-forwarded-for': string } => ({ 'x-forwarded-for': address });
const bearer = ({ token }: Door): { authorization: string } => ({ authorization: `Bearer ${token}` });
const somebody = (): Promise<Door> => enterAsCustomer(app.url, randomUUID());
const customerOf = async (door: Door): Promise<string> => {
  const { data } = await httpCall(door)<{ viewer: { id: string } }>('{ viewer { ... on Customer { id } } }');
  return data?.viewer.id ?? '';
};

/** Texts that a customer may send at once. */
const SHARE = RATES.send.customer.burst;
const LIMITED = { __typename: 'RateLimitedError', reason: expect.stringMatching(/^Too many requests/) };
const RATE_LIMITED = { extensions: { code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) } };
/** Fifteen root fields in one document. */
const FIFTEEN = `{ ${range(15).map((index) => `a${index}: viewer { __typename }`).join(' ')} }`;

describe('the texts of one customer', () => {
  it('R44 are one share on all transports; one that was kept can be sent again with nothing left', async () => {
    const alice = await somebody();
    const customerId = await customerOf(alice);
    const [http, socket] = [httpCall(alice), await openSocket(alice)];
    const first = newSend(customerId, 'kept');
    expect(await send(http, first)).toMatchObject({ __typename: 'SendMessagePayload' });
    for (const index of range(SHARE - 1)) expect(await send(index % 2 ? http : socket.call, newSend(customerId, 'x'))).toMatchObject({ __typename: 'SendMessagePayload' });
    for (const call of [http, socket.call]) {
      expect(await send(call, newSend(customerId, 'too much'))).toMatchObject(LIMITED);
      for (const _ of range(15)) expect(await send(call, first)).toMatchObject({ __typename: 'SendMessagePayload', message: { text: 'kept' } });
      expect(await send(call, { ...first, text: 'another' })).toMatchObject({ __typename: 'IdempotencyConflictError' });
    }
    expect(await readHistory(http, customerId)).toHaveLength(SHARE);
    const bob = await somebody();
    expect(await send(httpCall(bob), newSend(await customerOf(bob), 'hello'))).toMatchObject({ __typename: 'SendMessagePayload' });
    const ana = httpCall(await enterAsAgent(app.url, 'ana'));
    for (const _ of range(30)) expect(await send(ana, newSend(customerId, 'answer'))).toMatchObject({ __typename: 'SendMessagePayload' });
    expect(await addNote(ana, newSend(customerId, 'note'))).toMatchObject({ __typename: 'AddNotePayload' });
    socket.close();
  });

  it('sent at once are no more than the share', async () => {
    const alice = await somebody();
    const customerId = await customerOf(alice);
    const outcomes = await Promise.all(range(SHARE + 30).map(() => send(httpCall(alice), newSend(customerId, 'x'))));
    expect(outcomes.filter(({ __typename }) => __typename === 'SendMessagePayload')).toHaveLength(SHARE);
    expect(await readHistory(httpCall(alice), customerId)).toHaveLength(SHARE);
  });
});

describe('what is asked for', () => {
  it('R44 counts field by field, so that aliases buy nothing, and is refused alike over HTTP, WebSocket and server-sent events', async () => {
    const alice = await somebody();
    const customerId = await customerOf(alice);
    // One was asked to learn the id.
    for (const _ of range(19)) expect(codesOf(await post(app.url, { query: FIFTEEN }, bearer(alice)))).toEqual([]);
    const reply = await post(app.url, { query: FIFTEEN }, bearer(alice));
    expect(JSON.parse(reply.body)).toMatchObject({ data: { a13: { __typename: 'Customer' }, a14: null }, errors: [RATE_LIMITED] });

    const socket = await greet(app.url, { payload: { token: alice.token } });
    socket.send({ type: 'subscribe', id: '1', payload: { query: FIFTEEN } });
    expect(await socket.next()).toMatchObject({ id: '1', payload: { errors: range(15).map(() => RATE_LIMITED) } });
    expect(await socket.next()).toMatchObject({ id: '1', type: 'complete' });
    const follow = { query: `subscription { conversationEvents(customerId: "${customerId}") { cursor } }` };
    const events = await openEvents(app.url, follow, bearer(alice));
    expect(await events.next()).toMatchObject({ errors: [RATE_LIMITED] });
    expect(await events.next()).toBeNull();
    socket.send({ type: 'subscribe', id: '2', payload: follow });
    expect(await socket.next()).toMatchObject({ id: '2', payload: { errors: [RATE_LIMITED] } });
    expect(JSON.parse((await post(app.url, { query: FIFTEEN }, bearer(await somebody()))).body)).not.toHaveProperty('errors');
  });

  it('is data where the result has a member for it', async () => {
    const alice = await somebody();
    const customerId = await customerOf(alice);
    const remove = async (count: number): Promise<{ __typename: string; retryAfterMs?: number }[]> => {
      const query = `mutation { ${range(count).map((index) => (
        `a${index}: removeMessage(input: { customerId: "${customerId}", messageId: "x" }) { __typename ... on RateLimitedError { retryAfterMs } }`
      )).join(' ')} }`;
      const { body } = await post(app.url, { query }, bearer(alice));
      return Object.values((JSON.parse(body) as { data: Record<string, { __typename: string; retryAfterMs?: number }> }).data);
    };
    const { burst } = RATES.change.customer;
    for (const _ of range(burst / 10)) expect(new Set((await remove(10)).map(({ __typename }) => __typename))).toEqual(new Set(['NotFoundError']));
    expect(await remove(2)).toEqual(range(2).map(() => ({ __typename: 'RateLimitedError', retryAfterMs: expect.any(Number) })));
  });

  it('is counted by address before anything is read of it, whoever asks', async () => {
    const replies = await inParallel(range(1_010), 20, () => exchange(app.url, { headers: { ...JSON_TYPE, ...from('198.51.100.9') }, body: '{' }));
    const refused = replies.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(10);
    expect(refused[0]).toMatchObject({ headers: { 'retry-after': expect.stringMatching(/^\d+$/), 'x-content-type-options': 'nosniff' } });
    expect(JSON.parse(refused[0]?.body ?? '')).toMatchObject({ errors: [RATE_LIMITED] });
    expect(await post(app.url, { query: '{ viewer { __typename } }' }, from('198.51.100.10'))).toMatchObject({ status: 200 });
  });
});

describe('visitors who begin', () => {
  const START = 'mutation { startVisitorSession { __typename ... on CustomerSession { token } ... on Error { reason } } }';
  const start = async (headers: Record<string, string>): Promise<{ __typename: string; token?: string }> => {
    const { body } = await post(app.url, { query: START }, headers);
    return (JSON.parse(body) as { data: { startVisitorSession: { __typename: string; token?: string } } }).data.startVisitorSession;
  };

  it('are bounded for one address, or one /64 network, aliases and made-up addresses included', async () => {
    const of = (index: number): Record<string, string> => ({ 'x-forwarded-for': `8.8.8.${index}, 2001:db8:7:7::${index}` });
    const { burst } = RATES.visitor.address;
    for (const index of range(burst)) expect((await start(of(index))).__typename).toBe('CustomerSession');
    for (const index of range(burst)) expect(await start(of(index))).toMatchObject(LIMITED);
    expect((await start(from('2001:db8:7:8::1'))).__typename).toBe('CustomerSession');
    const query = `mutation { ${range(15).map((index) => `a${index}: startVisitorSession { __typename }`).join(' ')} }`;
    const replies = await inParallel(range(Math.ceil(burst / 15) + 1), 1, () => post(app.url, { query }, from('203.0.113.1')));
    expect(replies.reduce((sum, { body }) => sum + body.split('CustomerSession').length - 1, 0)).toBe(burst);
  });

  it('are 5 an hour for one who is one already', async () => {
    const { token = '' } = await start(from('203.0.113.2'));
    const outcomes = await inParallel(range(7), 1, (index) => start({ ...from(`203.0.113.${10 + index}`), authorization: `Bearer ${token}` }));
    expect(outcomes.map(({ __typename }) => __typename)).toEqual([...range(5).map(() => 'CustomerSession'), 'RateLimitedError', 'RateLimitedError']);
  });
});

describe('sockets', () => {
  it('R39 T9 of a session are 10: the next is told to try again later, and fits once one has gone', async () => {
    const [alice, bob] = [await somebody(), await somebody()];
    const session = { payload: { token: alice.token } };
    const sockets = await inParallel(range(10), 10, () => greet(app.url, session));
    const next = await dial(app.url);
    next.send({ type: 'connection_init', payload: session.payload });
    expect(await next.closed).toMatchObject({ code: 1013 });
    await greet(app.url, { payload: { token: bob.token } });
    await greet(app.url);
    sockets[0]?.socket.terminate();
    await until('a socket to be gone', () => app.gauges().sockets === 11);
    await greet(app.url, session);
  });

  it('R39 of strangers are 50 from one address: the next is refused before the handshake, and fits once one has gone or is known', async () => {
    const headers = from('198.51.100.50');
    const sockets = await inParallel(range(50), 10, () => greet(app.url, { headers }));
    await expect(dial(app.url, { headers })).rejects.toThrow('429');
    await greet(app.url, { headers: from('198.51.100.51') });
    sockets[0]?.socket.terminate();
    await until('a socket to be gone', () => app.gauges().sockets === 50);
    const { token } = await somebody();
    for (const _ of range(10)) await greet(app.url, { headers, payload: { token } });
    const stranger = await greet(app.url, { headers });
    await expect(dial(app.url, { headers })).rejects.toThrow('429');
    stranger.send({ type: 'ping' });
    expect(await stranger.next()).toMatchObject({ type: 'pong' });
  });

  it('R39 that open too fast are refused, and leave nothing', { timeout: 120_000 }, async () => {
    const headers = from('198.51.100.60');
    const resources = process.getActiveResourcesInfo().length;
    const total = scaled(10_000);
    const outcomes = await inParallel(range(total), 20, () => dial(app.url, { headers }).then(({ socket }) => socket.terminate(), (error: Error) => error.message));
    expect(outcomes.filter((message) => message?.includes('429'))).toHaveLength(total - RATES.connection.address.burst);
    await until('all to be gone', () => app.gauges().sockets === 0);
    await until('no descriptor to be held', () => process.getActiveResourcesInfo().length <= resources);
  });

  it('R41 that flood are read more slowly, and told to try again later; others notice nothing', async () => {
    const { token } = await somebody();
    const [flooding, other] = [await greet(app.url, { payload: { token } }), await greet(app.url, { payload: { token } })];
    let isClosed = false;
    void flooding.closed.then(() => { isClosed = true; });
    for (let sent = 0; !isClosed && sent < 100_000; sent += 100) {
      for (const index of range(100)) flooding.send(index % 2 ? { type: 'ping' } : { type: 'complete', id: 'nothing' });
      await new Promise((resolve) => { setImmediate(resolve); });
    }
    expect(await flooding.closed).toMatchObject({ code: 1013 });
    other.send({ type: 'subscribe', id: '1', payload: { query: '{ viewer { __typename } }' } });
    expect(await other.next()).toMatchObject({ type: 'next', payload: { data: { viewer: { __typename: 'Customer' } } } });
  });

  it('R102 of who goes on asking with nothing left are answered unread, by their ids, and hear of nothing else', async () => {
    const [alice, bob] = [await somebody(), await somebody()];
    const socket = await greet(app.url, { payload: { token: alice.token } });
    const others = await greet(app.url, { payload: { token: bob.token } });
    const ask = (id: string, query: string): void => socket.send({ id, type: 'subscribe', payload: { query } });
    for (const _ of range(20)) await post(app.url, { query: FIFTEEN }, bearer(alice));
    for (const n of range(10)) {
      ask(`${n}`, '{ viewer { __typename } }');
      expect(await socket.next()).toMatchObject({ id: `${n}`, type: 'next', payload: { errors: [RATE_LIMITED] } });
      expect(await socket.next()).toMatchObject({ id: `${n}`, type: 'complete' });
    }
    const refused = { type: 'error', payload: [{ extensions: { code: 'RATE_LIMITED', retryAfterMs: 1_000 }, message: expect.stringMatching(/^Too many requests/) }] };
    for (const n of range(10)) ask(`again-${n}`, 'this is not even read');
    for (const n of range(10)) expect(await socket.next()).toMatchObject({ id: `again-${n}`, ...refused });
    socket.send({ type: 'ping' });
    expect(await socket.next()).toMatchObject({ type: 'pong' });
    others.send({ id: '1', type: 'subscribe', payload: { query: '{ viewer { __typename } }' } });
    expect(await others.next()).toMatchObject({ id: '1', type: 'next', payload: { data: { viewer: { __typename: 'Customer' } } } });
  });

  it('R41 that send as fast as people ever do are not held up', async () => {
    const socket = await greet(app.url);
    for (const _ of range(400)) socket.send({ type: 'ping' });
    for (const _ of range(400)) expect(await socket.next()).toMatchObject({ type: 'pong' });
    expect(socket.socket.readyState).toBe(socket.socket.OPEN);
  });
});

describe('event streams', () => {
  it('are 20 of a session; the next is refused with 429, and fits once one has gone', async () => {
    const alice = await somebody();
    const follow = { query: `subscription { conversationEvents(customerId: "${await customerOf(alice)}") { cursor } }` };
    const streams = await inParallel(range(20), 5, () => openEvents(app.url, follow, bearer(alice)));
    expect(streams.map(({ status }) => status)).toEqual(range(20).map(() => 200));
    const next = await openEvents(app.url, follow, bearer(alice));
    expect(next.status).toBe(429);
    expect(await post(app.url, { query: '{ viewer { __typename } }' }, bearer(alice))).toMatchObject({ status: 200 });
    streams[0]?.abort();
    await until('another to fit', async () => (await openEvents(app.url, follow, bearer(alice))).status === 200);
  });
});
