import { likeness, triplesOf } from './likeness.ts';
import { paragraphsOf } from './passages.ts';
import type { Vocabulary, Wanted } from './question.ts';
import { SURE, wantedBy } from './question.ts';
import { joinPhrases } from './synonyms.ts';
import { isMeaningful, termsOf, wordsOf } from './terms.ts';

export interface Article {
  readonly id: string;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  /** Other wordings of the question that it answers. */
  readonly aliases: readonly string[];
}

export interface Hit {
  readonly articleId: string;
  readonly title: string;
  /** The paragraph that fits best, as plain text. */
  readonly passage: string;
  /** How much of the question the article accounts for, 0 to 1. */
  readonly coverage: number;
  /** What hits are ordered by: coverage that may pass 1, so that good ones still differ. */
  readonly score: number;
  /** More than a chance hit: the title or an alias has a word of the question, and the article has a second one unless the question has only one. */
  readonly isFirm: boolean;
}

export interface Index {
  /** Best first. Work is bounded whatever the question is: of a long one, the end counts. */
  search(question: string, limit: number): readonly Hit[];
}

/** BM25: how fast a repeated word stops counting, and how much long bodies are held back. */
const SATURATION = 1.2;
const LENGTH_WEIGHT = 0.5;
/** Against one occurrence in a body of usual length. */
const NAME_WEIGHT = 2;
/** A word in the title and once in the body counts in full. */
const FULL = (NAME_WEIGHT + 1) / (NAME_WEIGHT + 1 + SATURATION);
/** A question that looks like a title or an alias gains, one that looks like none loses. */
const UNLIKE = 0.6;
const LIKENESS_WEIGHT = 1.6;
/** A word that no article has tells more than any other: the question is about something else. */
const UNKNOWN_WEIGHT = 1.6;
/** For a question that is a title or an alias, word for word. */
const EXACT = 2;
const MAX_QUESTION_CHARS = 1_500;

/** What an index keeps of one article, whatever the others are. */
export interface Entry {
  readonly article: Article;
  /** All of it, as it is spelt, in order. */
  readonly words: readonly string[];
  readonly bodyTerms: readonly string[];
  readonly paragraphs: readonly { readonly text: string; readonly terms: ReadonlySet<string> }[];
  /** The title and the aliases. */
  readonly names: readonly { readonly exact: string; readonly triples: ReadonlySet<string> }[];
  readonly nameTerms: ReadonlySet<string>;
}

type Weighed = readonly { readonly wanted: Wanted; readonly weight: number }[];

/** BM25 over titles, aliases and bodies, and the likeness to titles and aliases. Immutable: an article changed, another index. */
export function createIndex(articles: readonly Article[]): Index {
  const making = indexing(articles);
  let step = making.next();
  while (!step.done) step = making.next();
  return step.value;
}

