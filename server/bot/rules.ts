import type { Responder } from './bot.ts';

interface Rule { readonly pattern: RegExp; readonly reply: string }

const RULES: readonly Rule[] = [
  { pattern: /^(?:hi|hello|hey|good (?:morning|afternoon|evening))\b.{0,12}$/is, reply: 'Hello! How can I help?' },
  { pattern: /\b(?:thanks|thank you|thx)\b/i, reply: 'You are welcome. Anything else, just write.' },
  {
    pattern: /^(?:please )?help(?: me)?\W*$/i,
    reply: 'Tell me what it is about, in a sentence. If you would rather talk to a person, say so at any time.',
  },
];

const WANTS_PERSON = /\b(?:human|real person|agent|somebody real|talk to (?:a|some) ?(?:person|one|body))\b/i;

/** Answers small talk. */
export const rules: Responder = ({ text }) => {
  const rule = RULES.find(({ pattern }) => pattern.test(text.trim()));
  return rule ? { kind: 'reply', text: rule.reply } : null;
};

/** Whoever asks for a person gets one. */
export const wantsPerson: Responder = ({ text }) =>
  (WANTS_PERSON.test(text) ? { kind: 'handoff', text: 'Of course. A person will answer you here.' } : null);
