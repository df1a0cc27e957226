import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { resolveConversation, takeOver } from '../../server/domain/conversations.ts';
import { IdempotencyConflictError, InvalidInputError, NotFoundError, StaleReplyError } from '../../server/domain/errors.ts';
import type { SendMessage, Sent } from '../../server/domain/messages.ts';
import { addNote, editMessage, rateAnswer, removeMessage, sendMessage } from '../../server/domain/messages.ts';
import type { NewMessage, Step } from '../../server/domain/ports/log.ts';
import { topics } from '../../server/domain/ports/bus.ts';
import type { BotAnswer, Message, Viewer } from '../../server/domain/types.ts';
import { BOT } from '../../server/domain/types.ts';
import type { World } from './world.ts';
import { buildWorld, customerViewer, newNote, note, openWorld, refusalOf, say, tokenViewer } from './world.ts';

const MINUTE_MS = 60_000;

let world: World;
let alice: Viewer;
beforeAll(async () => { world = await buildWorld(); });
beforeEach(async () => { alice = await world.meet(randomUUID()); });
afterAll(() => world.close());

const draft = (text: string, more: Partial<SendMessage> = {}): SendMessage => ({ customerId: alice.id, text, clientMessageId: randomUUID(), ...more });
const send = (viewer: Viewer | null, input: SendMessage) => sendMessage(world.deps, viewer, input);
const edit = (viewer: Viewer | null, messageId: string, text: string) => editMessage(world.deps, viewer, { customerId: alice.id, messageId, text });
const remove = (viewer: Viewer | null, messageId: string) => removeMessage(world.deps, viewer, { customerId: alice.id, messageId });
const lines = async () => (await world.history(alice.id)).map(({ seq, kind, text }) => [seq, kind, text]);
const botSays = (text: string) => world.store.log.change({ customerId: alice.id }, () => ({
  steps: [{ type: 'append', message: { kind: 'text', audience: 'everyone', sender: BOT, text } }],
}));

/** What this work rings. */
async function rungBy(work: () => Promise<unknown>): Promise<string[]> {
  const bells = [topics.conversation(alice.id), topics.inbox, topics.bot].map((topic) => ({ topic, bell: world.deps.bus.listen(topic) }));
  await work().catch(() => undefined);
  return bells.flatMap(({ topic, bell }) => {
    const isRung = bell.take();
    bell.close();
    return isRung ? [topic.split(':')[0] ?? ''] : [];
  });
}

describe('what is typed', () => {
  it.each([
    ['8,000 characters', 'x'.repeat(8_000)],
    ['8,000 characters of four bytes', '𝄞'.repeat(8_000)],
    ['line ends, an override and a zalgo', 'a\r\nb\u202Ec\n\u0301\u0301\u0301'],
    ['a character alone', '.'],
    ['blanks around', '  x  '],
  ])('R20: %s is kept code point for code point', async (_, text) => {
    const { message } = await say(world, alice, text);
    expect(message.text).toBe(text);
    expect((await world.history(alice.id))[0]?.text).toBe(text);
  });

  it.each([
    ['nothing', '', /blank/],
    ['blanks', ' \n\t\u00A0', /blank/],
    ['8,001 characters', 'x'.repeat(8_001), /by 1 characters; 8000/],
    ['more than 32 KiB', '𝄞'.repeat(8_193), /32 KiB/],
    ['U+0000', 'a\0b', /U\+0000/],
    ['a lone surrogate', 'a\uD800b', /surrogate/],
  ])('R20: %s is refused, as a text, a note and an edit', async (_, text, reason) => {
    const { message } = await say(world, alice, 'hello');
    const ways = [
      () => send(alice, draft(text)),
      () => addNote(world.deps, world.ana, newNote(alice.id, text)),
      () => edit(alice, message.id, text),
    ];
    for (const way of ways) {
      const error = await refusalOf(way());
      expect(error).toBeInstanceOf(InvalidInputError);
      expect(error).toMatchObject({ field: expect.stringMatching(/^(text|note)$/), message: expect.stringMatching(reason) });
    }
    expect(await lines()).toEqual([[1, 'text', 'hello']]);
  });

  it.each(['', 'x', '123', 'g'.repeat(36), `${randomUUID()} `, randomUUID().replaceAll('-', '')])('a clientMessageId must be a UUID, not %j', async (clientMessageId) => {
    await expect(send(alice, draft('hello', { clientMessageId }))).rejects.toMatchObject({ name: 'InvalidInputError', field: 'clientMessageId' });
  });

  it('is checked before anything tells whether there is such a conversation', async () => {
    await expect(send(customerViewer('mallory'), draft(''))).rejects.toThrow(InvalidInputError);
    await expect(send(null, draft(''))).rejects.toThrow(InvalidInputError);
    await expect(send(alice, draft('x', { lastSeenSeq: -1 }))).rejects.toMatchObject({ field: 'lastSeenSeq' });
  });
});

