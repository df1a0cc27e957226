import { termsOf } from './terms.ts';

const MAX_TERMS = 20;

/** What all wordings of a question have in common: what its words mean, whatever their order and ending. Empty if it asks for nothing. */
export function questionKey(question: string): string {
  return [...new Set(termsOf(question))].sort().slice(0, MAX_TERMS).join(' ');
}
