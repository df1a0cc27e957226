import type { HandOff, Responder } from '../bot.ts';
import { fold } from '../fold.ts';
import { countSlips } from '../knowledge/spelling.ts';
import type { Language } from '../language.ts';
import { summaryOf } from '../summary.ts';
import { WORDING } from '../wording.ts';
import { GERMAN } from './phrases-de.ts';
import { ENGLISH } from './phrases-en.ts';
import { SPANISH } from './phrases-es.ts';
import { FRENCH } from './phrases-fr.ts';
import { PORTUGUESE } from './phrases-pt.ts';
import { languageOfRequest } from './plain-request.ts';

const PATTERNS: readonly (readonly [Language, RegExp])[] = [
  ['en', any(ENGLISH)], ['de', any(GERMAN)], ['fr', any(FRENCH)], ['es', any(SPANISH)], ['pt', any(PORTUGUESE)],
];

const TELLING = [
  'human', 'person', 'agent', 'operator', 'representative', 'supervisor', 'someone', 'somebody', 'speak', 'talk', 'humano', 'pessoa', 'persona',
  'mensch', 'mitarbeiter', 'conseiller', 'atendente',
];

/**
 * Whoever asks for a person gets one, in English, German, French, Spanish or Portuguese. Wins over everything else that a text says. Patterns find the
 * request in a longer text; what is nothing but a request needs none.
 */
export const wantsPerson: Responder = (turn): HandOff | null => {
  const folded = fold(turn.newText);
  const language = languageOf(folded) ?? languageOf(respelt(folded)) ?? languageOfRequest(turn.newText);
  if (!language) return null;
  const note = summaryOf(turn, { why: 'The customer asked for a person.' });
  return { kind: 'handoff', reason: 'customer_request', text: WORDING[language].asked, note };
};

function languageOf(folded: string): Language | undefined {
  return PATTERNS.find(([, pattern]) => pattern.test(folded))?.[0];
}

/** With the words that matter here put right: people in a hurry ask for a "humn". */
function respelt(folded: string): string {
  return folded.split(' ').map((word) => {
    if (TELLING.some((right) => word.startsWith(right))) return word;
    return TELLING.find((right) => Math.max(word.length, right.length) > 4 && countSlips(word, right, 1) === 1) ?? word;
  }).join(' ');
}

function any(patterns: readonly string[]): RegExp {
  return new RegExp(patterns.join('|'), 'u');
}
