import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { RawSocket } from '../_util/wire.ts';
import { startApp, useApp } from '../_util/app.ts';
import { connections, greet, openEvents, post } from '../_util/wire.ts';
import { openWire, frame } from './frames.ts';
import { startCutProxy } from '../_util/cut-proxy.ts';
import { httpCall } from '../_util/graphql-client.ts';
import { enterAsAgent, enterAsCustomer } from '../_util/minicom.ts';
import { inParallel, range } from '../_util/parallel.ts';
import { isFull, scaled } from '../_util/scaled.ts';
import { until, within } from '../_util/wait.ts';

/** While it is shut, nobody finds a conversation. */
let gate = Promise.resolve();
let open = (): void => undefined;
function shut(): void {
  gate = new Promise((resolve) => { open = resolve; });
}
const app = useApp({
  log: (log) => ({
    ...log,
    async find(customerId) {
      await gate;
      return log.find(customerId);
    },
  }),
});
afterEach(() => open());

const FOLLOW = 'subscription { conversationEvents(customerId: "alice") { __typename } }';
const INBOX = 'subscription { inboxEvents { cursor } }';
const FIND = '{ conversation(customerId: "alice") { id } }';
const SEND = 'mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }';
const WHO = '{ viewer { __typename } }';
const subscribe = (id: string, query: string) => ({ type: 'subscribe', id, payload: { query } });
const complete = (id: string) => ({ type: 'complete', id });

async function alice(): Promise<{ payload: { token: string } }> {
  const { token = '' } = await enterAsCustomer(app.url, 'alice');
  return { payload: { token } };
}

