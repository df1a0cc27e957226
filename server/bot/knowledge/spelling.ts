export interface Near {
  readonly word: string;
  /** Slips between the two; what shares a long beginning counts as two. */
  readonly slips: number;
}

/**
 * The nearest known words to one that no article has: one slip in a word of four to seven letters, two in a longer one, or the same beginning with
 * another ending. At most three, best first; empty if nothing is near.
 */
export function nearest(word: string, vocabulary: Iterable<string>): readonly Near[] {
  if (word.length < 4) return [];
  const limit = word.length < 8 ? 1 : 2;
  const near: Near[] = [];
  for (const known of vocabulary) {
    if (known.length < 3 || Math.abs(known.length - word.length) > 4 || !beginsAlike(word, known)) continue;
    if (sharesBeginning(word, known)) near.push({ word: known, slips: 2 });
    else {
      const slips = countSlips(word, known, limit);
      if (slips <= limit) near.push({ word: known, slips });
    }
  }
  return near.sort((a, b) => a.slips - b.slips).slice(0, 3);
}

/** Hardly anybody gets the first letter wrong, unless it is swapped with the second. */
export function beginsAlike(word: string, known: string): boolean {
  return known[0] === word[0] || known[0] === word[1];
}

function sharesBeginning(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length);
  return shorter >= 5 && shorter / Math.max(a.length, b.length) >= 0.6 && a.slice(0, shorter) === b.slice(0, shorter);
}

/** Letters wrong, missing, too many or swapped with their neighbour; more than the limit counts as `limit + 1`. */
export function countSlips(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let older: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const slip = Math.min(at(above, column) + 1, at(current, column - 1) + 1, at(above, column - 1) + (isSame ? 0 : 1));
      current.push(isSwap ? Math.min(slip, at(older, column - 2) + 1) : slip);
    }
    if (Math.min(...current) > limit) return limit + 1;
    older = above;
    above = current;
  }
  return at(above, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
