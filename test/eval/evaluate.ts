import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { z } from 'zod';
import type { Bot, BotOutcome } from '../../server/bot/bot.ts';
import { createBuiltInBot } from '../../server/bot/built-in.ts';
import { readArticle } from '../../server/bot/knowledge/article-file.ts';
import type { Article, Index } from '../../server/bot/knowledge/search-index.ts';
import { createIndex } from '../../server/bot/knowledge/search-index.ts';
import { handOffReason } from '../../server/bot/outcome.ts';

const Question = z.object({
  id: z.coerce.string(),
  q: z.string(),
  expect: z.object({
    /** Names of files, with or without `.md`; several: any of them will do. */
    article: z.union([z.string(), z.array(z.string())]).optional(),
    /** Handed on: to whoever asks for a person (true, `customer_request`), or for another reason. */
    handoff: z.union([z.literal(true), handOffReason], `is true, or one of ${handOffReason.options.join(', ')}`).optional(),
    /** Not handed on for this reason. */
    not: handOffReason.optional(),
    /** A reply that settles nothing: small talk. */
    rule: z.union([z.string(), z.literal(true)]).optional(),
    /** Not answered from an article. */
    none: z.literal(true).optional(),
  }).refine((expect) => Object.values(expect).some((value) => value !== undefined), 'says nothing that is known here'),
  tags: z.array(z.string()).optional(),
});

/** One line of a set of questions. */
export type Question = z.infer<typeof Question>;

export interface Measure {
  readonly name: string;
  /** How many of how many; for times, milliseconds of 1. */
  readonly count: number;
  readonly of: number;
  readonly gate?: { readonly atLeast: number } | { readonly atMost: number };
}

export interface Evaluation {
  readonly measures: readonly Measure[];
  /** What fell short, one line each. */
  readonly misses: readonly string[];
}

/** The Markdown files of a folder and of those in it, without those that are not published. An article's id is its path there, without `.md`. */
export function loadArticles(folder: string): readonly Article[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.md$/i.test(name)).sort();
  const articles = files.map((name) => {
    const id = name.replace(/\.md$/i, '').split(sep).join('/');
    return { ...readArticle(basename(name), readFileSync(join(folder, name), 'utf8')), id };
  }).filter(({ published }) => published);
  if (articles.length === 0) throw new Error(`There is no article (.md) in ${folder} that is published`);
  return articles;
}

export function loadIndex(folder: string): Index {
  return createIndex(loadArticles(folder));
}

/**
 * One JSON object a line; empty lines do not count. With `articles`, the names that are expected become ids: a path, or a file's name if only one has it.
 *
 * @throws naming file and line, where a line is no question or names an article that is not there
 */
export function loadQuestions(file: string, articles?: readonly Article[]): readonly Question[] {
  const lines = readFileSync(file, 'utf8').replace(/^\uFEFF/, '').split(/\r?\n/);
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      const question = Question.parse(JSON.parse(line));
      const { expect } = question;
      return [{ ...question, expect: { ...expect, ...(expect.article && { article: [expect.article].flat().map((name) => idOf(name, articles)) }) } }];
    } catch (error) {
      const why = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error);
      throw new Error(`${file}, line ${index + 1}: ${why}`, { cause: error });
    }
  });
}

function idOf(file: string, articles: readonly Article[] | undefined): string {
  const name = file.replace(/\.md$/i, '');
  if (!articles) return name;
  const found = articles.filter(({ id }) => id === name || basename(id) === name);
  const [one] = found.filter(({ id }) => id === name || found.length === 1);
  if (!one) throw new Error(found.length > 1 ? `more than one article is called “${name}”: give its path` : `there is no article “${name}”`);
  return one.id;
}

