/**
 * The nearest known words to one that nobody wrote in an article: one slip in a word of four to seven letters, two in a longer one, or the same
 * beginning with another ending. At most three, best first; empty if nothing is near.
 */
export function nearest(word: string, vocabulary: Iterable<string>): readonly string[] {
  if (word.length < 4) return [];
  const limit = word.length < 8 ? 1 : 2;
  const near: { known: string; far: number }[] = [];
  for (const known of vocabulary) {
    if (known.length < 3 || Math.abs(known.length - word.length) > 4) continue;
    const far = sharesBeginning(word, known) ? limit : slips(word, known, limit);
    if (far <= limit) near.push({ known, far });
  }
  return near.sort((a, b) => a.far - b.far).slice(0, 3).map(({ known }) => known);
}

function sharesBeginning(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length);
  return shorter >= 5 && shorter / Math.max(a.length, b.length) >= 0.6 && a.slice(0, shorter) === b.slice(0, shorter);
}

/** Letters wrong, missing, too many or swapped; more than the limit counts as `limit + 1`. */
export function slips(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let older: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      let least = Math.min(at(above, column) + 1, at(current, column - 1) + 1, at(above, column - 1) + (isSame ? 0 : 1));
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) least = Math.min(least, at(older, column - 2) + 1);
      current.push(least);
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
