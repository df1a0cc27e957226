import { NotFoundError } from '../../domain/errors.ts';
import type { About, Change, Committed, ConversationLog, NewMessage, Now, StatePatch, Step } from '../../domain/ports/log.ts';
import type { Message } from '../../domain/types.ts';
import { newId } from '../ids.ts';
import { recordAct } from './audit.ts';
import type { StoreContext } from './context.ts';
import type { ConversationRow, MessageRow } from './rows.ts';
import { toAgent, toBit, toConversation, toMessage } from './rows.ts';
import type { LogStatements } from './statements.ts';
import { prepareLog, saveConversation } from './statements.ts';

/** The one write verb: reads, asks `decide`, applies its steps, and saves the conversation, all within one member of a group. */
export function createChange(context: StoreContext): ConversationLog['change'] {
  const { clock, epoch, prepared, write } = context;
  return (about, decide) => write((): Committed => {
    const statements = prepared(prepareLog);
    const row = statements.conversation.get({ customerId: about.customerId });
    if (!row) throw new NotFoundError();
    const at = clock.now();
    const { steps, facts, act } = decide(readNow(statements, { about, row, at, epoch }));
    const changed = steps.length > 0 || Object.keys(facts ?? {}).length > 0;
    if (!changed) return { conversation: toConversation(row, epoch), messages: [], changed };

    if (act) recordAct(context, act.by, act);
    const after = { ...row };
    const messages = applySteps({ statements, row: after, at }, steps);
    applyFacts(after, facts);
    saveConversation(statements, row, after);
    return { conversation: toConversation(after, epoch), messages, changed };
  });
}

/** What is under way: `row` is the conversation as it will be saved. */
export interface Work { readonly statements: LogStatements; readonly row: ConversationRow; readonly at: number }

function readNow(statements: LogStatements, { about, row, at, epoch }: { about: About; row: ConversationRow; at: number; epoch: string }): Now {
  const message = (found: MessageRow | undefined): Message | null => (found ? toMessage(found, about.customerId) : null);
  const { key, unseenBy, messageId } = about;
  return {
    at: new Date(at),
    conversation: toConversation(row, epoch),
    existing: message(key && statements.byClientKey.get({
      row: row.row, senderKind: key.sender.kind, senderId: key.sender.id, clientMessageId: key.clientMessageId,
    })),
    unseen: unseenBy
      ? statements.unseen.all({ row: row.row, afterSeq: unseenBy.afterSeq, senderKind: unseenBy.sender.kind, senderId: unseenBy.sender.id })
        .map((found) => toMessage(found, about.customerId))
      : [],
    target: message(messageId === undefined ? undefined : statements.target.get({ row: row.row, id: messageId })),
    // Few decisions look at these, so they are read when looked at: still inside the transaction, because `decide` is synchronous.
    get assignee() {
      const found = row.assigneeId === null ? undefined : statements.assignee.get({ id: row.assigneeId });
      return found ? toAgent(found) : null;
    },
    get lastText() {
      return message(statements.lastText.get({ row: row.row }));
    },
  };
}

function applySteps(work: Work, steps: readonly Step[]): Message[] {
  const { statements, row } = work;
  const messages: Message[] = [];
  const before = { customer: row.seenByCustomer, agents: row.seenByAgents };
  for (const step of steps) {
    row.head += 1;
    if (step.type === 'state') applyPatch(row, step.patch);
    else messages.push(toMessage(applyToMessage(work, step), row.customerId));
  }
  if (row.seenByCustomer !== before.customer) row.unreadForCustomer = countUnread(statements.unreadForCustomer, row.row, row.seenByCustomer);
  if (row.seenByAgents !== before.agents) row.unreadForAgents = countUnread(statements.unreadForAgents, row.row, row.seenByAgents);
  return messages;
}

function applyPatch(row: ConversationRow, patch: StatePatch): void {
  row.position = row.head;
  if (patch.status !== undefined) row.status = patch.status;
  if (patch.handler !== undefined) row.handler = patch.handler;
  if (patch.assigneeId !== undefined) row.assigneeId = patch.assigneeId;
  if (patch.fence !== undefined) row.fence = patch.fence;
  if (patch.seenByCustomer !== undefined) row.seenByCustomer = patch.seenByCustomer;
  if (patch.seenByAgents !== undefined) row.seenByAgents = patch.seenByAgents;
}

function applyToMessage(work: Work, step: Exclude<Step, { type: 'state' }>): MessageRow {
  if (step.type === 'append') return append(work, step.message);
  const target = work.statements.target.get({ row: work.row.row, id: step.messageId });
  if (!target) throw new Error('a change is about a message of another conversation');
  if (step.type === 'rate') return rewrite(work, { ...target, helpful: step.helpful });
  return step.type === 'edit' ? edit(work, target, step.text) : remove(work, target);
}

/** Appends at the head, which the caller has raised. */
export function append({ statements, row, at }: Work, message: NewMessage): MessageRow {
  const { kind, audience, sender, text, clientMessageId = null, contentHash = null, answer } = message;
  const added: MessageRow = {
    id: newId(at), conversationRow: row.row, seq: row.head, position: row.head, kind, audience, senderKind: sender.kind, senderId: sender.id,
    text, createdAt: at, editedAt: null, removedAt: null, clientMessageId, contentHash,
    answer: answer ? JSON.stringify(answer) : null, helpful: null,
  };
  statements.append.run(added);
  countText(row, added, 1);
  if (kind === 'text' && sender.kind === 'customer') row.lastCustomerSeq = added.seq;
  if (audience === 'everyone') row.lastMessageId = added.id;
  if (kind === 'text' || row.lastTextAt === null) row.lastTextAt = at;
  return added;
}

function edit(work: Work, target: MessageRow, text: string): MessageRow {
  work.statements.keepRevision.run({ messageId: target.id, text: target.text });
  return rewrite(work, { ...target, text, editedAt: work.at });
}

function remove(work: Work, target: MessageRow): MessageRow {
  countText(work.row, target, -1);
  work.statements.dropRevisions.run({ messageId: target.id });
  if (target.senderKind === 'customer') work.statements.forgetQuestions.run({ row: work.row.row, text: target.text });
  return rewrite(work, { ...target, text: '', answer: null, helpful: null, removedAt: work.at });
}

/** At the head, which the caller has raised. */
function rewrite({ statements, row }: Work, changed: MessageRow): MessageRow {
  const rewritten = { ...changed, position: row.head };
  statements.rewrite.run({ ...rewritten, helpful: toBit(rewritten.helpful) });
  return rewritten;
}

/** A live text is unread for the other side while it lies after that side's mark. */
function countText(row: ConversationRow, { kind, audience, senderKind, seq, removedAt }: MessageRow, by: 1 | -1): void {
  if (kind !== 'text' || removedAt !== null) return;
  if (senderKind === 'customer') row.unreadForAgents += seq > row.seenByAgents ? by : 0;
  else if (audience === 'everyone') row.unreadForCustomer += seq > row.seenByCustomer ? by : 0;
}

export function countUnread(statement: LogStatements['unreadForAgents'], row: number, mark: number): number {
  return statement.get({ row, mark })?.count ?? 0;
}

function applyFacts(row: ConversationRow, facts: Change['facts'] = {}): void {
  if (facts.waitingSince !== undefined) row.waitingSince = facts.waitingSince?.getTime() ?? null;
  if (facts.botDoneSeq !== undefined) row.botDoneSeq = facts.botDoneSeq;
}