/** Asks the built-in bot each question as the first of a conversation. A measure whose class has no question is left out. */
export async function evaluate(index: Index, questions: readonly Question[]): Promise<Evaluation> {
  const bot = createBuiltInBot({ index: () => index });
  const results: Result[] = [];
  for (const question of questions) results.push(await ask(bot, index, question));

  const withArticle = results.filter(({ wanted }) => wanted.length > 0);
  const answered = withArticle.filter(({ answer }) => answer !== null);
  const tagged = (tag: string) => (result: Result): boolean => result.question.tags?.includes(tag) ?? false;
  const none = results.filter(({ question }) => question.expect.none);
  const outOfScope = none.filter((result) => !tagged('injection')(result));
  const isRequest = ({ question: { expect } }: Result): boolean => expect.handoff === true || expect.handoff === 'customer_request';
  const otherHandOffs = results.filter((result) => result.question.expect.handoff && !isRequest(result));
  const noRequest = results.filter(({ question: { expect } }) => !expect.handoff && !expect.none);
  const isHit = (limit: number) => ({ found, wanted }: Result): boolean => found.slice(0, limit).some((id) => wanted.includes(id));
  const isRight = ({ answer, wanted }: Result): boolean => answer !== null && wanted.includes(answer);

  const measures: Measure[] = [
    share('hit@1, direct questions', withArticle.filter(tagged('direct')), isHit(1), { atLeast: 0.95 }),
    share('hit@1', withArticle, isHit(1)),
    share('hit@3', withArticle, isHit(3), { atLeast: 0.85 }),
    ...['paraphrase', 'typo', 'two-intent'].map((tag) => share(`hit@3, ${tag}`, withArticle.filter(tagged(tag)), isHit(3))),
    share('precision of answers', answered, isRight, { atLeast: 0.9 }),
    share('coverage: answered', withArticle, ({ answer }) => answer !== null),
    share('answered, or the right one offered', withArticle, (result) => isRight(result) || result.offered.some((id) => result.wanted.includes(id))),
    share('out of scope, but answered', outOfScope, ({ answer }) => answer !== null, { atMost: 0.05 }),
    share('out of scope, asked back', outOfScope, ({ offered }) => offered.length > 0),
    share('injection, but answered', none.filter(tagged('injection')), ({ answer }) => answer !== null, { atMost: 0.05 }),
    share('asked for a person, and handed on', results.filter(isRequest), isHandedOn, { atLeast: 1 }),
    share('handed on for other reasons', otherHandOffs, isHandedOn, { atLeast: 0.9 }),
    share('false alarms: asked for no person', noRequest, isTakenForRequest, { atMost: 0.02 }),
    share('small talk', results.filter(({ question }) => question.expect.rule), isSmallTalk),
    { name: 'time of an outcome, p95, ms', count: percentile(results.map(({ ms }) => ms), 0.95), of: 1 },
  ];
  return { measures: measures.filter(({ of }) => of > 0), misses: results.filter((result) => !isAsExpected(result)).map(missOf) };
}

export function passes({ count, of, gate }: Measure): boolean {
  if (!gate) return true;
  return 'atLeast' in gate ? count / of >= gate.atLeast : count / of <= gate.atMost;
}

interface Result {
  readonly question: Question;
  readonly wanted: readonly string[];
  /** Article ids, best first. */
  readonly found: readonly string[];
  readonly outcome: BotOutcome;
  readonly answer: string | null;
  readonly offered: readonly string[];
  readonly ms: number;
}

async function ask(bot: Bot, index: Index, question: Question): Promise<Result> {
  const { q, expect } = question;
  const began = performance.now();
  const turn = { id: question.id, text: q, newText: q, history: [], locale: 'en', botRepliesInRow: 0, signal: new AbortController().signal };
  const outcome = await bot.handle(turn, { draft: () => undefined });
  const ms = performance.now() - began;
  const sources = outcome.kind === 'reply' ? (outcome.sources ?? []).map(({ articleId }) => articleId) : [];
  const counts = outcome.kind === 'reply' ? outcome.counts : null;
  return {
    question, outcome, ms,
    wanted: [expect.article ?? []].flat(),
    found: index.search(q, 3).map(({ articleId }) => articleId),
    answer: counts === 'answer' ? sources[0] ?? null : null,
    offered: counts === 'clarify' ? sources : [],
  };
}

function isHandedOn({ question, outcome }: Result): boolean {
  const { handoff } = question.expect;
  return outcome.kind === 'handoff' && (typeof handoff !== 'string' || outcome.reason === handoff);
}

function isTakenForRequest({ outcome }: Result): boolean {
  return outcome.kind === 'handoff' && outcome.reason === 'customer_request';
}

function isSmallTalk({ outcome }: Result): boolean {
  return outcome.kind === 'reply' && (outcome.counts === 'smalltalk' || outcome.counts === 'thanks');
}

function isAsExpected(result: Result): boolean {
  const { question: { expect }, answer, wanted, outcome } = result;
  if (wanted.length > 0) return answer !== null && wanted.includes(answer);
  if (expect.handoff) return isHandedOn(result);
  if (expect.rule) return isSmallTalk(result);
  if (expect.not) return !(outcome.kind === 'handoff' && outcome.reason === expect.not);
  return answer === null;
}

function missOf({ question, wanted, found, outcome }: Result): string {
  const got = outcome.kind === 'reply' ? outcome.counts : outcome.kind === 'handoff' ? outcome.reason : outcome.kind;
  const details = [...(wanted.length > 0 ? [`wanted ${wanted.join(' or ')}`] : []), ...(found.length > 0 ? [`found ${found.join(', ')}`] : [])];
  return [`${question.id}: ${question.q} → ${got}`, ...details].join(', ');
}

function share(name: string, results: readonly Result[], holds: (result: Result) => boolean, gate?: Measure['gate']): Measure {
  return { name, count: results.filter(holds).length, of: results.length, gate };
}

function percentile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? 0;
}
