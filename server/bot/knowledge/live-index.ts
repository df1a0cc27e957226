import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Articles, Knowledge } from '../../domain/ports/bot.ts';
import type { Article } from '../../domain/types.ts';
import { fold } from '../fold.ts';
import { questionKey } from './question-key.ts';
import type { Entry, Index, Article as Indexed } from './search-index.ts';
import { createIndex, entryOf, indexing } from './search-index.ts';
import { OFFER_COVERAGE } from './thresholds.ts';

/** The knowledge base as an index that is never behind: each question asks for the version first, which costs one small read. */
export interface LiveIndex extends Knowledge {
  /** Of what is published: the same object until an article changes. */
  published(): Promise<Index>;
  /** How many articles that is. Null: they were not read yet. */
  publishedCount(): number | null;
}

/** Making an index of 2,000 articles takes seconds of work; others get their turn as often as this. */
const SLICE_MS = 10;

interface Made {
  readonly version: number;
  readonly articles: readonly Article[];
  readonly published: Index;
  /** With drafts. Made when the team searches, which is seldom. */
  all: Promise<Index> | null;
}

export function createLiveIndex(articles: Articles): LiveIndex {
  let made: Made = { version: -1, articles: [], published: createIndex([]), all: null };
  let making: Promise<void> | null = null;
  const entries = new WeakMap<object, Entry>();

  /** At least as new as the moment it is asked for. One at a time is being made. */
  async function current(): Promise<Made> {
    const version = await articles.version();
    while (made.version < version) await (making ??= make().finally(() => { making = null; }));
    return made;
  }

  async function make(): Promise<void> {
    const version = await articles.version();
    const known = new Map(made.articles.map((article) => [article.id, article]));
    const found = (await articles.all()).map((article) => {
      const before = known.get(article.id);
      return before?.version === article.version ? before : article;
    });
    made = { version, articles: found, published: await inSlices(indexing(found.filter(({ published }) => published), entryFor)), all: null };
  }

  /** Most of the work, so what did not change is not read again. */
  function entryFor(article: Indexed): Entry {
    const entry = entries.get(article) ?? entryOf(article);
    entries.set(article, entry);
    return entry;
  }

  return {
    questionKey,
    published: async () => (await current()).published,
    publishedCount: () => (made.version < 0 ? null : made.articles.filter(({ published }) => published).length),
    async search(words, { publishedOnly, limit }) {
      const now = await current();
      const index = publishedOnly ? now.published : await (now.all ??= inSlices(indexing(now.articles, entryFor)));
      const hits = index.search(words, limit).filter(({ coverage }) => coverage >= OFFER_COVERAGE).map(({ articleId }) => articleId);
      // Whoever is still typing has half a word: titles are found by how their words begin, too.
      const typed = fold(words);
      const begun = typed === '' ? [] : now.articles.filter(({ published, title }) => (published || !publishedOnly) && ` ${fold(title)}`.includes(` ${typed}`)).map(({ id }) => id);
      return [...new Set([...hits, ...begun])].slice(0, limit);
    },
  };
}

async function inSlices(work: Generator<undefined, Index, undefined>): Promise<Index> {
  let sliceEnds = performance.now() + SLICE_MS;
  for (let step = work.next(); ; step = work.next()) {
    if (step.done) return step.value;
    if (performance.now() < sliceEnds) continue;
    await nextTurn();
    sliceEnds = performance.now() + SLICE_MS;
  }
}
