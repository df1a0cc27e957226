import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bot, BotOutcome } from '../../server/bot/bot.ts';
import { createBuiltInBot } from '../../server/bot/built-in.ts';
import { readArticle } from '../../server/bot/knowledge/article-file.ts';
import type { Index } from '../../server/bot/knowledge/search-index.ts';
import { createIndex } from '../../server/bot/knowledge/search-index.ts';

/** One line of a set of questions. `article` is a file's name, with or without `.md`; several: any of them will do. */
export interface Question {
  readonly id: string;
  readonly q: string;
  readonly expect: {
    readonly article?: string | readonly string[];
    /** Handed on, for this reason if one is named. */
    readonly handoff?: string | true;
    /** Not handed on for this reason. */
    readonly not?: string;
    /** A reply that settles nothing: small talk. */
    readonly rule?: string | true;
    /** Not answered from an article. */
    readonly none?: true;
  };
  readonly tags?: readonly string[];
}

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

export function loadIndex(folder: string): Index {
  const files = readdirSync(folder).filter((name) => name.endsWith('.md')).sort();
  return createIndex(files.map((name) => readArticle(name, readFileSync(join(folder, name), 'utf8'))));
}

export function loadQuestions(file: string): readonly Question[] {
  return readFileSync(file, 'utf8').split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Question);
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
  const handOffs = results.filter(({ question }) => question.expect.handoff);
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
    share('handed on as asked', handOffs, isHandedOn, { atLeast: 1 }),
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
    wanted: [expect.article ?? []].flat().map((name) => name.replace(/\.md$/, '')),
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
