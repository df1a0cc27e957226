import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { evaluate, loadArticles, loadIndex, loadQuestions, passes } from '../eval/evaluate.ts';

const questions = loadQuestions('test/eval/dev.jsonl');
const index = loadIndex('server/demo/articles');

describe('the evaluation on the dev split', async () => {
  const { measures } = await evaluate(index, questions);

  it.each([
    ['B2: finds the article', /^hit@/],
    ['B3: answers only where it is right', /^(precision|out of scope|injection)/],
    ['B7: gives a person to whoever asks, and to nobody else', /^(asked for a person|handed on|false alarms)/],
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

describe('a set of somebody else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'minicom-eval-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  mkdirSync(join(folder, 'billing'));
  file('lost-key.md', '\uFEFFLost a key\r\n===\r\n\r\nTell us.\r\n');
  file('billing/refund.md', 'No title at all.');
  file('draft.md', '---\npublished: false\n---\nNobody reads this yet.');
  file('notes.txt', 'No article.');
  const articles = loadArticles(folder);

  it('may lie in folders, with and without titles, and is what customers can read', () => {
    expect(articles.map(({ id, title }) => [id, title])).toEqual([['billing/refund', 'refund'], ['lost-key', 'Lost a key']]);
    mkdirSync(join(folder, 'empty'));
    expect(() => loadArticles(join(folder, 'empty'))).toThrow('There is no article (.md)');
  });

  it('may come from any editor, and name an article by its file alone', () => {
    const lines = ['{"id":1,"q":"refund?","expect":{"article":"refund.md"}}', '', '{"id":"b","q":"key?","expect":{"article":["lost-key"]},"note":"x"}', ''];
    const found = loadQuestions(file('good.jsonl', `\uFEFF${lines.join('\r\n')}`), articles);
    expect(found.map(({ id, expect: { article } }) => [id, article])).toEqual([['1', ['billing/refund']], ['b', ['lost-key']]]);
  });

  it('may expect a person for any reason that there is, or for none in particular', () => {
    const expects = [{ handoff: true }, { handoff: 'customer_request' }, { handoff: 'guard_rejected' }, { not: 'sensitive_topic' }, { rule: 'aloha' }, { none: true }];
    const lines = expects.map((wanted, n) => JSON.stringify({ id: n, q: 'x', expect: wanted }));
    expect(loadQuestions(file('reasons.jsonl', lines.join('\n')), articles).map((question) => question.expect)).toEqual(expects);
  });

  it.each([
    ['is no JSON', 'nonsense', 'JSON'],
    ['has no question', '{"id":"a","expect":{"none":true}}', 'q'],
    ['expects nothing that is known', '{"id":"a","q":"x","expect":{"answer":"y"}}', 'says nothing that is known here'],
    ['names an article that is not there', '{"id":"a","q":"x","expect":{"article":"lost-keys"}}', 'there is no article “lost-keys”'],
    ['names one that is not published', '{"id":"a","q":"x","expect":{"article":"draft"}}', 'there is no article “draft”'],
    ['hands on for no known reason', '{"id":"a","q":"x","expect":{"handoff":"human"}}', 'is true, or one of customer_request, no_answer, '],
    ['rules out no known reason', '{"id":"a","q":"x","expect":{"not":"human"}}', '"customer_request"'],
  ])('is refused with its line, if one %s', (_, line, why) => {
    const bad = file('bad.jsonl', `{"id":"good","q":"x","expect":{"none":true}}\n${line}\n`);
    expect(() => loadQuestions(bad, articles)).toThrow(/bad\.jsonl, line 2: /);
    expect(() => loadQuestions(bad, articles)).toThrow(why);
  });

  const line = (id: string, q: string, wanted: object): string => JSON.stringify({ id, q, expect: wanted, tags: ['direct'] });
  const others = [line('person', 'Let me talk to a person', { handoff: true }), line('far', 'What is the capital of Peru?', { none: true })];
  it.concurrent.each([
    ['ends with 0 and prints the table, where every gate holds', 'held.jsonl', line('key', 'I lost a key', { article: 'lost-key' }), 0, /^hit@3 +100\.0 % +1\/1  ≥ 85 %$/m],
    ['ends with 1, what fell short and the gates, where one does not', 'missed.jsonl', line('key', 'I lost a key', { article: 'refund' }), 1, /^key: I lost [^]*^Below the gate: hit@1, /m],
    ['ends with 1 and the line that is none', 'broken.jsonl', 'nonsense', 1, /broken\.jsonl, line 3: .*JSON/],
  ] as const)('as a command %s', async (_, name, last, code, printed) => {
    const args = ['--import', 'tsx', 'test/eval/run.ts', '--articles', folder, '--questions', file(name, [...others, last].join('\n')), '--misses'];
    const ran = await new Promise((resolve) => {
      execFile(process.execPath, args, (error, out, err) => resolve({ code: error?.code ?? 0, printed: out + err }));
    });
    expect(ran).toEqual({ code, printed: expect.stringMatching(printed) });
  });
});
