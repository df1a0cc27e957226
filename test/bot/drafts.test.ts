import { setImmediate as tick } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Bot, BotIo, BotTurn } from '../../server/bot/bot.ts';
import type { Ephemeral } from '../../server/domain/types.ts';
import type { World } from '../domain/world.ts';
import { openWorld, say } from '../domain/world.ts';
import { until } from '../_util/wait.ts';
import { botSays, run, said } from './running.ts';

it('R68: drafts are shown ten times a second at most, the newest last, and none after the end', async () => {
  const { world, drafts } = await watchDrafts();
  let calls = 0;
  const write = async ({ draft }: BotIo, text: string): Promise<void> => {
    for (const end = performance.now() + 450; performance.now() < end; await tick()) draft(`${text} ${calls += 1}`);
  };
  let afterwards = Promise.resolve();
  const bot: Bot = {
    name: 'token by token',
    async handle(_turn, io) {
      await write(io, 'word');
      io.draft('the whole text');
      await until('the whole text to be shown', () => drafts.some(({ text }) => text === 'the whole text'));
      io.draft('and more');
      afterwards = tick().then(() => write(io, 'too late'));
      return { kind: 'reply', text: 'The whole text.', counts: 'answer' };
    },
  };
  const began = performance.now();
  run(world, bot, { timing: { burstMs: 1, deadlineMs: 60_000 } });
  await say(world, await world.meet('alice'), 'write me a book');
  await botSays(world, 'alice', 1);
  const elapsed = performance.now() - began;
  await afterwards;
  const shown = drafts.map(({ text }) => text);
  expect(calls).toBeGreaterThan(shown.length);
  expect(shown.length).toBeLessThanOrEqual(elapsed / 100 + 2);
  expect(shown[0]).toBe('word 1');
  expect(shown.indexOf(null), 'the end is the last that is shown').toBe(shown.length - 1);
});

it('R64: what is written meanwhile ends the turn under way: one reply answers both, and no draft of the old turn follows', async () => {
  const { world, drafts } = await watchDrafts();
  const alice = await world.meet('alice');
  const turns: BotTurn[] = [];
  const goesOn: Bot = {
    name: 'goes on',
    async handle(turn, io) {
      turns.push(turn);
      io.draft(`On “${turn.text}”`);
      if (turns.length > 1) return { kind: 'reply', text: `On “${turn.text}”: yes.`, counts: 'answer' };
      await new Promise((resolve) => { turn.signal.addEventListener('abort', resolve); });
      io.draft('too late');
      return { kind: 'reply', text: 'Too late.', counts: 'answer' };
    },
  };
  run(world, goesOn, { timing: { burstMs: 30, deadlineMs: 60_000 } });
  await say(world, alice, 'is it blue?');
  await until('the turn to begin', () => turns.length === 1);
  await say(world, alice, 'and round?');
  await botSays(world, 'alice', 1);
  await say(world, alice, 'thanks');
  await botSays(world, 'alice', 2);
  expect(await said(world, 'alice')).toEqual(['On “is it blue?\nand round?”: yes.', 'On “thanks”: yes.']);
  expect(drafts.filter(({ turnId }) => turnId === turns[0]?.id).map(({ text }) => text)).toEqual(['On “is it blue?”', null]);
  expect(drafts.map(({ turnId }) => turns.findIndex(({ id }) => id === turnId)), 'turn by turn').toEqual([0, 0, 1, 1, 2, 2]);
});

type Draft = Extract<Ephemeral, { type: 'draft' }>;

/** A world, and what is shown of the bot's drafts in it, in order. */
async function watchDrafts(): Promise<{ world: World; drafts: Draft[] }> {
  const drafts: Draft[] = [];
  const world = await openWorld({
    bus: (bus) => ({
      ...bus,
      show: (topic, key, value, ttlMs) => {
        if (value.type === 'draft') drafts.push(value);
        bus.show(topic, key, value, ttlMs);
      },
    }),
  });
  return { world, drafts };
}
