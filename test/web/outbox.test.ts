import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { effectScope, shallowRef } from 'vue';
import type { EffectScope } from 'vue';
import type { Message } from '../../web/src/conversation/fragments.ts';
import { clearOutboxes, outboxStorage } from '../../web/src/conversation/outboxStorage.ts';
import { useConversation } from '../../web/src/conversation/useConversation.ts';
import { useOutbox } from '../../web/src/conversation/useOutbox.ts';
import type { Client, ConnectionState } from '../../web/src/graphql/client.ts';
import { textOf } from '../../web/src/graphql/document.ts';
import type { Operation } from '../../web/src/graphql/document.ts';
import { ConnectionLostError, RefusedError } from '../../web/src/graphql/errors.ts';
import type { Pending } from '../../web/src/log/messageLog.ts';
import { until } from '../_util/wait.ts';

const ME = 'Customer:alice';

interface Sent {
  readonly text: string;
  readonly clientMessageId: string;
  answer: (result: object) => void;
  refuse: (code: string, retryAfterMs: number) => void;
  lose: () => void;
}

/** A connection whose other end is the test: it sees each send, and decides what comes of it. All else it leaves unanswered. */
function clientOf(sends: Sent[]): Client {
  return {
    state: shallowRef<ConnectionState>('open'),
    execute: <Result, Variables>(document: Operation<Result, Variables>, variables: Variables) => new Promise<Result>((resolve, reject) => {
      if (!textOf(document).includes('mutation SendMessage')) return;
      const { input } = variables as { input: { text: string; clientMessageId: string } };
      sends.push({
        ...input,
        answer: (sendMessage) => resolve({ sendMessage } as Result),
        refuse: (code, retryAfterMs) => reject(new RefusedError([{ message: 'No.', extensions: { code, retryAfterMs } }])),
        lose: () => reject(new ConnectionLostError('lost')),
      });
    }),
    subscribe: () => () => undefined,
    opened: () => Promise.resolve(),
    wake: () => undefined,
    dispose: () => undefined,
  };
}

let scopes: EffectScope[];
beforeEach(() => { scopes = []; return clearOutboxes(ME); });
afterEach(() => { for (const scope of scopes) scope.stop(); });

/** This environment has no storage, so its windows share what one page holds. */
function window() {
  const sends: Sent[] = [];
  const stale: (readonly Message[])[] = [];
  const scope = effectScope();
  scopes.push(scope);
  const parts = scope.run(() => {
    const client = clientOf(sends);
    const conversation = useConversation(client, 'alice', ME);
    return { conversation, outbox: useOutbox(client, 'alice', conversation, { onStale: (_, unseen) => { stale.push(unseen); } }) };
  });
  if (!parts) throw new Error('unreachable');
  const pending = (): readonly (readonly [string, string, string | null])[] => parts.conversation.log.value.pending.map(({ text, state, reason }) => [text, state, reason]);
  return { ...parts, sends, stale, pending, close: () => scope.stop() };
}

const committed = ({ text, clientMessageId }: Sent, seq: number): object => ({
  __typename: 'SendMessagePayload',
  message: { id: `m${seq}`, seq, position: seq, kind: 'TEXT', text, createdAt: '2026-01-01T00:00:00.000Z', editedAt: null, removedAt: null, clientMessageId, sender: { __typename: 'Customer', id: 'alice', customerName: null } },
  conversation: { id: 'c', position: 1, handler: 'BOT' },
});

const kept = (): Promise<readonly Pending[]> => outboxStorage(ME, 'alice').read();

async function sent(sends: readonly Sent[], count: number): Promise<Sent> {
  await until(`send number ${count}`, () => sends.length >= count);
  return sends[count - 1] as Sent;
}

