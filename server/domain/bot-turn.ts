import type { Deps } from './commit.ts';
import { commit } from './commit.ts';
import type { Change, Now, Step } from './ports.ts';
import { topics } from './ports.ts';
import { NOTHING, queued } from './turns.ts';
import { BOT } from './types.ts';
import type { BotAnswer, Conversation } from './types.ts';

/**
 * What the bot may do, fenced. A turn remembers the fence and the customer's newest text from when it began; whatever changed since decides whether its
 * outcome still lands, inside the transaction that would keep it. So nothing of the bot's can follow a take-over, and no lock is held while it thinks.
 */

export interface TurnStart {
  readonly customerId: string;
  readonly fence: number;
  /** `seq` of the newest text that the turn answers. */
  readonly customerSeq: number;
}

/** How long a bot's draft is shown unless it grows. */
const DRAFT_TTL_MS = 10_000;

export function turnOf({ customerId, fence, lastCustomerSeq }: Conversation): TurnStart {
  return { customerId, fence, customerSeq: lastCustomerSeq };
}

/** Nobody took over, and the customer wrote nothing since. */
export function isCurrentTurn(turn: TurnStart, conversation: Conversation): boolean {
  return isStillTheBots(turn, conversation) && conversation.lastCustomerSeq === turn.customerSeq && conversation.botDoneSeq < turn.customerSeq;
}

/** @returns false if the turn is over: then nothing was said */
export function botReplies(deps: Deps, turn: TurnStart, text: string, answer?: BotAnswer): Promise<boolean> {
  return landed(deps, turn, (now) => {
    if (!isCurrentTurn(turn, now.conversation)) return NOTHING;
    return { steps: [said(text, answer)], facts: { botDoneSeq: turn.customerSeq, waitingSince: null } };
  });
}

/**
 * Hands the conversation to the queue, with a last word for the customer and a note for the team if there are any. Fenced by handler and fence alone, so that a customer who keeps typing cannot
 * hold it up. @returns false if somebody else has the conversation by now
 */
export function botHandsOff(deps: Deps, turn: TurnStart, { text, note }: { text?: string; note?: string } = {}): Promise<boolean> {
  return landed(deps, turn, (now) => {
    if (!isStillTheBots(turn, now.conversation)) return NOTHING;
    const { steps, facts } = queued(now, 'The bot asked for a person');
    const noteStep: Step = { type: 'append', message: { kind: 'note', audience: 'team', sender: BOT, text: note ?? '' } };
    return { steps: [...(text ? [said(text)] : []), ...steps, ...(note ? [noteStep] : [])], facts: { ...facts, botDoneSeq: now.conversation.lastCustomerSeq } };
  });
}

/** Answers with nothing, and owes nothing more. @returns false if the turn is over */
export function botStaysSilent(deps: Deps, turn: TurnStart): Promise<boolean> {
  return landed(deps, turn, (now) => (isCurrentTurn(turn, now.conversation) ? { steps: [], facts: { botDoneSeq: turn.customerSeq } } : NOTHING));
}

/** Shows followers what the bot has written so far; null: it stopped. Never stored. */
export function showDraft(deps: Deps, turn: TurnStart, turnId: string, text: string | null): void {
  const draft = { type: 'draft', turnId, fence: turn.fence, afterSeq: turn.customerSeq, text } as const;
  deps.bus.show(topics.conversation(turn.customerId), 'draft', draft, DRAFT_TTL_MS);
}

async function landed(deps: Deps, { customerId }: TurnStart, decide: (now: Now) => Change): Promise<boolean> {
  const { changed } = await commit(deps, { customerId }, decide);
  return changed;
}

function isStillTheBots({ fence }: TurnStart, conversation: Conversation): boolean {
  return conversation.status === 'open' && conversation.handler === 'bot' && conversation.fence === fence;
}

function said(text: string, answer?: BotAnswer): Step {
  return { type: 'append', message: { kind: 'text', audience: 'everyone', sender: BOT, text, answer } };
}
