import { setImmediate as tick } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Bot, BotIo } from '../../server/bot/bot.ts';
import { openWorld, say } from '../domain/world.ts';
import { until } from '../_util/wait.ts';
import { botSays, run } from './running.ts';

it('R68: drafts are shown ten times a second at most, the newest last, and none after the end', async () => {
  const shown: (string | null)[] = [];
  const world = await openWorld({
    bus: (bus) => ({
      ...bus,
      show: (topic, key, value, ttlMs) => {
        if (value.type === 'draft') shown.push(value.text);
        bus.show(topic, key, value, ttlMs);
      },
    }),
  });
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
      await until('the whole text to be shown', () => shown.includes('the whole text'));
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
  expect(calls).toBeGreaterThan(shown.length);
  expect(shown.length).toBeLessThanOrEqual(elapsed / 100 + 2);
  expect(shown[0]).toBe('word 1');
  expect(shown.indexOf(null), 'the end is the last that is shown').toBe(shown.length - 1);
});
