import { paragraphsOf } from './passages.ts';
import { nearest, slips } from './spelling.ts';
import { STOP_WORDS } from './stop-words.ts';
import { joinPhrases, synonymsOf } from './synonyms.ts';
import { isMeaningful, stem, termsOf, wordsOf } from './terms.ts';

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
  /** How much of the question the article's words account for, 0 to 1. */
  readonly coverage: number;
  /** What hits are ordered by: coverage that may pass 1, so that good ones still differ. */
  readonly score: number;
}

export interface Index {
  /** Best first. Work is bounded whatever the question is: of long ones the end counts. */
  search(question: string, limit: number): readonly Hit[];
}

const TITLE_WEIGHT = 2;
const ALIAS_WEIGHT = 2;
/** BM25: how fast a repeated word stops counting, and how much long bodies are held back. */
const SATURATION = 1.2;
const LENGTH_WEIGHT = 0.5;
/** A word in the title and once in the body counts in full. */
const FULL = (TITLE_WEIGHT + 1) / (TITLE_WEIGHT + 1 + SATURATION);
const SYNONYM = 0.8;
const MISSPELT = 0.85;
/** A word that no article has counts as much as a rare one that only the others have. */
const UNKNOWN = 0.7;
const EXACT = 2;
const MAX_QUESTION_CHARS = 1_500;
const MAX_TERMS = 40;

/** A term of the question: any of the alternatives will do, with its share. */
interface Wanted { readonly alternatives: ReadonlyMap<string, number> }

interface Entry {
  readonly article: Article;
  readonly paragraphs: readonly { readonly text: string; readonly terms: ReadonlySet<string> }[];
  /** Titles and aliases, as the questions that are exactly this article's. */
  readonly names: ReadonlySet<string>;
}

/** BM25 over titles, aliases and bodies. Immutable: an article changed, another index. */
export function createIndex(articles: readonly Article[]): Index {
  const entries = articles.map(entryOf);
  const postings = new Map<string, Map<number, number>>();
  const lengths = articles.map(({ body }) => termsOf(joinPhrases(body)).length);
  const usual = Math.max(1, lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length));
  for (const [entry, { title, body, aliases }] of articles.entries()) {
    const norm = 1 - LENGTH_WEIGHT + LENGTH_WEIGHT * ((lengths[entry] ?? 0) / usual);
    post(entry, title, TITLE_WEIGHT, true);
    post(entry, aliases.join('\n'), ALIAS_WEIGHT, true);
    post(entry, body, 1 / norm, false);
  }

  function post(entry: number, text: string, weight: number, once: boolean): void {
    const terms = termsOf(joinPhrases(text));
    for (const term of once ? new Set(terms) : terms) {
      const posting = postings.get(term) ?? new Map<number, number>();
      postings.set(term, posting.set(entry, (posting.get(entry) ?? 0) + weight));
    }
  }

  function wantedOf(question: string): Wanted[] {
    const words = wordsOf(joinPhrases(question.slice(-MAX_QUESTION_CHARS)));
    const wanted = new Map<string, Wanted>();
    for (const [place, word] of words.entries()) {
      if (wanted.size >= MAX_TERMS) break;
      const pair = stem(`${word}${words[place + 1] ?? ''}`);
      if (place + 1 < words.length && postings.has(pair)) wanted.set(pair, { alternatives: new Map([[pair, 1]]) });
      if (!isMeaningful(word)) continue;
      const term = stem(word);
      if (!wanted.has(term)) for (const [key, found] of understood(term, word)) wanted.set(key, found);
    }
    return [...wanted.values()];
  }

  function understood(term: string, word: string): [string, Wanted][] {
    const alternatives = new Map([[term, 1]]);
    for (const synonym of synonymsOf(term)) if (postings.has(synonym)) alternatives.set(synonym, SYNONYM);
    if (postings.has(term) || alternatives.size > 1) return [[term, { alternatives }]];
    for (const known of nearest(term, postings.keys())) {
      alternatives.set(known, MISSPELT);
      for (const synonym of synonymsOf(known)) if (!alternatives.has(synonym)) alternatives.set(synonym, MISSPELT * SYNONYM);
    }
    if (alternatives.size === 1) {
      if (word.length > 3 && [...STOP_WORDS].some((stop) => stop.length > 3 && slips(word, stop, 1) <= 1)) return [];
      const parts = partsOf(word);
      if (parts) return parts.map((part) => [part, { alternatives: new Map([[part, 1]]) }]);
    }
    return [[term, { alternatives }]];
  }

  /** "giftcard" where the articles say "gift card". */
  function partsOf(word: string): string[] | null {
    for (let cut = 3; cut <= word.length - 2; cut += 1) {
      const parts = [word.slice(0, cut), word.slice(cut)];
      const known = parts.filter(isMeaningful).map(stem);
      if (known.length > 0 && known.every((part) => postings.has(part)) && parts.every((part) => !isMeaningful(part) || part.length > 2)) return known;
    }
    return null;
  }

  /** How much tells that an article has the term: rare ones tell most. */
  function weightOf({ alternatives }: Wanted): number {
    const having = new Set<number>();
    for (const term of alternatives.keys()) for (const entry of postings.get(term)?.keys() ?? []) having.add(entry);
    const rarity = (count: number): number => Math.log(1 + (entries.length - count + 0.5) / (count + 0.5));
    return having.size === 0 ? UNKNOWN * rarity(1) : rarity(having.size);
  }

  return {
    search(question, limit) {
      const wanted = wantedOf(question).map((one) => ({ ...one, weight: weightOf(one) }));
      const best = wanted.reduce((sum, { weight }) => sum + weight, 0) * FULL;
      const scores = new Map<number, number>();
      for (const { alternatives, weight } of wanted) {
        const shares = new Map<number, number>();
        for (const [term, share] of alternatives) {
          for (const [entry, count] of postings.get(term) ?? []) shares.set(entry, Math.max(shares.get(entry) ?? 0, share * count / (count + SATURATION)));
        }
        for (const [entry, share] of shares) scores.set(entry, (scores.get(entry) ?? 0) + weight * share / best);
      }
      const name = nameOf(question);
      for (const [index, entry] of entries.entries()) if (name !== '' && entry.names.has(name)) scores.set(index, EXACT + (scores.get(index) ?? 0));
      return [...scores].sort(([, a], [, b]) => b - a).slice(0, limit).flatMap(([index, score]) => {
        const entry = entries[index];
        return entry ? [hitOf(entry, score, wanted)] : [];
      });
    },
  };
}

function entryOf(article: Article): Entry {
  const paragraphs = paragraphsOf(article.body).map((text) => ({ text, terms: new Set(termsOf(joinPhrases(text))) }));
  return { article, paragraphs, names: new Set([article.title, ...article.aliases].map(nameOf)) };
}

function nameOf(text: string): string {
  return text.length > 300 ? '' : termsOf(joinPhrases(text)).join(' ');
}

function hitOf({ article, paragraphs }: Entry, score: number, wanted: readonly (Wanted & { readonly weight: number })[]): Hit {
  const fits = paragraphs.map(({ terms }) => wanted.reduce((sum, { alternatives, weight }) => {
    const share = Math.max(0, ...[...alternatives].map(([term, part]) => (terms.has(term) ? part : 0)));
    return sum + weight * share;
  }, 0));
  const passage = paragraphs[fits.indexOf(Math.max(...fits))]?.text ?? article.title;
  return { articleId: article.id, title: article.title, passage, coverage: Math.min(1, score), score };
}
