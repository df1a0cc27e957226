import { beforeEach, describe, expect, it } from 'vitest';
import type { BotTurnRecord } from '../../../server/domain/ports/bot.ts';
import { BOT } from '../../../server/domain/types.ts';
import type { Open, World } from './world.ts';
import { ANA, customer, note, openWorld, present, session, text } from './world.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export function describeBotTurns(open: Open): void {
  describe('turns of the bot', () => {
    let world: World;
    beforeEach(async () => {
      world = await openWorld(open);
      await world.meet('alice', 'bob');
    });

    const record = (customerId: string, more: Partial<BotTurnRecord> = {}): Promise<void> => world.botTurns.record({
      customerId, bot: 'built-in', by: null, outcome: 'handoff', counts: null, reason: 'no_answer', confidence: null, waitMs: 1, tookMs: 1, messageId: null,
      articleId: null, detail: null, firstMs: null, unanswered: null, ...more,
    });
    const unanswered = (question: string, key: string): Partial<BotTurnRecord> => ({ unanswered: { question, key } });
    const questions = async (days = 90) => (await world.botTurns.unanswered(new Date(world.clock.now() - days * DAY), 10))
      .map(({ key, question, count, customers, lastCustomerId }) => [key, question, count, customers, lastCustomerId]);

    it('B14: tell what nobody could answer, by what wordings have in common: the most frequent first, then the newest', async () => {
      const asked = [['alice', 'Sell tea?', 'sell tea'], ['bob', 'Open?', 'open'], ['alice', 'tea selling', 'sell tea'], ['alice', 'Parking?', 'park'], ['bob', 'SELL TEA', 'sell tea']];
      for (const [who = '', question = '', key = ''] of asked) {
        world.clock.advance(MINUTE);
        await record(who, unanswered(question, key));
      }
      await record('alice', unanswered('?', ''));
      await record('alice', { outcome: 'reply', counts: 'answer' });
      expect(await questions()).toEqual([
        ['sell tea', 'SELL TEA', 3, 2, 'bob'], ['park', 'Parking?', 1, 1, 'alice'], ['open', 'Open?', 1, 1, 'bob'],
      ]);
      expect(await world.botTurns.unanswered(new Date(0), 1)).toMatchObject([{ lastAskedAt: new Date(world.clock.now()) }]);
      world.clock.advance(2 * DAY);
      expect(await questions(1)).toEqual([]);
    });

    it('B14: are dismissed as far as they were asked, and come back with a count of their own', async () => {
      await record('alice', unanswered('Sell tea?', 'sell tea'));
      await record('bob', unanswered('Open?', 'open'));
      expect(await world.botTurns.dismiss(['sell tea', 'unknown'])).toBe(1);
      expect(await world.botTurns.dismiss(['sell tea'])).toBe(0);
      expect(await questions()).toEqual([['open', 'Open?', 1, 1, 'bob']]);
      world.clock.advance(MINUTE);
      await record('bob', unanswered('Tea?', 'sell tea'));
      expect((await questions())[0]).toEqual(['sell tea', 'Tea?', 1, 1, 'bob']);
    });

    it('keep what was asked no longer than the message, nor more of it than a list shows', async () => {
      const book = `Why? ${'x'.repeat(10_000)}`;
      const { id } = await world.say('alice', 'Where is my card 4111?');
      const { id: bookId } = await world.say('alice', book);
      await record('alice', unanswered(`hello\nWhere is my card 4111?`, 'card'));
      await record('alice', unanswered(book, 'why'));
      world.clock.advance(MINUTE);
      await record('bob', unanswered('Where is my card 4111?', 'card'));
      expect((await questions()).map(([, question]) => String(question).length)).toEqual([22, 500]);
      await world.commit('alice', { type: 'remove', messageId: id });
      await world.commit('alice', { type: 'remove', messageId: bookId });
      expect(await questions()).toEqual([['card', 'Where is my card 4111?', 1, 1, 'bob']]);
    });

    it('of customers who are gone are not kept', async () => {
      await record('nobody', unanswered('Sell tea?', 'sell tea'));
      expect(await questions()).toEqual([]);
    });

    it('C22 C24: tell how long each customer waited for a person after the newest hand-off, shortest first', async () => {
      const since = new Date(world.clock.now());
      await world.meet('carol', 'dave', 'erin');
      await record('erin');
      world.clock.advance(1);
      for (const who of ['alice', 'bob', 'carol', 'dave']) await record(who);
      await record('bob', { outcome: 'reply' });
      world.clock.advance(MINUTE);
      await world.say('alice', 'Still there?');
      await world.say('alice', 'A moment', BOT);
      await world.commit('alice', note('Who takes this one?'));
      await world.say('bob', 'Yes?', ANA);
      await world.say('carol', 'Yes?', ANA);
      world.clock.advance(MINUTE);
      await world.say('alice', 'Yes?', { kind: 'token', id: 'crow' });
      await world.say('alice', 'Hello?', ANA);
      await record('carol'); // waits again, and nobody has answered yet
      await record('bob');
      world.clock.advance(500);
      await world.say('bob', 'Me again', ANA);
      await world.say('erin', 'Yes?', ANA);
      expect(await world.botTurns.waits(new Date(since.getTime() + 1))).toEqual([500, 2 * MINUTE]);
      expect(await world.botTurns.waits(since)).toEqual([500, 2 * MINUTE, 2 * MINUTE + 501]);
      expect(await world.botTurns.waits(new Date(world.clock.now()))).toEqual([]);
    });

    it('count no more than the newest 1,000 hand-offs', async () => {
      await record('alice');
      world.clock.advance(1);
      await Promise.all(Array.from({ length: 1_000 }, () => record('bob')));
      for (const who of ['alice', 'bob']) await world.say(who, 'Yes?', ANA);
      expect(await world.botTurns.waits(new Date(0))).toEqual([0]);
    });

    it('go after their time, at most 1,000 at once', async () => {
      await Promise.all(Array.from({ length: 1_001 }, () => record('alice', unanswered('old', 'old'))));
      world.clock.advance(DAY);
      await record('alice', unanswered('new', 'new'));
      const before = new Date(world.clock.now());
      expect([await world.botTurns.prune(before), await world.botTurns.prune(before), await world.botTurns.prune(before)]).toEqual([1_000, 1, 0]);
      expect(await questions()).toEqual([['new', 'new', 1, 1, 'alice']]);
    });

    it.each([['is new', false], ['has messages', true]])('move with what a visitor said to a customer who %s, and never hold up forgetting', async (_, hasMessages) => {
      if (hasMessages) {
        await world.people.startCustomer({ id: 'carol', name: null, email: null, handler: 'bot' }, session(world.clock, 'login'), null);
        await world.say('carol', 'hello');
      }
      await world.meet('visitor_1');
      await world.say('visitor_1', 'Sell tea?');
      await record('visitor_1', unanswered('Sell tea?', 'sell tea'));
      await world.people.startCustomer({ id: 'carol', name: null, email: null, handler: 'bot' }, session(world.clock, 'again'), 'session of visitor_1');
      // A turn that began before, and ended after.
      await record('visitor_1', unanswered('Tea?', 'tea'));
      expect((await questions()).map(([key, , , , who]) => [key, who]).sort()).toEqual([['sell tea', 'carol'], ['tea', 'visitor_1']]);
      world.clock.advance(60 * DAY);
      await world.people.prune(new Date(world.clock.now()));
      expect(await world.people.customer('visitor_1')).toBeNull();
      expect((await questions()).map(([key]) => key)).toEqual(['sell tea']);
    });
  });

  describe('the report', () => {
    /**
     * A day of a small shop, counted by hand. Minutes are those since it opened. All but gus began in the period.
     *   ann  is answered (0), says thanks (1): confirmed.                     bea  is answered (0), thumb up: confirmed.
     *   cal  is answered (0), says no more: assumed.                          dot  is answered (0), thumb down: answered only.
     *   eva  is answered (0), asks again (5), is handed on (5), and gets a person (9): answered.
     *   fay  is asked back (0), then the turn after is void (1).              gus  began a week before, is answered (0).
     *   hal  is answered (0) and comes back (7) while nobody has answered yet: revoked.
     *   ida  says hello (0) and is greeted.                                   jon  has a person only.
     *   kim  is answered (0), and asks for a person by the button: not settled any more.
     *   lou  never wrote.
     */
    it('B18: counts the bot\'s work by the definitions, and a hand-made day comes out as counted by hand', async () => {
      const world = await openWorld(open);
      const opened = world.clock.now();
      const at = (minute: number): void => world.clock.advance(opened + minute * MINUTE - world.clock.now());
      const turn = (customerId: string, more: Partial<BotTurnRecord>): Promise<void> => world.botTurns.record({
        customerId, bot: 'built-in', by: null, outcome: 'reply', counts: null, reason: null, confidence: null, waitMs: 600, tookMs: 1, messageId: null,
        articleId: null, detail: null, firstMs: null, unanswered: null, ...more,
      });
      const asks = async (id: string, words: string): Promise<void> => { await world.say(id, words); };
      const says = async (id: string, words: string, counts: BotTurnRecord['counts'], more: Partial<BotTurnRecord> = {}): Promise<string> => {
        const { lastCustomerSeq } = await world.state(id);
        const { messages: [message] } = await world.log.change({ customerId: id }, () => ({ steps: [text(words, BOT)], facts: { botDoneSeq: lastCustomerSeq } }));
        await turn(id, { counts, messageId: present(message).id, ...more });
        return present(message).id;
      };
      const answers = (id: string, articleId: string, waitMs = 600): Promise<string> => says(id, 'Two days.', 'answer', { articleId, waitMs });
      const handsOn = async (id: string): Promise<void> => {
        const { lastCustomerSeq } = await world.state(id);
        const step = { type: 'state', patch: { handler: 'queue', fence: 1 } } as const;
        await world.log.change({ customerId: id }, () => ({ steps: [step], facts: { botDoneSeq: lastCustomerSeq } }));
      };
      const rate = (id: string, messageId: string, helpful: boolean) => world.commit(id, { type: 'rate', messageId, helpful });

      await world.meet('gus');
      await world.articles.create('delivery', { title: 'Delivery', body: 'Two days.', aliases: [], published: true });
      at(7 * 24 * 60);
      const since = new Date(world.clock.now());
      const start = 7 * 24 * 60;
      const names = ['ann', 'bea', 'cal', 'dot', 'eva', 'fay', 'hal', 'ida', 'jon', 'kim', 'lou'];
      await world.meet(...names);
      for (const name of ['ann', 'bea', 'cal', 'dot', 'eva', 'hal', 'kim', 'gus']) await asks(name, 'How long?');
      const first: Record<string, string> = {};
      for (const [index, name] of ['ann', 'bea', 'cal', 'dot', 'eva', 'hal', 'kim', 'gus'].entries()) {
        first[name] = await answers(name, name === 'dot' ? 'gone' : 'delivery', (index + 1) * 100);
      }
      await asks('fay', 'How?');
      await says('fay', 'Does one of these help?', 'clarify', { waitMs: 900 });
      await asks('ida', 'hello');
      await says('ida', 'Hello!', 'smalltalk', { waitMs: 1_000, firstMs: 400 });
      await asks('jon', 'hello');
      await world.say('jon', 'Hi, Ana here', ANA);
      await rate('bea', present(first['bea']), true);
      await rate('dot', present(first['dot']), false);

      at(start + 1);
      await asks('ann', 'thanks');
      await says('ann', 'You are welcome.', 'thanks', { waitMs: 1_100 });
      await asks('fay', 'never mind');
      await turn('fay', { outcome: 'void' });
      await handsOn('kim');
      at(start + 5);
      await asks('eva', 'And to Peru?');
      await handsOn('eva');
      await turn('eva', { outcome: 'handoff', reason: 'guard_rejected', detail: 'number', firstMs: 200 });
      at(start + 7);
      await world.say('hal', 'still nothing', customer('hal'));
      at(start + 9);
      await world.say('eva', 'Ana here: yes', ANA);

      const period = { since, until: new Date(world.clock.now() + 1) };
      const expected = {
        conversations: 10, // all but gus, who began before, and lou, who never wrote
        involved: 9, // all of them but jon
        answered: 7, // ann bea cal dot eva hal kim
        resolvedConfirmed: 2, // ann bea
        resolvedAssumed: 0,
        deflected: 8, // all involved but eva
        handOffs: [{ reason: 'guard_rejected', count: 1 }],
        modelReplies: 1, // to ida
        heldBack: [{ reason: 'number', count: 1 }],
        firstMs: { p50: 200, p95: 400 },
        superseded: 1,
        helpful: 1,
        notHelpful: 1,
        replyMs: { p50: 600, p95: 1_100 }, // of 100 to 1,100 in steps of 100
        queueMs: { p50: 4 * MINUTE, p95: 4 * MINUTE },
        articles: [
          { articleId: 'delivery', title: 'Delivery', shown: 7, helped: 1, notHelped: 0 },
          { articleId: 'gone', title: null, shown: 1, helped: 0, notHelped: 1 },
        ],
      };
      expect(await world.botTurns.report(period)).toEqual(expected);

      at(start + 24 * 60 + 10);
      expect(await world.botTurns.report(period), 'a day later').toEqual({ ...expected, resolvedAssumed: 1 }); // cal
      await asks('cal', 'And now?');
      await asks('bea', 'Me again');
      expect(await world.botTurns.report(period), 'revoked on return').toEqual({ ...expected, resolvedConfirmed: 1 });
      const nothing = { since: new Date(0), until: new Date(1) };
      expect(await world.botTurns.report(nothing)).toEqual({
        conversations: 0, involved: 0, answered: 0, resolvedConfirmed: 0, resolvedAssumed: 0, deflected: 0, handOffs: [], modelReplies: 0, heldBack: [],
        firstMs: { p50: null, p95: null }, superseded: 0, helpful: 0, notHelpful: 0,
        replyMs: { p50: null, p95: null }, queueMs: { p50: null, p95: null }, articles: [],
      });
    });
  });
}