describe('the outbox', () => {
  it('C1: sends one at a time, in order', async () => {
    const { outbox, sends, pending, conversation } = window();
    outbox.send('one');
    outbox.send('two');
    const first = await sent(sends, 1);
    expect([sends.length, pending()]).toEqual([1, [['one', 'sending', null], ['two', 'sending', null]]]);
    first.answer(committed(first, 1));
    const second = await sent(sends, 2);
    second.answer(committed(second, 2));
    await until('both to be committed', () => conversation.log.value.pending.length === 0);
    expect(conversation.log.value.messages.map(({ text }) => text)).toEqual(['one', 'two']);
    await until('nothing to be kept', async () => (await kept()).length === 0);
  });

  it('R89: sends again under the same key when the connection was lost', async () => {
    const { outbox, sends } = window();
    outbox.send('one');
    (await sent(sends, 1)).lose();
    const again = await sent(sends, 2);
    expect(again.clientMessageId).toBe(sends[0]?.clientMessageId);
  });

  it('says why it was refused, and tries again only when told to', async () => {
    const { outbox, sends, pending } = window();
    outbox.send('one');
    const refused = await sent(sends, 1);
    refused.answer({ __typename: 'InvalidInputError', reason: 'Too long.' });
    await until('the refusal', () => pending()[0]?.[1] === 'failed');
    expect(pending()).toEqual([['one', 'failed', 'Too long.']]);
    outbox.send('two');
    expect((await sent(sends, 2)).text).toBe('two');
    outbox.retry(refused.clientMessageId);
    sends[1]?.answer(committed(sends[1], 1));
    expect((await sent(sends, 3)).clientMessageId).toBe(refused.clientMessageId);
  });

  it('C6: goes on in the next window with what this one could not send', async () => {
    const closing = window();
    closing.outbox.send('one');
    closing.outbox.send('two');
    const lost = await sent(closing.sends, 1);
    closing.close();

    const { sends, pending } = window();
    expect((await sent(sends, 1)).clientMessageId).toBe(lost.clientMessageId);
    expect(pending()).toEqual([['one', 'sending', null], ['two', 'sending', null]]);
  });

  it('C6: sends what another window wrote before its own, and both show it all', async () => {
    const first = window();
    const second = window();
    first.outbox.send('one');
    await sent(first.sends, 1);
    first.close();
    second.outbox.send('two');
    expect((await sent(second.sends, 1)).text).toBe('one');
    second.sends[0]?.answer(committed(second.sends[0], 1));
    expect((await sent(second.sends, 2)).text).toBe('two');
  });

  it('C4: shows in one window what the other has yet to send, refuse or delete', async () => {
    const [writing, watching] = [window(), window()];
    writing.outbox.send('one');
    await until('the other window to show it', () => watching.pending().length === 1);
    (await sent(writing.sends, 1)).answer({ __typename: 'InvalidInputError', reason: 'Too long.' });
    await until('the refusal', () => watching.pending()[0]?.[2] === 'Too long.');
    watching.outbox.discard(writing.sends[0]?.clientMessageId ?? '');
    await until('it to be gone', () => writing.pending().length === 0);
  });

  it('C7: is held up by a server that has too much to do, says so, and does not spin', async () => {
    const { outbox, sends, pending } = window();
    outbox.send('one');
    (await sent(sends, 1)).answer({ __typename: 'RateLimitedError', reason: 'Slow down.', retryAfterMs: 5 });
    const again = await sent(sends, 2);
    expect([outbox.delay.value, pending()]).toEqual(['much', [['one', 'sending', null]]]);
    again.refuse('OVERLOADED', 5);
    const third = await sent(sends, 3);
    expect(outbox.delay.value).toBe('busy');
    third.answer(committed(third, 1));
    await until('it to be sent', () => pending().length === 0);
    expect([outbox.delay.value, new Set(sends.map(({ clientMessageId }) => clientMessageId)).size]).toEqual([null, 1]);
  });

  it('does not send what another window deleted', async () => {
    const [writing, other] = [window(), window()];
    writing.outbox.send('one');
    const first = await sent(writing.sends, 1);
    writing.outbox.send('two');
    await until('both to be there', () => other.pending().length === 2);
    other.outbox.discard(other.conversation.log.value.pending[1]?.clientMessageId ?? '');
    await until('it to be gone', async () => writing.pending().length === 1 && (await kept()).length === 1);
    first.answer(committed(first, 1));
    await until('nothing to be left', async () => writing.pending().length === 0 && (await kept()).length === 0);
    expect(writing.sends).toHaveLength(1);
  });

  it('gives a stale reply back instead of keeping it', async () => {
    const { outbox, sends, stale, pending } = window();
    outbox.send('one', { lastSeenSeq: 3 });
    (await sent(sends, 1)).answer({ __typename: 'StaleReplyError', reason: 'Newer.', unseen: [] });
    await until('the answer', () => stale.length === 1);
    expect([pending(), await kept()]).toEqual([[], []]);
  });

  it('forgets what the stream brought although the answer was lost', async () => {
    const { outbox, sends, conversation } = window();
    outbox.send('one');
    const first = await sent(sends, 1);
    const { message } = committed(first, 1) as { message: Message };
    conversation.mergeMessages([{ ...message, senderKey: ME }]);
    first.lose();
    await until('the outbox to be empty', async () => (await kept()).length === 0);
    expect([conversation.log.value.pending.length, sends.length]).toEqual([0, 1]);
  });

  it('keeps senders on one device apart', async () => {
    const { outbox, sends } = window();
    outbox.send('from alice');
    await sent(sends, 1);
    expect([(await kept()).length, await outboxStorage('Agent:ana', 'alice').read()]).toEqual([1, []]);
  });
});
