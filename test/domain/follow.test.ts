import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { randomUUID } from 'node:crypto';
import { handBackToBot, markRead, setTyping, takeOver } from '../../server/domain/conversations.ts';
import { BadCursorError, NotFoundError, UnavailableError } from '../../server/domain/errors.ts';
import type { ConversationEvent } from '../../server/domain/follow.ts';
import { followConversation, listEvents } from '../../server/domain/follow.ts';
import { HEARTBEAT_MS } from '../../server/domain/limits.ts';
import { editMessage, removeMessage } from '../../server/domain/messages.ts';
import type { Bus } from '../../server/domain/ports/bus.ts';
import { topics } from '../../server/domain/ports/bus.ts';
import type { Ephemeral, Viewer } from '../../server/domain/types.ts';
import { readStreamCursor, streamCursor } from '../../server/store/cursors.ts';
import { createRandom } from '../_util/random.ts';
import { until, within } from '../_util/wait.ts';
import { countReads } from './count-reads.ts';
import { brief, caughtUp, messagesOf, nextEvent, nextEvents, restOf } from './events.ts';
import type { World } from './world.ts';
import { buildWorld, customerViewer, note, openWorld, refusalOf, requireNoBells, say } from './world.ts';

let world: World;
let alice: Viewer;
beforeAll(async () => { world = await buildWorld(); });
beforeEach(async () => { alice = await world.meet(randomUUID()); });
afterEach(() => requireNoBells(world));
afterAll(() => world.close());

const cursor = async () => (await world.state(alice.id)).cursor;
const follow = (viewer: Viewer = alice, after?: string | null) => followConversation(world.deps, viewer, { customerId: alice.id, after });
const edit = (messageId: string, text: string) => editMessage(world.deps, alice, { customerId: alice.id, messageId, text });
const remove = (messageId: string) => removeMessage(world.deps, alice, { customerId: alice.id, messageId });
const sayMany = async (count: number, from = 0) => { await Promise.all(Array.from({ length: count }, (_, index) => say(world, alice, `${from + index}`))); };
const numbers = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);
const textsOf = (events: readonly ConversationEvent[]) => messagesOf(events).map(({ text }) => text);
const isText = (text: string) => (event: ConversationEvent) => 'message' in event && event.message.text === text;

describe('live', () => {
  it('begins with the cursor it was given, says when it has caught up, then tells what happens', async () => {
    await say(world, alice, 'before');
    const start = await cursor();
    const events = await follow();
    expect(await caughtUp(events)).toEqual([{ type: 'heartbeat', cursor: start }, { type: 'heartbeat', cursor: start }]);

    const hello = (await say(world, alice, 'hello')).message;
    expect(await nextEvent(events)).toEqual({ type: 'message_added', cursor: await cursor(), message: hello });
    const edited = (await edit(hello.id, 'hello!')).message;
    expect(await nextEvent(events)).toEqual({ type: 'message_changed', cursor: await cursor(), message: edited });
    const removed = (await remove(hello.id)).message;
    expect(await nextEvent(events)).toEqual({ type: 'message_changed', cursor: await cursor(), message: removed });
    const seen = await markRead(world.deps, world.ana, { customerId: alice.id, seq: 1 });
    expect(await nextEvent(events)).toEqual({ type: 'conversation_changed', cursor: seen.cursor, conversation: seen });
    await events.return?.();
  });

  it('tells a take-over by message as state, activity and message, in this order', async () => {
    const events = await follow();
    await caughtUp(events);
    await say(world, world.ana, 'hi', alice.id);
    expect(brief(await nextEvents(events, isText('hi')))).toEqual(['conversation_changed', 'message_added Ana joined', 'message_added hi']);
    await events.return?.();
  });

  it('tells the team of notes, and the customer nothing', async () => {
    const [hers, anas] = [await follow(), await follow(world.ana)];
    await caughtUp(hers);
    await caughtUp(anas);
    await note(world, world.ben, 'aside', alice.id);
    await say(world, alice, 'hello');
    expect(brief(await nextEvents(hers, isText('hello')))).toEqual(['message_added hello']);
    expect(brief(await nextEvents(anas, isText('hello')))).toEqual(['message_added aside', 'message_added hello']);
    await hers.return?.();
    await anas.return?.();
  });

  it('hears nothing of other conversations', async () => {
    const bob = await world.meet(randomUUID());
    const events = await follow();
    await caughtUp(events);
    await say(world, bob, 'for bob');
    await say(world, alice, 'for alice');
    expect(brief([await nextEvent(events)])).toEqual(['message_added for alice']);
    await events.return?.();
  });

  it('tells of two tabs each the same, the sender\'s own included', async () => {
    const tabs = [await follow(), await follow(), await follow(world.ana)];
    for (const tab of tabs) await caughtUp(tab);
    for (const text of numbers(20)) await say(world, text === '10' ? world.ana : alice, text, alice.id);
    const told = await Promise.all(tabs.map((tab) => nextEvents(tab, isText('19'))));
    expect(told[1]).toEqual(told[0]);
    expect(told[2]).toEqual(told[0]);
    await Promise.all(tabs.map((tab) => tab.return?.()));
  });
});

