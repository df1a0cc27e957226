import type { Change, Now, StatePatch, Step } from './ports/log.ts';
import type { Conversation } from './types.ts';
import { SYSTEM } from './types.ts';

/**
 * Whose turn it is: the transitions of status, handler and assignee, as pure functions from what is to a change. Each one raises the fence, so
 * that a bot's turn which began before is void, and writes one activity in the same commit. Asking for what already is changes nothing.
 */

export const NOTHING: Change = { steps: [] };
/** Said where the bot is off or none of the customer's. */
export const WAITING = 'Waiting for a person';

/** `by` is the agent, or null when an integrator's token acts: then a person answers whom Minicom does not know. */
export function takenOver({ conversation, assignee }: Now, by: string | null, name: string): Change {
  if (conversation.status === 'open' && conversation.handler === 'agent' && conversation.assigneeId === by) return NOTHING;
  const from = assignee && assignee.id !== by ? ` took over from ${assignee.name}` : ' joined';
  return turn(conversation, { status: 'open', handler: 'agent', assigneeId: by }, name + from);
}

/** What an agent's or a token's public text does before it lands: it takes over from bot and queue, and leaves an assignee in place. */
export function answered({ conversation }: Now, by: string | null, name: string): Change {
  const { status, handler, assigneeId } = conversation;
  if (status === 'open' && handler === 'agent') {
    return assigneeId === null && by !== null ? turn(conversation, { assigneeId: by }, `${name} joined`) : NOTHING;
  }
  return turn(conversation, { status: 'open', handler: 'agent', assigneeId: assigneeId ?? by }, `${name} joined`);
}

/** What a customer's text does before it lands. */
export function customerWrote({ conversation }: Now, hasBot: boolean): Change {
  const { status, handler } = conversation;
  const first = hasBot ? 'bot' : 'queue';
  if (status === 'resolved') return turn(conversation, { status: 'open', handler: first, assigneeId: null }, 'Reopened');
  if (handler === 'bot' && !hasBot) return turn(conversation, { status: 'open', handler: 'queue' }, WAITING);
  if (status === 'snoozed') return turn(conversation, { status: 'open' }, 'Reopened');
  return NOTHING;
}

/** The bot answers only if the last text is the customer's; then it owes an answer even to a text that it handed on before. */
export function handedBack({ conversation, lastText, at }: Now, name: string): Change {
  if (conversation.status === 'open' && conversation.handler === 'bot') return NOTHING;
  const owesAnswer = lastText?.sender.kind === 'customer';
  return {
    ...turn(conversation, { status: 'open', handler: 'bot', assigneeId: null }, `${name} handed back to the bot`),
    facts: {
      botDoneSeq: owesAnswer ? Math.min(conversation.botDoneSeq, conversation.lastCustomerSeq - 1) : conversation.lastCustomerSeq,
      waitingSince: owesAnswer ? (conversation.waitingSince ?? at) : null,
    },
  };
}

export function queued({ conversation, at }: Now, activity: string): Change {
  if (conversation.status === 'open' && conversation.handler !== 'bot') return NOTHING;
  return {
    ...turn(conversation, { status: 'open', handler: 'queue', assigneeId: null }, activity),
    facts: { waitingSince: conversation.waitingSince ?? at },
  };
}

/** The agent is of the team no more: the customer is for somebody else. */
export function released({ conversation }: Now, agentId: string, name: string): Change {
  if (conversation.status === 'resolved' || conversation.assigneeId !== agentId) return NOTHING;
  return turn(conversation, { handler: 'queue', assigneeId: null }, `${name} left`);
}

export function resolved({ conversation }: Now, by: string): Change {
  if (conversation.status === 'resolved') return NOTHING;
  return { ...turn(conversation, { status: 'resolved' }, `Resolved by ${by}`), facts: { waitingSince: null } };
}

export function reopened({ conversation }: Now, by: string, hasBot: boolean): Change {
  if (conversation.status === 'open') return NOTHING;
  const handler = conversation.handler === 'bot' && !hasBot ? 'queue' : conversation.handler;
  return turn(conversation, { status: 'open', handler }, `Reopened by ${by}`);
}

/** A state, and the line about it that everyone sees. */
function turn(conversation: Conversation, patch: StatePatch, activity: string): Change {
  return { steps: [{ type: 'state', patch: { ...patch, fence: conversation.fence + 1 } }, activityLine(activity)] };
}

function activityLine(text: string): Step {
  return { type: 'append', message: { kind: 'activity', audience: 'everyone', sender: SYSTEM, text } };
}
