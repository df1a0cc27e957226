import { describe, expect, it, onTestFinished } from 'vitest';
import type { Bot, BotTurn } from '../../server/bot/bot.ts';
import { createBotRunner } from '../../server/bot/runner.ts';
import type { Timing } from '../../server/bot/turn.ts';
import { handBackToBot, requestHuman, takeOver } from '../../server/domain/conversations.ts';
import { topics } from '../../server/domain/ports.ts';
import { openWorld, say } from '../domain/world.ts';
import type { World } from '../domain/world.ts';
import { until } from '../_util/wait.ts';

const QUICK: Timing = { burstMs: 30, deadlineMs: 300 };

function run(world: World, bot: Bot): () => Promise<void> {
  const runner = createBotRunner({ deps: world.deps, resolve: () => bot, log: { error: () => undefined }, timing: QUICK });
  runner.start();
  onTestFinished(() => runner.stop());
  return runner.stop;
}

/** Repeats what it is asked, and remembers the turns. */
function echo(turns: BotTurn[] = []): Bot {
  return {
    name: 'echo',
    async handle(turn) {
      turns.push(turn);
      return { kind: 'reply', text: `You said: ${turn.text}`, counts: 'answer' };
    },
  };
}

const said = async (world: World, id: string): Promise<string[]> => (await world.history(id)).filter(({ sender }) => sender.kind === 'bot').map(({ text }) => text);
const botSays = (world: World, id: string, count: number): Promise<void> => until('the bot to speak', async () => (await said(world, id)).length >= count, 10_000);
const handedOn = (world: World, id: string): Promise<void> => until('a hand-off', async () => (await world.state(id)).handler === 'queue', 10_000);

describe('turns of the bot', () => {
  it('B10: answers a burst once', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    run(world, echo());
    await say(world, alice, 'hi');
    await say(world, alice, 'a question');
    await botSays(world, 'alice', 1);
    await say(world, alice, 'another');
    await botSays(world, 'alice', 2);
    expect(await said(world, 'alice')).toEqual(['You said: hi\na question', 'You said: another']);
  });

  it('R64: two runners over one store give one reply', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    run(world, echo());
    run(world, echo());
    for (const index of [1, 2, 3, 4, 5]) {
      await say(world, alice, `question ${index}`);
      await botSays(world, 'alice', index);
    }
    expect(await said(world, 'alice')).toHaveLength(5);
  });

  it('gets a person for whoever keeps writing and is never answered', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    run(world, { name: 'slow', handle: () => new Promise(() => undefined) });
    await say(world, alice, 'hello');
    world.clock.advance(31_000);
    await until('a hand-off', async () => {
      await say(world, alice, 'and another thing');
      return (await world.state('alice')).handler === 'queue';
    }, 10_000);
    expect(await said(world, 'alice')).toEqual(['A person will answer you here.']);
  });

  it('R108: picks up what was asked while no runner ran', async () => {
    const world = await openWorld();
    await say(world, await world.meet('alice'), 'anybody there?');
    run(world, echo());
    await botSays(world, 'alice', 1);
  });

  it.each([
    ['throws', async () => { throw new Error('broken'); }],
    ['hangs', () => new Promise<never>(() => undefined)],
    ['says what cannot be kept', async () => ({ kind: 'reply' as const, text: '\0', counts: 'answer' as const })],
  ])('R66 R68: a bot that %s leads to a person, and the chat goes on', async (_, handle) => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    run(world, { name: 'bad', handle });
    await say(world, alice, 'hello?');
    await handedOn(world, 'alice');
    await say(world, alice, 'still here');
    expect((await world.history('alice')).map(({ text }) => text)).toContain('still here');
  });

  it('R68: a bot that floods its draft is shown under its own turn, and gone with the take-over', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    let hasStarted = false;
    run(world, {
      name: 'flood',
      async handle({ signal }, io) {
        for (let line = 0; line < 5_000; line += 1) io.draft(`line ${line}`);
        hasStarted = true;
        return new Promise((_, reject) => { signal.addEventListener('abort', () => reject(signal.reason)); });
      },
    });
    await say(world, alice, 'write me a book');
    await until('the flood', () => hasStarted);
    await takeOver(world.deps, world.ana, { customerId: 'alice', force: false });
    const drafts = (): unknown[] => world.deps.bus.shown(topics.conversation('alice'), 0).values.filter(({ type }) => type === 'draft');
    await until('the draft to be gone', () => drafts().every((draft) => (draft as { text: unknown }).text === null));
    expect(await said(world, 'alice')).toEqual([]);
  });

  it('A7: a take-over ends the turn under way', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    const turns: BotTurn[] = [];
    run(world, { name: 'slow', handle: (turn) => new Promise(() => { turns.push(turn); }) });
    await say(world, alice, 'hello');
    await until('the turn to begin', () => turns.length === 1);
    await takeOver(world.deps, world.ana, { customerId: 'alice', force: false });
    await until('the turn to be aborted', () => turns.every(({ signal }) => signal.aborted));
    expect(await world.state('alice')).toMatchObject({ handler: 'agent' });
  });

  it('A8: handed back, it answers what is unanswered, and an old request for a person is over', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    await say(world, alice, 'a human, please');
    await requestHuman(world.deps, alice, { customerId: 'alice' });
    await say(world, world.ana, 'Hello!', 'alice');
    await say(world, alice, 'where is my parcel?');
    await handBackToBot(world.deps, world.ben, { customerId: 'alice' });
    const turns: BotTurn[] = [];
    run(world, echo(turns));
    await botSays(world, 'alice', 1);
    expect(turns).toMatchObject([{ text: 'where is my parcel?', newText: '', history: [] }]);
  });

  it('R72: never answers itself or an agent', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    const turns: BotTurn[] = [];
    run(world, echo(turns));
    await say(world, alice, 'hello');
    await botSays(world, 'alice', 1);
    await say(world, world.ana, 'A person here', 'alice');
    await handBackToBot(world.deps, world.ana, { customerId: 'alice' });
    await say(world, alice, 'bye');
    await botSays(world, 'alice', 2);
    expect(turns.map(({ text }) => text)).toEqual(['hello', 'bye']);
  });

  it('leaves nothing behind when it stops', async () => {
    const world = await openWorld();
    const stop = run(world, { name: 'hung', handle: () => new Promise(() => undefined) });
    await say(world, await world.meet('alice'), 'hello');
    await stop();
    expect(world.gauges().bells).toBe(0);
  });
});