describe('resuming', () => {
  it('from any cursor that the stream told, heartbeats included, gives all that came after it and nothing else', async () => {
    const start = await cursor();
    const events = await follow(alice, start);
    await caughtUp(events);
    const told: ConversationEvent[] = [{ type: 'heartbeat', cursor: start }];
    for (const text of numbers(8)) {
      await say(world, text === '3' ? world.ana : alice, text, alice.id);
      if (text === '5') await note(world, world.ana, 'aside', alice.id);
      told.push(...await nextEvents(events, isText(text)));
    }
    await events.return?.();
    for (const [index, { cursor: after }] of told.entries()) {
      if (after === null) throw new Error('told without a cursor');
      const resumed = await follow(alice, after);
      const caught = await caughtUp(resumed);
      await resumed.return?.();
      expect(caught.slice(1, -1)).toEqual(told.slice(index + 1).map((event) => latest(event, caught)));
      const { events: pulled } = await listEvents(world.deps, alice, await world.state(alice.id), { after });
      expect(pulled).toEqual(caught.slice(1, -1));
    }
  });

  /** The conversation is told as it is now, also its counts. */
  function latest(event: ConversationEvent, caught: readonly ConversationEvent[]): ConversationEvent {
    if (event.type !== 'conversation_changed') return event;
    return caught.find(({ type, cursor: at }) => type === event.type && at === event.cursor) ?? event;
  }

  it('tells each row once, as it is now', async () => {
    const start = await cursor();
    const [one, two] = [(await say(world, alice, 'one')).message, (await say(world, alice, 'two')).message];
    await say(world, alice, 'three');
    for (const text of ['one?', 'one!', 'ONE']) await edit(one.id, text);
    await remove(two.id);
    const events = await follow(alice, start);
    expect(brief(await caughtUp(events))).toEqual(['heartbeat', 'message_added three', 'message_added ONE', 'message_added ', 'heartbeat']);
    await events.return?.();
  });

  it('calls added what is new to the cursor, and changed what is not', async () => {
    const old = (await say(world, alice, 'old')).message;
    const start = await cursor();
    const fresh = (await say(world, alice, 'fresh')).message;
    await edit(old.id, 'old!');
    await edit(fresh.id, 'fresh!');
    const events = await follow(alice, start);
    expect(brief(await caughtUp(events))).toEqual(['heartbeat', 'message_changed old!', 'message_added fresh!', 'heartbeat']);
    await edit(fresh.id, 'fresh!!');
    expect(brief([await nextEvent(events)])).toEqual(['message_changed fresh!!']);
    await events.return?.();
  });

  it('R91: what is appended while it catches up comes in its place, once', async () => {
    const start = await cursor();
    await sayMany(250);
    const events = await follow(alice, start);
    const told = [await nextEvent(events), await nextEvent(events)];
    await sayMany(150, 250);
    told.push(...await nextEvents(events, isText('399')));
    expect(textsOf(told)).toEqual(numbers(400));
    await events.return?.();
  });

  it('without a cursor starts now, between the read of the conversation and the next commit', async () => {
    await sayMany(5);
    const following = follow();
    const saying = say(world, alice, 'meanwhile');
    const events = await following;
    await saying;
    const told = await nextEvents(events, isText('meanwhile'));
    expect(textsOf(told)).toEqual(['meanwhile']);
    await events.return?.();
  });
});

