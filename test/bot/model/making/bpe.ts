import type { Random } from '../../../_util/random.ts';

/** Byte-level BPE as GPT-2 has it: learns merges from a text, writes tokenizer.json, and encodes as that file says. */

/** How GPT-2 cuts a text before it merges. */
const PIECE = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;
export const END = '<|endoftext|>';
const BYTES = byteCharacters();

export interface Tokenizer {
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly endId: number;
  /** What tokenizer.json holds. */
  readonly json: object;
  encode(text: string): number[];
}

/** The merges of the most frequent pairs, in the order in which they are made. */
export function learnMerges(text: string, count: number): string[] {
  const words = piecesOf(text);
  const merges: string[] = [];
  while (merges.length < count) {
    const best = mostFrequentPair(words);
    if (best === null) break;
    merges.push(best);
    for (const [index, word] of words.entries()) words[index] = merged(word, best);
  }
  return merges;
}

/** Merges that mean nothing, for a tokenizer of a usual size. */
export function anyMerges(count: number, chance: Random): string[] {
  const tokens = [...'abcdefghijklmnopqrstuvwxyz'];
  const known = new Set(tokens);
  const merges: string[] = [];
  while (merges.length < count) {
    const [left, right] = [chance.pick(tokens), chance.pick(tokens)];
    if (left.length + right.length > 12 || known.has(left + right)) continue;
    known.add(left + right);
    tokens.push(left + right);
    merges.push(`${left} ${right}`);
  }
  return merges;
}

export function createTokenizer(merges: readonly string[]): Tokenizer {
  const vocabulary = new Map<string, number>();
  for (const token of [...[...BYTES].sort(), ...merges.map((merge) => merge.replace(' ', '')), END]) if (!vocabulary.has(token)) vocabulary.set(token, vocabulary.size);
  const endId = vocabulary.size - 1;
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    vocabulary,
    endId,
    encode: (text) => piecesOf(text).flatMap((piece) => merges.reduce(merged, piece)).map((token) => vocabulary.get(token) ?? endId),
    json: {
      version: '1.0', truncation: null, padding: null, normalizer: null, pre_tokenizer: byteLevel, post_processor: byteLevel, decoder: byteLevel,
      added_tokens: [{ id: endId, content: END, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }],
      model: {
        type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: '', end_of_word_suffix: '', fuse_unk: false,
        vocab: Object.fromEntries(vocabulary), merges,
      },
    },
  };
}

function piecesOf(text: string): string[][] {
  const encoder = new TextEncoder();
  return (text.match(PIECE) ?? []).map((piece) => [...encoder.encode(piece)].map((byte) => BYTES[byte] ?? ''));
}

function mostFrequentPair(words: readonly (readonly string[])[]): string | null {
  const counts = new Map<string, number>();
  for (const word of words) for (let at = 1; at < word.length; at += 1) counts.set(`${word[at - 1]} ${word[at]}`, (counts.get(`${word[at - 1]} ${word[at]}`) ?? 0) + 1);
  let best: string | null = null;
  for (const [pair, count] of counts) if (count > (best === null ? 0 : counts.get(best) ?? 0)) best = pair;
  return best;
}

function merged(word: readonly string[], merge: string): string[] {
  const made: string[] = [];
  for (let at = 0; at < word.length; at += 1) {
    if (`${word[at]} ${word[at + 1]}` !== merge) made.push(word[at] ?? '');
    else {
      made.push(`${word[at]}${word[at + 1]}`);
      at += 1;
    }
  }
  return made;
}

/** GPT-2 writes each byte as a character that can be seen. */
function byteCharacters(): string[] {
  const isSeen = (byte: number): boolean => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isSeen(byte) ? byte : next++));
}
