import { expect, it, onTestFinished } from 'vitest';
import { useApp } from '../_util/app.ts';
import type { Door } from '../_util/graphql-client.ts';
import { httpCall } from '../_util/graphql-client.ts';
import { enterAsCustomer, newSend, readHistory } from '../_util/minicom.ts';
import { inParallel, range } from '../_util/parallel.ts';
import { until } from '../_util/wait.ts';
import type { Reply } from '../_util/wire.ts';
import { dial, greet, openEvents, post } from '../_util/wire.ts';

/** While it is shut, nothing is kept. */
let gate = Promise.resolve();
let open = (): void => undefined;
let waiting = 0;
const app = useApp({
  env: { RATE_LIMITS: 'off' },
  log: (log) => ({
    ...log,
    async change(...args) {
      waiting += 1;
      await gate;
      return log.change(...args);
    },
  }),
});

const SEND = 'mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }';
const FIND = { query: '{ conversation(customerId: "alice") { id } }' };
const TYPE = { query: 'mutation { setTyping(input: { customerId: "alice", typing: true }) { __typename } }' };
const FOLLOW = { query: 'subscription { conversationEvents(customerId: "alice") { __typename } }' };
const sending = (text: string) => ({ query: SEND, variables: { input: newSend('alice', text) } });
const OVERLOADED = { extensions: { code: 'OVERLOADED', retryable: true, retryAfterMs: 1_000 } };

let alice: Door;
const byHttp = (payload: object): Promise<Reply> => post(app.url, payload, { authorization: `Bearer ${alice.token}` });

it('R98 refuses what is too much, over all transports together: typing, reads, newcomers, changes, in this order, keeps exactly the rest, and cuts off whoever does not wait', async () => {
  alice = await enterAsCustomer(app.url, 'alice');
  const payload = { token: alice.token };
  const [asking, deaf, ...busy] = await inParallel(range(27), 10, () => greet(app.url, { payload }));
  gate = new Promise((resolve) => { open = resolve; });
  onTestFinished(() => open());
  const kept: Promise<Reply>[] = [];
  /** Until so many are under way. Of ten, one comes by HTTP. */
  const fill = async (total: number): Promise<void> => {
    for (const index of range(total - waiting)) {
      const n = waiting + index;
      if (n % 10 === 0) kept.push(byHttp(sending(`${n}`)));
      else busy[Math.floor(n / 10)]?.send({ id: `${n}`, type: 'subscribe', payload: sending(`${n}`) });
    }
    await until(`${total} to be under way`, () => waiting === total);
  };
  let asked = 0;
  /** Whether it is refused, which is the same on a socket, by HTTP and as events. */
  const isRefused = async (operation: object): Promise<boolean> => {
    asked += 1;
    asking?.send({ id: `q${asked}`, type: 'subscribe', payload: operation });
    const frame = await asking?.next();
    if (frame?.type === 'next') await asking?.next();
    const reply = await byHttp(operation);
    expect(reply.status).toBe(frame?.type === 'error' ? 503 : 200);
    if (frame?.type !== 'error') return false;
    expect(frame).toMatchObject({ id: `q${asked}`, payload: [OVERLOADED] });
    expect(reply.headers).toMatchObject({ 'retry-after': '1', 'x-content-type-options': 'nosniff' });
    expect(JSON.parse(reply.body)).toMatchObject({ errors: [OVERLOADED] });
    return true;
  };
  const isShut = async (): Promise<boolean> => {
    const stream = await openEvents(app.url, FOLLOW, { authorization: `Bearer ${alice.token}` });
    stream.abort();
    const upgrade = await dial(app.url).then(({ socket }) => socket.terminate(), (error: Error) => error.message);
    expect(upgrade === undefined ? 200 : 503).toBe(stream.status);
    if (upgrade !== undefined) expect(upgrade).toContain('503');
    return stream.status === 503;
  };

  await fill(99);
  expect(await isRefused(TYPE)).toBe(false);
  await fill(100);
  expect(await isRefused(TYPE)).toBe(true);
  await fill(174);
  expect(await isRefused(FIND)).toBe(false);
  await fill(175);
  expect(await isRefused(FIND)).toBe(true);
  await fill(199);
  expect(await isShut()).toBe(false);
  await fill(200);
  expect(await isShut()).toBe(true);
  await fill(250);
  expect(await isRefused(sending('refused'))).toBe(true);
  expect(await isRefused(sending('refused again'))).toBe(true);
  for (const n of range(12)) deaf?.send({ id: `d${n}`, type: 'subscribe', payload: sending('refused, and not heeded') });
  expect(await deaf?.closed).toMatchObject({ code: 1013 });
  for (const n of range(11)) expect(await deaf?.next()).toMatchObject({ id: `d${n}`, type: 'error', payload: [OVERLOADED] });

  open();
  expect(new Set((await Promise.all(kept)).map(({ body }) => body))).toEqual(new Set(['{"data":{"sendMessage":{"__typename":"SendMessagePayload"}}}']));
  await until('all to be kept', async () => (await readHistory(httpCall(alice), 'alice')).length === 250);
  await until('it to be over', async () => (await byHttp(FIND)).status === 200);
  expect((await readHistory(httpCall(alice), 'alice')).map(({ text }) => text)).not.toContainEqual(expect.stringContaining('refused'));
  expect((await byHttp(sending('after it'))).body).toContain('SendMessagePayload');
});
