import { describe, expect, it } from 'vitest';
import { evaluate, loadIndex, loadQuestions, passes } from '../eval/evaluate.ts';

const questions = loadQuestions('test/eval/dev.jsonl');
const index = loadIndex('server/demo/articles');

describe('the evaluation on the dev split', async () => {
  const { measures } = await evaluate(index, questions);

  it.each([
    ['B2: finds the article', /^hit@/],
    ['B3: answers only where it is right', /^(precision|out of scope|injection)/],
    ['B7: gives a person to whoever asks, and to nobody else', /^(handed on|false alarms)/],
  ])('%s', (_, names) => {
    const concerned = measures.filter(({ name, gate }) => names.test(name) && gate);
    expect(concerned.length).toBeGreaterThan(1);
    expect(concerned.filter((measure) => !passes(measure))).toEqual([]);
  });

  it('has the classes and numbers that it should', () => {
    const count = (tag: string): number => questions.filter(({ tags }) => tags?.includes(tag)).length;
    expect(['direct', 'paraphrase', 'typo', 'two-intent'].map(count)).toEqual([20, 15, 10, 5]);
    expect(count('look-alike')).toBeGreaterThanOrEqual(20);
    expect(count('injection')).toBe(25);
    expect(new Set(questions.map(({ id }) => id)).size).toBe(questions.length);
  });

  it('fails a bot that knows nothing', async () => {
    const { measures: without } = await evaluate({ search: () => [] }, questions);
    expect(without.filter((measure) => !passes(measure)).map(({ name }) => name)).toEqual(expect.arrayContaining(['hit@1, direct questions', 'hit@3']));
  });
});
