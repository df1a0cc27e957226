import { randomUUID } from 'node:crypto';
import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ITSELF } from '../../server/domain/audit.ts';
import { openBotSwitch } from '../../server/domain/bot-switch.ts';
import type { TurnStart } from '../../server/domain/bot-turn.ts';
import { awaitPerson, botHandsOff, botReplies, botStaysSilent, isCurrentTurn, turnOf } from '../../server/domain/bot-turn.ts';
import type { Deps } from '../../server/domain/commit.ts';
import { handBackToBot, reopenConversation, requestHuman, resolveConversation, takeOver } from '../../server/domain/conversations.ts';
import { AlreadyTakenError, InvalidInputError } from '../../server/domain/errors.ts';
import { sendMessage } from '../../server/domain/messages.ts';
import type { Settings } from '../../server/domain/ports/bot.ts';
import type { Change, Now } from '../../server/domain/ports/log.ts';
import type { Viewer } from '../../server/domain/types.ts';
import { BOT } from '../../server/domain/types.ts';
import { inParallel, range } from '../_util/parallel.ts';
import type { Random } from '../_util/random.ts';
import { createRandom, SEED } from '../_util/random.ts';
import { scaled } from '../_util/scaled.ts';
import type { World } from './world.ts';
import { openWorld } from './world.ts';

const AT_ONCE = 50;

type Reply = (deps: Deps, turn: TurnStart, text: string) => Promise<unknown>;

/** What must not be: looks before it writes, and writes whatever happened in between. */
const checkThenInsert: Reply = async (deps, turn, text) => {
  const conversation = await deps.log.find(turn.customerId);
  if (!conversation || !deps.botSwitch.isOn() || !isCurrentTurn(turn, conversation)) return;
  for (const _ of range(4)) await tick();
  const said = { kind: 'text', audience: 'everyone', sender: BOT, text } as const;
  await deps.log.change({ customerId: turn.customerId }, () => ({ steps: [{ type: 'append', message: said }], facts: { botDoneSeq: turn.customerSeq } }));
};

describe('taking over while the bot writes', () => {
  it('R63 A7 B6: nothing of the bot lands after the take-over, in 10,000 seeded races', { timeout: 600_000 }, async () => {
    const late = await race(botReplies, scaled(10_000));
    expect(late, `SEED=${SEED}`).toEqual([]);
  });

  it('R63: a bot that checks and then inserts is caught by the same races', { timeout: 120_000 }, async () => {
    expect((await race(checkThenInsert, 300)).length).toBeGreaterThan(0);
  });

  it('R64: two turns for the same text leave one reply', async () => {
    const world = await openWorld();
    const customer = await world.meet('alice');
    await say(world, customer, 'hello');
    const turn = await turnNow(world, 'alice');

    const landed = await Promise.all([1, 2, 3].map((runner) => botReplies(world.deps, turn, `from ${runner}`)));

    expect(landed.filter(Boolean)).toHaveLength(1);
    expect(await botHandsOff(world.deps, turn, { text: 'A late word.' })).toBe(false);
    expect((await world.history('alice')).filter(({ sender }) => sender.kind === 'bot')).toHaveLength(1);
  });

  it('R64: a text that came meanwhile voids the reply, and not the hand-off', async () => {
    const world = await openWorld();
    const customer = await world.meet('alice');
    await say(world, customer, 'hello');
    const turn = await turnNow(world, 'alice');
    await say(world, customer, 'are you there?');

    expect(await botReplies(world.deps, turn, 'late')).toBe(null);
    expect(await botHandsOff(world.deps, turn, { text: 'One moment.' })).toBe(true);
    expect(await world.deps.log.find('alice')).toMatchObject({ handler: 'queue', botDoneSeq: 2 });
  });
});

