/** What the guard found against a text, in words. */
const FOUND: Readonly<Record<string, string>> = {
  too_short: 'Says next to nothing',
  too_long: 'Too long',
  unfinished: 'Breaks off',
  garbled: 'Not proper writing',
  markup: 'Markup',
  speaker: 'Speaks for somebody else',
  link: 'A link that no article has',
  contact: 'An address that no article has',
  number: 'A figure or date that nobody gave',
  promise: 'Promises something, or claims to have done it',
  identity: 'Passes for a person',
  rude: 'Rude',
  prompt: 'Tells its own instructions',
  echo: 'Repeats the question',
  repetitive: 'Says the same again and again',
  language: 'Another language',
  unsure: 'Not sure of its own words',
};

export function foundWords(reason: string): string {
  return FOUND[reason] ?? reason.replaceAll('_', ' ');
}