describe('sending', () => {
  it('a customer\'s text is one row, for everyone, and starts the wait', async () => {
    const { message, conversation } = await say(world, alice, 'hello');
    expect(message).toMatchObject({ seq: 1, position: 1, kind: 'text', audience: 'everyone', sender: { kind: 'customer', id: alice.id }, text: 'hello' });
    expect(conversation).toMatchObject({ head: 1, handler: 'bot', fence: 0, lastCustomerSeq: 1, waitingSince: new Date(world.clock.now()) });
    expect(conversation).toEqual(await world.state(alice.id));

    world.clock.advance(MINUTE_MS);
    expect((await say(world, alice, 'anybody?')).conversation.waitingSince).toEqual(message.createdAt);
  });

  it('an agent\'s text takes over in three positions: state, activity, message; and ends the wait', async () => {
    await say(world, alice, 'hello');
    const { message, conversation } = await say(world, world.ana, 'hi', alice.id);
    expect(conversation).toMatchObject({ head: 4, position: 2, handler: 'agent', assigneeId: world.ana.id, fence: 1, waitingSince: null });
    expect(message.seq).toBe(4);
    expect(await lines()).toEqual([[1, 'text', 'hello'], [3, 'activity', 'Ana joined'], [4, 'text', 'hi']]);

    const second = await say(world, world.ana, 'how can I help?', alice.id);
    expect(second).toMatchObject({ message: { seq: 5 }, conversation: { head: 5, fence: 1 } });
  });

  it('another agent\'s text leaves the assignee in place', async () => {
    await say(world, world.ana, 'hi', alice.id);
    const { conversation, message } = await say(world, world.ben, 'and me', alice.id);
    expect(conversation).toMatchObject({ assigneeId: world.ana.id, fence: 1, head: 4 });
    expect(message.seq).toBe(4);
  });

  it('a token\'s text takes over for a person whom nobody knows here, under the token\'s name', async () => {
    const { conversation, message } = await say(world, await world.issue('messages:write'), 'hi', alice.id);
    expect(conversation).toMatchObject({ handler: 'agent', assigneeId: null, fence: 1 });
    expect(message.sender.kind).toBe('token');
    expect(await lines()).toEqual([[2, 'activity', 'Crow joined'], [3, 'text', 'hi']]);
  });

  it('a customer\'s text reopens what was resolved, for the bot, with nobody assigned', async () => {
    await say(world, world.ana, 'bye', alice.id);
    await resolveConversation(world.deps, world.ana, { customerId: alice.id });
    const { conversation } = await say(world, alice, 'one more thing');
    expect(conversation).toMatchObject({ status: 'open', handler: 'bot', assigneeId: null, fence: 3 });
    expect((await lines()).slice(-2)).toEqual([[7, 'activity', 'Reopened'], [8, 'text', 'one more thing']]);
  });

  it('without a bot the append itself queues, also after a resolution', async () => {
    const botless = await openWorld({ hasBot: false });
    alice = await botless.meet(alice.id);
    expect((await say(botless, alice, 'hello')).conversation).toMatchObject({ handler: 'queue', fence: 0, head: 1 });
    await resolveConversation(botless.deps, botless.ana, { customerId: alice.id });
    expect((await say(botless, alice, 'again')).conversation).toMatchObject({ status: 'open', handler: 'queue' });
  });

  it('a server whose bot was switched off queues what its bot had', async () => {
    const { conversation } = await sendMessage({ ...world.deps, botSwitch: { ...world.deps.botSwitch, isOn: () => false } }, alice, draft('hello'));
    expect(conversation).toMatchObject({ handler: 'queue', fence: 1, head: 3 });
  });

  it('rings after the commit: the conversation and the inbox, and the bot if it owes an answer', async () => {
    expect(await rungBy(() => say(world, alice, 'hello'))).toEqual(['conversation', 'inbox', 'bot']);
    expect(await rungBy(() => say(world, world.ana, 'hi', alice.id))).toEqual(['conversation', 'inbox']);
  });

  it('appends what one caller sends at once in the order of the calls', async () => {
    const texts = Array.from({ length: 300 }, (_, index) => `${index}`);
    await Promise.all(texts.map((text) => say(world, alice, text)));
    expect((await world.history(alice.id)).map(({ text }) => text)).toEqual(texts);
  });
});

