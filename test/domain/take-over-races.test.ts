import { randomUUID } from 'node:crypto';
import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { TurnStart } from '../../server/domain/bot-turn.ts';
import { botHandsOff, botReplies, isCurrentTurn, turnOf } from '../../server/domain/bot-turn.ts';
import { handBackToBot, requestHuman, resolveConversation, takeOver } from '../../server/domain/conversations.ts';
import { sendMessage } from '../../server/domain/messages.ts';
import type { Viewer } from '../../server/domain/types.ts';
import { BOT } from '../../server/domain/types.ts';
import { inParallel, range } from '../_util/parallel.ts';
import type { Random } from '../_util/random.ts';
import { createRandom, SEED } from '../_util/random.ts';
import { scaled } from '../_util/scaled.ts';
import type { World } from './world.ts';
import { openWorld } from './world.ts';

const AT_ONCE = 50;

type Reply = (world: World, turn: TurnStart, text: string) => Promise<unknown>;

/** What must not be: looks before it writes, and writes whatever happened in between. */
const checkThenInsert: Reply = async (world, turn, text) => {
  const conversation = await world.deps.log.find(turn.customerId);
  if (!conversation || !isCurrentTurn(turn, conversation)) return false;
  await tick();
  const said = { kind: 'text', audience: 'everyone', sender: BOT, text } as const;
  const { changed } = await world.deps.log.change({ customerId: turn.customerId }, () => ({ steps: [{ type: 'append', message: said }] }));
  return changed;
};

const fenced: Reply = (world, turn, text) => botReplies(world.deps, turn, text);

describe('taking over while the bot writes', () => {
  it('R63 A7 B6: nothing of the bot lands after the take-over, in 10,000 seeded races', { timeout: 600_000 }, async () => {
    const late = await race(fenced, scaled(10_000));
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
    expect((await world.history('alice')).filter(({ sender }) => sender.kind === 'bot')).toHaveLength(1);
  });

  it('R64: a text that came meanwhile voids the reply, and not the hand-off', async () => {
    const world = await openWorld();
    const customer = await world.meet('alice');
    await say(world, customer, 'hello');
    const turn = await turnNow(world, 'alice');
    await say(world, customer, 'are you there?');

    expect(await botReplies(world.deps, turn, 'late')).toBe(false);
    expect(await botHandsOff(world.deps, turn, { text: 'One moment.' })).toBe(true);
    expect(await world.deps.log.find('alice')).toMatchObject({ handler: 'queue', botDoneSeq: 2 });
  });
});

describe('any schedule of customer, bot and agents', () => {
  it('R63 B6: each text of the bot stands where its turn was still the bot’s, and nobody is left waiting in silence', { timeout: 120_000 }, async () => {
    const world = await openWorld();
    const agent = world.ana;
    const problems = await inParallel(range(scaled(2_000)), AT_ONCE, async (index) => {
      const random = createRandom(SEED + index);
      return (await schedule(world, agent, random, `schedule-${index}`)).map((problem) => `SEED=${random.seed}: ${problem}`);
    });
    expect(problems.flat()).toEqual([]);
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
    const after = async (verb: () => Promise<unknown>, ticks: number): Promise<unknown> => {
      for (const _ of range(ticks)) await tick();
      return verb();
    };
    await Promise.all([
      after(() => reply(world, turn, 'Hello! How can I help?'), random.int(0, 3)),
      after(() => (random.fraction() < 0.5 ? takeOver(world.deps, agent, { customerId: id, force: false }) : say(world, agent, 'Ana here', id)), random.int(0, 3)),
    ]);
    const messages = await world.history(id);
    const takenAt = messages.find(({ kind }) => kind === 'activity')?.seq ?? Infinity;
    return messages.some(({ sender, seq }) => sender.kind === 'bot' && seq > takenAt) ? [`race ${index} of SEED=${SEED}`] : [];
  });
  return late.flat();
}

/** Lets everybody act as the seed says, then lets the bot finish. */
async function schedule(world: World, agent: Viewer, random: Random, id: string): Promise<string[]> {
  const customer = await world.meet(id);
  /** Turns under way; a restart forgets them. */
  let turns: TurnStart[] = [];
  const replied: TurnStart[] = [];
  const begin = async (): Promise<void> => {
    const conversation = await world.deps.log.find(id);
    if (conversation && isCurrentTurn(turnOf(conversation), conversation)) turns.push(turnOf(conversation));
  };
  const finish = async (): Promise<void> => {
    const turn = turns.shift();
    if (!turn) return;
    const outcome = random.fraction() < 0.7 ? botReplies(world.deps, turn, `${turn.fence}.${turn.customerSeq}`) : botHandsOff(world.deps, turn);
    if (await outcome) replied.push(turn);
  };
  const acts: readonly (() => Promise<unknown>)[] = [
    () => say(world, customer, 'a question'),
    begin, begin, finish, finish,
    () => say(world, agent, 'a person answers', id),
    () => takeOver(world.deps, agent, { customerId: id, force: true }),
    () => handBackToBot(world.deps, agent, { customerId: id }),
    () => requestHuman(world.deps, customer, { customerId: id }),
    () => resolveConversation(world.deps, agent, { customerId: id }),
    async () => { turns = []; },
  ];
  for (const _ of range(random.int(3, 12))) await Promise.all(range(random.int(1, 3)).map(() => random.pick(acts)()));
  await begin();
  while (turns.length > 0) await finish();
  return problemsOf(world, id);
}

async function problemsOf(world: World, id: string): Promise<string[]> {
  const problems: string[] = [];
  const answered = new Set<string>();
  let fence = 0;
  for (const { kind, sender, text, seq } of await world.history(id)) {
    // Each change of whose turn it is raises the fence by one and leaves one activity.
    if (kind === 'activity') fence += 1;
    if (sender.kind !== 'bot') continue;
    if (!text.startsWith(`${fence}.`)) problems.push(`${id}: at ${seq} the bot said what it began under another fence (${text}, now ${fence})`);
    if (answered.has(text)) problems.push(`${id}: two replies in turn ${text}`);
    answered.add(text);
  }
  const now = await world.state(id);
  if (now.status === 'open' && now.handler === 'bot' && now.lastCustomerSeq > now.botDoneSeq) problems.push(`${id}: the customer waits in silence`);
  return problems;
}

async function turnNow(world: World, id: string): Promise<TurnStart> {
  return turnOf(await world.state(id));
}

function say(world: World, viewer: Viewer, text: string, customerId = viewer.id): Promise<unknown> {
  return sendMessage(world.deps, viewer, { customerId, text, clientMessageId: randomUUID() });
}
