import type { HandOff, Responder } from '../bot.ts';
import { fold } from '../fold.ts';
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

/** Whoever asks for a person gets one, in English, German, French, Spanish or Portuguese. Wins over everything else that a text says. */
export const wantsPerson: Responder = (turn): HandOff | null => {
  const folded = fold(turn.text);
  const language = LANGUAGES.find(({ pattern }) => pattern.test(folded));
  return language ? { kind: 'handoff', reason: 'customer_request', text: language.text, note: summaryOf(turn, { why: 'The customer asked for a person.' }) } : null;
};

function any(patterns: readonly string[]): RegExp {
  return new RegExp(patterns.join('|'), 'u');
}
