import type { ConversationStatus, Handler } from '../../domain/types.ts';
import { SYSTEM } from '../../domain/types.ts';
import { append, countUnread } from './change.ts';
import type { prepareCredentials } from './credentials.ts';
import type { ConversationRow, MessageRow } from './rows.ts';
import type { LogStatements } from './statements.ts';
import { saveConversation } from './statements.ts';

export interface Merging {
  readonly log: LogStatements;
  readonly credentials: ReturnType<typeof prepareCredentials>;
  readonly at: number;
  readonly fresh: (customerId: string, handler: Handler, at: number) => Omit<ConversationRow, 'row'>;
}

const MAX_MOVED = 500;

/**
 * Moves what a visitor said to the customer that the visitor turned out to be, and ends the visitor's sessions. Over 500 messages: nothing
 * happens. Both streams start a new life or grow, so that no cursor reaches across.
 * @returns the customers whose conversations changed
 */
export function mergeVisitor(merging: Merging, visitorId: string, customerId: string): readonly string[] {
  const { log, credentials, at } = merging;
  const from = log.conversation.get({ customerId: visitorId });
  const to = log.conversation.get({ customerId });
  if (!from || !to) throw new Error('a customer is without a conversation');
  const messages = log.all.all({ row: from.row, head: from.head });
  if (messages.length > MAX_MOVED) return [];

  credentials.revokeCustomer.run({ customerId: visitorId, at });
  if (messages.length === 0) return [];
  if (to.lastTextAt === null) rekey(merging, from, to);
  else appendAll(merging, { from, to }, messages);
  log.announceRemoval.run({ customerId: visitorId });
  return [customerId, visitorId];
}

/** The customer has said nothing yet: the visitor's conversation takes the place of the customer's empty one, and the visitor gets a new one. */
function rekey({ log, at, fresh }: Merging, from: ConversationRow, to: ConversationRow): void {
  log.moveTurns.run({ from: to.row, to: from.row });
  log.drop.run({ row: to.row });
  saveConversation(log, from, { ...ended(from), customerId: to.customerId });
  log.adopt.run({ row: from.row, visitorId: from.customerId, customerId: to.customerId });
  // The fence goes on where it was, or a bot's turn from before could fit the new conversation by accident.
  log.create.get({ ...fresh(from.customerId, from.handler, at), fence: from.fence + 1 });
}

interface Sides { readonly from: ConversationRow; readonly to: ConversationRow }

function appendAll({ log, at }: Merging, { from, to }: Sides, messages: readonly MessageRow[]): void {
  const after: ConversationRow = { ...to, ...joined({ from, to }), fence: to.fence + 1, head: to.head + 1, position: to.head + 1 };
  after.head += 1;
  append({ statements: log, row: after, at }, { kind: 'activity', audience: 'everyone', sender: SYSTEM, text: 'What was said before signing in' });
  const marks = { seenByCustomer: to.seenByCustomer, seenByAgents: to.seenByAgents };
  for (const message of messages) {
    const seq = after.head += 1;
    move(log, { from, to }, message, seq);
    if (message.kind === 'text' && message.senderKind === 'customer') after.lastCustomerSeq = seq;
    if (message.audience === 'everyone') after.lastMessageId = message.id;
    if (message.seq <= from.seenByCustomer) marks.seenByCustomer = seq;
    if (message.seq <= from.seenByAgents) marks.seenByAgents = seq;
  }
  log.moveTurns.run({ from: from.row, to: to.row });
  // A mark says "all up to here": it moves on only where nothing before it is unread.
  if (to.unreadForCustomer === 0) after.seenByCustomer = marks.seenByCustomer;
  if (to.unreadForAgents === 0) after.seenByAgents = marks.seenByAgents;
  after.unreadForCustomer = countUnread(log.unreadForCustomer, to.row, after.seenByCustomer);
  after.unreadForAgents = countUnread(log.unreadForAgents, to.row, after.seenByAgents);
  if (!owesAnswer(from) && !owesAnswer(to)) after.botDoneSeq = after.lastCustomerSeq;
  saveConversation(log, to, after);
  saveConversation(log, from, {
    ...ended(from), waitingSince: null, lastCustomerSeq: 0, unreadForCustomer: 0, unreadForAgents: 0, lastMessageId: null, lastTextAt: null,
  });
}

function move(log: LogStatements, { from, to }: Sides, message: MessageRow, seq: number): void {
  const { id, senderKind, clientMessageId } = message;
  const isVisitors = senderKind === 'customer' && message.senderId === from.customerId;
  const senderId = isVisitors ? to.customerId : message.senderId;
  // A key that was used on both sides keeps naming the message that it named here.
  const isTaken = clientMessageId !== null && log.byClientKey.get({ row: to.row, senderKind, senderId, clientMessageId }) !== undefined;
  log.move.run({ id, row: to.row, seq, senderId, clientMessageId: isTaken ? null : clientMessageId });
}

/** A stream that stops here: a new life, and no bot's turn from before fits it. */
function ended(row: ConversationRow): ConversationRow {
  return { ...row, life: row.life + 1, fence: row.fence + 1, head: row.head + 1, position: row.head + 1 };
}

function joined({ from, to }: Sides): Pick<ConversationRow, 'status' | 'handler' | 'assigneeId' | 'waitingSince' | 'lastTextAt'> {
  const lead = HANDLERS.indexOf(from.handler) < HANDLERS.indexOf(to.handler) ? from : to;
  const waits = [from.waitingSince, to.waitingSince].filter((since) => since !== null);
  return {
    status: STATUSES.indexOf(from.status) < STATUSES.indexOf(to.status) ? from.status : to.status,
    handler: lead.handler,
    assigneeId: lead.assigneeId ?? (lead.handler === 'agent' && from.handler === 'agent' ? from.assigneeId : null),
    waitingSince: waits.length > 0 ? Math.min(...waits) : null,
    lastTextAt: Math.max(from.lastTextAt ?? 0, to.lastTextAt ?? 0),
  };
}

function owesAnswer({ lastCustomerSeq, botDoneSeq }: ConversationRow): boolean {
  return lastCustomerSeq > botDoneSeq;
}

/** The first wins. */
const HANDLERS: readonly Handler[] = ['agent', 'queue', 'bot'];
const STATUSES: readonly ConversationStatus[] = ['open', 'snoozed', 'resolved'];
