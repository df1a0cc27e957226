import { beforeEach, describe, expect, it } from 'vitest';
import { ITSELF } from '../../../server/domain/audit.ts';
import { BadCursorError } from '../../../server/domain/errors.ts';
import type { ConversationFilter, InboxPage, ListRequest } from '../../../server/domain/ports/log.ts';
import type { Open, World } from './world.ts';
import { activity, ANA, customer, note, openWorld, present, state, text } from './world.ts';

export function describeLists(open: Open): void {
  let world: World;
  beforeEach(async () => {
    world = await openWorld(open);
    await world.meet('empty');
  });

  /** Customers who wrote one after the other, a second apart. */
  const write = async (...ids: string[]): Promise<void> => {
    await world.meet(...ids);
    for (const id of ids) {
      world.clock.advance(1_000);
      await world.say(id, `from ${id}`);
    }
  };
  const waitSince = (id: string, at: number) => world.log.change({ customerId: id }, () => ({ steps: [], facts: { waitingSince: new Date(at) } }));
  const list = async (order: ListRequest['order'] = 'newest_activity', filter: ConversationFilter = {}, limit = 100, after: string | null = null) => {
    const { items, ...info } = await world.log.list({ filter, order, limit, after });
    return { ...info, ids: items.map(({ node }) => node.customerId), last: items.at(-1)?.cursor ?? null };
  };
  const walk = async (order: ListRequest['order'], limit: number, filter: ConversationFilter = {}): Promise<string[]> => {
    const ids: string[] = [];
    let after: string | null = null;
    for (;;) {
      const page = await list(order, filter, limit, after);
      ids.push(...page.ids);
      if (!page.hasNextPage) return ids;
      after = page.last;
    }
  };

  describe('list', () => {
    it('lists conversations with a message, by the newest text', async () => {
      await write('a', 'b', 'c');
      expect((await list()).ids).toEqual(['c', 'b', 'a']);
      world.clock.advance(1_000);
      await world.say('a', 'again', ANA);
      await world.commit('b', note('a note changes no order'), activity('nor does this'));
      expect((await list()).ids).toEqual(['a', 'c', 'b']);
      expect((await list('newest_activity', {}, 2))).toMatchObject({ ids: ['a', 'c'], hasNextPage: true, hasPreviousPage: false });
    });

    it('lists a conversation from its first message of any kind', async () => {
      await world.commit('empty', activity('asked for a person'));
      expect((await list()).ids).toEqual(['empty']);
    });

    it('lists who waits first, the longest first, then the rest by the newest text', async () => {
      await write('a', 'b', 'c', 'd', 'e');
      await waitSince('d', 1_000);
      await waitSince('b', 2_000);
      await waitSince('e', 2_000);
      expect((await list('longest_wait')).ids).toEqual(['d', 'b', 'e', 'c', 'a']);
    });

    it('pages through every order without a gap or a repeat, also among equal times', async () => {
      const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
      await world.meet(...ids);
      await Promise.all(ids.map((id) => world.say(id, 'at once')));
      for (const id of ['b', 'e', 'f']) await waitSince(id, 5);
      for (const order of ['newest_activity', 'longest_wait'] as const) {
        const whole = (await list(order)).ids;
        expect([...whole].sort()).toEqual(ids);
        for (const limit of [1, 2, 3, 4, 6]) expect(await walk(order, limit), `${order} by ${limit}`).toEqual(whole);
      }
    });

    it('filters by any set of properties', async () => {
      await write('a', 'b', 'c', 'd');
      const ana = await hire(world, 'Ana');
      await world.commit('a', state({ handler: 'agent', assigneeId: ana, seenByAgents: 1 }));
      await world.commit('b', state({ status: 'resolved', handler: 'agent', assigneeId: ana }));
      await world.commit('c', state({ handler: 'queue', seenByAgents: 1 }));
      const expected: [ConversationFilter, string[]][] = [
        [{ status: 'open' }, ['d', 'c', 'a']], [{ status: 'resolved' }, ['b']], [{ status: 'snoozed' }, []],
        [{ handler: 'agent' }, ['b', 'a']], [{ handler: 'queue' }, ['c']], [{ assigneeId: ana }, ['b', 'a']], [{ assigneeId: 'nobody' }, []],
        [{ status: 'open', handler: 'agent' }, ['a']], [{ status: 'open', assigneeId: ana }, ['a']], [{ unreadOnly: true }, ['d', 'b']],
        [{ unreadOnly: false }, ['d', 'c', 'b', 'a']], [{ unreadOnly: true, status: 'open', handler: 'bot' }, ['d']],
        [{ status: 'open', handler: 'agent', assigneeId: ana, unreadOnly: true }, []],
      ];
      for (const [filter, ids] of expected) {
        expect((await list('newest_activity', filter)).ids, JSON.stringify(filter)).toEqual(ids);
        expect((await list('longest_wait', filter)).ids, JSON.stringify(filter)).toEqual(ids);
        expect(await walk('newest_activity', 1, filter), JSON.stringify(filter)).toEqual(ids);
      }
    });

    it('refuses garbage and cursors of another order', async () => {
      await write('a', 'b');
      const { last, cursor } = await list('newest_activity');
      for (const after of ['', 'x', cursor]) await expect(list('newest_activity', {}, 1, after), after).rejects.toThrow(BadCursorError);
      await expect(list('longest_wait', {}, 1, last)).rejects.toThrow(BadCursorError);
    });
  });

  describe('counts', () => {
    it('counts conversations with a message by who handles them', async () => {
      await write('a', 'b', 'c', 'd');
      const ana = await hire(world, 'Ana');
      await world.commit('a', state({ handler: 'agent', assigneeId: ana }));
      await world.commit('b', state({ handler: 'queue' }));
      await world.commit('c', state({ status: 'resolved', assigneeId: ana }));
      expect(await world.log.counts(ana)).toEqual({ queue: 1, mine: 1, bot: 1, open: 3, resolved: 1 });
      expect(await world.log.counts(null)).toMatchObject({ mine: 0, open: 3 });
      await world.commit('c', state({ status: 'open' }));
      expect(await world.log.counts(ana)).toEqual({ queue: 1, mine: 2, bot: 2, open: 4, resolved: 0 });
    });
  });

  describe('inboxAfter', () => {
    const feed = async (after: string | null, limit = 100): Promise<InboxPage & { ids: string[] }> => {
      const page = await world.log.inboxAfter(after, limit);
      if ('reset' in page) throw new Error(page.reset);
      return { ...page, ids: page.conversations.map(({ customerId }) => customerId) };
    };

    it('starts at the end, then gives what changed, each once and as it is now', async () => {
      await write('a', 'b');
      const start = await feed(null);
      expect(start).toMatchObject({ ids: [], removed: [], hasMore: false });
      await world.say('a', '1');
      await world.say('b', '2');
      await world.commit('a', note('3'));
      await world.commit('empty', state({ fence: 7 }));
      const page = await feed(start.cursor);
      expect(page.ids).toEqual(['b', 'a']);
      expect(page.conversations[1]).toEqual(await world.state('a'));
      expect((await feed(page.cursor)).ids).toEqual([]);
      expect(page.cursor).toBe((await feed(null)).cursor);
    });

    it('hands over to from the list: its cursor was taken before its rows', async () => {
      await write('a');
      const { cursor } = await list();
      await world.say('a', 'next');
      expect((await feed(cursor)).ids).toEqual(['a']);
    });

    it('pages without a gap or a repeat', async () => {
      const { cursor: start } = await feed(null);
      await write('a', 'b', 'c', 'd', 'e');
      for (const limit of [1, 2, 5, 6]) {
        const ids: string[] = [];
        let page = await feed(start, limit);
        ids.push(...page.ids);
        while (page.hasMore) {
          page = await feed(page.cursor, limit);
          ids.push(...page.ids);
        }
        expect(ids).toEqual(['a', 'b', 'c', 'd', 'e']);
      }
    });

    it('R92: refuses garbage and other kinds; resets a cursor of other data', async () => {
      for (const after of ['', 'x', (await world.state('empty')).cursor]) await expect(feed(after), after).rejects.toThrow(BadCursorError);
      const other = await openWorld(open);
      const foreign = await other.log.inboxAfter(null, 1);
      expect(await world.log.inboxAfter('cursor' in foreign ? foreign.cursor : '', 1)).toEqual({ reset: expect.any(String) });
    });
  });

  describe('awaitingBot', () => {
    it('is the list of open conversations whose customer the bot owes an answer, the longest wait first', async () => {
      await write('a', 'b', 'c', 'd', 'e');
      for (const [index, id] of ['c', 'a', 'b', 'd', 'e'].entries()) await waitSince(id, 1_000 + index);
      await world.commit('b', state({ handler: 'queue' }));
      await world.commit('d', state({ status: 'resolved' }));
      await world.log.change({ customerId: 'e' }, () => ({ steps: [], facts: { botDoneSeq: 1 } }));
      const ids = async (limit: number) => (await world.log.awaitingBot(limit)).map(({ customerId }) => customerId);
      expect(await ids(10)).toEqual(['c', 'a']);
      expect(await ids(1)).toEqual(['c']);
      await world.commit('e', text('again', customer('e')));
      expect(await ids(10)).toEqual(['c', 'a', 'e']);
    });
  });
}

async function hire(world: World, name: string): Promise<string> {
  await world.people.createInvite(ITSELF, { hash: name, role: 'agent', expiresAt: new Date(world.clock.now() + 1) });
  return present(await world.people.acceptInvite(name, { name, email: `${name}@example.com`, passwordHash: 'x' })).id;
}
