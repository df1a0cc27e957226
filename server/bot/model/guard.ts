import { languageOf } from '../language.ts';
import { FIXED_WORDS } from './prompt.ts';

/**
 * What a model may say. Its text is as little to be trusted as a stranger's: it is kept only if nothing is found against it. A fluent sentence that is wrong,
 * without a number, a link or a promise in it, passes: against that there are only articles and people.
 */

/** Why a text is held back. Stored and counted. */
export type GuardReason =
  | 'too_short' | 'too_long' | 'unfinished' | 'garbled' | 'markup' | 'speaker' | 'link' | 'contact' | 'number' | 'promise' | 'identity' | 'rude' | 'prompt'
  | 'echo' | 'repetitive' | 'language' | 'unsure';

export interface Judged {
  /** In the customer's words. */
  readonly question: string;
  /** Passages of articles that the model was given. */
  readonly notes: readonly string[];
  readonly maxChars: number;
}

/** Mean log-probability of the tokens. To be calibrated with real weights. */
const UNSURE = -3;
const MIN_WORDS = 3;
const MAX_ECHO = 0.6;
const MIN_VARIETY = 0.5;
/** So many words in a row of those that it was told to obey. */
const MAX_FIXED_WORDS = 6;

/** Against the whole text. Null: nothing. */
export function findAgainst(text: string, judged: Judged, avgLogProb: number | null): GuardReason | null {
  const words = wordsIn(text);
  if (words.length < MIN_WORDS) return 'too_short';
  const forbidden = findAgainstPart(text, judged);
  if (forbidden) return forbidden;
  if (!/[.!?…。！？]["”’')]?$/u.test(text)) return 'unfinished';
  if (isEcho(words, wordsIn(judged.question))) return 'echo';
  if (varietyOf(words) < MIN_VARIETY) return 'repetitive';
  if (languageOf(text) !== languageOf(judged.question) || isLatin(text) !== isLatin(judged.question)) return 'language';
  return avgLogProb !== null && avgLogProb < UNSURE ? 'unsure' : null;
}

/** Against a beginning: what no end can make good. A text is shown while it is written only as far as this finds nothing. */
export function findAgainstPart(text: string, { question, notes, maxChars }: Judged): GuardReason | null {
  if (text.length > maxChars) return 'too_long';
  const plain = text.normalize('NFKC');
  const forbidden = FORBIDDEN.find(([, pattern]) => pattern.test(plain));
  if (forbidden) return forbidden[0];
  if (saysFixedWords(plain)) return 'prompt';
  const known = { notes: notes.join('\n').normalize('NFKC').toLowerCase(), all: [...notes, question].join('\n').normalize('NFKC').toLowerCase() };
  for (const [reason, pattern, where] of INVENTED) {
    for (const [fact] of plain.toLowerCase().matchAll(pattern)) if (!hasFact(known[where], fact)) return reason;
  }
  return null;
}

const ACTIONS = 'refund|cancel|charge|ship|send|call|e-?mail|contact|process|change|update|delete|create|book|reserve|escalate|forward|credit|replace|fix|repair|check|arrange|schedule';
const ACTED = 'refunded|cancell?ed|charged|shipped|sent|called|e-?mailed|contacted|processed|changed|updated|deleted|created|booked|reserved|escalated|forwarded|credited'
  + '|replaced|fixed|repaired|checked|arranged|scheduled|done|made|taken|told|asked|informed';
const ROLES = 'customer|assistant|agent|bot|system|user|human|support|operator|admin|staff|team|ai';

const FORBIDDEN: readonly (readonly [GuardReason, RegExp])[] = [
  ['garbled', /\uFFFD|[\p{Cc}\p{Cf}\p{Co}\p{Cn}]|^[\s]*[,;:.!?)]|\s[,.;:!?](?:\s|$)|[,;:][,.;:!?]|(?<!\.)\.\.(?!\.)|[.!?],|^\p{Ll}|(?<!\b(?:e\.g|i\.e|etc|approx|incl))[.!?] +\p{Ll}/u],
  ['markup', /[<>{}[\]|\\`#^~]|&#?\w{1,10};|\*\*|__/u],
  ['speaker', new RegExp(`(?:^|[\\n.!?]\\s*)(?:the )?(?:${ROLES})\\b[^.!?\\n]{0,20}:`, 'iu')],
  ['promise', new RegExp([
    '\\b(?:i|we)(?:[’\']ll| will| shall|[’\']m going to| am going to|[’\']re going to| are going to|[’\']d be happy to)\\b',
    `\\b(?:i|we)(?:[’']ve| have| had)?(?: just| already| now)* (?:${ACTED})\\b|\\b(?:has|have|had) (?:just |already |now )?been (?:${ACTED})\\b`,
    `\\b(?:i|we)(?:[’']m| am|[’']re| are)(?: just| already| now)* \\p{L}+ing\\b|\\bi (?:can|could|am able to|have to|want to) (?:${ACTIONS})\\b`,
    `\\b(?:i|we) (?:guarantee|promise|assure|ensure|commit)\\b`,
    '\\byou(?:[’\']ll| will) (?:get|receive|be (?:refunded|charged|contacted|called|paid|given))\\b',
    '\\b(?:somebody|someone|a colleague|an? agent|our team) (?:will|is going to)\\b',
  ].join('|'), 'iu')],
  ['identity', /\bi(?:[’']m| am) (?:not )?(?:an? |the |your )?(?:real |live )?(?:human|person|agent|employee|representative|operator|admin|manager|customer|member of)\b|\bas an? (?:ai|agent|human|person|language model|employee)\b|\bmy name is\b/iu],
  // A hint of what any operator's own list would have.
  ['rude', /\b(?:fuck|shit|bitch|asshole|bastard|idiot|moron|stupid|dumb|shut up|kill|hate|sex|porn|nazi|whore|slut|retard|damn|crap)\w*/iu],
];

const MONTHS = 'january|february|march|april|may|june|july|august|september|october|november|december';
const DAYS = 'monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|tonight|tomorrow|yesterday';
const COUNTS = 'a|an|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|twenty|thirty|hundred|few|several';

/** What must not come from the model itself: links and addresses from articles alone, figures from these or from the customer. */
const INVENTED: readonly (readonly [GuardReason, RegExp, 'notes' | 'all'])[] = [
  ['link', /(?:https?|hxxps?|ftp|data|javascript|mailto):\S*|\bwww\.\S*|\b[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}(?:\/\S*)?|\bdot (?:com|net|org|io)\b|\S*\/\/\S*/gu, 'notes'],
  ['contact', /\S*@\S*/gu, 'notes'],
  ['number', /\p{L}*\p{N}[\p{L}\p{N}]*(?:[.,:/-]\p{N}[\p{L}\p{N}]*)*/gu, 'all'],
  ['number', /[%€$£¥]|\b(?:euros?|dollars?|pounds?|cents?|usd|eur|gbp|per ?cent)\b/gu, 'all'],
  ['number', new RegExp(`\\b(?:${DAYS}|(?:in|on|of|by|until|since) (?:${MONTHS}))\\b`, 'gu'), 'all'],
  ['number', new RegExp(`\\b(?:${COUNTS}) (?:business |working )?(?:minute|hour|day|week|month|year)s?\\b`, 'gu'), 'all'],
];

/** As a whole: 5 is not in 15. */
function hasFact(known: string, fact: string): boolean {
  for (let at = known.indexOf(fact); at >= 0; at = known.indexOf(fact, at + 1)) {
    if (!isPartOfWord(known[at - 1], fact[0]) && !isPartOfWord(known[at + fact.length], fact.at(-1))) return true;
  }
  return false;
}

/** Do the two signs belong to one word? */
function isPartOfWord(beside: string | undefined, end: string | undefined): boolean {
  return /[\p{L}\p{N}]/u.test(beside ?? '') && /[\p{L}\p{N}]/u.test(end ?? '');
}

function saysFixedWords(text: string): boolean {
  const words = wordsIn(text);
  return words.some((_, at) => at + MAX_FIXED_WORDS <= words.length && FIXED.includes(` ${words.slice(at, at + MAX_FIXED_WORDS).join(' ')} `));
}

function isEcho(words: readonly string[], asked: readonly string[]): boolean {
  const said = new Set(words);
  const known = new Set(asked);
  return [...said].filter((word) => known.has(word)).length > MAX_ECHO * said.size;
}

/** Of its pairs of words, how many differ: 0 to 1. */
function varietyOf(words: readonly string[]): number {
  const pairs = words.slice(1).map((word, at) => `${words[at]} ${word}`);
  return new Set(pairs).size / pairs.length;
}

function isLatin(text: string): boolean {
  const letters = text.match(/\p{L}/gu) ?? [];
  return letters.filter((letter) => /\p{Script=Latin}/u.test(letter)).length >= letters.length / 2;
}

function wordsIn(text: string): string[] {
  return text.normalize('NFKC').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

const FIXED = ` ${wordsIn(FIXED_WORDS).join(' ')} `;