describe('a reader that does not keep up', () => {
  it('T1, T2, R97: is told 5,000 messages that came while nobody pulled, in order, none missing', async () => {
    const events = await follow();
    await caughtUp(events);
    await sayMany(5_000);
    expect(textsOf(await nextEvents(events, isText('4999')))).toEqual(numbers(5_000));
    await events.return?.();
  });

  it('R79: holds one page, and nobody else is held up', async () => {
    const reads = countReads();
    const own = await openWorld({ log: reads.wrap });
    const viewer = await own.meet('alice');
    const stalled = await followConversation(own.deps, viewer, { customerId: 'alice' });
    const healthy = await followConversation(own.deps, viewer, { customerId: 'alice' });
    await nextEvent(stalled);
    await caughtUp(healthy);
    for (let round = 0; round < 20; round += 1) {
      await say(own, viewer, `${round}`);
      await nextEvents(healthy, isText(`${round}`));
    }
    const before = reads.count;
    await Promise.all(numbers(1_000).map((text) => say(own, viewer, text)));
    expect(reads.count, 'nobody reads for those who do not pull').toBe(before);
    expect(own.gauges().bells).toBe(3);
    expect(textsOf(await nextEvents(stalled, isText('999')))).toEqual([...numbers(20), ...numbers(1_000)]);
    await stalled.return?.();
    await healthy.return?.();
  });

  it('reads each page of its way once', async () => {
    const reads = countReads();
    const own = await openWorld({ log: reads.wrap });
    const viewer = await own.meet('alice');
    const { cursor: start } = await own.state('alice');
    await Promise.all(numbers(1_000).map((text) => say(own, viewer, text)));
    const events = await followConversation(own.deps, viewer, { customerId: 'alice', after: start });
    expect(textsOf(await caughtUp(events))).toEqual(numbers(1_000));
    expect(reads.count).toBe(10);
    await events.return?.();
  });
});

