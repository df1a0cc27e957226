import type { View } from '../_util/follower.ts';
import { createView } from '../_util/follower.ts';
import type { Call, Socket } from '../_util/graphql-client.ts';
import { httpCall, openSocket } from '../_util/graphql-client.ts';
import type { ConversationEvent, Followed, Message, Outcome, Snapshot } from '../_util/minicom.ts';
import { addNote, dataOf, enterAsAgent, enterAsCustomer, FOLLOW, newSend, perform, pullEvents, readSnapshot, send } from '../_util/minicom.ts';
import { inParallel, range } from '../_util/parallel.ts';
import type { Random } from '../_util/random.ts';
import { createRandom } from '../_util/random.ts';
import { SERVER, withServer } from '../_util/server-process.ts';
import { within } from '../_util/wait.ts';
import { differences, isEqual } from './ledger.ts';

export interface SnapshotOptions {
  readonly command?: readonly string[];
  /** Each is a conversation of its own. */
  readonly seeds: number;
  readonly firstSeed: number;
}

/** Every note carries this, and nothing that a customer receives may. */
const CANARY = 'between-us';
const STEPS = 16;
const AT_ONCE = 4;
/** So few that snapshot pages hold everything: at most 3 verbs a step, at most 3 messages each. */
const END = 'the end';
const NOBODYS = '00000000-0000-0000-0000-000000000000';

/**
 * R94: random verbs by a customer and two agents. For either side, what a snapshot shows at step k, plus the stream from there, pushed or pulled,
 * must be what a snapshot shows in the end; and no note may reach the customer.
 * @returns what differs, by seed: empty if nothing does
 */
export async function snapshotsPlusStreams({ command = SERVER, seeds, firstSeed }: SnapshotOptions): Promise<string[]> {
  return withServer({ command, env: { BOT: 'rules' } }, async ({ url }) => {
    const doors = { ana: await enterAsAgent(url, 'ana'), ben: await enterAsAgent(url, 'ben') };
    const found = await inParallel(range(seeds), AT_ONCE, async (n) => {
      const seed = firstSeed + n;
      const customerId = `snapshot-${seed}`;
      const customer = await openSocket(await enterAsCustomer(url, customerId));
      const ana = await openSocket(doors.ana);
      try {
        return await runSeed({ random: createRandom(seed), customerId, customer, ana, ben: httpCall(doors.ben) });
      } catch (error) {
        return [`it failed: ${String(error)}`];
      } finally {
        customer.close();
        ana.close();
      }
    });
    return found.flatMap((problems, n) => problems.map((problem) => `seed ${firstSeed + n}: ${problem}`));
  });
}

interface Play {
  readonly random: Random;
  readonly customerId: string;
  readonly customer: Socket;
  readonly ana: Socket;
  readonly ben: Call;
}

async function runSeed({ random, customerId, customer, ana, ben }: Play): Promise<string[]> {
  const sides = [{ name: 'the customer', socket: customer }, { name: 'the agent', socket: ana }];
  const starts = new Set([0, random.int(1, STEPS - 1), random.int(1, STEPS - 1)]);
  const following: Following[] = [];
  const texts: string[] = [];
  const verbs = verbsOf({ random, customerId, texts, callers: { customer: customer.call, ana: ana.call, ben } });
  for (const step of range(STEPS)) {
    if (starts.has(step)) {
      for (const { name, socket } of sides) following.push(await startFollowing(`${name} from step ${step}`, socket, customerId));
    }
    await Promise.all(range(random.int(1, 3)).map(() => random.pick(verbs)()));
  }
  // The bot falls silent with the take-over, so nothing comes after the last message.
  await perform(ana.call, 'takeOver', { customerId, force: true });
  await send(ana.call, newSend(customerId, END));

  const problems: string[] = [];
  for (const { socket } of sides) {
    const end = await readSnapshot(socket.call, customerId);
    if (end.messages.length >= 100) problems.push('more messages than a snapshot holds');
    for (const one of following) {
      if (one.socket !== socket) continue;
      const pushed = await one.pushed();
      const pulled = await pullAll(one, customerId, random);
      problems.push(...compare(`${one.name}, pushed`, one.start, pushed, end), ...compare(`${one.name}, pulled`, one.start, pulled, end));
      if (socket !== customer) continue;
      const received = JSON.stringify([one.start, pushed, pulled, end]);
      if (received.includes(CANARY) || received.includes('"NOTE"')) problems.push(`${one.name} was told a note`);
    }
  }
  return problems;
}

