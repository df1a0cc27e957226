import { beforeEach, describe, expect, it } from 'vitest';
import type { Conversation, Handler } from '../../../server/domain/types.ts';
import { BOT } from '../../../server/domain/types.ts';
import type { Open, World } from './world.ts';
import { activity, ANA, customer, note, openWorld, present, session, state, text } from './world.ts';

const VISITOR = 'visitor_1';

export function describeMerge(open: Open): void {
  describe('a visitor who identifies', () => {
    let world: World;
    const visitor = customer(VISITOR);
    const alice = customer('alice');
    const hash = `session of ${VISITOR}`;
    let logins = 0;
    const identify = (visitorHash: string | null = hash) => world.people
      .startCustomer({ id: 'alice', name: 'Alice', email: null, handler: 'bot' }, session(world.clock, `login ${logins += 1}`), visitorHash);
    const isReset = async (before: Conversation): Promise<boolean> => 'reset' in await world.log.streamAfter(before.customerId, before.cursor, 1);

    beforeEach(async () => {
      world = await openWorld(open);
      await world.meet(VISITOR);
    });

    it.each([['is new', false], ['has said nothing', true]])('R10: hands the conversation itself over if the customer %s', async (_, isKnown) => {
      if (isKnown) await identify(null);
      const empty = await world.log.find('alice');
      const sent = text('hello', visitor, { clientMessageId: 'k', contentHash: 'h' });
      const { messages: [hello] } = await world.commit(VISITOR, sent, text('hi', BOT), note('a regular'), state({ handler: 'queue', fence: 3 }));
      const before = await world.state(VISITOR);
      const { cursor: feed } = await world.log.list({ filter: {}, order: 'newest_activity', limit: 1, after: null });
      expect((await identify()).rung).toEqual(['alice', VISITOR]);

      const after = await world.state('alice');
      expect(after).toMatchObject({ id: before.id, handler: 'queue', fence: 4, lastCustomerSeq: 1, unreadForAgents: 1, createdAt: before.createdAt });
      const history = await world.history('alice');
      expect(history.map(({ sender, text: words }) => [sender.id, words])).toEqual([['alice', 'hello'], ['bot', 'hi'], ['ana', 'a regular']]);
      expect(history[0]).toEqual({ ...hello, sender: alice, customerId: 'alice' });
      await world.log.change({ customerId: 'alice', key: { sender: alice, clientMessageId: 'k' } }, ({ existing }) => {
        expect(existing?.id).toBe(hello?.id);
        return { steps: [] };
      });

      const left = await world.state(VISITOR);
      expect(left).toMatchObject({ head: 0, lastMessageId: null, lastCustomerSeq: 0 });
      expect(left.id).not.toBe(before.id);
      expect(left.fence).toBeGreaterThan(before.fence);
      expect(await isReset(before)).toBe(true);
      expect(await isReset({ ...before, cursor: before.cursor, customerId: 'alice' })).toBe(true);
      if (empty) expect(await isReset(empty)).toBe(true);
      expect(await world.log.inboxAfter(feed, 10)).toMatchObject({ conversations: [{ customerId: 'alice' }], removed: [VISITOR] });
      expect(await world.people.credential(hash)).toBeNull();
      const { items } = await world.log.list({ filter: {}, order: 'newest_activity', limit: 9, after: null });
      expect(items.map(({ node }) => node.customerId)).toEqual(['alice']);
      expect(await world.log.counts(null)).toMatchObject({ queue: 1, open: 1 });
    });

    it('R10: appends what the visitor said under one activity if the customer has messages', async () => {
      await identify(null);
      await world.commit('alice', text('long ago', alice), state({ seenByAgents: 1 }));
      const known = await world.state('alice');
      world.clock.advance(1_000);
      const { messages: sent } = await world.commit(
        VISITOR,
        text('hello', visitor, { clientMessageId: 'k', contentHash: 'h' }), text('hi', BOT), note('a regular'), activity('waiting'),
        text('there?', visitor),
      );
      const edited = sent[1];
      await world.commit(VISITOR, { type: 'edit', messageId: present(edited).id, text: 'hi!' });
      await world.commit(VISITOR, state({ handler: 'queue', seenByCustomer: 2, seenByAgents: 1 }));
      const before = await world.state(VISITOR);
      world.clock.advance(1_000);
      const { cursor: feed } = await world.log.list({ filter: {}, order: 'newest_activity', limit: 1, after: null });
      expect((await identify()).rung).toEqual(['alice', VISITOR]);

      const history = await world.history('alice');
      expect(history.map(({ seq, kind, audience, sender, text: words }) => [seq, kind, audience, sender.id, words])).toEqual([
        [1, 'text', 'everyone', 'alice', 'long ago'],
        [4, 'activity', 'everyone', 'system', 'What was said before signing in'],
        [5, 'text', 'everyone', 'alice', 'hello'],
        [6, 'text', 'everyone', 'bot', 'hi!'],
        [7, 'note', 'team', 'ana', 'a regular'],
        [8, 'activity', 'everyone', 'system', 'waiting'],
        [9, 'text', 'everyone', 'alice', 'there?'],
      ]);
      for (const [index, { id, createdAt, clientMessageId, contentHash }] of sent.entries()) {
        expect(history[index + 2]).toMatchObject({ id, createdAt, clientMessageId, contentHash });
      }
      expect(await world.log.earlierTexts(present(edited).id)).toEqual(['hi']);

      const after = await world.state('alice');
      expect(after).toMatchObject({
        id: known.id, head: 9, position: 3, handler: 'queue', fence: known.fence + 1, lastCustomerSeq: 9, lastMessageId: history.at(-1)?.id,
        seenByAgents: 5, unreadForAgents: 1, seenByCustomer: 6, unreadForCustomer: 0, botDoneSeq: 0,
      });
      const page = await world.log.streamAfter('alice', known.cursor, 100);
      expect('rows' in page && page.rows.map(({ position }) => position)).toEqual([3, 4, 5, 6, 7, 8, 9]);

      expect(await world.state(VISITOR)).toMatchObject({
        lastMessageId: null, lastCustomerSeq: 0, unreadForAgents: 0, waitingSince: null, fence: before.fence + 1,
      });
      expect(await world.history(VISITOR)).toEqual([]);
      expect(await isReset(before)).toBe(true);
      expect(await world.log.inboxAfter(feed, 10)).toMatchObject({ conversations: [{ customerId: 'alice' }], removed: [VISITOR] });
      expect(await world.people.credential(hash)).toBeNull();
      expect(await world.log.counts(null)).toMatchObject({ queue: 1, bot: 0, open: 1 });
    });

    it.each<[Handler, Handler, Handler]>([
      ['agent', 'bot', 'agent'], ['bot', 'agent', 'agent'], ['queue', 'agent', 'agent'],
      ['queue', 'bot', 'queue'], ['bot', 'queue', 'queue'], ['bot', 'bot', 'bot'],
    ])('R10: of a visitor\'s %s and a customer\'s %s makes %s', async (visitors, customers, expected) => {
      await identify(null);
      await world.commit('alice', text('1', alice), state({ handler: customers, status: 'resolved' }));
      await world.commit(VISITOR, text('2', visitor), state({ handler: visitors }));
      await identify();
      expect(await world.state('alice')).toMatchObject({ handler: expected, status: 'open' });
    });

    it('R10: owes the bot\'s answer exactly if one of the two did', async () => {
      await identify(null);
      const answer = (customerId: string) => world.log
        .change({ customerId }, ({ conversation }) => ({ steps: [], facts: { botDoneSeq: conversation.lastCustomerSeq } }));
      await world.say('alice', 'one');
      await world.say(VISITOR, 'two');
      await answer('alice');
      await answer(VISITOR);
      await identify();
      expect(await world.log.awaitingBot(9)).toEqual([]);

      await world.meet('visitor_2');
      await world.say('visitor_2', 'three');
      await identify('session of visitor_2');
      expect((await world.log.awaitingBot(9)).map(({ customerId }) => customerId)).toEqual(['alice']);
    });

    it('R10: moves 500 messages, and leaves everything alone at 501', async () => {
      await identify(null);
      await world.say('alice', 'known');
      await world.commit(VISITOR, ...Array.from({ length: 501 }, (_, index) => text(`${index}`, visitor)));
      const before = await world.state(VISITOR);
      expect((await identify()).rung).toEqual([]);
      expect(await world.state(VISITOR)).toEqual(before);
      expect(await world.people.credential(hash)).not.toBeNull();

      await world.meet('visitor_2');
      await world.commit('visitor_2', ...Array.from({ length: 500 }, (_, index) => text(`${index}`, customer('visitor_2'))));
      expect((await identify('session of visitor_2')).rung).toHaveLength(2);
      expect(await world.history('alice')).toHaveLength(502);
    });

    it('R10: ignores what is no live session of a visitor', async () => {
      await world.say(VISITOR, 'hello');
      const before = await world.state(VISITOR);
      expect((await identify('unknown')).rung).toEqual([]);
      await world.people.startCustomer({ id: 'bob', name: null, email: null, handler: 'bot' }, session(world.clock, 'login of bob'), null);
      await world.say('bob', 'mine');
      expect((await identify('login of bob')).rung).toEqual([]);
      world.clock.advance(60_000);
      expect((await identify()).rung).toEqual([]);
      expect(await world.state(VISITOR)).toEqual(before);
      expect(await world.history('bob')).toHaveLength(1);
    });

    it('R10: ends the sessions of a visitor who said nothing', async () => {
      expect((await identify()).rung).toEqual([]);
      expect(await world.people.credential(hash)).toBeNull();
      expect(await world.history('alice')).toEqual([]);
    });

    it('R90: lets a key that both sides used keep naming the customer\'s message', async () => {
      await identify(null);
      const key = { clientMessageId: 'k' };
      await world.commit('alice', text('first', alice, key), text('by ana', ANA, key));
      await world.commit(VISITOR, text('second', visitor, key), text('by ana too', ANA, key));
      await identify();
      expect((await world.history('alice')).map(({ text: words, clientMessageId }) => [words, clientMessageId])).toEqual([
        ['first', 'k'], ['by ana', 'k'], ['What was said before signing in', null], ['second', null], ['by ana too', null],
      ]);
    });

    it('lists a visitor\'s conversation again if somebody writes in it after all', async () => {
      await world.say(VISITOR, 'hello');
      const { cursor: feed } = await world.log.list({ filter: {}, order: 'newest_activity', limit: 1, after: null });
      await identify();
      await world.say(VISITOR, 'anybody?', ANA);
      const page = await world.log.inboxAfter(feed, 10);
      expect('removed' in page && [page.removed, page.conversations.map(({ customerId }) => customerId)]).toEqual([[], ['alice', VISITOR]]);
    });
  });
}