describe('the end', () => {
  it('T20: of a reader that waits comes at once, without any later write', async () => {
    const events = await follow();
    await caughtUp(events);
    const waiting = events.next();
    await within('return', Promise.resolve(events.return?.()), 1_000);
    expect(await within('the pending read', waiting, 1_000)).toEqual({ value: undefined, done: true });
    expect(world.gauges().bells).toBe(0);
  });

  it('T20: leaves nothing behind, wherever the reader stood', async () => {
    await sayMany(150);
    const start = await cursor();
    await sayMany(150);
    for (let taken = 0; taken <= 4; taken += 1) {
      const events = await follow(alice, start);
      for (let count = 0; count < taken; count += 1) await nextEvent(events);
      await events.return?.();
      expect(world.gauges().bells, `after ${taken} events`).toBe(0);
      expect(await events.next()).toEqual({ value: undefined, done: true });
    }
  });

  it('of a hundred readers leaves nothing behind, and the last closes the tail', async () => {
    const all = await Promise.all(Array.from({ length: 100 }, () => follow()));
    for (const events of all) await caughtUp(events);
    expect(world.gauges().bells).toBe(100);
    await say(world, alice, 'hello');
    for (const events of all) await nextEvent(events);
    const waits = all.map((events) => events.next());
    expect(world.gauges().bells).toBe(101);
    await Promise.all(all.map((events) => events.return?.()));
    await within('all reads to end', Promise.all(waits), 1_000);
  });

  it('by an error thrown into it releases it too', async () => {
    const events = await follow();
    await nextEvent(events);
    expect(await refusalOf(Promise.resolve(events.throw?.(new Error('gone'))))).toMatchObject({ message: 'gone' });
  });

  it('comes when the bus stops', async () => {
    const own = await openWorld();
    const viewer = await own.meet('alice');
    const events = await followConversation(own.deps, viewer, { customerId: 'alice' });
    await caughtUp(events);
    const rest = restOf(events);
    own.deps.bus.stop();
    expect(await rest).toEqual([]);
    expect(own.gauges().bells).toBe(0);
  });

  it('by a failing store is an error for the reader, releases it, and the next reader is well', async () => {
    let isFailing = false;
    const own = await openWorld({
      log: (log) => ({
        ...log,
        streamAfter: (...asked) => (isFailing ? Promise.reject(new UnavailableError('TRY_AGAIN', 500)) : log.streamAfter(...asked)),
      }),
    });
    const viewer = await own.meet('alice');
    const both = [await followConversation(own.deps, viewer, { customerId: 'alice' }), await followConversation(own.deps, viewer, { customerId: 'alice' })];
    for (const events of both) await caughtUp(events);
    isFailing = true;
    await say(own, viewer, 'hello');
    for (const events of both) expect(await refusalOf(events.next())).toBeInstanceOf(UnavailableError);
    expect(await refusalOf(followConversation(own.deps, viewer, { customerId: 'alice' }))).toBeInstanceOf(UnavailableError);
    expect(own.gauges().bells).toBe(0);
    isFailing = false;
    const events = await followConversation(own.deps, viewer, { customerId: 'alice' });
    await caughtUp(events);
    await say(own, viewer, 'again');
    expect(brief([await nextEvent(events)])).toEqual(['message_added again']);
    await events.return?.();
  });
});

describe('R92: a cursor that leads nowhere', () => {
  const moved = (by: number, of: string) => {
    const { position, ...stream } = readStreamCursor(of);
    return streamCursor(stream, position + by);
  };

  it.each<[string, () => Promise<string>]>([
    ['beyond the head', async () => moved(1, await cursor())],
    ['of another conversation', async () => (await world.state((await world.meet(randomUUID())).id)).cursor],
    ['of another life', async () => {
      const { position, life, ...stream } = readStreamCursor(await cursor());
      return streamCursor({ ...stream, life: life + 1 }, position);
    }],
    ['of other data', async () => {
      const other = await openWorld();
      return (await other.state((await other.meet('alice')).id)).cursor;
    }],
  ])('%s is reset, and the stream ends', async (_, make) => {
    const after = await make();
    const reset = { type: 'reset', cursor: null, reason: expect.stringMatching(/\w/) };
    expect(await restOf(await follow(alice, after))).toEqual([reset]);
    expect(await listEvents(world.deps, alice, await world.state(alice.id), { after })).toEqual({ events: [reset], cursor: after, hasMore: false });
  });

  it('that was never handed out is refused', async () => {
    for (const after of ['', 'x', '0', 'null', '-1', moved(-1_000, await cursor()), 'bm8gY3Vyc29y', 'x'.repeat(10_000)]) {
      expect(await refusalOf(follow(alice, after)), after).toBeInstanceOf(BadCursorError);
      expect(await refusalOf(listEvents(world.deps, alice, await world.state(alice.id), { after }))).toBeInstanceOf(BadCursorError);
    }
  });

  it('R3: of a foreign conversation tells nothing, not even whether it is a cursor', async () => {
    const mallory = customerViewer('mallory');
    const own = await cursor();
    for (const after of [own, moved(9, own), 'garbage', null]) {
      expect(await refusalOf(follow(mallory, after))).toEqual(new NotFoundError());
      expect(await refusalOf(followConversation(world.deps, mallory, { customerId: 'nobody', after }))).toEqual(new NotFoundError());
    }
  });
});

