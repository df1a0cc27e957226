import { beforeEach, describe, expect, it } from 'vitest';
import { BadCursorError, NotFoundError } from '../../../server/domain/errors.ts';
import type { StreamPage } from '../../../server/domain/ports/log.ts';
import type { Audience } from '../../../server/domain/types.ts';
import type { Open, World } from './world.ts';
import { activity, ANA, customer, note, openWorld, present, state, text } from './world.ts';

export function describeStreams(open: Open): void {
  let world: World;
  const alice = customer('alice');
  beforeEach(async () => {
    world = await openWorld(open);
    await world.meet('alice', 'bob');
  });

  describe('streamAfter', () => {
    const follow = async (after: string, limit = 100): Promise<StreamPage> => {
      const page = await world.log.streamAfter('alice', after, limit);
      if ('reset' in page) throw new Error(page.reset);
      return page;
    };

    it('gives rows as they are now, in the order of their last change, the conversation among them', async () => {
      const { cursor: start } = await world.state('alice');
      const hello = await world.say('alice', 'hello');
      const mid = (await world.state('alice')).cursor;
      await world.commit('alice', state({ handler: 'queue' }), activity('waiting'), note('psst'));
      await world.commit('alice', { type: 'edit', messageId: hello.id, text: 'hello!' });

      const all = await follow(start);
      expect(all.rows.map((row) => [row.type, row.position, row.audience])).toEqual([
        ['conversation', 2, 'everyone'], ['message', 3, 'everyone'], ['message', 4, 'team'], ['message', 5, 'everyone'],
      ]);
      expect(all.rows[0]).toMatchObject({ conversation: await world.state('alice') });
      expect(all.rows[3]).toMatchObject({ message: { id: hello.id, text: 'hello!', seq: 1 } });
      expect(all).toMatchObject({ from: 0, to: 5, hasMore: false, cursor: (await world.state('alice')).cursor });
      expect((await follow(mid)).rows).toEqual(all.rows);
      expect((await follow(all.cursor)).rows).toEqual([]);
      for (const row of all.rows) expect((await follow(row.cursor)).rows).toEqual(all.rows.filter(({ position }) => position > row.position));
    });

    it('pages without a gap or a repeat, whatever the size', async () => {
      const { cursor: start } = await world.state('alice');
      await world.commit('alice', text('1', alice), text('2', alice), text('3', alice), state({ fence: 1 }), text('4', ANA), text('5', ANA));
      for (const limit of [1, 2, 3, 4, 5, 6, 7]) {
        const positions: number[] = [];
        let page = await follow(start, limit);
        for (;;) {
          positions.push(...page.rows.map(({ position }) => position));
          expect(page.rows.length).toBeLessThanOrEqual(limit);
          expect(page.to).toBe(page.hasMore ? positions.at(-1) : 6);
          if (!page.hasMore) break;
          const next = await follow(page.cursor, limit);
          expect(next.from).toBe(page.to);
          page = next;
        }
        expect(positions).toEqual([1, 2, 3, 4, 5, 6]);
      }
    });

    it('R92: resets a cursor of another conversation, and one beyond the head', async () => {
      await world.say('bob', 'hello');
      const foreign = (await world.state('bob')).cursor;
      expect(await world.log.streamAfter('alice', foreign, 10)).toEqual({ reset: expect.any(String) });

      const other = await openWorld(open);
      await other.meet('alice');
      expect(await world.log.streamAfter('alice', (await other.state('alice')).cursor, 10)).toEqual({ reset: expect.stringContaining('restored') });
    });

    it('R92: refuses garbage, other kinds of cursors, and unknown conversations', async () => {
      const message = await world.say('alice', 'hello');
      const ofMessage = await messageCursor(world, 'alice');
      const inbox = await world.log.inboxAfter(null, 1);
      const { cursor } = await world.state('alice');
      const garbage = ['', ' ', '0', 'null', '\0', 'ä', message.id, cursor.slice(1), `${cursor}A`, cursor.repeat(9)];
      const others = [ofMessage, 'cursor' in inbox ? inbox.cursor : ''];
      for (const after of [...garbage, ...others]) await expect(world.log.streamAfter('alice', after, 10), after).rejects.toThrow(BadCursorError);
      await expect(world.log.streamAfter('nobody', cursor, 10)).rejects.toThrow(NotFoundError);
    });

    it('names the stream, so that a reader can tell two apart', async () => {
      const one = await follow((await world.state('alice')).cursor);
      const two = await world.log.streamAfter('bob', (await world.state('bob')).cursor, 1);
      expect(two).toMatchObject({ stream: expect.not.stringMatching(one.stream) });
    });
  });

  describe('messages', () => {
    const BOTH: readonly Audience[] = ['everyone', 'team'];
    const page = async (direction: 'forward' | 'backward', limit: number, from: string | null = null, audiences = BOTH) => {
      const { items, ...info } = await world.log.messages(await world.state('alice'), { audiences, direction, limit, from });
      return { ...info, words: items.map(({ node }) => node.text), cursors: items.map(({ cursor }) => cursor) };
    };

    beforeEach(async () => {
      await world.commit('alice', text('1', alice), text('2', ANA), note('3'), text('4', alice), text('5', alice));
    });

    it('pages forward and backward, oldest first both ways, and knows what lies beyond', async () => {
      const first = await page('forward', 2);
      expect(first).toMatchObject({ words: ['1', '2'], hasNextPage: true, hasPreviousPage: false });
      const second = await page('forward', 3, present(first.cursors.at(-1)));
      expect(second).toMatchObject({ words: ['3', '4', '5'], hasNextPage: false, hasPreviousPage: true });
      const last = await page('backward', 2);
      expect(last).toMatchObject({ words: ['4', '5'], hasNextPage: false, hasPreviousPage: true });
      const rest = await page('backward', 3, present(last.cursors[0]));
      expect(rest).toMatchObject({ words: ['1', '2', '3'], hasNextPage: true, hasPreviousPage: false });
      expect(await page('forward', 5)).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
      expect(await page('forward', 5, present(last.cursors[1]))).toMatchObject({ words: [], hasNextPage: false, hasPreviousPage: true });
    });

    it('filters by audience before it counts', async () => {
      const first = await page('forward', 3, null, ['everyone']);
      expect(first).toMatchObject({ words: ['1', '2', '4'], hasNextPage: true });
      await world.commit('alice', note('6'));
      expect(await page('forward', 4, null, ['everyone'])).toMatchObject({ words: ['1', '2', '4', '5'], hasNextPage: false });
    });

    it('ends at the head of the conversation that was read', async () => {
      const before = await world.state('alice');
      await world.say('alice', 'later');
      const { items } = await world.log.messages(before, { audiences: ['everyone'], direction: 'backward', limit: 1, from: null });
      expect(items[0]?.node.text).toBe('5');
    });

    it('refuses garbage, other kinds of cursors, and those of another conversation', async () => {
      await world.say('bob', 'hello');
      for (const from of ['', 'x', (await world.state('alice')).cursor, await messageCursor(world, 'bob')]) {
        await expect(page('forward', 1, from), from).rejects.toThrow(BadCursorError);
      }
    });
  });
}

async function messageCursor(world: World, customerId: string): Promise<string> {
  const page = { audiences: ['everyone'], direction: 'forward', limit: 1, from: null } as const;
  return present((await world.log.messages(await world.state(customerId), page)).items[0]).cursor;
}
