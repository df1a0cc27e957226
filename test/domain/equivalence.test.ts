import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  findConversation, handBackToBot, listMessages, markRead, reopenConversation, requestHuman, resolveConversation, setTyping, takeOver,
} from '../../server/domain/conversations.ts';
import { DomainError } from '../../server/domain/errors.ts';
import type { ConversationEvent } from '../../server/domain/follow.ts';
import { followConversation, listEvents } from '../../server/domain/follow.ts';
import { addNote, editMessage, removeMessage, sendMessage } from '../../server/domain/messages.ts';
import type { Conversation, Message, Viewer } from '../../server/domain/types.ts';
import { range } from '../_util/parallel.ts';
import type { Random } from '../_util/random.ts';
import { createRandom, SEED } from '../_util/random.ts';
import { scaled } from '../_util/scaled.ts';
import { nextEvents } from './events.ts';
import type { World } from './world.ts';
import { buildWorld, newNote } from './world.ts';

const ROUNDS = 14;
/** Everybody who may read can tell that the play is over by this text. */
const END = 'the end';

let world: World;
beforeAll(async () => { world = await buildWorld(); });
afterAll(async () => {
  expect(world.gauges().bells).toBe(0);
  await world.close();
});

it('R94: a snapshot and the stream from there, pushed or pulled, make the later snapshot, for customer and agent', { timeout: 600_000 }, async () => {
  const problems: string[] = [];
  for (const index of range(scaled(500))) problems.push(...await play(createRandom(SEED + index)));
  expect(problems.slice(0, 10)).toEqual([]);
});

/** Random verbs by a customer, her second tab, and two agents, several at once, while readers of both sides start here and there. */
async function play(random: Random): Promise<string[]> {
  const alice = await world.meet(randomUUID());
  const perform = createPlayer(random, alice);
  const starts = new Set([0, random.int(0, ROUNDS - 1), random.int(0, ROUNDS - 1)]);
  const readers: Reader[] = [];
  for (const round of range(ROUNDS)) {
    if (starts.has(round)) for (const viewer of [alice, world.ana]) readers.push(await startReading(viewer, alice.id));
    // What readers are told also depends on when they read: some do while others write.
    for (const reader of readers) if (random.int(0, 3) === 0) reader.pull();
    await Promise.all(range(random.int(1, 4)).map(() => perform()));
  }
  await sendMessage(world.deps, world.ana, { ...newNote(alice.id, END) });

  const problems: string[] = [];
  for (const reader of readers) {
    const end = await snapshot(reader.viewer, alice.id);
    const pushed = await reader.rest();
    const pulled = await pullAll(reader, alice.id, random);
    for (const [name, events] of [['pushed', pushed], ['pulled', pulled]] as const) {
      const view = apply(reader.start, events);
      const isSame = JSON.stringify(view) === JSON.stringify(stateOf(end));
      if (!isSame) problems.push(`seed ${random.seed}, ${reader.viewer.kind}, ${name}: ${JSON.stringify(view)} instead of ${JSON.stringify(stateOf(end))}`);
    }
    problems.push(...disorderIn(reader, pushed).map((problem) => `seed ${random.seed}, ${reader.viewer.kind}: ${problem}`));
    const told = JSON.stringify([reader.start, pushed, pulled, end]);
    if (reader.viewer.kind === 'customer' && /aside|"note"|"team"/.test(told)) problems.push(`seed ${random.seed}: the customer was told a note`);
  }
  return problems;
}

// ── what is done ─────────────────────────────────────────────────────────────────────────────────

/** Does one random thing. Refusals are part of the play. */
function createPlayer(random: Random, alice: Viewer): () => Promise<void> {
  const { deps, ana, ben } = world;
  const customerId = alice.id;
  const ids: string[] = [];
  let count = 0;
  const next = (what: string): string => `${what} ${count += 1}`;
  const agent = (): Viewer => random.pick([ana, ben]);
  const anybody = (): Viewer => random.pick([alice, ana, ben]);
  const target = (): string => (ids.length > 0 ? random.pick(ids) : 'none');
  const keep = ({ id }: Message): void => { ids.push(id); };
  const verbs: readonly (() => Promise<unknown>)[] = [
    async () => keep((await sendMessage(deps, alice, newNote(customerId, next('question')))).message),
    async () => keep((await sendMessage(deps, alice, newNote(customerId, next('more')))).message),
    async () => keep((await sendMessage(deps, agent(), newNote(customerId, next('answer')))).message),
    async () => keep(await addNote(deps, agent(), newNote(customerId, next('aside')))),
    () => editMessage(deps, anybody(), { customerId, messageId: target(), text: next('edited') }),
    () => editMessage(deps, agent(), { customerId, messageId: target(), text: next('edited') }),
    () => removeMessage(deps, anybody(), { customerId, messageId: target() }),
    () => takeOver(deps, agent(), { customerId, force: random.int(0, 1) === 1 }),
    () => handBackToBot(deps, agent(), { customerId, note: random.int(0, 1) === 1 ? next('aside') : null }),
    () => requestHuman(deps, alice, { customerId }),
    () => markRead(deps, anybody(), { customerId, seq: random.int(0, 60) }),
    () => setTyping(deps, anybody(), { customerId, typing: random.int(0, 1) === 1 }),
    () => resolveConversation(deps, anybody(), { customerId }),
    () => reopenConversation(deps, agent(), { customerId }),
  ];
  return async () => {
    await random.pick(verbs)().catch((error: unknown) => {
      if (!(error instanceof DomainError)) throw error;
    });
  };
}

