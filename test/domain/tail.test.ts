import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { followConversation } from '../../server/domain/follow.ts';
import { topics } from '../../server/domain/ports/bus.ts';
import type { StreamPage, Step } from '../../server/domain/ports/log.ts';
import type { StreamRow } from '../../server/domain/types.ts';
import { scaled } from '../_util/scaled.ts';
import { until } from '../_util/wait.ts';
import { countReads } from './count-reads.ts';
import { brief, caughtUp, nextEvent } from './events.ts';
import type { World } from './world.ts';
import { note, openWorld, say } from './world.ts';

describe('the tail', () => {
  it('R100: reads a message once, however many watch, from the first on', async () => {
    const reads = countReads();
    const world = await openWorld({ log: reads.wrap });
    const alice = await world.meet('alice');
    const all = await Promise.all(Array.from({ length: 200 }, () => followConversation(world.deps, alice, { customerId: 'alice' })));
    for (const events of all) await caughtUp(events);
    for (const text of ['one', 'two', 'three']) {
      const before = reads.count;
      const told = all.map((events) => nextEvent(events));
      await say(world, alice, text);
      for (const event of await Promise.all(told)) expect(brief([event])).toEqual([`message_added ${text}`]);
      expect(reads.count - before).toBe(1);
    }
    await Promise.all(all.map((events) => events.return?.()));
    expect(world.gauges().bells).toBe(0);
  });

  it('serves who comes back within it without a read', async () => {
    const reads = countReads();
    const world = await openWorld({ log: reads.wrap });
    const alice = await world.meet('alice');
    const [fast, slow] = [await followConversation(world.deps, alice, { customerId: 'alice' }), await followConversation(world.deps, alice, { customerId: 'alice' })];
    await caughtUp(fast);
    await caughtUp(slow);
    for (let count = 0; count < 90; count += 1) {
      await say(world, alice, `${count}`);
      await nextEvent(fast);
    }
    const before = reads.count;
    for (let count = 0; count < 90; count += 1) expect(brief([await nextEvent(slow)])).toEqual([`message_added ${count}`]);
    expect(reads.count).toBe(before);
    await fast.return?.();
    await slow.return?.();
  });

  it('R40: is left by a follower that ends while it reads, also if it is rung meanwhile', async () => {
    let isHeld = false;
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => { goOn = resolve; });
    const world = await openWorld({
      log: (log) => ({
        ...log,
        async streamAfter(...place) {
          if (isHeld) await held;
          return log.streamAfter(...place);
        },
      }),
    });
    const alice = await world.meet('alice');
    const events = await followConversation(world.deps, alice, { customerId: 'alice' });
    await caughtUp(events);
    expect(world.gauges().bells).toBe(1);
    const told = events.next();
    isHeld = true;
    await note(world, world.ana, 'not for Alice', 'alice');
    await until('the tail to be read', () => world.gauges().bells === 2);
    world.deps.bus.ring(topics.conversation('alice'));
    const ended = events.return?.();
    goOn();
    expect(await told).toEqual({ done: true, value: undefined });
    await ended;
    expect(world.gauges().bells).toBe(0);
  });

  it('says what the store says, for any place and page, through any edits, removals and states', { timeout: 120_000 }, async () => {
    const world = await openWorld();
    await fc.assert(fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 12 }), async (rounds) => {
      const { id: customerId } = await world.meet(randomUUID());
      const tail = world.deps.tails.open(customerId);
      const ids = new Set<string>();
      const places = [await readAfter(world, customerId, (await world.state(customerId)).cursor)];
      for (const { acts, looks } of rounds) {
        const { messages } = await world.deps.log.change({ customerId }, ({ conversation }) => ({ steps: stepsOf(acts, [...ids], conversation.fence) }));
        for (const { id, removedAt } of messages) {
          if (removedAt) ids.delete(id);
          else ids.add(id);
        }
        world.deps.bus.ring(topics.conversation(customerId));
        places.push(await readAfter(world, customerId, (await world.state(customerId)).cursor));
        await Promise.all(looks.map(async ({ from, limit }) => {
          const place = places[from % places.length];
          if (!place) throw new Error('no place');
          const kept = await tail.after({ stream: place.stream, position: place.to, cursor: place.cursor }, limit);
          expect(told(kept)).toEqual(told(await world.deps.log.streamAfter(customerId, place.cursor, limit)));
        }));
      }
      tail.close();
    }), { numRuns: scaled(300) });
    expect(world.gauges().bells).toBe(0);
  });
});

type Act = { readonly do: 'append' | 'state' } | { readonly do: 'edit' | 'remove'; readonly pick: number };

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('append' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('state' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('edit' as const, 'remove' as const), pick: fc.nat() }) },
);

/** More than a tail holds, or nearly. */
const burst: fc.Arbitrary<Act[]> = fc.integer({ min: 90, max: 110 }).map((length) => Array.from({ length }, () => ({ do: 'append' })));

const round = fc.record({
  acts: fc.oneof({ weight: 5, arbitrary: fc.array(act, { maxLength: 6 }) }, { weight: 1, arbitrary: burst }),
  looks: fc.array(fc.record({ from: fc.nat(), limit: fc.constantFrom(1, 2, 7, 100) }), { maxLength: 4 }),
});

/** `ids` of messages that are not removed yet. What cannot be edited or removed is appended instead. */
function stepsOf(acts: readonly Act[], ids: string[], fence: number): Step[] {
  return acts.map((one, index) => {
    const place = 'pick' in one ? one.pick % Math.max(1, ids.length) : 0;
    const messageId = one.do === 'remove' ? ids.splice(place, 1)[0] : ids[place];
    if (one.do === 'state') return { type: 'state', patch: { fence: fence + 1 + index } };
    if (messageId === undefined || !('pick' in one)) {
      return { type: 'append', message: { kind: 'text', audience: index % 3 === 0 ? 'team' : 'everyone', sender: { kind: 'agent', id: 'ana' }, text: `${index}` } };
    }
    return one.do === 'edit' ? { type: 'edit', messageId, text: `edited ${index}` } : { type: 'remove', messageId };
  });
}

async function readAfter({ deps }: World, customerId: string, cursor: string): Promise<StreamPage> {
  const page = await deps.log.streamAfter(customerId, cursor, 1);
  if ('reset' in page) throw new Error(page.reset);
  return page;
}

/** Counts within a conversation also move without a position: they are as of when it was read. */
function told(page: StreamPage | { reset: string }): object {
  if ('reset' in page) return page;
  return { ...page, rows: page.rows.map((row: StreamRow) => (row.type === 'message' ? row : { ...row, conversation: row.conversation.fence })) };
}
