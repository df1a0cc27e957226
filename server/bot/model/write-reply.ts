import type { BotTurn, HandOff, Reply, Responder } from '../bot.ts';
import { fold } from '../fold.ts';
import { handOff } from '../hand-off.ts';
import type { Hit, Index } from '../knowledge/search-index.ts';
import { termsOf } from '../knowledge/terms.ts';
import { languageOf } from '../language.ts';
import { TOPICS } from '../sensitive-topics.ts';
import { TALK_TO_A_PERSON, THAT_HELPED } from '../small-talk.ts';
import type { GuardReason, Judged } from './guard.ts';
import { findAgainst, findAgainstPart } from './guard.ts';
import { NO_ANSWER, promptFor } from './prompt.ts';
import type { Generated, TextModel } from './text-model.ts';
import { ModelBusyError, ModelFailedError } from './text-model.ts';

/** Its name in the chain: of a reply of its own, `by`. */
export const BY_MODEL = 'model';

export interface Writing {
  readonly index: () => Index;
  readonly model: TextModel;
  /** Within the turn's 8 seconds. @default 7 s */
  readonly maxMs?: number;
}

const MAX_MS = 7_000;
/** Its own replies without a person's, or another answer, between them. */
const MAX_IN_ROW = 2;
const MIN_WORDS = 2;
/** Of a reply's terms, so many have to be in an article that is named as its source. */
const MIN_GROUNDS = 0.5;

/** The last automatic step: a model's words, if the guard finds nothing against them. Without a model that works it leaves the question to the next. */
export function writeReply({ index, model, maxMs = MAX_MS }: Writing): Responder {
  const toPerson = handOff(index);
  return async (turn, io, passed) => {
    if (!mayWrite(turn, model)) return null;
    const hits = index().search(turn.text, model.limits.maxNotes);
    const notes = hits.map(({ passage }) => passage);
    const judged: Judged = { question: turn.text, notes, maxChars: model.limits.maxReplyChars };
    const began = performance.now();
    const stop = new AbortController();
    const seen: { text: string; firstMs: number | null; reason: GuardReason | null } = { text: '', firstMs: null, reason: null };
    const onText = (soFar: string): void => {
      seen.firstMs ??= Math.round(performance.now() - began);
      seen.text = tidied(soFar);
      if (NO_ANSWER.startsWith(seen.text)) return;
      const whole = seen.text.slice(0, Math.max(0, seen.text.lastIndexOf(' '))).trimEnd();
      seen.reason = findAgainstPart(whole, judged);
      if (seen.reason) stop.abort();
      else if (whole !== '') io.draft(whole);
    };
    const heldBack = async (detail: GuardReason, avgLogProb: number | null = null): Promise<HandOff> => ({
      ...await toPerson(turn, io, passed) as HandOff, reason: 'guard_rejected', detail, heldBack: seen.text, firstMs: seen.firstMs, ...confidenceOf(avgLogProb),
    });

    let generated: Generated;
    try {
      generated = await model.generate(promptFor(turn, notes, model.limits), { maxMs, onText, signal: AbortSignal.any([turn.signal, stop.signal]) });
    } catch (error) {
      turn.signal.throwIfAborted();
      if (seen.reason) return heldBack(seen.reason);
      if (error instanceof ModelBusyError) return { ...await toPerson(turn, io, passed) as HandOff, reason: 'overloaded' };
      if (error instanceof ModelFailedError) return null;
      throw error;
    }
    const { reason, avgLogProb } = generated;
    seen.firstMs ??= Math.round(performance.now() - began);
    seen.text = reason === 'end' ? tidied(generated.text) : wholeSentences(tidied(generated.text));
    if (seen.text.startsWith(NO_ANSWER)) return null;
    const against = findAgainst(seen.text, judged, avgLogProb);
    if (against) return heldBack(against, avgLogProb);
    return {
      kind: 'reply', text: seen.text, counts: 'answer', matched: model.name, firstMs: seen.firstMs, choices: [THAT_HELPED, TALK_TO_A_PERSON],
      sources: hits.filter((hit) => isGround(hit, seen.text)).map(({ articleId, title }) => ({ articleId, title })),
      ...confidenceOf(avgLogProb),
    } satisfies Reply;
  };
}

/** Never about what no machine should answer, though an article might have; not to whoever says nothing; not on and on. */
function mayWrite({ text, history }: BotTurn, { limits }: TextModel): boolean {
  const folded = fold(text);
  if ((folded.match(/\p{L}{2,}/gu) ?? []).length < MIN_WORDS) return false;
  if (TOPICS.some(({ pattern }) => pattern.test(folded))) return false;
  if (limits.isEnglishOnly && (languageOf(text) !== 'en' || !/[a-z]/.test(folded))) return false;
  const before = history.filter(({ from }) => from !== 'customer').slice(-MAX_IN_ROW);
  return before.length < MAX_IN_ROW || before.some(({ by }) => by !== BY_MODEL);
}

function confidenceOf(avgLogProb: number | null): { confidence?: number } {
  return avgLogProb === null ? {} : { confidence: Math.exp(avgLogProb) };
}

/** Plain text: models that know Markdown write it unasked. */
function tidied(text: string): string {
  return text.trim().replace(/(\*\*|__|`)(?=\S)(.*?\S)\1/g, '$2').replace(/^[ \t]*[*-][ \t]+/gm, '• ').replace(/\n{3,}/g, '\n\n').replace(/[ \t]+/g, ' ');
}

/** What was cut off ends with its last whole sentence. */
function wholeSentences(text: string): string {
  return /^[^]*[.!?…。！？]["”’')]?(?=\s|$)/u.exec(text)?.[0] ?? text;
}

function isGround({ title, passage }: Hit, reply: string): boolean {
  const known = new Set(termsOf(`${title} ${passage}`));
  const said = new Set(termsOf(reply));
  return [...said].filter((term) => known.has(term)).length >= MIN_GROUNDS * Math.max(1, said.size);
}