describe('two agents taking over at once', () => {
  it('R65: one has it, the other learns who, and after the hand-back nothing from before lands', { timeout: 120_000 }, async () => {
    const world = await openWorld();
    const problems = await inParallel(range(scaled(2_000)), AT_ONCE, async (index) => {
      const random = createRandom(SEED + index);
      const id = `pair-${index}`;
      await say(world, await world.meet(id), 'hello');
      const turn = await turnNow(world, id);
      const take = (agent: Viewer): Promise<unknown> => after(random.int(0, 3), () => takeOver(world.deps, agent, { customerId: id, force: false }));
      const outcomes = await Promise.allSettled([take(world.ana), take(world.ben)]);
      const { assigneeId } = await world.state(id);
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as unknown);
      await handBackToBot(world.deps, world.ana, { customerId: id });
      const [reason] = lost;
      return [
        ...(lost.length === 1 && reason instanceof AlreadyTakenError && reason.assignee.id === assigneeId ? [] : [`${id}: ${lost.length} lost, ${String(reason)}`]),
        ...(await botReplies(world.deps, turn, 'from before') === null ? [] : [`${id}: a reply from before the hand-back landed`]),
        ...(await botHandsOff(world.deps, turn, { text: 'from before' }) ? [`${id}: a hand-off from before the hand-back landed`] : []),
      ];
    });
    expect(problems.flat(), `SEED=${SEED}`).toEqual([]);
  });
});

describe('any schedule of customer, bot, agents and switch', () => {
  it('R63 B4 B6: the bot speaks where its turn was still its own, and nobody is left waiting in silence', { timeout: 120_000 }, async () => {
    expect(await playAll(botReplies, scaled(2_000)), `SEED=${SEED}`).toEqual([]);
  });

  it('R63: a bot that checks and then inserts is caught by the same schedules', { timeout: 120_000 }, async () => {
    expect((await playAll(checkThenInsert, 3_000)).length).toBeGreaterThan(0);
  });
});

/** @returns the races in which the bot spoke after a person had taken over */
async function race(reply: Reply, races: number): Promise<string[]> {
  const world = await openWorld();
  const agent = world.ana;
  const late = await inParallel(range(races), AT_ONCE, async (index) => {
    const random = createRandom(SEED + index);
    const id = `race-${index}`;
    await say(world, await world.meet(id), 'hello');
    const turn = await turnNow(world, id);
    await Promise.all([
      after(random.int(0, 3), () => reply(world.deps, turn, 'Hello! How can I help?')),
      after(random.int(0, 3), () => (random.fraction() < 0.5 ? takeOver(world.deps, agent, { customerId: id, force: false }) : say(world, agent, 'Ana here', id))),
    ]);
    const messages = await world.history(id);
    const takenAt = messages.find(({ kind }) => kind === 'activity')?.seq ?? Infinity;
    return messages.some(({ sender, seq }) => sender.kind === 'bot' && seq > takenAt) ? [`race ${index} of SEED=${SEED}`] : [];
  });
  return late.flat();
}

async function after<T>(ticks: number, verb: () => Promise<T>): Promise<T> {
  for (const _ of range(ticks)) await tick();
  return verb();
}

async function playAll(reply: Reply, schedules: number): Promise<string[]> {
  const world = await openWorld();
  const problems = await inParallel(range(schedules), AT_ONCE, async (index) => {
    const random = createRandom(SEED + index);
    return (await play(world, reply, random, `schedule-${index}`)).map((problem) => `SEED=${random.seed}: ${problem}`);
  });
  return problems.flat();
}

