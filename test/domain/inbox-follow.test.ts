import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { listConversations, markRead } from '../../server/domain/conversations.ts';
import { BadCursorError } from '../../server/domain/errors.ts';
import type { InboxBatch } from '../../server/domain/follow.ts';
import { followInbox } from '../../server/domain/follow.ts';
import { HEARTBEAT_MS, INBOX_BATCH_MS } from '../../server/domain/limits.ts';
import type { Viewer } from '../../server/domain/types.ts';
import { within } from '../_util/wait.ts';
import { nextEvent, nextEvents, restOf } from './events.ts';
import type { World } from './world.ts';
import { customerViewer, note, openWorld, refusalOf, say } from './world.ts';

/** A world with customers who have each said something. */
async function openShop(...names: string[]): Promise<World> {
  const world = await openWorld();
  for (const name of names) await say(world, await world.meet(name), 'hello');
  return world;
}

const namesIn = ({ conversations }: InboxBatch): string[] => conversations.map(({ customerId }) => customerId).sort();

/** Batches until the newest state of every one of these has the text that was said last. */
async function newest(events: AsyncIterator<InboxBatch, unknown>, heads: ReadonlyMap<string, number>): Promise<InboxBatch[]> {
  const missing = new Map(heads);
  return nextEvents(events, ({ conversations }) => {
    for (const { customerId, head } of conversations) if (missing.get(customerId) === head) missing.delete(customerId);
    return missing.size === 0;
  });
}

