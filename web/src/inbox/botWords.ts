/** What the parts of the built-in bot are called here; another bot's are shown as it names them. */
const PARTS: Readonly<Record<string, string>> = {
  knowledge: 'The help articles',
  'small talk': 'A rule',
  'opening hours': 'A rule',
  'follow-up': 'What was said before',
  'wants a person': 'The wish for a person',
  'sensitive topics': 'A sensitive topic',
  model: 'The text model',
  'hand-off': 'Nothing fitted',
};

const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 });

const REASONS: Readonly<Record<string, string>> = {
  customer_request: 'The customer asked for a person',
  no_answer: 'No answer known',
  low_confidence: 'Not sure enough',
  sensitive_topic: 'A sensitive topic',
  repeated_failure: 'Did not help, again and again',
  bot_error: 'The bot failed',
  timeout: 'The bot took too long',
  overloaded: 'The bot was too busy',
  guard_rejected: 'The text was held back',
};

export function partWords(by: string): string {
  return PARTS[by] ?? by;
}

export function isRule(by: string): boolean {
  return PARTS[by] === 'A rule';
}

export function reasonWords(reason: string): string {
  return REASONS[reason] ?? reason.replaceAll('_', ' ');
}

/** @param confidence 0 to 1 */
export function sureness(confidence: number): string {
  const word = confidence >= 0.8 ? 'Very sure' : confidence >= 0.5 ? 'Fairly sure' : 'Not very sure';
  return `${word} · ${percent.format(confidence)}`;
}
