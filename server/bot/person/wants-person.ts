import type { HandOff, Responder } from '../bot.ts';
import { fold } from '../fold.ts';
import { countSlips } from '../knowledge/spelling.ts';
import { summaryOf } from '../summary.ts';
import { GERMAN } from './phrases-de.ts';
import { ENGLISH } from './phrases-en.ts';
import { SPANISH } from './phrases-es.ts';
import { FRENCH } from './phrases-fr.ts';
import { PORTUGUESE } from './phrases-pt.ts';

const LANGUAGES: readonly { readonly pattern: RegExp; readonly text: string }[] = [
  { pattern: any(ENGLISH), text: 'Of course. A person will answer you here.' },
  { pattern: any(GERMAN), text: 'Gern. Hier antwortet Ihnen gleich ein Mensch.' },
  { pattern: any(FRENCH), text: 'Bien sûr. Une personne va vous répondre ici.' },
  { pattern: any(SPANISH), text: 'Por supuesto. Le responderá aquí una persona.' },
  { pattern: any(PORTUGUESE), text: 'Claro. Uma pessoa vai responder aqui.' },
];

const TELLING = [
  'human', 'person', 'agent', 'operator', 'representative', 'supervisor', 'someone', 'somebody', 'speak', 'talk', 'humano', 'pessoa', 'persona',
  'mensch', 'mitarbeiter', 'conseiller', 'atendente',
];

/** Whoever asks for a person gets one, in English, German, French, Spanish or Portuguese. Wins over everything else that a text says. */
export const wantsPerson: Responder = (turn): HandOff | null => {
  const folded = fold(turn.newText);
  const language = languageOf(folded) ?? languageOf(respelt(folded));
  if (!language) return null;
  return { kind: 'handoff', reason: 'customer_request', text: language.text, note: summaryOf(turn, { why: 'The customer asked for a person.' }) };
};

function languageOf(folded: string): (typeof LANGUAGES)[number] | undefined {
  return LANGUAGES.find(({ pattern }) => pattern.test(folded));
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