describe('the same clientMessageId', () => {
  it('R89: gives the first message again, whatever happened since, and changes and rings nothing', async () => {
    const input = draft('hello');
    const first = await send(alice, input);
    await say(world, world.ana, 'hi', alice.id);
    await resolveConversation(world.deps, world.ana, { customerId: alice.id });
    const before = await world.state(alice.id);

    const rung = await rungBy(async () => expect(await send(alice, input)).toEqual({ message: first.message, conversation: before }));
    expect(rung).toEqual([]);
    expect(await world.state(alice.id)).toEqual(before);
  });

  it('R89: comes before staleness: the retry of what is kept is answered, while a new reply is stale', async () => {
    const question = (await say(world, alice, 'hello?')).message;
    const reply = draft('hi', { lastSeenSeq: question.seq });
    const first = await send(world.ana, reply);
    await say(world, alice, 'and another thing');
    expect((await send(world.ana, reply)).message).toEqual(first.message);
    await expect(send(world.ana, draft('more', { lastSeenSeq: question.seq }))).rejects.toThrow(StaleReplyError);
  });

  it('R90: with another text is a conflict that shows the original, which stands', async () => {
    const input = draft('as it was');
    const { message } = await send(alice, input);
    const error = await refusalOf(send(alice, { ...input, text: 'as it was not' }));
    expect(error).toBeInstanceOf(IdempotencyConflictError);
    expect(error).toMatchObject({ original: message });
    expect(await lines()).toEqual([[1, 'text', 'as it was']]);
  });

  it('R90: a conflict comes before staleness', async () => {
    const input = draft('hi', { lastSeenSeq: 0 });
    await send(world.ana, input);
    await say(world, alice, 'newer');
    await expect(send(world.ana, { ...input, text: 'other' })).rejects.toThrow(IdempotencyConflictError);
  });

  it('R90: for a note of the same text is another kind: a conflict, both ways', async () => {
    const text = draft('the same');
    await send(world.ana, text);
    await expect(addNote(world.deps, world.ana, text)).rejects.toThrow(IdempotencyConflictError);
    const aside = newNote(alice.id, 'aside');
    const { id } = await addNote(world.deps, world.ana, aside);
    await expect(send(world.ana, aside)).rejects.toThrow(IdempotencyConflictError);
    expect((await addNote(world.deps, world.ana, aside)).id).toBe(id);
  });

  it('R90: sent 20 times at once makes one row and 20 equal answers', async () => {
    const input = draft('hi');
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(world.ana, input)));
    expect(new Set(answers.map(({ message }) => JSON.stringify(message))).size).toBe(1);
    expect(await lines()).toEqual([[2, 'activity', 'Ana joined'], [3, 'text', 'hi']]);
  });

  it('R90: is free for other senders and other conversations', async () => {
    const bob = await world.meet(randomUUID());
    const input = draft('mine');
    const ids = await Promise.all([send(alice, input), send(world.ana, input), send(world.ben, input), send(world.ana, { ...input, customerId: bob.id })]);
    expect(new Set(ids.map(({ message }) => message.id)).size).toBe(4);
  });

  it('R90: stands after an edit and after a removal: the text as first sent is what counts', async () => {
    const input = draft('hello');
    const { message } = await send(alice, input);
    await edit(alice, message.id, 'hello!');
    expect((await send(alice, input)).message).toMatchObject({ id: message.id, text: 'hello!' });
    await expect(send(alice, { ...input, text: 'hello!' })).rejects.toThrow(IdempotencyConflictError);
    await remove(alice, message.id);
    expect((await send(alice, input)).message).toMatchObject({ id: message.id, text: '' });
    expect(await lines()).toHaveLength(1);
  });

  it('is one key however its UUID is written', async () => {
    const input = draft('hello');
    const { message } = await send(alice, input);
    expect((await send(alice, { ...input, clientMessageId: input.clientMessageId.toUpperCase() })).message.id).toBe(message.id);
  });

  it('comes after access: who lost the right hears nothing, not even of what they sent', async () => {
    const input = draft('hi');
    await send(world.ben, input);
    const demoted: Viewer = { ...world.ben, kind: 'agent', role: 'viewer' };
    await expect(send(demoted, input)).rejects.toThrow(NotFoundError);
  });
});

