import type { HandOff, Reply, Responder, Said } from './bot.ts';
import { decide } from './knowledge/decide.ts';
import type { Hit, Index } from './knowledge/search-index.ts';
import { MAX_OFFERS } from './knowledge/thresholds.ts';
import { languageOf } from './language.ts';
import { TALK_TO_A_PERSON, THAT_HELPED } from './small-talk.ts';
import { summaryOf } from './summary.ts';
import { WORDING } from './wording.ts';

/** Asked back where it is not sure. */
const OFFER = { one: 'Does this one help?', several: 'Does one of these help?' };

/** Answers with an article's own words and says whose they are, asks back where it is not sure, and never asks back twice in a row. */
export function knowledge(index: () => Index): Responder {
  return (turn): Reply | HandOff | null => {
    const decision = decide(index().search(turn.text, MAX_OFFERS));
    if (decision.kind === 'pass') return null;
    if (decision.kind === 'answer') {
      const { hit } = decision;
      const choices = [THAT_HELPED, TALK_TO_A_PERSON];
      return { kind: 'reply', text: hit.passage, sources: [sourceOf(hit)], choices, counts: 'answer', confidence: hit.coverage, matched: hit.articleId };
    }
    const titles = decision.hits.map(({ title }) => title);
    const last = turn.history.at(-1);
    if (last && isOffer(last)) {
      const note = summaryOf(turn, { why: 'The bot was unsure twice in a row.', titles });
      return { kind: 'handoff', reason: 'low_confidence', text: WORDING[languageOf(turn.text)].unsure, note };
    }
    const choices = [...titles, TALK_TO_A_PERSON];
    return { kind: 'reply', text: titles.length === 1 ? OFFER.one : OFFER.several, sources: decision.hits.map(sourceOf), choices, counts: 'clarify', confidence: decision.hits[0]?.coverage };
  };
}

export function isOffer({ from, text }: Said): boolean {
  return from === 'bot' && Object.values(OFFER).includes(text);
}

function sourceOf({ articleId, title }: Hit): { articleId: string; title: string } {
  return { articleId, title };
}
