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

it.each([
  ['What are your opening hours on Saturday?', 'Opening hours and where to find the shop', 'The shop is open Tuesday to Saturday, 9 to 18.'],
  ['How long does delivery take to Spain?', 'How long delivery takes', 'Orders leave us within two working days.'],
  ['When will my refund arrive?', 'When a refund arrives', 'We send refunds within two days of your return reaching us.'],
  ['How do I descale my espresso machine?', 'Descale an espresso machine', 'Descale every two months, or when the light blinks.'],
  ['I forgot my password', 'Reset your password', 'Press “Forgot password” on the sign-in page'],
])('R73: “%s” is answered from “%s”, whatever build it is', async (q, title, words) => {
  const index = loadIndex('server/demo/articles');
  const answer = await createBuiltInBot({ index: () => index }).handle(turn(q), IO);
  expect(answer).toMatchObject({ kind: 'reply', counts: 'answer', sources: [{ title }] });
  expect('text' in answer && answer.text?.slice(0, words.length)).toBe(words);
});

/** By the questions' ids, as a bot of its own says it. */
async function answersTo(questions: readonly Question[]): Promise<Map<string, BotOutcome>> {
  const index = loadIndex('server/demo/articles');
  const bot = createBuiltInBot({ index: () => index });
  const answers = new Map<string, BotOutcome>();
  for (const { id, q } of questions) answers.set(id, await bot.handle(turn(q), IO));
  return answers;
}
