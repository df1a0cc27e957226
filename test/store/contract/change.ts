import { beforeEach, describe, expect, it } from 'vitest';
import { ITSELF } from '../../../server/domain/audit.ts';
import { InvalidInputError, NotFoundError } from '../../../server/domain/errors.ts';
import type { Now } from '../../../server/domain/ports/log.ts';
import { BOT } from '../../../server/domain/types.ts';
import type { Open, World } from './world.ts';
import { activity, ANA, customer, note, once, openWorld, present, state, text } from './world.ts';

export function describeChange(open: Open): void {
  describe('change', () => {
    let world: World;
    const alice = customer('alice');
    beforeEach(async () => {
      world = await openWorld(open);
      await world.meet('alice', 'bob');
    });

    const look = async (about: object): Promise<Now> => {
      let seen: Now | null = null;
      await world.log.change({ customerId: 'alice', ...about }, (now) => {
        seen = { ...now };
        return { steps: [] };
      });
      return present<Now>(seen);
    };

    it('gives every step the next position, and a message its first one as seq', async () => {
      await world.say('alice', 'hello');
      const { conversation, messages, changed } = await world.commit(
        'alice', state({ handler: 'agent', fence: 1 }), activity('Ana joined'), text('hi', ANA),
      );

      expect(changed).toBe(true);
      expect(messages.map(({ seq, position }) => [seq, position])).toEqual([[3, 3], [4, 4]]);
      expect(conversation).toMatchObject({ position: 2, head: 4, handler: 'agent', fence: 1, lastCustomerSeq: 1, lastMessageId: messages[1]?.id });
      expect(await world.state('alice')).toEqual(conversation);
      expect(await world.history('alice')).toMatchObject([{ text: 'hello', seq: 1 }, ...messages]);
    });

    it('keeps conversations apart', async () => {
      await world.say('alice', 'for alice');
      expect(await world.state('bob')).toMatchObject({ head: 0, unreadForAgents: 0, lastMessageId: null });
      expect(await world.history('bob')).toEqual([]);
    });

    it('writes nothing if nothing was decided', async () => {
      const before = await world.state('alice');
      const feed = await world.log.inboxAfter(null, 1);
      const { changed, conversation, messages } = await world.commit('alice');
      expect({ changed, conversation, messages }).toEqual({ changed: false, conversation: before, messages: [] });
      expect(await world.log.inboxAfter(null, 1)).toEqual(feed);
    });

    it('keeps facts that ride along, without a position', async () => {
      await world.say('alice', 'hello');
      const at = new Date(world.clock.now());
      const facts = { waitingSince: at, botDoneSeq: 1 };
      const { conversation, changed } = await world.log.change({ customerId: 'alice' }, () => ({ steps: [], facts }));
      expect(changed).toBe(true);
      expect(conversation).toMatchObject({ head: 1, waitingSince: at, botDoneSeq: 1 });
      expect(await world.state('alice')).toEqual(conversation);
    });

    it('refuses an unknown conversation', async () => {
      await expect(world.commit('nobody', text('hello', alice))).rejects.toThrow(NotFoundError);
    });

    it('keeps nothing of a decision that throws, and everything of its neighbours', async () => {
      const results = await Promise.allSettled([
        world.say('alice', 'one'),
        world.log.change({ customerId: 'alice' }, () => { throw new InvalidInputError('text', 'no'); }),
        // Its first step is written before its second is found to be impossible.
        world.commit('alice', text('lost', alice), { type: 'edit', messageId: 'unknown', text: 'x' }),
        world.say('alice', 'two'),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
      expect((await world.history('alice')).map(({ seq, text: words }) => [seq, words])).toEqual([[1, 'one'], [2, 'two']]);
      expect(await world.state('alice')).toMatchObject({ head: 2, unreadForAgents: 2 });
    });

    it('commits in the order of the calls', async () => {
      const words = Array.from({ length: 600 }, (_, index) => `${index}`);
      await Promise.all(words.map((word) => world.say('alice', word)));
      expect((await world.history('alice')).map((message) => message.text)).toEqual(words);
    });

    it('R89, R90: finds what a sender sent under a key, for ever, and keeps one row of 20 parallel sends', async () => {
      const about = { customerId: 'alice', key: { sender: alice, clientMessageId: 'k' } };
      const results = await Promise.all(Array.from({ length: 20 }, () => world.log.change(about, once(alice, 'k', 'hello'))));
      expect(results.filter(({ changed }) => changed)).toHaveLength(1);

      const [first] = await world.history('alice');
      await world.commit('alice', { type: 'edit', messageId: present(first).id, text: 'hello!' });
      await world.commit('alice', { type: 'remove', messageId: present(first).id });
      expect((await look(about)).existing).toMatchObject({ id: first?.id, seq: 1, text: '', contentHash: 'hello', clientMessageId: 'k' });
      expect((await look({ key: { sender: ANA, clientMessageId: 'k' } })).existing).toBeNull();
      expect((await look({ customerId: 'bob', key: about.key })).existing).toBeNull();
    });

    it('R90: never keeps one key twice, even if a decision does not look', async () => {
      const twice = text('hello', alice, { clientMessageId: 'k' });
      await world.commit('alice', twice);
      await expect(world.commit('alice', twice)).rejects.toThrow(/unique/i);
      expect(await world.history('alice')).toHaveLength(1);
      await world.commit('alice', text('other sender', ANA, { clientMessageId: 'k' }));
      await world.commit('bob', text('other conversation', alice, { clientMessageId: 'k' }));
    });

    it('hands over what is unseen: the oldest 100 live texts of others after a seq', async () => {
      const removed = await world.say('alice', 'removed', BOT);
      await world.commit('alice', { type: 'remove', messageId: removed.id });
      await world.commit('alice', note('a note'), activity('an activity'), text('own', alice), text('from the bot', BOT), text('from ana', ANA));
      expect((await look({ unseenBy: { sender: alice, afterSeq: 0 } })).unseen.map((message) => message.text)).toEqual(['from the bot', 'from ana']);
      expect((await look({ unseenBy: { sender: ANA, afterSeq: 0 } })).unseen.map((message) => message.text)).toEqual(['own', 'from the bot']);
      expect((await look({ unseenBy: { sender: alice, afterSeq: 6 } })).unseen.map((message) => message.text)).toEqual(['from ana']);

      await world.commit('bob', ...Array.from({ length: 120 }, (_, index) => text(`${index}`, ANA)));
      const { unseen } = await look({ customerId: 'bob', unseenBy: { sender: customer('bob'), afterSeq: 5 } });
      expect(unseen.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, index) => index + 6));
    });

    it('hands over the target of the same conversation, the last live text, and the assignee', async () => {
      const hello = await world.say('alice', 'hello');
      const other = await world.say('bob', 'elsewhere');
      const gone = await world.say('alice', 'gone');
      await world.commit('alice', { type: 'remove', messageId: gone.id }, note('a note'));
      const now = await look({ messageId: hello.id });
      expect(now).toMatchObject({ target: { id: hello.id }, lastText: { id: hello.id }, assignee: null, at: new Date(world.clock.now()) });
      expect((await look({ messageId: other.id })).target).toBeNull();

      await world.people.createInvite(ITSELF, { hash: 'invite', role: 'agent', expiresAt: new Date(world.clock.now() + 1) });
      const ana = present(await world.people.acceptInvite('invite', { name: 'Ana', email: 'ana@example.com', passwordHash: 'x' }));
      await world.commit('alice', state({ assigneeId: ana.id }));
      expect((await look({})).assignee).toEqual(ana);
    });

    it('keeps the texts that edits replaced, oldest first, until the message is removed', async () => {
      const { id } = await world.say('alice', 'one');
      world.clock.advance(1_000);
      await world.commit('alice', { type: 'edit', messageId: id, text: 'two' });
      const { messages: [edited] } = await world.commit('alice', { type: 'edit', messageId: id, text: 'three' });
      expect(edited).toMatchObject({ id, seq: 1, position: 3, text: 'three', editedAt: new Date(world.clock.now()), removedAt: null });
      expect(await world.log.message(id)).toEqual(edited);
      expect(await world.log.earlierTexts(id)).toEqual(['one', 'two']);

      const { messages: [removed], conversation } = await world.commit('alice', { type: 'remove', messageId: id });
      expect(removed).toMatchObject({ id, seq: 1, position: 4, text: '', removedAt: new Date(world.clock.now()) });
      expect(await world.log.earlierTexts(id)).toEqual([]);
      expect(conversation).toMatchObject({ head: 4, unreadForAgents: 0 });
    });

    it('B12: keeps what a customer made of an answer, at the next position, until the message is removed', async () => {
      const { id, seq } = await world.say('alice', 'Two days.', BOT);
      const { messages: [rated], conversation } = await world.commit('alice', { type: 'rate', messageId: id, helpful: true });
      expect(rated).toMatchObject({ id, seq, position: 2, text: 'Two days.', helpful: true, editedAt: null });
      expect(await world.log.message(id)).toEqual(rated);
      expect(conversation).toMatchObject({ head: 2, unreadForCustomer: 1 });
      for (const helpful of [false, null]) expect((await world.commit('alice', { type: 'rate', messageId: id, helpful })).messages).toMatchObject([{ helpful }]);
      await world.commit('alice', { type: 'rate', messageId: id, helpful: true }, { type: 'remove', messageId: id });
      expect(await world.log.message(id)).toMatchObject({ helpful: null, removedAt: new Date(world.clock.now()) });
    });

    it('counts what each side has not seen', async () => {
      await world.commit('alice', text('1', alice), text('2', BOT), note('3'), text('4', alice), activity('5'), text('6', ANA));
      expect(await world.state('alice')).toMatchObject({ unreadForCustomer: 2, unreadForAgents: 2 });
      await world.commit('alice', state({ seenByCustomer: 2, seenByAgents: 1 }));
      expect(await world.state('alice')).toMatchObject({ unreadForCustomer: 1, unreadForAgents: 1 });
      const [, , , fourth] = await world.history('alice');
      await world.commit('alice', { type: 'remove', messageId: present(fourth).id });
      expect(await world.state('alice')).toMatchObject({ unreadForCustomer: 1, unreadForAgents: 0, lastCustomerSeq: 4 });
    });
  });
}
