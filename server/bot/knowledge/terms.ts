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
 * English words that differ in their ending become equal; words of other languages are cut a little, the same way in questions and articles. The result
 * is not always a word: "delivery", "deliveries" and "delivered" are `deliv`.
 */
export function stem(word: string): string {
  const known = IRREGULAR.get(word);
  if (known) return stem(known);
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  const singular = word.replace(/sses$/, 'ss').replace(/ie[sd]$/, 'y').replace(/(s|x|z|ch|sh)es$/, '$1').replace(/([^suio])s$/, '$1');
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

const IRREGULAR = new Map(Object.entries({
  bought: 'buy', paid: 'pay', sent: 'send', broke: 'break', broken: 'break', lost: 'lose', came: 'come', went: 'go', gone: 'go', took: 'take',
  taken: 'take', gave: 'give', given: 'give', chose: 'choose', chosen: 'choose', wrote: 'write', written: 'write', forgot: 'forget',
  forgotten: 'forget', stole: 'steal', stolen: 'steal', kept: 'keep', sold: 'sell', held: 'hold', began: 'begin', stuck: 'stick', ran: 'run',
  children: 'child', people: 'person', using: 'use', used: 'use', ground: 'grind', men: 'man', women: 'woman', feet: 'foot', knives: 'knife',
}));