describe('a reply that says what its sender has read', () => {
  it('is refused while there is a newer text of anybody else, the bot included; nothing is sent', async () => {
    const { message } = await say(world, alice, 'hello');
    await botSays('Hello! I am a bot.');
    await note(world, world.ben, 'careful', alice.id);
    const before = await world.state(alice.id);
    const error = await refusalOf(send(world.ana, draft('hi', { lastSeenSeq: message.seq })));
    expect(error).toBeInstanceOf(StaleReplyError);
    expect(error).toMatchObject({ unseen: [{ text: 'Hello! I am a bot.' }] });
    expect(await world.state(alice.id)).toEqual(before);
  });

  it('is not held up by texts of its own sender, by notes, activities, edits or what was removed', async () => {
    const { message } = await say(world, alice, 'hello');
    await send(world.ana, draft('hi', { lastSeenSeq: message.seq }));
    await note(world, world.ben, 'careful', alice.id);
    await edit(alice, message.id, 'hello!');
    const slip = (await say(world, alice, 'oops')).message;
    await remove(alice, slip.id);
    expect((await send(world.ana, draft('how are you?', { lastSeenSeq: message.seq }))).message.text).toBe('how are you?');
  });

  it('holds for customers too: an agent\'s answer may have crossed hers', async () => {
    const { message } = await say(world, alice, 'hello');
    await say(world, world.ana, 'hi', alice.id);
    await expect(send(alice, draft('never mind', { lastSeenSeq: message.seq }))).rejects.toMatchObject({ unseen: [{ text: 'hi' }] });
  });

  it('names at most 100', async () => {
    await Promise.all(Array.from({ length: 120 }, (_, index) => say(world, alice, `${index}`)));
    const error = await refusalOf(send(world.ana, draft('hi', { lastSeenSeq: 0 })));
    expect((error as StaleReplyError).unseen.map(({ text }) => text)).toEqual(Array.from({ length: 100 }, (_, index) => `${index}`));
  });

  it('R17: shows what is unseen only to those who may read', async () => {
    await say(world, alice, 'my number is 12');
    const writer = await world.issue('messages:write');
    const error = await refusalOf(send(writer, draft('hi', { lastSeenSeq: 0 })));
    expect(error).toBeInstanceOf(StaleReplyError);
    expect((error as StaleReplyError).unseen).toEqual([]);
    await expect(send(await world.issue('admin'), draft('hi', { lastSeenSeq: 0 }))).rejects.toMatchObject({ unseen: [{ text: 'my number is 12' }] });
  });
});

