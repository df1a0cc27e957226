import { beginsAlike, countSlips, nearest } from './spelling.ts';
import { STOP_WORDS } from './stop-words.ts';
import { joinPhrases, synonymsOf } from './synonyms.ts';
import { isMeaningful, stem, wordsOf } from './terms.ts';

/** What a word of the question stands for: terms of the articles, each with how surely it is meant, 0 to 1. */
export type Wanted = ReadonlyMap<string, number>;

/** What the articles are made of. */
export interface Vocabulary {
  has(term: string): boolean;
  terms(): Iterable<string>;
  /** As they are spelt. */
  readonly words: Iterable<string>;
  /** Neighbours, by how they look when they are written as one word. */
  readonly pairs: ReadonlyMap<string, readonly [string, string]>;
}

/** From here on a term is taken for the question's own word, and not for one that may be meant by it. */
export const SURE = 0.6;
const ONE_SLIP = 0.85;
const MORE_SLIPS = 0.6;
const MAX_TERMS = 40;
/** Each costs a look at the whole vocabulary. */
const MAX_RESPELT = 12;
/** Stop words that are long enough to be told from others when they are misspelt. */
const LONG_STOP_WORDS = [...STOP_WORDS].filter((word) => word.length > 3);

/**
 * What a question looks for, each thing once, at most 40 of them. What no article knows is wanted as well: it tells that the question is about something
 * else.
 */
export function wantedBy(question: string, vocabulary: Vocabulary): readonly Wanted[] {
  const words = wordsOf(joinPhrases(question));
  const said = new Set(words.map(stem));
  const wanted = new Map<string, Wanted>();
  let respelt = 0;
  for (const [place, word] of words.entries()) {
    if (wanted.size >= MAX_TERMS) break;
    const pair = stem(`${word}${words[place + 1] ?? ''}`);
    if (place + 1 < words.length && vocabulary.has(pair)) wanted.set(pair, new Map([[pair, 1]]));
    const term = stem(word);
    if (!isMeaningful(word) || wanted.has(term)) continue;
    const known = knownMeaning(term, said, vocabulary);
    if (known || respelt === MAX_RESPELT) {
      wanted.set(term, known ?? new Map([[term, 1]]));
      continue;
    }
    respelt += 1;
    for (const meaning of guessedMeanings(word, said, vocabulary)) wanted.set([...meaning.keys()][0] ?? term, meaning);
  }
  return [...wanted.values()];
}

function knownMeaning(term: string, said: ReadonlySet<string>, vocabulary: Vocabulary): Wanted | null {
  const meaning = new Map([[term, 1]]);
  let isKnown = vocabulary.has(term);
  for (const [synonym, share] of synonymsOf(term)) {
    if (!vocabulary.has(synonym)) continue;
    isKnown = true;
    // What is said already is not said a second time by what only may mean it.
    if (share >= SURE || !said.has(synonym)) meaning.set(synonym, share);
  }
  return isKnown ? meaning : null;
}

/** Mostly one. None for a misspelt stop word, two for "giftcard" where the articles say "gift card". */
function guessedMeanings(word: string, said: ReadonlySet<string>, vocabulary: Vocabulary): readonly Wanted[] {
  const term = stem(word);
  const meaning = new Map([[term, 1]]);
  // Slips show in the word as it is spelt, other endings in its term.
  for (const near of [...nearest(word, vocabulary.words), ...nearest(term, vocabulary.terms())].sort((a, b) => a.slips - b.slips)) {
    const share = near.slips > 1 ? MORE_SLIPS : ONE_SLIP;
    const right = stem(near.word);
    // What is said already is not said a second time by a slip.
    if (said.has(right)) continue;
    if (!meaning.has(right)) meaning.set(right, share);
    for (const [synonym, meant] of synonymsOf(right)) if (!meaning.has(synonym)) meaning.set(synonym, share * meant);
  }
  if (meaning.size > 1) return [meaning];
  if (word.length > 3 && LONG_STOP_WORDS.some((stop) => beginsAlike(word, stop) && countSlips(word, stop, 1) <= 1)) return [];
  return vocabulary.pairs.get(word)?.map((part) => new Map([[stem(part), 1]])) ?? [meaning];
}
