import { expect, it } from 'vitest';
import type { BotOutcome } from '../../server/bot/bot.ts';
import { createBuiltInBot } from '../../server/bot/built-in.ts';
import type { Question } from '../eval/evaluate.ts';
import { loadIndex, loadQuestions } from '../eval/evaluate.ts';
import { IO, turn } from './turn.ts';

it('R73: the same question gets the same answer, word for word, whoever asked what before', async () => {
  const questions = loadQuestions('test/eval/dev.jsonl');
  const [forwards, backwards] = [await answersTo(questions), await answersTo([...questions].reverse())];
  expect(backwards).toEqual(forwards);
});

/** By the questions' ids, as a bot of its own says it. */
async function answersTo(questions: readonly Question[]): Promise<Map<string, BotOutcome>> {
  const index = loadIndex('server/demo/articles');
  const bot = createBuiltInBot({ index: () => index });
  const answers = new Map<string, BotOutcome>();
  for (const { id, q } of questions) answers.set(id, await bot.handle(turn(q), IO));
  return answers;
}
