import { expect, it } from 'vitest';
import { useApp } from '../_util/app.ts';
import { httpCall } from '../_util/graphql-client.ts';
import { enterAsCustomer, newSend, readHistory } from '../_util/minicom.ts';
import { inParallel, range } from '../_util/parallel.ts';
import { until } from '../_util/wait.ts';
import { dial, greet } from '../_util/wire.ts';

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
const FIND = '{ conversation(customerId: "alice") { id } }';
const send = (id: string) => ({ id, type: 'subscribe', payload: { query: SEND, variables: { input: newSend('alice', id) } } });
const OVERLOADED = { type: 'error', payload: [{ extensions: { code: 'OVERLOADED', retryable: true, retryAfterMs: 1_000 } }] };

it('R98 refuses what is too much at once and in words, reads and newcomers first, and keeps exactly the rest', async () => {
  const alice = await enterAsCustomer(app.url, 'alice');
  const payload = { token: alice.token };
  gate = new Promise((resolve) => { open = resolve; });
  const sockets = await inParallel(range(41), 10, () => greet(app.url, { payload }));
  const [extra, ...busy] = sockets;
  for (const [n, socket] of busy.slice(0, 28).entries()) for (const index of range(10)) socket.send(send(`m${n}-${index}`));
  await until('280 to be under way', () => waiting === 280);
  extra!.send({ id: 'q', type: 'subscribe', payload: { query: FIND } });
  expect(await extra!.next()).toMatchObject({ id: 'q', ...OVERLOADED });
  await expect(dial(app.url)).rejects.toThrow('503');

  for (const [n, socket] of busy.slice(28).entries()) for (const index of range(10)) socket.send(send(`n${n}-${index}`));
  await until('400 to be under way', () => waiting === 400);
  for (const id of ['x', 'y']) {
    extra!.send(send(id));
    expect(await extra!.next()).toMatchObject({ id, ...OVERLOADED });
  }
  open();
  for (const socket of busy) for (const _ of range(10)) expect(await socket.next()).toMatchObject({ type: expect.stringMatching(/next|complete/) });
  await until('all to be kept', async () => (await readHistory(httpCall(alice), 'alice')).length === 400);
  extra!.send(send('z'));
  expect(await extra!.next()).toMatchObject({ id: 'z', type: 'next', payload: { data: { sendMessage: { __typename: 'SendMessagePayload' } } } });
});