/** The same by small steps, between which others may work. `entryFor` may know entries that were made before. */
export function* indexing(articles: readonly Article[], entryFor: (article: Article) => Entry = entryOf): Generator<undefined, Index, undefined> {
  const entries: Entry[] = [];
  for (const article of articles) {
    entries.push(entryFor(article));
    yield;
  }
  /** Of each term: which entries have it, and how much of it. */
  const postings = new Map<string, Map<number, number>>();
  const words = new Set<string>();
  const pairs = new Map<string, readonly [string, string]>();
  const vocabulary: Vocabulary = { has: (term) => postings.has(term), terms: () => postings.keys(), words, pairs };
  const usualLength = Math.max(1, entries.reduce((sum, { bodyTerms }) => sum + bodyTerms.length, 0) / Math.max(1, entries.length));
  for (const [index, { article, bodyTerms, words: spelt }] of entries.entries()) {
    const held = 1 - LENGTH_WEIGHT + LENGTH_WEIGHT * (bodyTerms.length / usualLength);
    for (const name of [[article.title], article.aliases]) for (const term of new Set(termsIn(name.join('\n')))) post(term, index, NAME_WEIGHT);
    for (const term of bodyTerms) post(term, index, 1 / held);
    for (const [place, word] of spelt.entries()) learn(word, spelt[place - 1]);
    yield;
  }

  function post(term: string, entry: number, amount: number): void {
    const posting = postings.get(term) ?? new Map<number, number>();
    postings.set(term, posting.set(entry, (posting.get(entry) ?? 0) + amount));
  }

  function learn(word: string, before: string | undefined): void {
    if (!isMeaningful(word)) return;
    words.add(word);
    if (before && isMeaningful(before)) pairs.set(before + word, [before, word]);
  }

  /** Rare words tell most. An article that only has what the word may mean counts as that much of one that has it. */
  function weightOf(wanted: Wanted): number {
    const having = new Map<number, number>();
    for (const [term, share] of wanted) for (const entry of postings.get(term)?.keys() ?? []) having.set(entry, Math.max(share, having.get(entry) ?? 0));
    const count = Math.max(1, [...having.values()].reduce((sum, share) => sum + share, 0));
    return (having.size === 0 ? UNKNOWN_WEIGHT : 1) * Math.log(1 + (entries.length - count + 0.5) / (count + 0.5));
  }

  function coverages(weighed: Weighed): Map<number, number> {
    const best = FULL * weighed.reduce((sum, { weight }) => sum + weight, 0);
    const sums = new Map<number, number>();
    for (const { wanted, weight } of weighed) {
      const shares = new Map<number, number>();
      for (const [term, share] of wanted) {
        for (const [entry, amount] of postings.get(term) ?? []) {
          shares.set(entry, Math.max(shares.get(entry) ?? 0, share * amount / (amount + SATURATION)));
        }
      }
      for (const [entry, share] of shares) sums.set(entry, (sums.get(entry) ?? 0) + weight * share / best);
    }
    return sums;
  }

  return {
    search(question, limit) {
      const asked = question.slice(-MAX_QUESTION_CHARS);
      const weighed = wantedBy(asked, vocabulary).map((wanted) => ({ wanted, weight: weightOf(wanted) }));
      const exact = exactly(asked);
      const triples = triplesOf(asked);
      const scored = [...coverages(weighed)].flatMap(([index, coverage]) => {
        const entry = entries[index];
        if (!entry) return [];
        const isExact = entry.names.some((name) => name.exact === exact);
        const like = Math.max(...entry.names.map((name) => likeness(triples, name.triples)));
        return [{ entry, index, score: (isExact ? EXACT : 0) + coverage * (UNLIKE + LIKENESS_WEIGHT * like) }];
      });
      return scored.sort((a, b) => b.score - a.score).slice(0, limit).map(({ entry, index, score }) => {
        const sure = weighed.map(({ wanted }) => [...wanted].filter(([, share]) => share >= SURE).map(([term]) => term));
        const met = sure.filter((terms) => terms.some((term) => postings.get(term)?.has(index)));
        const isNamed = met.some((terms) => terms.some((term) => entry.nameTerms.has(term)));
        const isFirm = isNamed && (met.length > 1 || weighed.length === 1);
        const { id, title } = entry.article;
        return { articleId: id, title, passage: bestPassage(entry, weighed), coverage: Math.min(1, score), score, isFirm };
      });
    },
  };
}

export function entryOf(article: Article): Entry {
  const names = [article.title, ...article.aliases];
  return {
    article,
    words: wordsOf(joinPhrases([...names, article.body].join('\n'))),
    bodyTerms: termsIn(article.body),
    paragraphs: paragraphsOf(article.body).map((text) => ({ text, terms: new Set(termsIn(text)) })),
    names: names.map((name) => ({ exact: exactly(name), triples: triplesOf(name) })),
    nameTerms: new Set(names.flatMap(termsIn)),
  };
}

function bestPassage({ article, paragraphs }: Entry, weighed: Weighed): string {
  const fits = paragraphs.map(({ terms }) => weighed.reduce((sum, { wanted, weight }) => (
    sum + weight * Math.max(0, ...[...wanted].map(([term, share]) => (terms.has(term) ? share : 0)))
  ), 0));
  return paragraphs[fits.indexOf(Math.max(...fits))]?.text ?? article.title;
}

function termsIn(text: string): string[] {
  return termsOf(joinPhrases(text));
}

/** Equal for wordings that differ in endings and small words alone. */
function exactly(text: string): string {
  return termsIn(text).join(' ') || text.trim().toLowerCase();
}