// ── what is read ─────────────────────────────────────────────────────────────────────────────────

interface Snapshot { readonly conversation: Conversation; readonly messages: readonly Message[] }

async function snapshot(viewer: Viewer, customerId: string): Promise<Snapshot> {
  const conversation = await findConversation(world.deps, viewer, customerId);
  if (!conversation) throw new Error('the conversation is gone');
  const { items } = await listMessages(world.deps, viewer, conversation, { first: 100 });
  return { conversation, messages: items.map(({ node }) => node) };
}

interface Reader {
  readonly viewer: Viewer;
  readonly start: Snapshot;
  /** Takes the next event, now or when it comes. */
  pull(): void;
  /** All events from the start on, to the end of the play. */
  rest(): Promise<ConversationEvent[]>;
}

async function startReading(viewer: Viewer, customerId: string): Promise<Reader> {
  const start = await snapshot(viewer, customerId);
  const events = await followConversation(world.deps, viewer, { customerId, after: start.conversation.cursor });
  const told: ConversationEvent[] = [];
  let pending: Promise<void> | null = null;
  const take = (): Promise<void> => events.next().then(({ value }) => {
    pending = null;
    if (value) told.push(value);
  });
  return {
    viewer,
    start,
    pull() {
      // A read that has to wait goes on waiting while the play does.
      pending ??= take();
    },
    async rest() {
      await pending;
      if (!told.some(isEnd)) told.push(...await nextEvents(events, isEnd));
      await events.return?.();
      return told;
    },
  };
}

const isEnd = (event: ConversationEvent): boolean => 'message' in event && event.message.text === END;

async function pullAll({ viewer, start }: Reader, customerId: string, random: Random): Promise<ConversationEvent[]> {
  const conversation = await world.state(customerId);
  const all: ConversationEvent[] = [];
  for (let after = start.conversation.cursor; ;) {
    const page = await listEvents(world.deps, viewer, conversation, { after, first: random.pick([1, 2, 3, 7, 100]) });
    all.push(...page.events);
    // Any cursor of the page will do, not only its last.
    const place = random.int(0, 3) === 0 ? random.pick([...page.events.flatMap(({ cursor }) => cursor ?? []), page.cursor]) : page.cursor;
    if (!page.hasMore && place === page.cursor) return all;
    after = place;
  }
}

// ── what it makes ────────────────────────────────────────────────────────────────────────────────

/** What may be compared: counts also move with messages, without a position of their own. */
interface State { readonly conversation: object; readonly messages: readonly Message[] }

function stateOf({ conversation, messages }: Snapshot): State {
  const { status, handler, assigneeId, seenByCustomer, seenByAgents, fence, position } = conversation;
  return { conversation: { status, handler, assigneeId, seenByCustomer, seenByAgents, fence, position }, messages };
}

/** As a client does it: messages by id, the greater position wins. */
function apply(start: Snapshot, events: readonly ConversationEvent[]): State {
  const byId = new Map(start.messages.map((message) => [message.id, message]));
  let { conversation } = start;
  for (const event of events) {
    if (event.type === 'conversation_changed' && event.conversation.position > conversation.position) conversation = event.conversation;
    if ('message' in event && event.message.position >= (byId.get(event.message.id)?.position ?? 0)) byId.set(event.message.id, event.message);
  }
  return stateOf({ conversation, messages: [...byId.values()].sort((a, b) => a.seq - b.seq) });
}

/** On one pushed stream positions rise, nothing is added that the snapshot held, and nothing is added twice once it has caught up. */
function disorderIn({ start }: Reader, events: readonly ConversationEvent[]): string[] {
  const problems: string[] = [];
  const held = new Set(start.messages.map(({ id }) => id));
  let told = start.conversation.head;
  for (const event of events) {
    if (event.type === 'reset') problems.push(`reset: ${event.reason}`);
    const row = event.type === 'conversation_changed' ? event.conversation : 'message' in event ? event.message : null;
    if (!row) continue;
    if (row.position <= told) problems.push(`position ${row.position} after position ${told}`);
    told = row.position;
    if (event.type === 'message_added' && held.has(event.message.id)) problems.push(`message ${event.message.seq} was added, and the snapshot held it`);
    if (event.type === 'message_changed' && !held.has(event.message.id)) problems.push(`message ${event.message.seq} was changed before it was added`);
    if ('message' in event) held.add(event.message.id);
  }
  return problems;
}
