import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  countConversations, findConversation, handBackToBot, listConversations, listMessages, markRead, reopenConversation, requestHuman, resolveConversation,
  setTyping, takeOver,
} from '../../server/domain/conversations.ts';
import { AlreadyTakenError, BadCursorError, InvalidInputError } from '../../server/domain/errors.ts';
import { followConversation, listEvents } from '../../server/domain/follow.ts';
import { editMessage, removeMessage, sendMessage } from '../../server/domain/messages.ts';
import { topics } from '../../server/domain/ports/bus.ts';
import type { Conversation, Viewer } from '../../server/domain/types.ts';
import { BOT } from '../../server/domain/types.ts';
import { nextEvents } from './events.ts';
import type { World } from './world.ts';
import { buildWorld, note, openWorld, refusalOf, say } from './world.ts';

const MINUTE_MS = 60_000;

let world: World;
let alice: Viewer;
beforeAll(async () => { world = await buildWorld(); });
beforeEach(async () => { alice = await world.meet(randomUUID()); });
afterAll(() => world.close());

const take = (viewer: Viewer, force = false) => takeOver(world.deps, viewer, { customerId: alice.id, force });
const handBack = (viewer: Viewer, words?: string) => handBackToBot(world.deps, viewer, { customerId: alice.id, note: words });
const lines = async () => (await world.history(alice.id)).map(({ seq, kind, text }) => [seq, kind, text]);
const state = () => world.state(alice.id);

/** Asks for what is already so: nothing may change, nobody may be rung. */
async function changesNothing(work: () => Promise<Conversation>): Promise<void> {
  const before = await state();
  const bells = [topics.conversation(alice.id), topics.inbox].map((topic) => world.deps.bus.listen(topic));
  expect(await work()).toEqual(before);
  expect(bells.map((bell) => bell.take())).toEqual([false, false]);
  for (const bell of bells) bell.close();
}

