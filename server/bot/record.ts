import type { BotTurnRecord } from '../domain/ports/bot.ts';
import type { Conversation } from '../domain/types.ts';
import type { Asked } from './asked.ts';
import type { BotOutcome, HandOffReason } from './bot.ts';
import { questionKey } from './knowledge/question-key.ts';

/** What came of asking. Without an outcome: somebody took over, the customer wrote on, or the bot was switched off. */
export interface Made {
  readonly bot: string;
  readonly outcome: BotOutcome | null;
  /** The outcome is the runner's own, whatever the bot would have said. */
  readonly isRefused: boolean;
  readonly tookMs: number;
}

/** `messageId` is that of a reply. */
export interface Landed { readonly isKept: boolean; readonly messageId: string | null }

interface Turn {
  readonly made: Made;
  readonly landed: Landed;
  readonly asked: Asked;
  /** As the turn found it. */
  readonly conversation: Conversation;
  /** Wall-clock milliseconds. */
  readonly at: number;
}

/** What the statistics keep of a turn. */
export function recordOf({ made, landed, asked, conversation, at }: Turn): BotTurnRecord {
  const outcome = landed.isKept ? made.outcome : null;
  const reply = outcome?.kind === 'reply' ? outcome : null;
  const handedOn = outcome?.kind === 'handoff' ? outcome : null;
  return {
    customerId: conversation.customerId,
    bot: made.bot,
    by: outcome?.by ?? null,
    outcome: outcome?.kind ?? 'void',
    counts: reply?.counts ?? null,
    reason: outcome && 'reason' in outcome ? outcome.reason : null,
    detail: handedOn?.detail ?? null,
    confidence: reply?.confidence ?? handedOn?.confidence ?? null,
    waitMs: Math.max(0, at - (conversation.waitingSince?.getTime() ?? at)),
    tookMs: Math.round(made.tookMs),
    firstMs: reply?.firstMs ?? handedOn?.firstMs ?? null,
    messageId: landed.messageId,
    articleId: reply?.counts === 'answer' ? (reply.sources?.[0]?.articleId ?? null) : null,
    unanswered: made.isRefused ? null : unansweredIn(asked, outcome),
  };
}

const UNANSWERED: ReadonlySet<HandOffReason> = new Set(['no_answer', 'low_confidence', 'repeated_failure', 'guard_rejected', 'overloaded']);

function unansweredIn({ text, history }: Asked, outcome: BotOutcome | null): BotTurnRecord['unanswered'] {
  if (outcome?.kind !== 'handoff' || !UNANSWERED.has(outcome.reason)) return null;
  // Whoever was not helped says so, and asked before.
  const before = outcome.reason === 'repeated_failure' ? history.findLast(({ from }) => from === 'customer')?.text : undefined;
  const question = before ?? text;
  const key = questionKey(question);
  return key === '' ? null : { question, key };
}