describe('heartbeats', () => {
  it('are told after 10 seconds of silence, again and again, and never run ahead', async () => {
    expect(HEARTBEAT_MS).toBe(10_000);
    const own = await openWorld({ bus: hastened });
    const viewer = await own.meet('alice');
    const events = await followConversation(own.deps, viewer, { customerId: 'alice' });
    await caughtUp(events);
    const { cursor: at } = await own.state('alice');
    expect([await nextEvent(events), await nextEvent(events)]).toEqual([{ type: 'heartbeat', cursor: at }, { type: 'heartbeat', cursor: at }]);
    await say(own, viewer, 'hello');
    const told = await nextEvents(events, isText('hello'));
    expect(told.slice(0, -1).every((event) => event.type === 'heartbeat' && event.cursor === at)).toBe(true);
    expect(await nextEvent(events)).toEqual({ type: 'heartbeat', cursor: (await own.state('alice')).cursor });
    await events.return?.();
  });

  it('cost no read', async () => {
    const reads = countReads();
    const own = await openWorld({ bus: hastened, log: reads.wrap });
    await own.meet('alice');
    const events = await followConversation(own.deps, own.ana, { customerId: 'alice' });
    await caughtUp(events);
    const before = reads.count;
    await nextEvent(events);
    await nextEvent(events);
    expect(reads.count).toBe(before);
    await events.return?.();
  });

  it('move on past what the reader may not see', async () => {
    const own = await openWorld({ bus: hastened });
    const events = await followConversation(own.deps, await own.meet('alice'), { customerId: 'alice' });
    await caughtUp(events);
    await note(own, own.ana, 'aside', 'alice');
    const { cursor: at } = await own.state('alice');
    expect(brief(await nextEvents(events, ({ cursor: told }) => told === at)).every((type) => type === 'heartbeat')).toBe(true);
    await events.return?.();
  });
});