describe('editing', () => {
  it('takes one position and keeps the seq; the text before is kept for the team', async () => {
    const { message } = await say(world, alice, 'helo');
    await say(world, alice, 'next');
    world.clock.advance(MINUTE_MS);
    const edited = await edit(alice, message.id, 'hello');
    expect(edited.message).toEqual({ ...message, text: 'hello', position: 3, editedAt: new Date(world.clock.now()) });
    expect(edited.conversation).toMatchObject({ head: 3, lastCustomerSeq: 2, fence: 0 });
    expect(await world.deps.log.earlierTexts(message.id)).toEqual(['helo']);
  });

  it('works for 15 minutes, to the millisecond', async () => {
    const { message } = await say(world, alice, 'one');
    world.clock.advance(15 * MINUTE_MS);
    expect((await edit(alice, message.id, 'two')).message.text).toBe('two');
    world.clock.advance(1);
    await expect(edit(alice, message.id, 'three')).rejects.toMatchObject({ name: 'InvalidInputError', field: 'messageId' });
    expect(await lines()).toEqual([[1, 'text', 'two']]);
  });

  it('to the text that is there changes and rings nothing', async () => {
    const { message } = await say(world, alice, 'hello');
    const before = await world.state(alice.id);
    expect(await rungBy(async () => expect(await edit(alice, message.id, 'hello')).toEqual({ message, conversation: before }))).toEqual([]);
  });

  it('is for one\'s own texts and notes, of this conversation', async () => {
    const bob = await world.meet(randomUUID());
    const hers = (await say(world, alice, 'hers')).message;
    const his = (await say(world, bob, 'his')).message;
    const aside = await note(world, world.ana, 'aside', alice.id);
    const [activity] = (await world.history(alice.id)).filter(({ kind }) => kind === 'activity');
    expect((await edit(world.ana, aside.id, 'beside')).message).toMatchObject({ text: 'beside', kind: 'note', audience: 'team' });
    for (const [viewer, id] of [[world.ana, hers.id], [world.ben, aside.id], [alice, aside.id], [alice, his.id], [bob, his.id], [bob, hers.id]] as const) {
      await expect(edit(viewer, id, 'mine now')).rejects.toThrow(NotFoundError);
    }
    if (activity) await expect(edit(world.ana, activity.id, 'x')).rejects.toThrow(NotFoundError);
    await expect(edit(alice, randomUUID(), 'x')).rejects.toThrow(NotFoundError);
  });

  it('R17 needs the right to write such a one, as long as it lasts, and no other', async () => {
    const writer = await world.issue('messages:write');
    const { message } = await say(world, writer, 'a', alice.id);
    expect((await edit(writer, message.id, 'a!')).message.text).toBe('a!');
    for (const scope of ['conversations:read', 'conversations:write', 'notes'] as const) {
      expect(await refusalOf(edit(tokenViewer([scope], writer.id), message.id, 'a?')), scope).toBeInstanceOf(NotFoundError);
    }
  });

  it('what was removed is refused', async () => {
    const { message } = await say(world, alice, 'oops');
    await remove(alice, message.id);
    await expect(edit(alice, message.id, 'back')).rejects.toThrow(InvalidInputError);
  });
});

describe('removing', () => {
  it('leaves a tombstone without text at its place, and no earlier texts', async () => {
    const { message } = await say(world, alice, 'secret');
    await edit(alice, message.id, 'less secret');
    const { message: removed, conversation } = await remove(alice, message.id);
    expect(removed).toMatchObject({ id: message.id, seq: 1, position: 3, text: '', removedAt: new Date(world.clock.now()) });
    expect(conversation.head).toBe(3);
    expect(await world.deps.log.earlierTexts(message.id)).toEqual([]);
  });

  it('again changes and rings nothing', async () => {
    const { message } = await say(world, alice, 'oops');
    const first = await remove(alice, message.id);
    expect(await rungBy(async () => expect(await remove(alice, message.id)).toEqual(first))).toEqual([]);
  });

  it('is for 15 minutes for customers and tokens, and at any time for agents, whoever wrote it', async () => {
    const token = await world.issue('messages:write', 'conversations:read');
    const mine = [(await say(world, alice, 'a')).message, (await say(world, alice, 'b')).message];
    const its = [(await say(world, token, 'c', alice.id)).message, (await say(world, token, 'd', alice.id)).message];
    world.clock.advance(15 * MINUTE_MS);
    await remove(alice, mine[0]?.id ?? '');
    await remove(token, its[0]?.id ?? '');
    world.clock.advance(1);
    await expect(remove(alice, mine[1]?.id ?? '')).rejects.toThrow(InvalidInputError);
    await expect(remove(token, its[1]?.id ?? '')).rejects.toThrow(InvalidInputError);
    world.clock.advance(365 * 24 * 60 * MINUTE_MS);
    for (const { id } of [mine[1], its[1]].flatMap((message) => message ?? [])) expect((await remove(world.ben, id)).message.text).toBe('');
  });

  it('cannot be done to an activity, nor by another customer', async () => {
    await takeOver(world.deps, world.ana, { customerId: alice.id, force: false });
    const [activity] = await world.history(alice.id);
    await expect(remove(world.ana, activity?.id ?? '')).rejects.toThrow(NotFoundError);
    const { message } = await say(world, alice, 'hers');
    await expect(remove(await world.meet(randomUUID()), message.id)).rejects.toThrow(NotFoundError);
  });
});