async function bearer(): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${(await alice()).payload.token}` };
}

/** Waits until the server has read everything sent so far; skips what comes meanwhile. */
async function pong(socket: RawSocket): Promise<void> {
  socket.send({ type: 'ping' });
  while ((await socket.next()).type !== 'pong');
}

describe('what a socket leaves behind in an idle conversation (T20)', () => {
  it('R40 nothing when it hangs up, politely or not, with 20 streams drained', async () => {
    for (const end of ['close', 'terminate'] as const) {
      const socket = await greet(app.url, await alice());
      for (const id of range(20)) socket.send(subscribe(String(id), FOLLOW));
      for (const _ of range(40)) expect(await socket.next()).toMatchObject({ type: 'next' });
      expect(app.gauges().bells).toBe(20);
      if (end === 'terminate') {
        const input = { customerId: 'alice', text: 'Hello?', clientMessageId: randomUUID() };
        await post(app.url, { query: SEND, variables: { input } }, await bearer());
        await until('the streams to share what they read', () => app.gauges().bells === 21);
      }
      socket.socket[end]();
      await until('bells to be gone', () => app.gauges().bells === 0, 8_000);
    }
  });

  it('R40 nothing when a stream is completed, while the socket stays', async () => {
    const socket = await greet(app.url, await alice());
    const rounds = scaled(10_000);
    for (const round of range(rounds)) {
      socket.send(subscribe(String(round), FOLLOW));
      expect(await socket.next()).toMatchObject({ type: 'next', id: String(round) });
      socket.send(complete(String(round)));
      // What was on its way when the stream ended is still delivered.
      await pong(socket);
    }
    await until('bells to be gone', () => app.gauges().bells === 0, 8_000);
    expect(app.gauges()).toMatchObject({ sockets: 1, bells: 0 });
  });

  it.each(['complete', 'close', 'terminate'] as const)('R40 nothing when its streams have not begun yet: %s', async (end) => {
    const socket = await greet(app.url, await alice());
    shut();
    for (const id of range(10)) socket.send(subscribe(String(id), FOLLOW));
    await until('ten streams to be on their way', () => app.gauges().bells === 10);
    if (end === 'complete') for (const id of range(10)) socket.send(complete(String(id)));
    else socket.socket[end]();
    if (end !== 'complete') await until('the socket to be gone', () => app.gauges().sockets === 0);
    else await pong(socket);
    open();
    await until('bells to be gone', () => app.gauges().bells === 0, 8_000);
  });

  it('R40 nothing when an id is used again before the first stream of that name has ended: that is refused', async () => {
    const socket = await greet(app.url, await alice());
    shut();
    socket.send(subscribe('1', FOLLOW));
    socket.send(complete('1'));
    for (const _ of range(5)) {
      socket.send(subscribe('1', FOLLOW));
      expect(await socket.next()).toMatchObject({ type: 'error', id: '1', payload: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
      socket.send(subscribe('1', FOLLOW));
      socket.send(complete('1'));
      await pong(socket);
    }
    open();
    await until('bells to be gone', () => app.gauges().bells === 0, 8_000);
    socket.send(subscribe('1', FOLLOW));
    expect(await socket.next()).toMatchObject({ type: 'next', id: '1' });
  });

  it('R40 nothing when it hangs up in any state, a thousand at a time, ten times over', { timeout: 240_000 }, async () => {
    const { payload } = await alice();
    const held = (kind: string): number => process.getActiveResourcesInfo().filter((resource) => resource === kind).length;
    const [files, timers] = [held('TCPSocketWrap'), held('Timeout')];
    const init = frame({ payload: JSON.stringify({ type: 'connection_init', payload }) });
    const follow = frame({ payload: JSON.stringify(subscribe('1', FOLLOW)) });
    const texts = [[], [init], [init, follow.subarray(0, 10)]];
    for (const bytes of texts) {
      const wire = await openWire(app.url);
      wire.tcp.end(Buffer.concat(bytes));
    }
    // Cut between acknowledgement and stream, in the middle of a stream, and while operations run.
    for (const _ of range(scaled(10))) {
      await inParallel(range(scaled(1_000)), 10, async (round) => {
        const socket = await greet(app.url, { payload });
        for (const id of range(round % 5)) socket.send(subscribe(String(id), round % 2 === 0 ? FOLLOW : WHO));
        socket.socket.terminate();
      });
      await until('everything to be gone', () => app.gauges().bells === 0 && app.gauges().sockets === 0, 8_000);
      // Both ends are in this process. A handful of timers is the test runner's.
      await until('its files and timers to be back', () => held('TCPSocketWrap') <= files && held('Timeout') <= timers + 5, 8_000);
    }
    expect(app.logged).toEqual([]);
  });

  it('R40 nothing of the inbox either', async () => {
    const { cookie = '' } = await enterAsAgent(app.url, 'ana');
    const socket = await greet(app.url, { headers: { cookie, origin: app.url } });
    for (const id of range(5)) socket.send(subscribe(String(id), INBOX));
    for (const _ of range(5)) expect(await socket.next()).toMatchObject({ type: 'next' });
    expect(app.gauges().bells).toBe(5);
    socket.socket.terminate();
    await until('bells to be gone', () => app.gauges().bells === 0, 8_000);
  });
});

describe('what server-sent events leave behind in an idle conversation (T20)', () => {
  it('R40 nothing when they are cut before they began', async () => {
    const headers = await bearer();
    shut();
    const streams = range(5).map(() => openEvents(app.url, { query: FOLLOW }, headers).catch(() => null));
    await until('five streams to be on their way', () => app.gauges().bells === 5);
    for (const cut of connections) cut();
    await Promise.all(streams);
    open();
    await until('bells to be gone', () => app.gauges().bells === 0, 8_000);
  });

  it.each(range(3))('R40 nothing when they are cut after %i events', async (count) => {
    const headers = await bearer();
    const streams = await inParallel(range(5), 5, () => openEvents(app.url, { query: FOLLOW }, headers));
    for (const stream of streams) for (const _ of range(count)) expect(await stream.next()).toMatchObject({ data: expect.anything() });
    for (const stream of streams) stream.abort();
    await until('bells to be gone', () => app.gauges().bells === 0, 8_000);
    expect(app.logged).toEqual([]);
  });

  it.each(['application/json', 'application/graphql-response+json', 'image/png', '*/*', 'multipart/mixed', ''])(
    'T5 nothing when a subscription comes from who accepts %s, and cannot get it',
    async (accept) => {
      const headers = await bearer();
      const reply = await within('an answer', openEvents(app.url, { query: FOLLOW }, { ...headers, accept }));
      if (reply.status === 200) expect(reply.headers['content-type']).toMatch(/^text\/event-stream/);
      else expect(reply.status).toBe(406);
      reply.abort();
      await until('bells to be gone', () => app.gauges().bells === 0, 8_000);
    },
  );
});

describe('what a socket may use', () => {
  it('R39 T6 is 20 streams: the next is refused, alone, and another fits once one has ended', async () => {
    const socket = await greet(app.url, await alice());
    for (const id of range(20)) socket.send(subscribe(String(id), FOLLOW));
    for (const _ of range(40)) expect(await socket.next()).toMatchObject({ type: 'next' });
    socket.send(subscribe('21', FOLLOW));
    expect(await socket.next()).toMatchObject({ type: 'error', id: '21', payload: [{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } }] });
    socket.send(subscribe('who', WHO));
    expect(await socket.next()).toMatchObject({ type: 'next', id: 'who' });
    expect(await socket.next()).toMatchObject({ type: 'complete', id: 'who' });
    socket.send(complete('7'));
    await until('a stream to end', () => app.gauges().bells === 19);
    socket.send(subscribe('22', FOLLOW));
    expect(await socket.next()).toMatchObject({ type: 'next', id: '22' });
  });

  it('R39 is 10 operations at a time: more are refused as RATE_LIMITED, and the next ones pass', async () => {
    const socket = await greet(app.url, await alice());
    shut();
    for (const id of range(12)) socket.send(subscribe(String(id), FIND));
    for (const id of ['10', '11']) {
      expect(await socket.next()).toMatchObject({ type: 'error', id, payload: [{ extensions: { code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) } }] });
    }
    open();
    const types: string[] = [];
    while (types.length < 20) types.push((await socket.next()).type);
    expect(types.sort()).toEqual([...range(10).map(() => 'complete'), ...range(10).map(() => 'next')]);
    for (const id of range(30)) {
      socket.send(subscribe(String(id), FIND));
      for (const type of ['next', 'complete']) expect(await socket.next()).toMatchObject({ type });
    }
  });
});

describe('an overloaded or failing server', () => {
  it('R36 T9 closes with 1013, not for good, and says nothing of why, when nobody can be authenticated', async () => {
    let isBroken = false;
    const clock = { now: () => { if (isBroken) throw new Error('SQLITE_IOERR at /var/secret'); return Date.now(); } };
    const own = await startApp({ clock });
    try {
      const { token } = await enterAsCustomer(own.url, 'alice');
      isBroken = true;
      const wire = await openWire(own.url);
      wire.tcp.write(frame({ payload: JSON.stringify({ type: 'connection_init', payload: { token } }) }));
      expect(await wire.closeCode).toBe(1013);
      expect(wire.texts).toEqual([]);
      expect(own.logged.filter(({ msg }) => msg === 'a socket could not be authenticated')).toHaveLength(1);
      const reply = await post(own.url, { query: WHO }, { authorization: `Bearer ${token}` });
      expect(reply.status).toBe(500);
      expect(reply.body).not.toMatch(/SQLITE|secret|\.ts/);
      isBroken = false;
      await greet(own.url, { payload: { token } });
    } finally {
      isBroken = false;
      await own.stop();
    }
  });

  it('R85 T9 tells everybody to come back with 1012 when it stops, and leaves nothing', async () => {
    const own = await startApp();
    const { token } = await enterAsCustomer(own.url, 'alice');
    const sockets = await inParallel(range(10), 10, async () => {
      const socket = await greet(own.url, { payload: { token } });
      socket.send(subscribe('1', FOLLOW));
      await socket.next();
      return socket;
    });
    const events = await openEvents(own.url, { query: FOLLOW }, { authorization: `Bearer ${token}` });
    await own.stop();
    for (const { closed } of sockets) expect(await closed).toMatchObject({ code: 1012 });
    while ((await events.next()) !== null);
    expect(own.gauges()).toMatchObject({ sockets: 0, bells: 0 });
    expect(own.logged).toEqual([]);
  });
});

describe('a silent client', () => {
  it.runIf(isFull)('R42 T10 that answers no ping is cut off (takes 25 s: with FULL=1 only)', { timeout: 60_000 }, async () => {
    const wire = await openWire(app.url, {}, { stays: true });
    const { payload } = await alice();
    wire.tcp.write(frame({ payload: JSON.stringify({ type: 'connection_init', payload }) }));
    const polite = await greet(app.url);
    await within('the connection to end', new Promise((resolve) => wire.tcp.once('close', resolve)), 40_000);
    expect(polite.socket.readyState).toBe(polite.socket.OPEN);
  });

  it.runIf(isFull)('R43 whose network is gone without a word holds nothing after 30 s, and its agent is away (takes 25 s: with FULL=1 only)', { timeout: 60_000 }, async () => {
    const [ana, ben] = [await enterAsAgent(app.url, 'ana'), await enterAsAgent(app.url, 'ben')];
    const proxy = await startCutProxy({ target: app.url });
    onTestFinished(() => proxy.stop());
    const socket = await greet(proxy.url, { headers: { cookie: ana.cookie ?? '', origin: app.url, host: new URL(app.url).host } });
    socket.send(subscribe('1', INBOX));
    expect(await socket.next()).toMatchObject({ type: 'next', id: '1' });
    const isOnline = async (): Promise<boolean | undefined> => {
      const { data } = await httpCall(ben)<{ agents: { name: string; online: boolean }[] }>('{ agents { name online } }');
      return data?.agents.find(({ name }) => name === 'Ana')?.online;
    };
    expect(await isOnline()).toBe(true);
    expect(app.gauges()).toMatchObject({ sockets: 1, bells: 1 });
    proxy.silence();
    await until('it to be given up', () => app.gauges().sockets === 0 && app.gauges().bells === 0, 30_000);
    expect(await isOnline()).toBe(false);
    expect(app.logged).toEqual([]);
  });
});
