import { STOP_WORDS } from './stop-words.ts';

/** The words of a text in the form in which they are compared, in order, and the same without the words that carry no meaning. */

/** Lower case, without accents; letters and digits of any script. Scripts without spaces come as overlapping pairs of signs. */
export function wordsOf(text: string): string[] {
  const folded = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/['’](?=s\b)s/g, '').replace(/['’]/g, '');
  return (folded.match(/[\p{L}\p{N}]+/gu) ?? []).flatMap((word) => (UNSPACED.test(word) ? pairsOf(word) : [word.slice(0, MAX_WORD)]));
}

/** Longer ones are noise, and cost. */
const MAX_WORD = 40;

export function isMeaningful(word: string): boolean {
  return !STOP_WORDS.has(word) && (word.length > 1 || UNSPACED.test(word));
}

export function termsOf(text: string): string[] {
  return wordsOf(text).filter(isMeaningful).map(stem);
}

/**
 * English words that differ in their ending, or between Britain and America, become equal; words of other languages are cut a little, the same way in questions and articles. The result
 * is not always a word: "delivery", "deliveries" and "delivered" are `deliv`.
 */
export function stem(word: string): string {
  const before = STEMS.get(word);
  if (before !== undefined) return before;
  if (STEMS.size >= MAX_STEMS) STEMS.clear();
  const found = stemOf(word);
  STEMS.set(word, found);
  return found;
}

/** Few words make most of every text. */
const STEMS = new Map<string, string>();
const MAX_STEMS = 20_000;

function stemOf(word: string): string {
  const known = IRREGULAR.get(word);
  if (known) return stem(known);
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  const american = word.replace(/(?<=^...+)our(?=(?:s|ed|ing|ful|ite)?$)/, 'or').replace(/(?<=^....+)is(?=(?:e[dsr]?|ing|ation)$)/, 'iz')
    .replace(/(?<=^..+[^aeiou])re(?=s?$)/, 'er');
  const singular = american.replace(/sses$/, 'ss').replace(/ie[sd]$/, 'y').replace(/(s|x|z|ch|sh)es$/, '$1').replace(/([^suio])s$/, '$1');
  const base = singular.replace(/^(.*[aeiouy].*[^e])(?:ing|ed)$/, '$1');
  const root = base.replace(/scription$/, 'scrib').replace(/^(.{5,})ration$/, '$1')
    .replace(/^(.{4,}?)(?:ication|ation|ition|ion|er|or|able|ible|ness|ly|ance|ence)$/, '$1').replace(/^(.{3,})ment$/, '$1').replace(/^(.{5,})al$/, '$1');
  return root.replace(/^(..+?[^aeiou])[ey]$/, '$1').replace(/^(.{4,})at$/, '$1').replace(/^(.{2,})([^aeiousz])\2$/, '$1$2')
    .replace(/^(.{4,})(?:er|or)$/, '$1');
}

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

function pairsOf(word: string): string[] {
  const signs = [...word];
  return signs.length === 1 ? signs : signs.slice(1).map((sign, index) => `${signs[index]}${sign}`);
}

/** Forms that no ending explains, each with what it is a form of; and what is spelt in two ways. */
const IRREGULAR = new Map(`
bought buy, paid pay, sent send, broke break, broken break, lost lose, loss lose, came come, went go, gone go, took take, taken take, gave give,
given give, chose choose, chosen choose, choice choose, wrote write, written write, forgot forget, forgotten forget, stole steal, stolen steal,
theft steal, kept keep, sold sell, sale sell, held hold, began begin, begun begin, stuck stick, ran run, met meet, ate eat,
eaten eat, drank drink, drunk drink, wore wear, worn wear, grown grow, shown show, rental rent, withdrawn withdraw, spent spend,
built build, caught catch, brought bring, taught teach, learnt learn, burnt burn, frozen freeze, froze freeze, drove drive, driven drive,
stood stand, sat sit, hung hang, bent bend, tore tear, torn tear, rode ride, flew fly, flown fly, flight fly, slept sleep,
heard hear, weight weigh, storage store, received receive, reception receive, permission permit, admission admit, extension extend,
maintenance maintain, production produce, decision decide, submission submit, using use, used use, user use, ground grind, children child,
people person, men man, women woman, feet foot, teeth tooth, knives knife, bigger big, biggest big, cheaper cheap, newest new, later late,
earlier early, cheque check, tyre tire, grey gray, aeroplane plane, airplane plane, catalogue catalog, programme program
`.trim().split(/,\s+/).map((pair) => pair.split(' ') as [string, string]));