describe('rating', () => {
  const rate = (viewer: Viewer | null, messageId: string, helpful: boolean | null, customerId = alice.id): Promise<Sent> =>
    rateAnswer(world.deps, viewer, { customerId, messageId, helpful });
  const answer: BotAnswer = { counts: 'answer', by: 'knowledge', reason: null, confidence: 1, matched: null, tookMs: 1, sources: [{ articleId: 'a', title: 'A' }], choices: [] };

  async function botAnswers(text: string, more: Partial<NewMessage> = { answer }): Promise<Message> {
    const append: Step = { type: 'append', message: { kind: 'text', audience: 'everyone', sender: BOT, text, ...more } };
    const { messages: [said] } = await world.deps.log.change({ customerId: alice.id }, () => ({ steps: [append] }));
    if (!said) throw new Error('nothing was said');
    return said;
  }

  it('B12: takes one position, can be changed and taken back, and ends no wait', async () => {
    await say(world, alice, 'How long?');
    const said = await botAnswers('Two days.');
    const before = await world.state(alice.id);
    expect(await rate(alice, said.id, true)).toMatchObject({ message: { ...said, position: 3, helpful: true }, conversation: { ...before, head: 3, cursor: expect.any(String) } });
    expect((await rate(alice, said.id, false)).message).toMatchObject({ position: 4, helpful: false });
    expect((await rate(alice, said.id, null)).message).toMatchObject({ position: 5, helpful: null });
  });

  it('B12: the same again changes and rings nothing', async () => {
    const said = await botAnswers('Two days.');
    expect(await rungBy(() => rate(alice, said.id, true))).not.toEqual([]);
    const before = await world.state(alice.id);
    expect(await rungBy(async () => expect((await rate(alice, said.id, true)).conversation).toEqual(before))).toEqual([]);
  });

  it('B12: is for the customer of the conversation alone', async () => {
    const bob = await world.meet(randomUUID());
    const said = await botAnswers('Two days.');
    for (const viewer of [null, bob, world.ana, await world.issue('admin')]) await expect(rate(viewer, said.id, true)).rejects.toThrow(NotFoundError);
    await expect(rate(bob, said.id, true, bob.id)).rejects.toThrow(NotFoundError);
    await expect(rate(alice, randomUUID(), true)).rejects.toThrow(NotFoundError);
    expect((await world.deps.log.message(said.id))?.helpful).toBeNull();
  });

  it('B12: is of each answer, however many articles it comes from', async () => {
    for (const sources of [[], answer.sources, [...answer.sources, { articleId: 'b', title: 'B' }]]) {
      const said = await botAnswers('Two days.', { answer: { ...answer, sources } });
      expect((await rate(alice, said.id, true)).message.helpful).toBe(true);
    }
  });

  it('B12: is of nothing that the bot says beside answers: not of offers, though they name articles', async () => {
    const hers = (await say(world, alice, 'hello')).message;
    const beside = await Promise.all((['clarify', 'smalltalk', 'thanks', null] as const).map((counts) => botAnswers('Hello!', { answer: { ...answer, counts } })));
    const plain = await botAnswers('Hello!', {});
    const gone = await botAnswers('Two days.');
    await removeMessage(world.deps, world.ana, { customerId: alice.id, messageId: gone.id });
    for (const { id } of [hers, ...beside, plain, gone]) {
      await expect(rate(alice, id, true)).rejects.toMatchObject({ name: 'InvalidInputError', field: 'messageId' });
    }
  });
});

describe('a note', () => {
  it('takes one position, takes nothing over, and ends no wait', async () => {
    await say(world, alice, 'hello');
    const before = await world.state(alice.id);
    const aside = await note(world, world.ana, 'a regular', alice.id);
    expect(aside).toMatchObject({ kind: 'note', audience: 'team', seq: 2, sender: { kind: 'agent', id: world.ana.id } });
    const { cursor: _, ...after } = await world.state(alice.id);
    expect(after).toEqual({ ...before, cursor: undefined, head: 2 });
  });
});