describe('the inbox feed', () => {
  it('begins with a cursor and nothing else, then tells of every conversation that changes, as it is now', async () => {
    const world = await openShop('alice', 'bob');
    const events = await followInbox(world.deps, world.ana);
    expect(await nextEvent(events)).toEqual({ cursor: expect.any(String), conversations: [], removed: [], reset: false });
    await say(world, customerViewer('bob'), 'anybody?');
    expect(await nextEvent(events)).toMatchObject({ conversations: [await world.state('bob')], removed: [], reset: false });
    await markRead(world.deps, world.ben, { customerId: 'alice', seq: 1 });
    expect(await nextEvent(events)).toMatchObject({ conversations: [await world.state('alice')] });
    await note(world, world.ana, 'aside', 'alice');
    expect(await nextEvent(events)).toMatchObject({ conversations: [await world.state('alice')] });
    await events.return?.();
  });

  it('coalesces: of what changed many times meanwhile, the newest state once', async () => {
    const world = await openShop('alice', 'bob');
    const events = await followInbox(world.deps, world.ana);
    await nextEvent(events);
    await Promise.all(Array.from({ length: 500 }, (_, index) => say(world, customerViewer(index % 2 === 0 ? 'alice' : 'bob'), `${index}`)));
    const batch = await nextEvent(events);
    expect(namesIn(batch)).toEqual(['alice', 'bob']);
    expect(batch.conversations.map(({ head }) => head)).toEqual([251, 251]);
    await events.return?.();
  });

  it('goes on from a cursor that it told, and from the list\'s own', async () => {
    const world = await openShop('alice', 'bob', 'carol');
    const list = await listConversations(world.deps, world.ana, { filter: {}, order: 'newest_activity' });
    const live = await followInbox(world.deps, world.ana);
    const { cursor: first } = await nextEvent(live);
    await say(world, customerViewer('alice'), 'one');
    const { cursor: second } = await nextEvent(live);
    await live.return?.();
    await say(world, customerViewer('bob'), 'two');

    for (const [after, names] of [[first, ['alice', 'bob']], [second, ['bob']], [list.cursor, ['alice', 'bob']]] as const) {
      const events = await followInbox(world.deps, world.ana, after);
      expect(await nextEvent(events)).toMatchObject({ cursor: after, conversations: [] });
      expect(namesIn(await nextEvent(events))).toEqual(names);
      await events.return?.();
    }
  });

  it('tells at most 100 at a time, and every one', async () => {
    const world = await openShop();
    const { cursor } = await listConversations(world.deps, world.ana, { filter: {}, order: 'newest_activity' });
    const names = Array.from({ length: 250 }, (_, index) => `customer ${index}`);
    await Promise.all(names.map(async (name) => say(world, await world.meet(name), 'hello')));
    const events = await followInbox(world.deps, world.ana, cursor);
    const batches = await newest(events, new Map(names.map((name) => [name, 1])));
    expect(Math.max(...batches.map(({ conversations }) => conversations.length))).toBe(100);
    expect(batches).toHaveLength(4);
    await events.return?.();
  });

  it('misses none and paces itself while many write', async () => {
    const world = await openShop('alice', 'bob', 'carol');
    const events = await followInbox(world.deps, world.ana);
    await nextEvent(events);
    const at: number[] = [];
    const reading = (async () => {
      let last: InboxBatch | null = null;
      const seen = new Map<string, number>();
      while ([...seen.values()].filter((head) => head === 101).length < 3) {
        last = await nextEvent(events);
        at.push(performance.now());
        for (const { customerId, head } of last.conversations) {
          expect(head, 'states only grow').toBeGreaterThan(seen.get(customerId) ?? 0);
          seen.set(customerId, head);
        }
      }
    })();
    for (let count = 0; count < 100; count += 1) {
      await Promise.all(['alice', 'bob', 'carol'].map((name) => say(world, customerViewer(name), `${count}`)));
    }
    await within('the newest states', reading);
    const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    // A timer may be a millisecond early.
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(INBOX_BATCH_MS - 2);
    await events.return?.();
  });

  it('R92: resets a cursor of other data, and refuses garbage and other kinds', async () => {
    const world = await openShop('alice');
    const other = await openShop('alice');
    const { cursor } = await listConversations(other.deps, other.ana, { filter: {}, order: 'newest_activity' });
    expect(await restOf(await followInbox(world.deps, world.ana, cursor))).toMatchObject([{ conversations: [], removed: [], reset: true }]);
    for (const after of ['', 'x', (await world.state('alice')).cursor]) {
      expect(await refusalOf(followInbox(world.deps, world.ana, after)), after).toBeInstanceOf(BadCursorError);
    }
    expect([world.gauges().bells, other.gauges().bells]).toEqual([0, 0]);
  });

  it('R10: tells of a visitor who became somebody: the conversation under its new name, the old one gone', async () => {
    const world = await openShop('alice', 'visitor_1');
    const { cursor } = await listConversations(world.deps, world.ana, { filter: {}, order: 'newest_activity' });
    const events = await followInbox(world.deps, world.ana, cursor);
    await nextEvent(events);
    const hash = randomUUID();
    const expiresAt = new Date(world.clock.now() + 60_000);
    await world.store.people.startVisitor({ id: 'visitor_2', handler: 'bot' }, { hash, expiresAt, absoluteExpiresAt: null });
    await say(world, customerViewer('visitor_2'), 'it is me, alice');
    expect(namesIn(await nextEvent(events))).toEqual(['visitor_2']);
    const { rung } = await world.store.people.startCustomer(
      { id: 'alice', name: null, email: null, handler: 'bot' }, { hash: randomUUID(), expiresAt, absoluteExpiresAt: null }, hash,
    );
    expect(rung).toContain('alice');
    world.deps.bus.ring('inbox');
    expect(await nextEvent(events)).toMatchObject({ conversations: [{ customerId: 'alice' }], removed: ['visitor_2'] });
    await events.return?.();
  });

  it('is silent for 10 seconds at most', async () => {
    const world = await openWorld({ bus: (bus) => ({ ...bus, monotonic: () => bus.monotonic() - HEARTBEAT_MS + 50 }) });
    const events = await followInbox(world.deps, world.ana);
    const first = await nextEvent(events);
    expect([await nextEvent(events), await nextEvent(events)]).toEqual([first, first]);
    await events.return?.();
  });

  it('T20: ends at once wherever its reader stands, and leaves nothing behind', async () => {
    const world = await openShop('alice');
    const waiting = await followInbox(world.deps, world.ana);
    await nextEvent(waiting);
    const pending = waiting.next();
    await within('return', Promise.resolve(waiting.return?.()), 1_000);
    expect(await pending).toEqual({ value: undefined, done: true });
    const unread = await followInbox(world.deps, world.ana);
    await unread.return?.();
    const pacing = await followInbox(world.deps, world.ana);
    await nextEvent(pacing);
    await say(world, customerViewer('alice'), 'more');
    await nextEvent(pacing);
    const paced = pacing.next();
    await within('return while it paces itself', Promise.resolve(pacing.return?.()), 1_000);
    expect(await paced).toEqual({ value: undefined, done: true });
    expect(world.gauges().bells).toBe(0);
  });

  it('is for agents and readers', async () => {
    const world = await openShop('alice');
    const refused: [Viewer | null, string][] = [[null, 'UnauthenticatedError'], [customerViewer('alice'), 'ForbiddenError'], [await world.issue('notes'), 'ForbiddenError']];
    for (const [viewer, name] of refused) expect(await refusalOf(followInbox(world.deps, viewer))).toMatchObject({ name });
    expect(world.gauges().bells).toBe(0);
  });
});
