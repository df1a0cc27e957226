import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StatePatch, Step } from '../../../server/domain/ports/log.ts';
import type { Conversation, ConversationStatus, Handler, Message, Sender } from '../../../server/domain/types.ts';
import { BOT } from '../../../server/domain/types.ts';
import type { Open, World } from './world.ts';
import { activity, ANA, customer, note, openWorld, present, text } from './world.ts';

const IDS = ['alice', 'bob'] as const;
const REFUSAL = new Error('refused');

type Act =
  | { readonly do: 'text'; readonly by: 'customer' | 'bot' | 'agent' }
  | { readonly do: 'note' | 'activity' }
  | { readonly do: 'state'; readonly handler: Handler; readonly status: ConversationStatus }
  | { readonly do: 'see'; readonly side: 'seenByCustomer' | 'seenByAgents'; readonly share: number }
  | { readonly do: 'edit' | 'remove' | 'rate'; readonly pick: number }
  | { readonly do: 'refuse' };

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({
    do: fc.constant('text' as const), by: fc.constantFrom<'customer' | 'bot' | 'agent'>('customer', 'bot', 'agent'),
  }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('note' as const, 'activity' as const) }) },
  { weight: 1, arbitrary: fc.record({
    do: fc.constant('state' as const),
    handler: fc.constantFrom<Handler>('bot', 'queue', 'agent'),
    status: fc.constantFrom<ConversationStatus>('open', 'snoozed', 'resolved'),
  }) },
  { weight: 2, arbitrary: fc.record({
    do: fc.constant('see' as const),
    side: fc.constantFrom<'seenByCustomer' | 'seenByAgents'>('seenByCustomer', 'seenByAgents'),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('edit' as const, 'remove' as const, 'rate' as const), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refuse' as const) }) },
);

/** A turn is one change, of one or more acts; those of a round are asked for at once. */
const turn = fc.record({ of: fc.constantFrom(...IDS), acts: fc.array(act, { minLength: 1, maxLength: 3 }) });
const rounds = fc.array(fc.array(turn, { minLength: 1, maxLength: 5 }), { maxLength: 8 });

export function describeModel(open: Open): void {
  describe('any interleaving of changes', () => {
    it('R94: leaves positions, marks, counts and streams as a recount of all rows would have them', async () => {
      await fc.assert(fc.asyncProperty(rounds, async (turns) => {
        const world = await openWorld(open);
        await world.meet(...IDS);
        const starts = new Map(await Promise.all(IDS.map(async (id) => [id, (await world.state(id)).cursor] as const)));
        const followed = new Map<string, Message>();
        let cursor = present(starts.get('alice'));
        for (const round of turns) {
          const results = await Promise.allSettled(round.map(({ of, acts }) => perform(world, of, acts)));
          for (const result of results) if (result.status === 'rejected') expect(result.reason).toBe(REFUSAL);
          cursor = await catchUp(world, cursor, followed);
        }
        for (const id of IDS) await recount(world, id, present(starts.get(id)));
        expect([...followed.values()].sort((a, b) => a.seq - b.seq)).toEqual(await world.history('alice'));
        await recountLists(world);
        await world.close();
      }), { numRuns: 40 });
    });
  });
}

/** At most one message is edited or removed by one change: the one that its first such act picks. */
async function perform(world: World, of: string, acts: readonly Act[]): Promise<void> {
  const picking = acts.find((one) => 'pick' in one);
  const known = picking ? await world.history(of) : [];
  const messageId = picking && known[picking.pick % Math.max(1, known.length)]?.id;
  await world.log.change({ customerId: of, messageId }, ({ conversation, target }) => {
    if (acts.some((one) => one.do === 'refuse')) throw REFUSAL;
    return { steps: acts.flatMap((one) => ('pick' in one && one !== picking ? [] : stepsOf(one, of, conversation, target))) };
  });
}

function stepsOf(one: Act, of: string, conversation: Conversation, target: Message | null): Step[] {
  const senders: Record<string, Sender> = { customer: customer(of), bot: BOT, agent: ANA };
  if (one.do === 'text') return [text('words', present(senders[one.by]))];
  if (one.do === 'note') return [note('psst')];
  if (one.do === 'activity') return [activity('something happened')];
  if (one.do === 'state') return [stateOf({ handler: one.handler, status: one.status, fence: conversation.fence + 1 })];
  if (one.do === 'see') {
    const mark = Math.round(conversation.head * one.share);
    return mark > conversation[one.side] ? [stateOf({ [one.side]: mark })] : [];
  }
  if (!target || target.removedAt) return [];
  if (one.do === 'rate') return [{ type: 'rate', messageId: target.id, helpful: target.helpful !== true }];
  if (one.do === 'edit') return [{ type: 'edit', messageId: target.id, text: `${target.text}!` }];
  return one.do === 'remove' ? [{ type: 'remove', messageId: target.id }] : [];
}

const stateOf = (patch: StatePatch): Step => ({ type: 'state', patch });

async function catchUp(world: World, after: string, followed: Map<string, Message>): Promise<string> {
  let cursor = after;
  for (;;) {
    const page = await world.log.streamAfter('alice', cursor, 3);
    if ('reset' in page) throw new Error(page.reset);
    for (const row of page.rows) if (row.type === 'message') followed.set(row.message.id, row.message);
    cursor = page.cursor;
    if (!page.hasMore) return cursor;
  }
}

async function recount(world: World, id: string, start: string): Promise<void> {
  const conversation = await world.state(id);
  const messages = await world.history(id);
  const page = await world.log.streamAfter(id, start, 10_000);
  if ('reset' in page) throw new Error(page.reset);

  const positions = page.rows.map(({ position }) => position);
  expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
  expect(positions.at(-1) ?? 0).toBe(conversation.head);
  expect(page.rows).toHaveLength(messages.length + (conversation.position > 0 ? 1 : 0));
  expect(messages.every(({ seq, position }) => seq <= position && position <= conversation.head)).toBe(true);

  const texts = messages.filter(({ kind }) => kind === 'text');
  const live = texts.filter(({ removedAt }) => removedAt === null);
  const isCustomers = ({ sender }: Message): boolean => sender.kind === 'customer';
  expect(conversation).toMatchObject({
    lastCustomerSeq: texts.findLast(isCustomers)?.seq ?? 0,
    lastMessageId: messages.findLast(({ audience }) => audience === 'everyone')?.id ?? null,
    unreadForAgents: live.filter((message) => isCustomers(message) && message.seq > conversation.seenByAgents).length,
    unreadForCustomer: live.filter((message) => !isCustomers(message) && message.seq > conversation.seenByCustomer).length,
  });
}

async function recountLists(world: World): Promise<void> {
  const listed: Conversation[] = [];
  for (const id of IDS) if ((await world.history(id)).length > 0) listed.push(await world.state(id));
  const { items } = await world.log.list({ filter: {}, order: 'newest_activity', limit: 10, after: null });
  expect(items.map(({ node }) => node.customerId).sort()).toEqual(listed.map(({ customerId }) => customerId).sort());
  const open = listed.filter(({ status }) => status === 'open');
  expect(await world.log.counts(null)).toEqual({
    queue: open.filter(({ handler }) => handler === 'queue').length,
    mine: 0,
    bot: open.filter(({ handler }) => handler === 'bot').length,
    open: open.length,
    resolved: listed.filter(({ status }) => status === 'resolved').length,
  });
}
