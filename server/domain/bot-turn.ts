import type { Deps } from './commit.ts';
import { commit } from './commit.ts';
import type { Change, Now, Step } from './ports/log.ts';
import { topics } from './ports/bus.ts';
import { NOTHING, queued, WAITING } from './turns.ts';
import { BOT } from './types.ts';
import type { BotAnswer, Conversation, Message } from './types.ts';

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
  return isOwed(turn, conversation) && conversation.lastCustomerSeq === turn.customerSeq;
}

/** @returns what was said; null if the turn is over or the bot is off: then nothing was */
export async function botReplies(deps: Deps, turn: TurnStart, text: string, answer?: BotAnswer): Promise<Message | null> {
  const { messages } = await commit(deps, { customerId: turn.customerId }, ({ conversation }) => {
    if (!deps.botSwitch.isOn() || !isCurrentTurn(turn, conversation)) return NOTHING;
    return { steps: [said(text, answer)], facts: { botDoneSeq: turn.customerSeq, waitingSince: null } };
  });
  return messages[0] ?? null;
}

/**
 * Hands the conversation to the queue, with a last word for the customer and a note for the team if there are any. What the customer
 * wrote since does not void it: whoever keeps typing could hold it up for ever. While the bot is off it has no last word.
 * @returns false if somebody else has the conversation by now, or the turn had its outcome
 */
export async function botHandsOff(deps: Deps, turn: TurnStart, { text, note, answer }: { text?: string; note?: string; answer?: BotAnswer } = {}): Promise<boolean> {
  const { changed } = await commit(deps, { customerId: turn.customerId }, (now) => {
    if (!isOwed(turn, now.conversation)) return NOTHING;
    if (!deps.botSwitch.isOn()) return passedOn(now, WAITING);
    const { steps, facts } = passedOn(now, 'The bot asked for a person');
    const noteStep: Step = { type: 'append', message: { kind: 'note', audience: 'team', sender: BOT, text: note ?? '' } };
    return { steps: [...(text ? [said(text, answer)] : []), ...steps, ...(note ? [noteStep] : [])], facts };
  });
  return changed;
}

/** To the queue without a word, where there is no bot to answer. Fenced as `botHandsOff`. */
export async function awaitPerson(deps: Deps, turn: TurnStart): Promise<void> {
  await commit(deps, { customerId: turn.customerId }, (now) => (isOwed(turn, now.conversation) ? passedOn(now, WAITING) : NOTHING));
}

/** Answers with nothing, and owes nothing more. @returns false if the turn is over or the bot is off */
export async function botStaysSilent(deps: Deps, turn: TurnStart): Promise<boolean> {
  const { changed } = await commit(deps, { customerId: turn.customerId }, ({ conversation }) => (
    deps.botSwitch.isOn() && isCurrentTurn(turn, conversation) ? { steps: [], facts: { botDoneSeq: turn.customerSeq, waitingSince: null } } : NOTHING
  ));
  return changed;
}

/** Shows followers what the bot has written so far; null: it stopped. Never stored. */
export function showDraft(deps: Deps, turn: TurnStart, turnId: string, text: string | null): void {
  const draft = { type: 'draft', turnId, fence: turn.fence, afterSeq: turn.customerSeq, text } as const;
  deps.bus.show(topics.conversation(turn.customerId), 'draft', draft, DRAFT_TTL_MS);
}

/** It is the bot's as it was when the turn began, and nothing has come of the turn yet. */
function isOwed({ fence, customerSeq }: TurnStart, { status, handler, fence: current, botDoneSeq }: Conversation): boolean {
  return status === 'open' && handler === 'bot' && current === fence && botDoneSeq < customerSeq;
}

function passedOn(now: Now, activity: string): Change {
  const { steps, facts } = queued(now, activity);
  return { steps, facts: { ...facts, botDoneSeq: now.conversation.lastCustomerSeq } };
}

function said(text: string, answer?: BotAnswer): Step {
  return { type: 'append', message: { kind: 'text', audience: 'everyone', sender: BOT, text, answer } };
}
