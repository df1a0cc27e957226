import { isMeaningful, wordsOf } from './terms.ts';

/** Triples of letters, word by word: what two wordings share even where a word is misspelt or bent. */
export function triplesOf(text: string): ReadonlySet<string> {
  const triples = new Set<string>();
  for (const word of wordsOf(text).filter(isMeaningful)) {
    const padded = ` ${word} `;
    for (let begin = 0; begin + 3 <= padded.length; begin += 1) triples.add(padded.slice(begin, begin + 3));
  }
  return triples;
}

/** 0: nothing in common, 1: the same. */
export function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [fewer, more] = a.size < b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const triple of fewer) if (more.has(triple)) shared += 1;
  return shared === 0 ? 0 : 2 * shared / (a.size + b.size);
}
