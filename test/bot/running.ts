import { onTestFinished } from 'vitest';
import type { Bot, BotOutcome, BotTurn } from '../../server/bot/bot.ts';
import type { Running } from '../../server/bot/runner.ts';
import { createBotRunner } from '../../server/bot/runner.ts';
import type { Timing } from '../../server/bot/turn.ts';
import type { Deps } from '../../server/domain/commit.ts';
import type { BotTurnRecord } from '../../server/domain/ports/bot.ts';
import type { World } from '../domain/world.ts';
import { until } from '../_util/wait.ts';

const QUICK: Timing = { burstMs: 30, deadlineMs: 300 };

/** Until the test ends, or it is stopped. */
export function run(world: World, bot: Bot, more: Partial<Running> = {}): () => Promise<void> {
  const runner = createBotRunner({ deps: world.deps, resolve: () => bot, log: { error: () => undefined }, timing: QUICK, ...more });
  runner.start();
  onTestFinished(() => runner.stop());
  return runner.stop;
}

/** Repeats what it is asked, and remembers the turns. */
export function echo(turns: BotTurn[] = []): Bot {
  return {
    name: 'echo',
    async handle(turn) {
      turns.push(turn);
      return { kind: 'reply', text: `You said: ${turn.text}`, counts: 'answer' };
    },
  };
}

/** Says one thing after the other, then stays silent. */
export function script(...outcomes: readonly BotOutcome[]): Bot {
  const left = [...outcomes];
  return { name: 'script', handle: async () => left.shift() ?? { kind: 'silent', reason: 'all is said' } };
}

export const said = async (world: World, id: string): Promise<string[]> => (await world.history(id)).filter(({ kind, sender }) => kind === 'text' && sender.kind === 'bot').map(({ text }) => text);
export const botSays = (world: World, id: string, count: number): Promise<void> => until('the bot to speak', async () => (await said(world, id)).length >= count, 10_000);
export const handedOn = (world: World, id: string): Promise<void> => until('a hand-off', async () => (await world.state(id)).handler === 'queue', 10_000);

/** The real store, and what it was given. */
export function keepRecords({ deps }: World): { deps: Deps; kept: BotTurnRecord[]; count: (count: number) => Promise<void> } {
  const kept: BotTurnRecord[] = [];
  const record = async (turn: BotTurnRecord): Promise<void> => {
    await deps.botTurns.record(turn);
    kept.push(turn);
  };
  return {
    deps: { ...deps, botTurns: { ...deps.botTurns, record } },
    kept,
    count: (count) => until(`${count} records`, () => kept.length >= count, 10_000),
  };
}