describe('what is shown and not kept', () => {
  const topic = () => topics.conversation(alice.id);
  const draft = (fence: number, text: string | null = 'I am'): Ephemeral => ({ type: 'draft', turnId: 'turn', fence, afterSeq: 1, text });
  const show = (value: Ephemeral) => world.deps.bus.show(topic(), value.type, value, 60_000);
  const type = (viewer: Viewer, typing = true) => setTyping(world.deps, viewer, { customerId: alice.id, typing });

  it('comes without a cursor, to everybody who follows, the sender\'s other tabs too', async () => {
    const all = [await follow(), await follow(world.ana)];
    for (const events of all) await caughtUp(events);
    await type(alice);
    const expected = { type: 'ephemeral', cursor: null, value: { type: 'typing', sender: { kind: 'customer', id: alice.id }, typing: true } };
    for (const events of all) expect(await nextEvent(events)).toEqual(expected);
    for (const events of all) await events.return?.();
  });

  it('comes only when all rows were told, also to who comes late', async () => {
    const start = await cursor();
    await sayMany(150);
    await type(world.ana);
    const events = await follow(alice, start);
    const told = await nextEvents(events, ({ type: kind }) => kind === 'ephemeral');
    expect(brief(told)).toEqual(['heartbeat', ...numbers(150).map((text) => `message_added ${text}`), 'heartbeat', 'ephemeral']);
    await events.return?.();
  });

  it('comes once, and as it is last', async () => {
    const events = await follow();
    await caughtUp(events);
    for (const typing of [true, false, true, false]) await type(world.ana, typing);
    expect(await nextEvent(events)).toMatchObject({ value: { typing: false } });
    await say(world, alice, 'hello');
    expect(brief([await nextEvent(events)])).toEqual(['message_added hello']);
    await type(alice);
    expect(await nextEvent(events)).toMatchObject({ value: { typing: true, sender: { kind: 'customer' } } });
    await events.return?.();
  });

  it('does not come when it has expired', async () => {
    world.deps.bus.show(topic(), 'draft', draft(0), 1);
    const since = performance.now();
    await until('the draft to expire', () => performance.now() > since + 2);
    await say(world, alice, 'hello');
    const events = await follow(alice);
    await caughtUp(events);
    await say(world, alice, 'more');
    expect(brief([await nextEvent(events)])).toEqual(['message_added more']);
    await events.return?.();
  });

  it('a draft is told while the bot has the conversation under the draft\'s fence', async () => {
    const events = await follow();
    await caughtUp(events);
    for (const text of ['I', 'I am', null]) {
      show(draft(0, text));
      expect(await nextEvent(events)).toEqual({ type: 'ephemeral', cursor: null, value: draft(0, text) });
    }
    await events.return?.();
  });

  it('a draft that was begun before a take-over is told to nobody after it', async () => {
    const [late, live] = [await follow(), await follow()];
    await caughtUp(live);
    show(draft(0));
    await takeOver(world.deps, world.ana, { customerId: alice.id, force: false });
    show(draft(1, 'I am not even the bot'));
    await say(world, alice, 'hello');
    for (const events of [late, live]) {
      const told = await nextEvents(events, isText('hello'));
      expect(brief(told).filter((event) => event !== 'heartbeat')).toEqual(['conversation_changed', 'message_added Ana joined', 'message_added hello']);
    }
    const later: readonly [Ephemeral, () => Promise<unknown>][] = [
      [draft(0, 'I am still'), () => type(world.ana)],
      [draft(2, 'I am back'), () => handBackToBot(world.deps, world.ana, { customerId: alice.id })],
    ];
    for (const [value, before] of later) {
      await before();
      show(value);
    }
    for (const events of [late, live]) {
      const told = await nextEvents(events, (event) => event.type === 'ephemeral' && event.value.type === 'draft');
      expect(told.at(-1)).toEqual({ type: 'ephemeral', cursor: null, value: draft(2, 'I am back') });
      await events.return?.();
    }
  });

  it('a draft that goes on after a take-over is told to nobody who was told of the take-over', async () => {
    const events = await follow();
    await caughtUp(events);
    await takeOver(world.deps, world.ana, { customerId: alice.id, force: false });
    await nextEvents(events, isText('Ana joined'));
    show(draft(0, 'I am still'));
    await say(world, alice, 'hello');
    expect(brief([await nextEvent(events)])).toEqual(['message_added hello']);
    await type(world.ana);
    expect(await nextEvent(events)).toMatchObject({ value: { type: 'typing' } });
    await events.return?.();
  });
});

describe('lost rings', () => {
  it('R93: delay, and lose nothing: the next ring brings it all, in order', async () => {
    const random = createRandom(93);
    let ringAll = (): void => undefined;
    const own = await openWorld({
      bus: (bus) => {
        ringAll = () => bus.ring(topics.conversation('alice'));
        return { ...bus, ring: (topic) => { if (random.int(0, 1) === 1) bus.ring(topic); } };
      },
    });
    const viewer = await own.meet('alice');
    const all = [await followConversation(own.deps, viewer, { customerId: 'alice' }), await followConversation(own.deps, own.ana, { customerId: 'alice' })];
    for (const events of all) await caughtUp(events);
    const told = all.map((events) => nextEvents(events, isText('199')));
    for (const text of numbers(200)) await say(own, viewer, text);
    ringAll();
    for (const events of await Promise.all(told)) expect(textsOf(events)).toEqual(numbers(200));
    for (const events of all) await events.return?.();
  });
});

/** The same bus, on whose clock ten seconds are over in a twentieth of one. */
function hastened(bus: Bus): Bus {
  return { ...bus, monotonic: () => bus.monotonic() - HEARTBEAT_MS + 50 };
}
