import type { BotTurn, HandOff, Responder } from './bot.ts';
import { fold } from './fold.ts';
import { isOffer } from './knowledge.ts';
import { languageOf } from './language.ts';
import { summaryOf } from './summary.ts';
import { WORDING } from './wording.ts';

const THANKS = /^(?:(?:ok|okay|great|perfect|super|ah|oh|yes|alright|wow|excellent) )*(?:thanks|thank you|thx|cheers|danke|merci|gracias|obrigad[oa])\b/;
/** Words that turn thanks into something to answer. */
const BUT = new RegExp(
  '\\b(?:but|still|not|no|never|t|how|what|when|where|why|which|who|can|could|would|will|is there|do|does|need|want|wrong|broken|problem|issue'
    + '|error|missing|late|if|also|another|one more|in advance|please|waiting)\\b',
);
const MAX_THANKS_WORDS = 12;

const NOT_HELPED = new RegExp([
  '^(?:no |sorry |but |and |hm+ )*(?:that|this|it|these|those|they|which|your (?:answer|reply|link)) (?:really |still |all )?(?:did|does|do|didn'
    + '|doesn|don|is|isn|was|wasn|are|aren) (?:not |t )(?:really |even )?(?:help|work|answer|what i|it$|right|useful|helpful|my question'
    + '|the answer)',
  '^(?:no |sorry )*not (?:helpful|helping|really|what i (?:asked|meant|want|wanted|need))|\\bthat s not (?:it$|what i|my question|right$)'
    + '|\\bnot what i (?:asked|meant)\\b|\\bwrong answer\\b|\\bnone of (?:these|those|them)\\b',
  '\\byou (?:don t|do not|dont|didn t|did not) (?:understand|get it|answer|listen)|\\b(?:doesn t|does not|didn t|did not|dont|don t) (?:answer'
    + '|understand) my question\\b|\\bi (?:already|have already) (?:tried|did|said|told)',
].join('|'));
const NO = /^(?:no|nope|none|neither|nein|non|nao)(?: thanks| thank you| of (?:these|those|them))?$/;
const YES = /^(?:yes|yeah|yep|yes it did|yes that helped|ja|oui|si|sim)(?: thanks| thank you| please)?$/;

/** What the customer makes of the bot's last reply: content, or not helped, or asking the same again. Who was not helped gets a person. */
export const followUp: Responder = (turn) => {
  const folded = fold(turn.text);
  const before = turn.history.at(-1);
  const wasOffered = before !== undefined && isOffer(before);
  const isContent = THANKS.test(folded) && folded.split(' ').length <= MAX_THANKS_WORDS && !BUT.test(folded) && !turn.text.includes('?');
  if (isContent || (wasOffered && YES.test(folded))) {
    return { kind: 'reply', text: 'Glad to hear it. Anything else, just write.', counts: 'thanks' };
  }
  if (before?.from !== 'bot') return null;
  if (NOT_HELPED.test(folded) || (wasOffered && NO.test(folded))) return sorry(turn, 'The last reply did not help.');
  return asksAgain(turn, folded) ? sorry(turn, 'The customer asks the same again.') : null;
};

function sorry(turn: BotTurn, why: string): HandOff {
  return { kind: 'handoff', reason: 'repeated_failure', text: WORDING[languageOf(turn.text)].notHelped, note: summaryOf(turn, { why }) };
}

function asksAgain({ history }: BotTurn, folded: string): boolean {
  return folded.includes(' ') && history.some(({ from, text }) => from === 'customer' && fold(text) === folded);
}
