/** The newest words of a long text decide what it asks for. */
const MAX_CHARS = 2_000;

/** The end of a text as patterns see it: lower case, no accents, one space between words, no signs but pictures. "Don't!" is `don t`. */
export function fold(text: string): string {
  const plain = text.slice(-MAX_CHARS).normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return (plain.match(/[\p{L}\p{N}]+|\p{Extended_Pictographic}/gu) ?? []).join(' ');
}
