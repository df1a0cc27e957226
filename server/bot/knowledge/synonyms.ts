import { LANGUAGES, PLACES } from './places.ts';
import { stem } from './terms.ts';
import { GROUPS, KINDS, RELATED } from './thesaurus.ts';

/** Two words that are one thing. Replaced in questions and articles alike. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\bcheck(?:ed|ing|s)?[ -](in|out)\b/gi, 'check$1'],
  [/\bbr(?:eak|eaks|eaking|oke|oken)[ -]down\b/gi, 'breakdown'],
  [/\b(?:log|sign)(?:ed|ging|ing)?[ -](?:in|on)\b/gi, 'login'],
  [/\bmoney back\b/gi, 'refund'],
  [/\b(send|sent|sending|give|bring|ship) (it |them |this |something |an item |the item )?back\b/gi, 'return'],
  [/(?:n['’]?t|\b(?:cannot|not|never|stopped|stops)) (?:seem to |be |been )?(?:work(?:ing|ed|s)?|(?:go|going|gone|went) through|succeed)\b/gi, ' fail'],
  [/\b(?:(?:ca|could|wo)n['’]?t|cannot|could not|can not|will not|unable to|not able to) /gi, ' fail '],
  [/\block(?:ed)? out\b|\b(?:get|log|let me|getting|let us) in(?:to)?\b/gi, 'login'],
  [/\b(?:get rid of|opt out of|(?:get|getting) out of)\b/gi, 'cancel'],
  [/\bset(?:ting)?[ -]up\b/gi, 'setup'],
  [/\bsign(?:ed|ing)?[ -]up\b/gi, 'register'],
  [/\b(?:work(?:ing)?|worked) out\b/gi, 'workout'],
  [/\btop(?:ped|ping)?[ -]?ups?\b/gi, 'topup'],
  [/\bhow much (?:is|are|does|do|would|will|for)\b/gi, 'price'],
];

/** How surely one word is meant by the other. */
const SAME = 0.8;
const LOOSE = 0.5;

const BY_TERM = new Map<string, Map<string, number>>();
for (const group of groupsOf(GROUPS)) for (const term of group) relate(term, group, SAME);
for (const group of groupsOf(RELATED)) for (const term of group) relate(term, group, LOOSE);
for (const [kind = '', ...things] of groupsOf(KINDS.replaceAll(':', ''))) {
  relate(kind, things, LOOSE);
  for (const thing of things) relate(thing, [kind], LOOSE);
}
for (const name of PLACES) relate(stem(name), ['country', 'abroad'].map(stem), SAME);
for (const name of LANGUAGES) relate(stem(name), ['language', 'interpreter'].map(stem), LOOSE);

function groupsOf(text: string): readonly (readonly string[])[] {
  return text.trim().split(/,\s+/).map((words) => words.split(' ').map(stem));
}

function relate(term: string, others: readonly string[], share: number): void {
  const related = BY_TERM.get(term) ?? new Map<string, number>();
  for (const other of others) if (other !== term) related.set(other, Math.max(share, related.get(other) ?? 0));
  BY_TERM.set(term, related);
}

/** Terms that mean about the same, each with how surely, 0 to 1; not the term itself. */
export function synonymsOf(term: string): ReadonlyMap<string, number> {
  return BY_TERM.get(term) ?? NONE;
}

const NONE: ReadonlyMap<string, number> = new Map();

export function joinPhrases(text: string): string {
  return PHRASES.reduce((joined, [pattern, word]) => joined.replace(pattern, word), text);
}
