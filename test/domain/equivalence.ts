import { randomUUID } from 'node:crypto';
import { commit } from '../../server/domain/commit.ts';
import {
  findConversation, handBackToBot, listMessages, markRead, reopenConversation, requestHuman, resolveConversation, setTyping, takeOver,
} from '../../server/domain/conversations.ts';
import { DomainError } from '../../server/domain/errors.ts';
import type { ConversationEvent } from '../../server/domain/follow.ts';
import { followConversation, listEvents } from '../../server/domain/follow.ts';
import { addNote, editMessage, rateAnswer, removeMessage, sendMessage } from '../../server/domain/messages.ts';
import type { Step } from '../../server/domain/ports/log.ts';
import { BOT } from '../../server/domain/types.ts';
import type { BotAnswer, Conversation, Message, Viewer } from '../../server/domain/types.ts';
import { range } from '../_util/parallel.ts';
import type { Random } from '../_util/random.ts';
import { nextEvents } from './events.ts';
import type { World } from './world.ts';
import { newNote } from './world.ts';

const ROUNDS = 14;
/** Everybody who may read can tell that the play is over by this text. */
export const END = 'the end';

/**
 * R94: random verbs by a customer and two agents, several at once, while readers of both sides start here and there. What a reader's snapshot shows, plus
 * the stream from there, pushed or pulled, must be what a snapshot shows in the end.
 * @returns what differs, and what the customer was told of notes: empty if nothing
 */
export async function play(world: World, random: Random): Promise<string[]> {
  const alice = await world.meet(randomUUID());
  const perform = createPlayer(world, random, alice);
  const starts = new Set([0, random.int(0, ROUNDS - 1), random.int(0, ROUNDS - 1)]);
  const readers: Reader[] = [];
  for (const round of range(ROUNDS)) {
    if (starts.has(round)) for (const viewer of [alice, world.ana]) readers.push(await startReading(world, viewer, alice.id));
    // What readers are told also depends on when they read, and when they lose their connection: some do while others write.
    const cuts = readers.filter((reader) => {
      const dice = random.int(0, 7);
      if (dice <= 2) reader.pull();
      return dice === 7;
    });
    await Promise.all([...cuts.map((reader) => reader.cut()), ...range(random.int(1, 4)).map(() => perform())]);
  }
  await sendMessage(world.deps, world.ana, { ...newNote(alice.id, END) });

  const problems: string[] = [];
  for (const reader of readers) {
    const end = await snapshot(world, reader.viewer, alice.id);
    const pushed = await reader.rest();
    const pulled = await pullAll(world, reader, alice.id, random);
    for (const [name, events] of [['pushed', pushed], ['pulled', pulled]] as const) {
      const view = apply(reader.start, events);
      const isSame = JSON.stringify(view) === JSON.stringify(stateOf(end));
      if (!isSame) problems.push(`seed ${random.seed}, ${reader.viewer.kind}, ${name}: ${JSON.stringify(view)} instead of ${JSON.stringify(stateOf(end))}`);
    }
    for (const events of [pushed, pulled]) problems.push(...disorderIn(reader, events).map((problem) => `seed ${random.seed}, ${reader.viewer.kind}: ${problem}`));
    const told = JSON.stringify([reader.start, pushed, pulled, end]);
    if (reader.viewer.kind === 'customer' && /aside|"note"|"team"/.test(told)) problems.push(`seed ${random.seed}: the customer was told a note`);
  }
  return problems;
}

// ── what is done ─────────────────────────────────────────────────────────────────────────────────

/** Does one random thing. Refusals are part of the play. */
function createPlayer(world: World, random: Random, alice: Viewer): () => Promise<void> {
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
    async () => keep(await botAnswers(deps, customerId, next('answer'))),
    () => rateAnswer(deps, alice, { customerId, messageId: target(), helpful: random.pick([true, false, null]) }),
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

/** Whoever's turn it is: what may land is not what is played here. */
async function botAnswers(deps: World['deps'], customerId: string, text: string): Promise<Message> {
  const answer: BotAnswer = { counts: 'answer', by: null, reason: null, confidence: null, matched: null, tookMs: null, sources: [{ articleId: 'a', title: 'A' }], choices: [] };
  const step: Step = { type: 'append', message: { kind: 'text', audience: 'everyone', sender: BOT, text, answer } };
  const { messages: [said] } = await commit(deps, { customerId }, () => ({ steps: [step] }));
  if (!said) throw new Error('the bot said nothing');
  return said;
}

// ── what is read ─────────────────────────────────────────────────────────────────────────────────

interface Snapshot { readonly conversation: Conversation; readonly messages: readonly Message[] }

async function snapshot({ deps }: World, viewer: Viewer, customerId: string): Promise<Snapshot> {
  const conversation = await findConversation(deps, viewer, customerId);
  if (!conversation) throw new Error('the conversation is gone');
  const { items } = await listMessages(deps, viewer, conversation, { first: 100 });
  return { conversation, messages: items.map(({ node }) => node) };
}

interface Reader {
  readonly viewer: Viewer;
  readonly start: Snapshot;
  /** Takes the next event, now or when it comes. */
  pull(): void;
  /** Comes back with the last cursor that it was told. */
  cut(): Promise<void>;
  /** All events from the start on, to the end of the play. */
  rest(): Promise<ConversationEvent[]>;
}

async function startReading(world: World, viewer: Viewer, customerId: string): Promise<Reader> {
  const start = await snapshot(world, viewer, customerId);
  const follow = (after: string) => followConversation(world.deps, viewer, { customerId, after });
  const told: ConversationEvent[] = [];
  let { cursor } = start.conversation;
  let events = await follow(cursor);
  let pending: Promise<void> | null = null;
  const take = async (): Promise<void> => {
    const { value } = await events.next();
    pending = null;
    if (value) tell(value);
  };
  const tell = (event: ConversationEvent): void => {
    told.push(event);
    cursor = event.cursor ?? cursor;
  };
  return {
    viewer,
    start,
    pull() {
      // A read that has to wait goes on waiting while the play does.
      pending ??= take();
    },
    async cut() {
      await events.return?.();
      await pending;
      events = await follow(cursor);
    },
    async rest() {
      await pending;
      if (!told.some(isEnd)) for (const event of await nextEvents(events, isEnd)) tell(event);
      await events.return?.();
      return told;
    },
  };
}

const isEnd = (event: ConversationEvent): boolean => 'message' in event && event.message.text === END;

async function pullAll(world: World, { viewer, start }: Reader, customerId: string, random: Random): Promise<ConversationEvent[]> {
  const conversation = await world.state(customerId);
  const all: ConversationEvent[] = [];
  for (let after = start.conversation.cursor; ;) {
    const page = await listEvents(world.deps, viewer, conversation, { after, first: random.pick([1, 2, 3, 7, 100]) });
    // Whoever is interrupted goes on after the event that came last, in the middle of a page.
    const taken = random.int(0, 2) === 0 ? random.int(0, page.events.length) : page.events.length;
    all.push(...page.events.slice(0, taken));
    if (taken < page.events.length) after = page.events[taken - 1]?.cursor ?? after;
    else if (page.hasMore) after = page.cursor;
    else return all;
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

/** Positions rise, also from one connection to the next, and nothing is called added that was held before. */
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
    if (event.type === 'message_added' && held.has(event.message.id)) problems.push(`message ${event.message.seq} was added, and held before`);
    if ('message' in event) held.add(event.message.id);
  }
  return problems;
}