describe('taking over', () => {
  it('takes two positions, raises the fence, and says so', async () => {
    expect(await take(world.ana)).toMatchObject({ status: 'open', handler: 'agent', assigneeId: world.ana.id, fence: 1, position: 1, head: 2 });
    expect(await lines()).toEqual([[2, 'activity', 'Ana joined']]);
    await changesNothing(() => take(world.ana));
    await changesNothing(() => take(world.ana, true));
  });

  it('from another agent needs force', async () => {
    await take(world.ana);
    const before = await state();
    const error = await refusalOf(take(world.ben));
    expect(error).toBeInstanceOf(AlreadyTakenError);
    expect(error).toMatchObject({ assignee: { id: world.ana.id, name: 'Ana' } });
    expect(await state()).toEqual(before);

    expect(await take(world.ben, true)).toMatchObject({ assigneeId: world.ben.id, fence: 2 });
    expect((await lines()).at(-1)).toEqual([4, 'activity', 'Ben took over from Ana']);
  });

  it('of what is resolved or snoozed needs none', async () => {
    await take(world.ana);
    await resolveConversation(world.deps, world.ana, { customerId: alice.id });
    expect(await take(world.ben)).toMatchObject({ status: 'open', assigneeId: world.ben.id });
  });

  it('R65: of two agents at once exactly one wins, and the other hears who', async () => {
    const outcomes = await Promise.allSettled([take(world.ana), take(world.ben)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(outcomes[1]).toMatchObject({ reason: { assignee: { id: world.ana.id } } });
    expect(await state()).toMatchObject({ assigneeId: world.ana.id, fence: 1, head: 2 });
  });
});

describe('handing back to the bot', () => {
  it('makes the bot owe an answer to a text that nobody answered', async () => {
    await say(world, alice, 'hello');
    await take(world.ana);
    expect(await handBack(world.ana)).toMatchObject({ handler: 'bot', assigneeId: null, fence: 2, botDoneSeq: 0, lastCustomerSeq: 1 });
    expect((await world.deps.log.awaitingBot(1_000)).map(({ customerId }) => customerId)).toContain(alice.id);
    await changesNothing(() => handBack(world.ana));
  });

  it('makes it owe nothing if the last text is somebody else\'s', async () => {
    await say(world, alice, 'hello');
    await say(world, world.ana, 'hi', alice.id);
    expect(await handBack(world.ana)).toMatchObject({ handler: 'bot', botDoneSeq: 1, lastCustomerSeq: 1, waitingSince: null });
    expect((await world.deps.log.awaitingBot(1_000)).map(({ customerId }) => customerId)).not.toContain(alice.id);
  });

  it('keeps what is for the next agent as a note, after the activity', async () => {
    await take(world.ana);
    await handBack(world.ana, 'wants a refund');
    expect((await lines()).slice(1)).toEqual([[4, 'activity', 'Ana handed back to the bot'], [5, 'note', 'wants a refund']]);
  });

  it('that changes nothing leaves no note either', async () => {
    await changesNothing(() => handBack(world.ana, 'nobody reads this'));
  });

  it('refuses a note that is none, before anything else', async () => {
    await take(world.ana);
    expect(await refusalOf(handBack(world.ana, ' '))).toMatchObject({ name: 'InvalidInputError', field: 'note' });
    expect(await lines()).toHaveLength(1);
  });

  it('is refused where there is no bot', async () => {
    const botless = await openWorld({ hasBot: false });
    const { id } = await botless.meet('alice');
    await takeOver(botless.deps, botless.ana, { customerId: id, force: false });
    expect(await refusalOf(handBackToBot(botless.deps, botless.ana, { customerId: id }))).toBeInstanceOf(InvalidInputError);
    expect(await botless.state(id)).toMatchObject({ handler: 'agent', fence: 1 });
  });
});

describe('asking for a person', () => {
  it('silences the bot in this commit and starts the wait', async () => {
    const waiting = await requestHuman(world.deps, alice, { customerId: alice.id });
    expect(waiting).toMatchObject({ handler: 'queue', fence: 1, head: 2, waitingSince: new Date(world.clock.now()) });
    expect(await lines()).toEqual([[2, 'activity', 'Asked for a person']]);
    await changesNothing(() => requestHuman(world.deps, alice, { customerId: alice.id }));
  });

  it('changes nothing while a person has it', async () => {
    await take(world.ana);
    await changesNothing(() => requestHuman(world.deps, alice, { customerId: alice.id }));
  });
});

describe('resolving and reopening', () => {
  it('each raises the fence, says so, and the second time changes nothing', async () => {
    await say(world, alice, 'hello');
    expect(await resolveConversation(world.deps, alice, { customerId: alice.id })).toMatchObject({ status: 'resolved', fence: 1, waitingSince: null, handler: 'bot' });
    await changesNothing(() => resolveConversation(world.deps, world.ana, { customerId: alice.id }));
    expect(await reopenConversation(world.deps, world.ana, { customerId: alice.id })).toMatchObject({ status: 'open', fence: 2, handler: 'bot' });
    await changesNothing(() => reopenConversation(world.deps, world.ana, { customerId: alice.id }));
    expect((await lines()).slice(1)).toEqual([[3, 'activity', 'Resolved by the customer'], [5, 'activity', 'Reopened by Ana']]);
  });

  it('keeps who had it', async () => {
    await take(world.ana);
    await resolveConversation(world.deps, world.ben, { customerId: alice.id });
    expect(await reopenConversation(world.deps, world.ben, { customerId: alice.id })).toMatchObject({ handler: 'agent', assigneeId: world.ana.id });
  });
});

describe('seen marks', () => {
  const mark = (viewer: Viewer, seq: number) => markRead(world.deps, viewer, { customerId: alice.id, seq });

  it('rise, one for the customer and one for all agents, each in one position', async () => {
    await say(world, alice, 'one');
    await say(world, world.ana, 'two', alice.id);
    expect(await state()).toMatchObject({ unreadForCustomer: 1, unreadForAgents: 1, head: 4 });
    expect(await mark(alice, 4)).toMatchObject({ seenByCustomer: 4, seenByAgents: 0, unreadForCustomer: 0, head: 5, position: 5, fence: 1 });
    expect(await mark(world.ana, 1)).toMatchObject({ seenByAgents: 1, unreadForAgents: 0, head: 6 });
    expect(await mark(await world.issue('messages:write'), 3)).toMatchObject({ seenByAgents: 3, head: 7 });
  });

  it('never fall, and a mark that is there changes nothing', async () => {
    await say(world, alice, 'one');
    await say(world, alice, 'two');
    await mark(world.ana, 2);
    for (const seq of [2, 1, 0]) await changesNothing(() => mark(world.ben, seq));
  });

  it('are clamped to the head', async () => {
    await say(world, alice, 'one');
    expect(await mark(world.ana, 2 ** 31 - 1)).toMatchObject({ seenByAgents: 1, head: 2 });
    expect(await refusalOf(mark(world.ana, -1))).toMatchObject({ name: 'InvalidInputError', field: 'seq' });
  });

  it('of 20 tabs at once are one mark, the greatest', async () => {
    for (let count = 0; count < 5; count += 1) await say(world, alice, `${count}`);
    await Promise.all(Array.from({ length: 20 }, (_, index) => mark(world.ana, 5 - (index % 5))));
    expect(await state()).toMatchObject({ seenByAgents: 5, head: 6 });
  });
});

describe('typing', () => {
  it('is shown to the conversation, never stored', async () => {
    const before = await state();
    expect(await setTyping(world.deps, world.ana, { customerId: alice.id, typing: true })).toEqual(before);
    await setTyping(world.deps, alice, { customerId: alice.id, typing: true });
    await setTyping(world.deps, world.ana, { customerId: alice.id, typing: false });
    expect(world.deps.bus.shown(topics.conversation(alice.id), 0).values).toEqual([
      { type: 'typing', sender: { kind: 'customer', id: alice.id }, typing: true },
      { type: 'typing', sender: { kind: 'agent', id: world.ana.id }, typing: false },
    ]);
    expect(await state()).toEqual(before);
  });
});

describe('messages, by page', () => {
  const page = async (viewer: Viewer, more: object = {}) => (await listMessages(world.deps, viewer, await state(), more)).items.map(({ node }) => node.text);

  beforeEach(async () => {
    for (let count = 1; count <= 60; count += 1) await say(world, alice, `${count}`);
  });

  it('are the newest 50 unless said otherwise, oldest first', async () => {
    expect(await page(alice)).toEqual(Array.from({ length: 50 }, (_, index) => `${index + 11}`));
    expect(await page(alice, { last: 2 })).toEqual(['59', '60']);
    expect(await page(alice, { first: 2 })).toEqual(['1', '2']);
    expect(await page(alice, { first: 100 })).toHaveLength(60);
  });

  it('go on from a cursor, both ways', async () => {
    const { items } = await listMessages(world.deps, alice, await state(), { first: 3 });
    expect(await page(alice, { first: 2, after: items[2]?.cursor })).toEqual(['4', '5']);
    expect(await page(alice, { last: 1, before: items[2]?.cursor })).toEqual(['2']);
    expect(await page(alice, { before: items[2]?.cursor })).toEqual(['1', '2']);
  });

  it.each([
    [{ first: 0 }, 'first'], [{ first: 101 }, 'first'], [{ first: -1 }, 'first'], [{ last: 0 }, 'last'], [{ last: 101 }, 'last'],
    [{ first: 1, last: 1 }, 'last'], [{ first: 1, before: 'x' }, 'last'], [{ last: 1, after: 'x' }, 'last'],
  ])('R30: %j is refused', async (given, field) => {
    expect(await refusalOf(page(alice, given))).toMatchObject({ name: 'InvalidInputError', field });
  });

  it('R92: refuse garbage and cursors of other fields', async () => {
    const { cursor } = await state();
    for (const from of ['', 'x', cursor]) expect(await refusalOf(page(alice, { first: 1, after: from }))).toBeInstanceOf(BadCursorError);
  });
});

describe('notes', () => {
  const CANARY = 'between us';

  it('reach a customer on no path that reads', async () => {
    await say(world, alice, 'hello');
    const { cursor: start } = await state();
    const following = await followConversation(world.deps, alice, { customerId: alice.id, after: start });
    const aside = await note(world, world.ana, CANARY, alice.id);
    await editMessage(world.deps, world.ana, { customerId: alice.id, messageId: aside.id, text: `${CANARY} still` });
    await take(world.ana);
    await handBack(world.ana, CANARY);
    const removed = await note(world, world.ben, CANARY, alice.id);
    await removeMessage(world.deps, world.ben, { customerId: alice.id, messageId: removed.id });
    await markRead(world.deps, alice, { customerId: alice.id, seq: 1 });
    await say(world, alice, 'the end');

    const pushed = await nextEvents(following, (event) => event.type === 'message_added' && event.message.text === 'the end');
    await following.return?.();
    const conversation = await state();
    const received = {
      pushed,
      pulled: await listEvents(world.deps, alice, conversation, { after: start }),
      pulledByOne: await Promise.all(pushed.flatMap(({ cursor }) => cursor ?? []).map((after) => listEvents(world.deps, alice, conversation, { after, first: 1 }))),
      forward: await listMessages(world.deps, alice, conversation, { first: 100 }),
      backward: await listMessages(world.deps, alice, conversation, {}),
      own: await findConversation(world.deps, alice, alice.id),
      lastMessage: await world.deps.log.message(conversation.lastMessageId ?? ''),
    };
    const told = JSON.stringify(received);
    expect(told).not.toContain(CANARY);
    expect(told).not.toContain('"note"');
    expect(told).not.toContain('"team"');
    expect(told).toContain('the end');
    expect(conversation).toMatchObject({ unreadForCustomer: 0, unreadForAgents: 2 });

    await say(world, world.ana, 'hi', alice.id);
    const stale = sendMessage(world.deps, alice, { customerId: alice.id, text: 'x', clientMessageId: randomUUID(), lastSeenSeq: 0 });
    expect(await refusalOf(stale)).toMatchObject({ unseen: [{ text: 'hi' }] });

    const { items } = await listMessages(world.deps, world.ana, conversation, { first: 100 });
    expect(items.filter(({ node }) => node.kind === 'note')).toHaveLength(3);
  });

  it('leave the inbox row as the customer sees it', async () => {
    const { message } = await say(world, alice, 'hello');
    await note(world, world.ana, CANARY, alice.id);
    expect(await state()).toMatchObject({ lastMessageId: message.id, unreadForCustomer: 0, unreadForAgents: 1 });
  });

  it('are seen by a token only with the scope for them', async () => {
    await note(world, world.ana, CANARY, alice.id);
    const seen = async (viewer: Viewer) => (await listMessages(world.deps, viewer, await state(), {})).items.length;
    expect(await seen(await world.issue('conversations:read'))).toBe(0);
    expect(await seen(await world.issue('conversations:read', 'notes'))).toBe(1);
  });
});

describe('the list', () => {
  it('knows the viewer as `me`, filters, counts, and leaves out what is empty', async () => {
    const shop = await openWorld();
    const { deps } = shop;
    for (const name of ['alice', 'bob', 'carol', 'dave']) await say(shop, await shop.meet(name), 'hello');
    await shop.meet('empty');
    await takeOver(deps, shop.ana, { customerId: 'alice', force: false });
    await takeOver(deps, shop.ben, { customerId: 'bob', force: false });
    await requestHuman(deps, shop.ana, { customerId: 'carol' });
    await markRead(deps, shop.ana, { customerId: 'carol', seq: 1 });
    await resolveConversation(deps, shop.ana, { customerId: 'dave' });

    const list = async (filter: object, viewer = shop.ana) => (
      (await listConversations(deps, viewer, { filter, order: 'newest_activity' })).items.map(({ node }) => node.customerId).sort()
    );
    expect(await list({})).toEqual(['alice', 'bob', 'carol', 'dave']);
    expect(await list({ assignee: 'me' })).toEqual(['alice']);
    expect(await list({ assignee: 'me' }, shop.ben)).toEqual(['bob']);
    expect(await list({ assignee: shop.ben.id })).toEqual(['bob']);
    expect(await list({ assignee: 'nobody' })).toEqual([]);
    expect(await list({ status: 'resolved' })).toEqual(['dave']);
    expect(await list({ handler: 'queue' })).toEqual(['carol']);
    expect(await list({ unreadOnly: true })).toEqual(['alice', 'bob', 'dave']);
    expect(await countConversations(deps, shop.ana)).toEqual({ queue: 1, mine: 1, bot: 0, open: 3, resolved: 1 });
    expect(await countConversations(deps, await shop.issue('conversations:read'))).toMatchObject({ mine: 0, open: 3 });
    expect(await refusalOf(listConversations(deps, shop.ana, { filter: {}, order: 'newest_activity', first: 101 }))).toMatchObject({ field: 'first' });
  });
});

describe('the wait', () => {
  it('begins with the first unanswered text and ends with an answer', async () => {
    const began = (await say(world, alice, 'one')).conversation.waitingSince;
    world.clock.advance(MINUTE_MS);
    await say(world, alice, 'two');
    await requestHuman(world.deps, alice, { customerId: alice.id });
    expect(await state()).toMatchObject({ waitingSince: began });
    await note(world, world.ana, 'on it', alice.id);
    await take(world.ana);
    expect(await state()).toMatchObject({ waitingSince: began });
    await say(world, world.ana, 'hi', alice.id);
    expect(await state()).toMatchObject({ waitingSince: null });
  });

  it('ends with what the bot says, too', async () => {
    await say(world, alice, 'one');
    await world.store.log.change({ customerId: alice.id }, ({ conversation }) => ({
      steps: [{ type: 'append', message: { kind: 'text', audience: 'everyone', sender: BOT, text: 'hello' } }],
      facts: { botDoneSeq: conversation.lastCustomerSeq, waitingSince: null },
    }));
    expect(await state()).toMatchObject({ waitingSince: null, botDoneSeq: 1 });
  });
});
