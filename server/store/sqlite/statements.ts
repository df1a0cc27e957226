import { and, asc, desc, eq, getTableColumns, gt, isNull, lte, or, sql } from 'drizzle-orm';
import type { Db } from './connection.ts';
import type { ConversationRow } from './rows.ts';
import { atMost, given, givenRaw, wholeRow } from './rows.ts';
import { agent, botTurn, conversation, conversationRemoval, conversationTally, message, messageRevision } from './schema.ts';

/** What changes and merges read and write. */
export function prepareLog(db: Db) {
  const { row: _row, id: _id, createdAt: _createdAt, change: _change, ...mutable } = wholeRow(conversation);
  const moved = Object.fromEntries(MOVE_WITH_MESSAGES.map((column) => [column, mutable[column]]));
  const { row: _assigned, ...fresh } = wholeRow(conversation);
  const ofConversation = eq(message.conversationRow, given('row'));
  const isLiveText = and(eq(message.kind, sql`'text'`), isNull(message.removedAt));
  const isOfCustomer = eq(message.senderKind, sql`'customer'`);

  return {
    conversation: db.select().from(conversation).where(eq(conversation.customerId, given('customerId'))).prepare(),
    /** Makes a conversation, and gives its row. */
    create: db.insert(conversation).values(fresh).returning().prepare(),
    /** Writes a conversation's mutable columns, and gives it the next place in the inbox feed if it has any message. */
    save: db.update(conversation)
      .set({ ...mutable, change: sql`case when ${given('lastTextAt')} is null then null else ${nextChange} end` })
      .where(eq(conversation.row, given('row'))).prepare(),
    /** The same for what moves with every message: SQLite looks at the indexes and references of each column that is set, changed or not. */
    saveMoved: db.update(conversation).set({ ...moved, change: nextChange }).where(eq(conversation.row, given('row'))).prepare(),
    // The row to insert is checked even where another is updated in its place, so it may not be below zero.
    tally: db.insert(conversationTally).values({ status: given('status'), handler: given('handler'), count: sql`max(${given('by')}, 0)` })
      .onConflictDoUpdate({
        target: [conversationTally.status, conversationTally.handler], set: { count: sql`${conversationTally.count} + ${given('by')}` },
      }).prepare(),
    drop: db.delete(conversation).where(eq(conversation.row, given('row'))).prepare(),
    announceRemoval: db.insert(conversationRemoval).values({ customerId: given('customerId'), change: nextChange })
      .onConflictDoUpdate({ target: conversationRemoval.customerId, set: { change: nextChange } }).prepare(),

    assignee: db.select().from(agent).where(eq(agent.id, given('id'))).prepare(),
    byClientKey: db.select().from(message).where(and(
      ofConversation, eq(message.senderKind, given('senderKind')), eq(message.senderId, given('senderId')),
      eq(message.clientMessageId, given('clientMessageId')),
    )).prepare(),
    unseen: db.select().from(message).where(and(
      ofConversation, gt(message.seq, given('afterSeq')), isLiveText,
      or(sql`${message.senderKind} <> ${given('senderKind')}`, sql`${message.senderId} <> ${given('senderId')}`),
    )).orderBy(asc(message.seq)).limit(atMost(100)).prepare(),
    target: db.select().from(message).where(and(eq(message.id, given('id')), ofConversation)).prepare(),
    lastText: db.select().from(message).where(and(ofConversation, isLiveText)).orderBy(desc(message.seq)).limit(atMost(1)).prepare(),

    append: db.insert(message).values(wholeRow(message)).prepare(),
    rewrite: db.update(message)
      .set({
        text: givenRaw('text'), position: givenRaw('position'), editedAt: givenRaw('editedAt'), removedAt: givenRaw('removedAt'),
        answer: givenRaw('answer'), helpful: givenRaw('helpful'),
      }).where(eq(message.id, given('id'))).prepare(),
    keepRevision: db.insert(messageRevision).values({ messageId: given('messageId'), text: given('text') }).prepare(),
    dropRevisions: db.delete(messageRevision).where(eq(messageRevision.messageId, given('messageId'))).prepare(),

    unreadForCustomer: db.select({ count: sql<number>`count(*)` }).from(message).where(and(
      ofConversation, gt(message.seq, given('mark')), isLiveText, eq(message.audience, sql`'everyone'`), sql`not ${isOfCustomer}`,
    )).prepare(),
    unreadForAgents: db.select({ count: sql<number>`count(*)` }).from(message).where(and(
      ofConversation, gt(message.seq, given('mark')), isLiveText, isOfCustomer,
    )).prepare(),

    /** For merges: the oldest 501, so that more than 500 shows. */
    all: db.select().from(message).where(and(ofConversation, lte(message.seq, given('head')))).orderBy(asc(message.seq)).limit(atMost(501)).prepare(),
    adopt: db.update(message).set({ senderId: givenRaw('customerId') })
      .where(and(ofConversation, isOfCustomer, eq(message.senderId, given('visitorId')))).prepare(),
    move: db.update(message).set({
      conversationRow: givenRaw('row'), seq: givenRaw('seq'), position: givenRaw('seq'),
      senderId: givenRaw('senderId'), clientMessageId: givenRaw('clientMessageId'),
    }).where(eq(message.id, given('id'))).prepare(),
    /** What the bot could not answer is kept in the customer's words: they go with the message that they came from. */
    forgetQuestions: db.update(botTurn).set({ question: null, questionKey: null }).where(and(
      eq(botTurn.conversationRow, given('row')), sql`(instr(${botTurn.question}, ${given('text')}) > 0 or instr(${given('text')}, ${botTurn.question}) > 0)`,
    )).prepare(),
    moveTurns: db.update(botTurn).set({ conversationRow: givenRaw('to') }).where(eq(botTurn.conversationRow, given('from'))).prepare(),
  };
}

export type LogStatements = ReturnType<typeof prepareLog>;

export function saveConversation(statements: LogStatements, before: ConversationRow, after: ConversationRow): void {
  (hasOnlyMoved(before, after) ? statements.saveMoved : statements.save).run(after);
  const { status, handler } = before;
  const wasListed = before.lastTextAt !== null;
  const isListed = after.lastTextAt !== null;
  if (wasListed === isListed && status === after.status && handler === after.handler) return;
  if (wasListed) statements.tally.run({ status, handler, by: -1 });
  if (isListed) statements.tally.run({ status: after.status, handler: after.handler, by: 1 });
}

const MOVE_WITH_MESSAGES = ['head', 'lastCustomerSeq', 'unreadForCustomer', 'unreadForAgents', 'lastMessageId', 'lastTextAt'] as const;
const STAND_STILL = (Object.keys(getTableColumns(conversation)) as (keyof ConversationRow)[])
  .filter((column) => !MOVE_WITH_MESSAGES.some((moved) => moved === column));

function hasOnlyMoved(before: ConversationRow, after: ConversationRow): boolean {
  return after.lastTextAt !== null && STAND_STILL.every((column) => before[column] === after[column]);
}

/** The inbox feed's next number. Removals take numbers too, so none is given twice. */
const nextChange = sql<number>`(select max(
  coalesce((select max(${conversation.change}) from ${conversation}), 0),
  coalesce((select max(${conversationRemoval.change}) from ${conversationRemoval}), 0)
) + 1)`;
