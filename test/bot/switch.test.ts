import { describe, expect, it, onTestFinished } from 'vitest';
import type { Bot, BotIo } from '../../server/bot/bot.ts';
import type { BotRunner } from '../../server/bot/runner.ts';
import { createBotRunner } from '../../server/bot/runner.ts';
import { ITSELF } from '../../server/domain/audit.ts';
import { openBotSwitch } from '../../server/domain/bot-switch.ts';
import { topics } from '../../server/domain/ports/bus.ts';
import { openWorld, say } from '../domain/world.ts';
import type { World } from '../domain/world.ts';
import { until } from '../_util/wait.ts';

const QUICK = { burstMs: 30, deadlineMs: 60_000 };

function run(world: World, bot: Bot, deps = world.deps): BotRunner {
  const runner = createBotRunner({ deps, resolve: () => bot, log: { error: () => undefined }, timing: QUICK });
  runner.start();
  onTestFinished(() => runner.stop());
  return runner;
}

/** Thinks until it is told what to say, and does not listen when it is told to stop. */
function thinker(): { bot: Bot; io: () => BotIo | undefined; say: (text: string) => void } {
  let io: BotIo | undefined;
  let settle: (text: string) => void = () => undefined;
  const bot: Bot = {
    name: 'thinker',
    async handle(_turn, given) {
      io = given;
      io.draft('thinking');
      return { kind: 'reply', text: await new Promise<string>((resolve) => { settle = resolve; }), counts: 'answer' };
    },
  };
  return { bot, io: () => io, say: (text) => settle(text) };
}

const linesOf = async (world: World, id: string): Promise<string[]> => (await world.history(id)).map(({ text }) => text);
const handedOn = (world: World, id: string): Promise<void> => until('a person to be asked for', async () => (await world.state(id)).handler === 'queue', 10_000);
const draftsOf = ({ deps }: World, id: string): unknown[] => (
  deps.bus.shown(topics.conversation(id), 0).values.flatMap((value) => (value.type === 'draft' ? [value.text] : []))
);

describe('switching the bot off', () => {
  it('B4 B5: ends what it is about to say, draft and all, and gets the customer a person', async () => {
    const world = await openWorld();
    const { bot, io, say: settle } = thinker();
    run(world, bot);
    await say(world, await world.meet('alice'), 'hello');
    await until('the bot to think', () => draftsOf(world, 'alice').includes('thinking'));
    await world.deps.botSwitch.set(ITSELF, false);
    io()?.draft('thinking on');
    expect(draftsOf(world, 'alice')).not.toContain('thinking on');
    settle('Here I am.');
    await handedOn(world, 'alice');
    expect(await linesOf(world, 'alice')).toEqual(['hello', 'Waiting for a person']);
    expect(draftsOf(world, 'alice')).toEqual([null]);
  });

  it('B4: gets a person for everybody who waits, and answers whoever writes after it is on again', async () => {
    const world = await openWorld();
    const { bot } = thinker();
    const first = run(world, bot);
    const ids = ['alice', 'bob', 'carol'];
    for (const id of ids) await say(world, await world.meet(id), 'hello');
    await until('the bot to think', () => ids.every((id) => draftsOf(world, id).includes('thinking')));
    await world.deps.botSwitch.set(ITSELF, false);
    for (const id of ids) await handedOn(world, id);
    await first.stop();

    await world.deps.botSwitch.set(ITSELF, true);
    run(world, { name: 'echo', handle: async ({ text }) => ({ kind: 'reply', text: `You said: ${text}`, counts: 'answer' }) });
    await say(world, await world.meet('dora'), 'hello');
    await until('an answer', async () => (await linesOf(world, 'dora')).includes('You said: hello'), 10_000);
  });

  it('B4: for good, with BOT=off: whoever waited for the bot before the start gets a person', async () => {
    const world = await openWorld();
    await say(world, await world.meet('alice'), 'hello');
    const { settings, bus } = world.deps;
    const botSwitch = await openBotSwitch({ settings, bus, isAvailable: false });
    run(world, thinker().bot, { ...world.deps, botSwitch });
    await handedOn(world, 'alice');
    expect(await linesOf(world, 'alice')).toEqual(['hello', 'Waiting for a person']);
  });
});