interface Following {
  readonly name: string;
  readonly socket: Socket;
  readonly start: Snapshot;
  /** Everything that was pushed up to the last message. */
  pushed(): Promise<ConversationEvent[]>;
}

async function startFollowing(name: string, socket: Socket, customerId: string): Promise<Following> {
  const start = await readSnapshot(socket.call, customerId);
  const stream = socket.subscribe<Followed>(FOLLOW, { customerId, after: start.cursor });
  const pushed = async (): Promise<ConversationEvent[]> => {
    const events: ConversationEvent[] = [];
    while (!events.some(isEnd)) {
      const answer = await within(`${name} to be pushed the end`, stream.next());
      if (answer === null) throw new Error(`${name}: the stream completed by itself`);
      events.push(dataOf(answer).conversationEvents);
    }
    stream.stop();
    return events;
  };
  return { name, socket, start, pushed };
}

function isEnd(event: ConversationEvent): boolean {
  return 'message' in event && event.message.text === END;
}

async function pullAll({ socket, start }: Following, customerId: string, random: Random): Promise<ConversationEvent[]> {
  const events: ConversationEvent[] = [];
  for (let after = start.cursor; ;) {
    const page = await pullEvents(socket.call, customerId, after, random.pick([1, 2, 7, 100]));
    events.push(...page.events);
    after = page.cursor;
    if (!page.hasMore) return events;
  }
}

function compare(name: string, start: Snapshot, events: readonly ConversationEvent[], end: Snapshot): string[] {
  const view: View = createView(start);
  for (const event of events) view.apply(event);
  const problems = [...view.problems, ...differences(view.messages(), end.messages)];
  if (!isEqual(view.state, end.state)) problems.push(`state ${JSON.stringify(view.state)} instead of ${JSON.stringify(end.state)}`);
  return problems.map((problem) => `${name}: ${problem}`);
}

interface Cast {
  readonly random: Random;
  readonly customerId: string;
  /** Ids of messages so far: what edits and removals choose from. */
  readonly texts: string[];
  readonly callers: { readonly customer: Call; readonly ana: Call; readonly ben: Call };
}

/** Refusals are part of the game: only what fails without a typed outcome ends it. */
function verbsOf({ random, customerId, texts, callers }: Cast): readonly (() => Promise<unknown>)[] {
  const { customer, ana, ben } = callers;
  let count = 0;
  const next = (what: string): string => `${what} ${count += 1}`;
  const agent = (): Call => random.pick([ana, ben]);
  const anybody = (): Call => random.pick([customer, ana, ben]);
  const keep = async (outcome: Promise<Outcome>): Promise<void> => {
    const { message }: { message?: Message } = await outcome;
    if (message) texts.push(message.id);
  };
  const target = (): string => (texts.length > 0 ? random.pick(texts) : NOBODYS);
  return [
    () => keep(send(customer, newSend(customerId, next('question')))),
    () => keep(send(customer, newSend(customerId, 'hello'))),
    () => keep(send(agent(), newSend(customerId, next('answer')))),
    () => keep(addNote(agent(), newSend(customerId, next(CANARY)))),
    () => perform(anybody(), 'editMessage', { customerId, messageId: target(), text: next('edited') }),
    () => perform(anybody(), 'removeMessage', { customerId, messageId: target() }),
    () => perform(agent(), 'takeOver', { customerId, force: random.int(0, 1) === 1 }),
    () => perform(agent(), 'handBackToBot', { customerId, note: random.int(0, 1) === 1 ? next(CANARY) : null }),
    () => perform(customer, 'requestHuman', { customerId }),
    () => perform(anybody(), 'markRead', { customerId, seq: random.int(0, 80) }),
    () => perform(anybody(), 'setTyping', { customerId, typing: random.int(0, 1) === 1 }),
    () => perform(anybody(), 'resolveConversation', { customerId }),
    () => perform(agent(), 'reopenConversation', { customerId }),
  ];
}
