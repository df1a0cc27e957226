import { describe, expect, it } from 'vitest';
import { useApp } from '../_util/app.ts';
import { follow } from '../_util/follower.ts';
import type { Door } from '../_util/graphql-client.ts';
import { httpCall, openSocket } from '../_util/graphql-client.ts';
import type { Followed, Message } from '../_util/minicom.ts';
import { enterAsCustomer, FOLLOW, newSend, readHistory, readSnapshot, send } from '../_util/minicom.ts';
import { at, inParallel, range } from '../_util/parallel.ts';
import { scaled } from '../_util/scaled.ts';
import { until, within } from '../_util/wait.ts';
import type { Frame, RawSocket } from '../_util/wire.ts';
import { greet } from '../_util/wire.ts';

let reads = 0;
const app = useApp({
  env: { RATE_LIMITS: 'off' },
  log: (log) => ({
    ...log,
    streamAfter: (...asked) => {
      reads += 1;
      return log.streamAfter(...asked);
    },
  }),
});

const PAGE_BYTES = 64 * 1024;
const MAX_BYTES = 1024 * 1024;

describe('a reader that stalls', () => {
  it('R79 T1 T2 holds a page and a bit while thousands of messages flow, and then resumes without a gap', async () => {
    const alice = await enterAsCustomer(app.url, 'alice');
    const { cursor } = await readSnapshot(httpCall(alice), 'alice');
    const healthy = range(3).map(() => follow({ door: () => alice, customerId: 'alice', after: cursor }));
    const stalled = await startFollowing(alice, 'alice', cursor);
    stalled.socket.pause();

    let most = 0;
    const text = 'a'.repeat(7_000); // more than the system takes in between, in the short run too
    const { call, close } = await openSocket(alice);
    await inParallel(range(scaled(20_000)), 8, async (n) => {
      await send(call, newSend('alice', `${n} ${text}`));
      most = Math.max(most, app.gauges().bufferedBytes);
    });
    await send(call, newSend('alice', 'the end'));
    await until('the others to be told', () => healthy.every(({ hasSeen }) => hasSeen('the end')), 60_000);
    close();
    expect(most).toBeLessThan(MAX_BYTES + PAGE_BYTES);
    expect(healthy.flatMap(({ problems }) => problems())).toEqual([]);

    stalled.socket.resume();
    const held = await readOn(stalled, cursor);
    const rest = follow({ door: () => alice, customerId: 'alice', after: held.cursor });
    if (held.texts.at(-1) !== 'the end') await until('the rest', () => rest.hasSeen('the end'), 60_000);
    const texts = [...held.texts, ...rest.view.messages().map(({ text: told }) => told)];
    expect(texts).toEqual((await readHistory(httpCall(alice), 'alice')).map(({ text: kept }: Message) => kept));
    await Promise.all([...healthy, rest].map(({ stop }) => stop()));
  });

  it('R79 T10 is closed with 1013 when a megabyte has waited for it for ten seconds', { timeout: 60_000 }, async () => {
    const bob = await enterAsCustomer(app.url, 'bob');
    const call = httpCall(bob);
    await inParallel(range(100), 4, (n) => send(call, newSend('bob', `${n} ${'b'.repeat(7_900)}`)));
    const socket = await greet(app.url, { payload: { token: bob.token } });
    socket.socket.pause();
    const query = '{ conversation(customerId: "bob") { messages(last: 100) { nodes { id text } } } }';
    for (const id of range(10)) socket.send({ type: 'subscribe', id: String(id), payload: { query } });
    await until('a megabyte to wait', () => app.gauges().bufferedBytes > MAX_BYTES);
    await until('it to be given up', () => app.gauges().bufferedBytes === 0, 20_000);
    socket.socket.resume();
    expect(await within('the close', socket.closed)).toMatchObject({ code: 1013 });
    expect(app.logged).toEqual([]);
  });
});

it('R100 hundreds who follow one conversation cost one read per batch of messages, not one each', async () => {
  const carol = await enterAsCustomer(app.url, 'carol');
  const { cursor } = await readSnapshot(httpCall(carol), 'carol');
  const followers = range(scaled(500)).map(() => follow({ door: () => carol, customerId: 'carol', after: cursor }));
  const everybody = (text: string): Promise<void> => until(`everybody to be told ${text}`, () => followers.every(({ hasSeen }) => hasSeen(text)), 60_000);
  const { call, close } = await openSocket(carol);
  await send(call, newSend('carol', 'first'));
  await everybody('first');
  const before = reads;
  const messages = scaled(500);
  for (const n of range(messages)) await send(call, newSend('carol', `${n}`));
  await everybody(`${messages - 1}`);
  expect(reads - before).toBeLessThanOrEqual(messages);
  expect(followers.flatMap(({ problems }) => problems())).toEqual([]);
  close();
  await Promise.all(followers.map(({ stop }) => stop()));
});

it('R99 all who are dropped at once resume, with one read each', { timeout: 120_000 }, async () => {
  const doors = await inParallel(range(20), 5, (n) => enterAsCustomer(app.url, `dave-${n}`));
  const customerOf = (n: number): string => `dave-${n % doors.length}`;
  const cursors = await inParallel(doors, 5, async (door, n) => (await readSnapshot(httpCall(door), customerOf(n))).cursor);
  const start = (n: number): Promise<RawSocket> => startFollowing(at(doors, n % doors.length), customerOf(n), at(cursors, n % cursors.length));
  const all = range(scaled(2_000));

  const sockets = await inParallel(all, 50, start);
  for (const { socket } of sockets) socket.terminate();
  await until('the server to see them go', () => app.gauges().sockets === 0);
  await inParallel(doors, 5, (door, n) => send(httpCall(door), newSend(customerOf(n), 'meanwhile')));

  const before = reads;
  const began = performance.now();
  const resumed = await inParallel(all, 200, async (n) => {
    const socket = await start(n);
    await until('what was missed', async () => JSON.stringify(await socket.next()).includes('meanwhile'));
    return socket;
  });
  expect(performance.now() - began).toBeLessThan(15_000);
  expect(reads - before).toBeLessThanOrEqual(all.length);
  for (const { socket } of resumed) socket.terminate();
});

/** A socket that follows, and has been told so. */
async function startFollowing({ url, token }: Door, customerId: string, after: string): Promise<RawSocket> {
  const socket = await greet(url, { payload: { token } });
  socket.send({ type: 'subscribe', id: 'f', payload: { query: FOLLOW, variables: { customerId, after } } });
  expect(await socket.next()).toMatchObject({ type: 'next', id: 'f' });
  return socket;
}

/** Everything that is still told on this socket, until the last message or the loss of the socket. */
async function readOn(socket: RawSocket, after: string): Promise<{ texts: string[]; cursor: string }> {
  const texts: string[] = [];
  let cursor = after;
  const isLost = (error: unknown): boolean => error instanceof Error && error.message === 'the socket is closed';
  while (texts.at(-1) !== 'the end') {
    const frame = await socket.next().catch((error: unknown): Frame | null => { if (isLost(error)) return null; throw error; });
    if (!frame) break;
    const { conversationEvents: event } = (frame.payload as { data: Followed }).data;
    cursor = event.cursor ?? cursor;
    if ('message' in event) texts.push(event.message.text);
  }
  socket.socket.terminate();
  return { texts, cursor };
}
