import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call, Door } from '../_util/graphql-client.ts';
import { httpCall } from '../_util/graphql-client.ts';
import type { Message, Outcome } from '../_util/minicom.ts';
import { addNote, enterAsAgent, enterAsCustomer, newSend, perform, readHistory, send } from '../_util/minicom.ts';
import { inParallel, range } from '../_util/parallel.ts';
import { SEED } from '../_util/random.ts';
import { scaled } from '../_util/scaled.ts';
import type { ServerProcess } from '../_util/server-process.ts';
import { makeDataDir, removeDataDir, startServer } from '../_util/server-process.ts';
import { retryAfterCuts, sendAtOnce } from './retry.ts';

it('R89: a retry after a cut between commit and answer gives the first answer, and one row', { timeout: 900_000 }, async () => {
  const problems = await retryAfterCuts({ trials: scaled(1_000), seed: SEED });
  expect(problems.slice(0, 20)).toEqual([]);
});

describe('R90: the same clientMessageId', () => {
  let dataDir: string;
  let server: ServerProcess;
  let ana: Call;

  beforeAll(async () => {
    dataDir = await makeDataDir();
    server = await startServer({ dataDir });
    ana = httpCall(await enterAsAgent(server.url, 'ana'));
  });

  afterAll(async () => {
    await server.kill();
    await removeDataDir(dataDir);
  });

  const enter = async (customerId: string): Promise<{ customerId: string; door: Door; call: Call }> => {
    const door = await enterAsCustomer(server.url, customerId);
    return { customerId, door, call: httpCall(door) };
  };
  const rowsOf = async (customerId: string, key: string): Promise<Message[]> => (
    (await readHistory(ana, customerId)).filter(({ clientMessageId }) => clientMessageId === key)
  );

  it('at once, 20 times, over HTTP and sockets: one row, 20 equal answers', async () => {
    const problems = await inParallel(range(scaled(50)), 2, async (n) => {
      const { customerId, door } = await enter(`at-once-${n}`);
      return sendAtOnce(door, newSend(customerId, `once ${n}`), 20);
    });
    expect(problems.flat()).toEqual([]);
  });

  it('with another text is a conflict that shows the original, which stands', async () => {
    const { customerId, call } = await enter('other-text');
    const input = newSend(customerId, 'as it was');
    const first = requireMessage(await send(call, input));
    const other = await send(call, { ...input, text: 'as it was not' });
    expect(other).toMatchObject({ __typename: 'IdempotencyConflictError', original: first });
    expect(await rowsOf(customerId, input.clientMessageId)).toEqual([first]);
  });

  it('with another kind is a conflict, in both directions', async () => {
    const { customerId } = await enter('other-kind');
    const text = newSend(customerId, 'said');
    const said = requireMessage(await send(ana, text));
    expect(await addNote(ana, text)).toMatchObject({ __typename: 'IdempotencyConflictError', original: { id: said.id, kind: 'TEXT' } });

    const note = newSend(customerId, 'noted');
    const noted = requireMessage(await addNote(ana, note));
    expect(await send(ana, note)).toMatchObject({ __typename: 'IdempotencyConflictError', original: { id: noted.id, kind: 'NOTE' } });
    expect(requireMessage(await addNote(ana, note)).id).toBe(noted.id);
    expect(await rowsOf(customerId, note.clientMessageId)).toHaveLength(1);
  });

  it('after a newer message of somebody else still gives the first, while a new one is stale', async () => {
    const { customerId, call } = await enter('newer');
    const question = requireMessage(await send(call, newSend(customerId, 'hello?')));
    const reply = { ...newSend(customerId, 'hello'), lastSeenSeq: question.seq };
    const first = requireMessage(await send(ana, reply));
    const newer = requireMessage(await send(call, newSend(customerId, 'and another thing')));

    expect(requireMessage(await send(ana, reply))).toEqual(first);
    expect(await send(ana, { ...newSend(customerId, 'anything else?'), lastSeenSeq: first.seq })).toMatchObject({ __typename: 'StaleReplyError', unseen: [newer] });
    expect((await readHistory(ana, customerId)).filter(({ kind }) => kind === 'TEXT')).toHaveLength(3);
  });

  it('of another sender, or in another conversation, is independent', async () => {
    const [here, there] = [await enter('here'), await enter('there')];
    const input = newSend(here.customerId, 'mine');
    const mine = requireMessage(await send(here.call, input));
    const hers = requireMessage(await send(ana, { ...input, text: 'hers' }));
    const elsewhere = requireMessage(await send(ana, { ...input, customerId: there.customerId, text: 'elsewhere' }));
    expect(new Set([mine.id, hers.id, elsewhere.id]).size).toBe(3);
    expect(await rowsOf(here.customerId, input.clientMessageId)).toEqual([mine, hers]);
    expect(await rowsOf(there.customerId, input.clientMessageId)).toEqual([elsewhere]);
  });

  it('after an edit or a removal makes no second message', async () => {
    const { customerId, call } = await enter('removed');
    const input = newSend(customerId, 'oops');
    const { id } = requireMessage(await send(call, input));
    await perform(call, 'editMessage', { customerId, messageId: id, text: 'better' });
    expect(requireMessage(await send(call, input))).toMatchObject({ id, text: 'better' });

    await perform(call, 'removeMessage', { customerId, messageId: id });
    expect(requireMessage(await send(call, input))).toMatchObject({ id, text: '' });
    expect(await send(call, { ...input, text: 'something else' })).toMatchObject({ __typename: 'IdempotencyConflictError', original: { id } });
    expect(await rowsOf(customerId, input.clientMessageId)).toHaveLength(1);
  });

  it('is one key however its UUID is written', async () => {
    const { customerId, call } = await enter('upper-case');
    const input = newSend(customerId, 'once');
    const { id } = requireMessage(await send(call, input));
    expect(requireMessage(await send(call, { ...input, clientMessageId: input.clientMessageId.toUpperCase() })).id).toBe(id);
  });
});

function requireMessage({ message, __typename, reason }: Outcome): Message {
  if (!message) throw new Error(`${__typename}: ${reason}`);
  return message;
}