/** Lets everybody act as the seed says, then lets the bot finish. @returns what should not have been */
async function play(world: World, reply: Reply, random: Random, id: string): Promise<string[]> {
  const customer = await world.meet(id);
  const problems: string[] = [];
  const deps = await withOwnSwitch(world, problems);
  const about = { customerId: id };
  /** Turns under way; a restart forgets them. */
  let turns: TurnStart[] = [];
  /** `seq` of the texts to which the bot chose to say nothing. */
  const silences = new Set<number>();

  const begin = async (): Promise<void> => {
    const turn = await turnNow(world, id);
    if (!isCurrentTurn(turn, await world.state(id))) return;
    if (deps.botSwitch.isOn()) turns.push(turn);
    else await awaitPerson(deps, turn);
  };
  const finish = async (): Promise<void> => {
    const turn = turns.shift();
    if (!turn) return;
    const text = `${turn.fence}.${turn.customerSeq}`;
    const chance = random.fraction();
    if (chance < 0.6) await reply(deps, turn, text);
    else if (chance < 0.9) await botHandsOff(deps, turn, { text });
    else if (await botStaysSilent(deps, turn)) silences.add(turn.customerSeq);
  };
  const acts: readonly (() => Promise<unknown>)[] = [
    () => sendMessage(deps, customer, { ...about, text: 'a question', clientMessageId: randomUUID() }),
    () => sendMessage(deps, customer, { ...about, text: 'another', clientMessageId: randomUUID() }),
    begin, begin, begin, finish, finish, finish,
    () => sendMessage(deps, world.ana, { ...about, text: 'a person answers', clientMessageId: randomUUID() }),
    () => takeOver(deps, world.ben, { ...about, force: true }),
    () => handBackToBot(deps, world.ana, about).catch(refusedWhileOff),
    () => requestHuman(deps, customer, about),
    () => resolveConversation(deps, world.ana, about),
    () => reopenConversation(deps, world.ana, about),
    () => deps.botSwitch.set(ITSELF, false),
    () => deps.botSwitch.set(ITSELF, true),
    async () => { turns = []; },
  ];
  for (const _ of range(random.int(3, 15))) await Promise.all(range(random.int(1, 3)).map(() => random.pick(acts)()));
  await begin();
  while (turns.length > 0) await finish();
  await begin(); // what a turn that was void left over
  while (turns.length > 0) await finish();
  return [...problems, ...(await problemsOf(world, id, silences))];
}

/** A switch for this schedule alone, and an eye on each commit: where the bot speaks it is on, and the conversation is the bot's. */
async function withOwnSwitch({ deps }: World, problems: string[]): Promise<Deps> {
  const kept = new Map<string, string>();
  const settings: Settings = {
    read: async (key) => kept.get(key) ?? null,
    write: async (_by, key, decide) => {
      await tick();
      kept.set(key, decide(kept.get(key) ?? null) ?? '');
    },
  };
  const botSwitch = await openBotSwitch({ settings, bus: deps.bus, isAvailable: true });
  const watched = (decide: (now: Now) => Change) => (now: Now): Change => {
    const change = decide(now);
    const { customerId, status, handler } = now.conversation;
    const isAllowed = botSwitch.isOn() && status === 'open' && handler === 'bot';
    if (!isAllowed && change.steps.some((step) => step.type === 'append' && step.message.sender.kind === 'bot')) {
      problems.push(`${customerId}: the bot spoke while it was ${botSwitch.isOn() ? `${status} and of the ${handler}` : 'switched off'}`);
    }
    return change;
  };
  return { ...deps, botSwitch, log: { ...deps.log, change: (about, decide) => deps.log.change(about, watched(decide)) } };
}

function refusedWhileOff(error: unknown): void {
  if (!(error instanceof InvalidInputError)) throw error;
}

async function problemsOf(world: World, id: string, silences: ReadonlySet<number>): Promise<string[]> {
  const problems: string[] = [];
  const answered = new Set<string>();
  let fence = 0;
  const history = await world.history(id);
  for (const { kind, sender, text, seq } of history) {
    // Each change of whose turn it is raises the fence by one and leaves one activity.
    if (kind === 'activity') fence += 1;
    if (sender.kind !== 'bot') continue;
    if (!text.startsWith(`${fence}.`)) problems.push(`${id}: at ${seq} the bot said what it began under another fence (${text}, now ${fence})`);
    if (answered.has(text)) problems.push(`${id}: two replies in turn ${text}`);
    answered.add(text);
  }
  const now = await world.state(id);
  // By what is seen of it, and not by the bot's own books.
  const last = history.findLast(({ kind }) => kind === 'text');
  const isUnanswered = now.status === 'open' && now.handler === 'bot' && last?.sender.kind === 'customer' && !silences.has(last.seq);
  if (isUnanswered || isCurrentTurn(turnOf(now), now)) problems.push(`${id}: the customer waits in silence`);
  return problems;
}

async function turnNow(world: World, id: string): Promise<TurnStart> {
  return turnOf(await world.state(id));
}

function say(world: World, viewer: Viewer, text: string, customerId = viewer.id): Promise<unknown> {
  return sendMessage(world.deps, viewer, { customerId, text, clientMessageId: randomUUID() });
}
