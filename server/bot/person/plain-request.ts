import { fold } from '../fold.ts';
import { countSlips } from '../knowledge/spelling.ts';
import type { Language } from '../language.ts';
import type { RequestWords } from './request-words.ts';
import { REQUEST_WORDS } from './request-words.ts';

const MAX_CHARS = 2_000;
const MAX_SENTENCES = 20;
const MAX_WORDS = 25;

/** The language in which the text, or a sentence of it, asks for a person and says nothing else. Slips of the keyboard are forgiven. */
export function languageOfRequest(text: string): Language | undefined {
  const sentences = text.slice(-MAX_CHARS).split(/[.!?;:\n]+|, /).map(fold).filter((sentence) => sentence !== '').slice(-MAX_SENTENCES);
  const asksIn = (language: Language): boolean => sentences.some((sentence) => asksOnly(sentence, REQUEST_WORDS[language], sentences.length === 1));
  return (Object.keys(REQUEST_WORDS) as Language[]).find(asksIn);
}

/** What asks about oneself or the bot, not for anybody. */
const ASKS_BACK = /^(?:(?:hi|hello|hey|and|so|ok) )*(?:are you|am i|is this|could you be|what (?:is|are)|who (?:is|are)|do (?:i|we)) /;
const ABOUT_ONESELF = /^(?:i am|i m|im) /;
const WITHOUT_ASKING = 4;

/** Of several sentences, one must be clear: "Can anybody help me?" often begins another question. */
function asksOnly(sentence: string, { staff, anybody, asking, around }: RequestWords, isAlone: boolean): boolean {
  const words = sentence.split(' ');
  if (words.length > MAX_WORDS || ASKS_BACK.test(sentence)) return false;
  const kinds = new Set<ReadonlySet<string>>();
  for (const word of words) {
    const kind = [staff, anybody, asking, around].find((known) => known.has(word)) ?? [staff, anybody, asking].find((known) => hasSlipOf(known, word));
    if (!kind) return false;
    kinds.add(kind);
  }
  if (kinds.has(asking)) return kinds.has(staff) || (isAlone && kinds.has(anybody));
  return isAlone && kinds.has(staff) && words.length <= WITHOUT_ASKING && !ABOUT_ONESELF.test(sentence);
}

/** One slip in a word of five letters, swapped letters in one of four. */
function hasSlipOf(known: ReadonlySet<string>, word: string): boolean {
  if (word.length < 4) return false;
  const letters = sorted(word);
  for (const right of known) {
    // Hardly anybody gets the first letter wrong, unless it is swapped with the second.
    if (right[0] !== word[0] && right[0] !== word[1]) continue;
    if (right.length >= 4 && countSlips(word, right, 1) === 1 && (word.length > 4 || letters === sorted(right))) return true;
  }
  return false;
}

function sorted(word: string): string {
  return [...word].sort().join('');
}
