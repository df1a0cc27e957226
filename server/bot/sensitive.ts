import type { Responder } from './bot.ts';
import { fold } from './fold.ts';
import { TOPICS } from './sensitive-topics.ts';
import { summaryOf } from './summary.ts';

/** "How do refunds work?" is a question; "refund me" is not. Polite demands ("can you …") are none, either. */
const ASKS_FOR_INFORMATION = new RegExp(
  '^(?:(?:hi|hello|hey|and|so|ok|please|also|sorry|excuse me) )*'
    + '(?:how|what|when|where|which|who|why|is|are|do|does|did|will|should|may|(?:can|could) (?:i|we|one|customers)'
    + '|(?:i (?:want|would like|d like) to )?know) ',
);

/** What no machine should answer: money in dispute, law, health, safety, complaints, the end of an account. */
export const sensitive: Responder = (turn) => {
  const folded = fold(turn.text);
  const asks = ASKS_FOR_INFORMATION.test(`${folded} `);
  const topic = TOPICS.find(({ pattern, onlyDemands }) => !(onlyDemands && asks) && pattern.test(folded));
  if (!topic) return null;
  const text = topic.first ? `${topic.first} A person will answer you here.` : 'This is for a person. Somebody will answer you here.';
  return { kind: 'handoff', reason: 'sensitive_topic', text, note: summaryOf(turn, { why: `This looks like: ${topic.name}.` }) };
};
