import { sql } from 'drizzle-orm';
import type { Placeholder, SQL } from 'drizzle-orm';
import { getTableColumns } from 'drizzle-orm';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Agent, BotAnswer, Conversation, Customer, Message } from '../../domain/types.ts';
import type { Stream } from '../cursors.ts';
import { streamCursor } from '../cursors.ts';
import type { agent, conversation, customer, message } from './schema.ts';

export type AgentRow = typeof agent.$inferSelect;
export type CustomerRow = typeof customer.$inferSelect;
export type ConversationRow = typeof conversation.$inferSelect;
export type MessageRow = typeof message.$inferSelect;

export function streamOf(epoch: string, { row, life }: Pick<ConversationRow, 'row' | 'life'>): Stream {
  return { epoch, row, life };
}

export function toConversation(row: ConversationRow, epoch: string): Conversation {
  return {
    id: row.id,
    customerId: row.customerId,
    status: row.status,
    handler: row.handler,
    assigneeId: row.assigneeId,
    createdAt: new Date(row.createdAt),
    seenByCustomer: row.seenByCustomer,
    seenByAgents: row.seenByAgents,
    waitingSince: toDate(row.waitingSince),
    position: row.position,
    head: row.head,
    fence: row.fence,
    lastCustomerSeq: row.lastCustomerSeq,
    botDoneSeq: row.botDoneSeq,
    unreadForCustomer: row.unreadForCustomer,
    unreadForAgents: row.unreadForAgents,
    lastMessageId: row.lastMessageId,
    get cursor() { return streamCursor(streamOf(epoch, row), row.head); },
  };
}

export function toMessage(row: MessageRow, customerId: string): Message {
  return {
    id: row.id,
    customerId,
    seq: row.seq,
    position: row.position,
    kind: row.kind,
    audience: row.audience,
    sender: { kind: row.senderKind, id: row.senderId },
    text: row.text,
    createdAt: new Date(row.createdAt),
    editedAt: toDate(row.editedAt),
    removedAt: toDate(row.removedAt),
    clientMessageId: row.clientMessageId,
    contentHash: row.contentHash,
    answer: row.answer === null ? null : (JSON.parse(row.answer) as BotAnswer),
    helpful: row.helpful,
  };
}

export function toAgent({ id, name, email, role, deactivatedAt, sealedTotpSecret }: AgentRow): Agent {
  return { id, name, email, role, active: deactivatedAt === null, hasSecondFactor: sealedTotpSecret !== null };
}

export function toCustomer({ createdAt, lastSeenAt, ...row }: CustomerRow): Customer {
  return { ...row, createdAt: new Date(createdAt), lastSeenAt: toDate(lastSeenAt) };
}

export function toDate(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}

/** SQLite's driver binds no booleans. */
export function toBit(value: boolean | null): 0 | 1 | null {
  return value === null ? null : value ? 1 : 0;
}

/** A value given at each execution, under this name. */
export const given = (name: string): Placeholder => sql.placeholder(name);
/** One of the ids given as a JSON list under the name `ids`. */
export const isAmong = (column: SQLiteColumn): SQL => sql`${column} in (select value from json_each(${given('ids')}))`;
/** The same where drizzle asks for SQL. Goes to SQLite as it is. */
export const givenRaw = (name: string): SQL => sql`${sql.placeholder(name)}`;

/** Every column of the table from a value of the same name: rows are written whole. */
export function wholeRow<T extends SQLiteTable>(table: T): { [K in keyof T['$inferInsert']]: SQL } {
  const entries = Object.keys(getTableColumns(table)).map((key) => [key, givenRaw(key)]);
  return Object.fromEntries(entries) as { [K in keyof T['$inferInsert']]: SQL };
}
