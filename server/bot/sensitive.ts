import type { Responder } from './bot.ts';
import { fold } from './fold.ts';
import { decide } from './knowledge/decide.ts';
import type { Index } from './knowledge/search-index.ts';
import { MAX_OFFERS } from './knowledge/thresholds.ts';
import { languageOf } from './language.ts';
import { TOPICS } from './sensitive-topics.ts';
import { summaryOf } from './summary.ts';
import { WORDING } from './wording.ts';

/** "How do refunds work?" is a question; "refund me" is not. Polite demands ("can you …") are none, either. */
const ASKS_FOR_INFORMATION = new RegExp(
  '^(?:(?:hi|hello|hey|and|so|ok|please|also|sorry|excuse me) )*'
    + '(?:how|what|when|where|which|who|why|is|are|do|does|did|will|should|may|(?:can|could) (?:i|we|one|customers)'
    + '|(?:(?:can|could) you )?(?:please )?tell me|(?:i (?:want|would like|d like) to )?know) ',
);

/**
 * What no machine should answer: somebody in despair, health, safety, fraud, money in dispute, law, complaints, the end of an account. Mere questions
 * about some of it are left to the others.
 */
export function sensitive(index: () => Index): Responder {
  return (turn) => {
    const folded = fold(turn.text);
    const topic = TOPICS.find(({ pattern }) => pattern.test(folded));
    if (!topic) return null;
    if (topic.questionsGoTo && ASKS_FOR_INFORMATION.test(`${folded} `)) {
      if (topic.questionsGoTo === 'others' || decide(index().search(turn.text, MAX_OFFERS)).kind === 'answer') return null;
    }
    const text = topic.first ? `${topic.first} A person will answer you here.` : WORDING[languageOf(turn.text)].forPerson;
    return { kind: 'handoff', reason: 'sensitive_topic', text, note: summaryOf(turn, { why: `This looks like: ${topic.name}.` }) };
  };
}
