import { sql } from 'drizzle-orm';
import type { Placeholder, SQL, SQLWrapper } from 'drizzle-orm';
import { getTableColumns } from 'drizzle-orm';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Agent, BotAnswer, Conversation, Customer, Message } from '../../domain/types.ts';
import type { Stream } from '../cursors.ts';
import { streamCursor } from '../cursors.ts';
import type { Db } from './connection.ts';
import type { agent, conversation, customer, message } from './schema.ts';

export type AgentRow = typeof agent.$inferSelect;
export type CustomerRow = typeof customer.$inferSelect;
export type ConversationRow = typeof conversation.$inferSelect;
export type MessageRow = typeof message.$inferSelect;

export function streamOf(epoch: string, { row, life }: Pick<ConversationRow, 'row' | 'life'>): Stream {
  return { epoch, row, life };
}

export function toConversation(row: ConversationRow, epoch: string): Conversation {
  return new StoredConversation(row, epoch);
}

/**
 * A class for its cursor, which few ask for: making it each time, or a getter of its own for each object, is what a list would spend most on.
 * NOTE: a spread leaves the cursor behind.
 */
class StoredConversation implements Conversation {
  readonly id: string;
  readonly customerId: string;
  readonly status: Conversation['status'];
  readonly handler: Conversation['handler'];
  readonly assigneeId: string | null;
  readonly createdAt: Date;
  readonly seenByCustomer: number;
  readonly seenByAgents: number;
  readonly waitingSince: Date | null;
  readonly position: number;
  readonly head: number;
  readonly fence: number;
  readonly lastCustomerSeq: number;
  readonly botDoneSeq: number;
  readonly unreadForCustomer: number;
  readonly unreadForAgents: number;
  readonly lastMessageId: string | null;
  readonly #stream: Stream;

  constructor(row: ConversationRow, epoch: string) {
    this.id = row.id;
    this.customerId = row.customerId;
    this.status = row.status;
    this.handler = row.handler;
    this.assigneeId = row.assigneeId;
    this.createdAt = new Date(row.createdAt);
    this.seenByCustomer = row.seenByCustomer;
    this.seenByAgents = row.seenByAgents;
    this.waitingSince = toDate(row.waitingSince);
    this.position = row.position;
    this.head = row.head;
    this.fence = row.fence;
    this.lastCustomerSeq = row.lastCustomerSeq;
    this.botDoneSeq = row.botDoneSeq;
    this.unreadForCustomer = row.unreadForCustomer;
    this.unreadForAgents = row.unreadForAgents;
    this.lastMessageId = row.lastMessageId;
    this.#stream = streamOf(epoch, row);
  }

  get cursor(): string {
    return streamCursor(this.#stream, this.head);
  }
}

/** One of a page, whose cursor is made when it is asked for: of most it never is. */
export class PageItem<T> {
  readonly node: T;
  readonly #cursorOf: () => string;

  constructor(node: T, cursorOf: () => string) {
    this.node = node;
    this.#cursorOf = cursorOf;
  }

  get cursor(): string {
    return this.#cursorOf();
  }
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
/**
 * How many rows, given under the name `limit`. As an expression, since SQLite looks at a bare value as it plans, and then plans anew each time that one is
 * given (`sqlite3ExprIsInteger`, since 3.47): a third of what a short page costs.
 */
export const GIVEN_LIMIT = asLimit(sql`(${given('limit')} + 0)`);
/** The same for a fixed number, which drizzle would give as a value too. */
export const atMost = (count: number): Placeholder => asLimit(sql.raw(String(count)));

/** Drizzle takes any SQL there, but for its types. */
function asLimit(count: SQL): Placeholder {
  return count as unknown as Placeholder;
}

/** One of the ids given as a JSON list under the name `ids`. */
export const isAmong = (column: SQLiteColumn): SQL => sql`${column} in (select value from json_each(${given('ids')}))`;
/** The same where drizzle asks for SQL. Goes to SQLite as it is. */
export const givenRaw = (name: string): SQL => sql`${sql.placeholder(name)}`;

/** Every column of the table from a value of the same name: rows are written whole. */
export function wholeRow<T extends SQLiteTable>(table: T): { [K in keyof T['$inferInsert']]: SQL } {
  const entries = Object.keys(getTableColumns(table)).map((key) => [key, givenRaw(key)]);
  return Object.fromEntries(entries) as { [K in keyof T['$inferInsert']]: SQL };
}

/**
 * A statement that gives whole rows of a table as one JSON text; `rowsIn` reads it. Most of what a page costs is handing over its values one by one, and
 * this hands over one.
 */
export function inOneText(db: Db, table: SQLiteTable, rows: SQLWrapper) {
  const columns = Object.values(getTableColumns(table)).map(({ name }) => sql.identifier(name));
  return db.select({ rows: sql<string>`json_group_array(json_array(${sql.join(columns, sql`, `)}))` }).from(sql`${rows}`).prepare();
}

export function rowsIn<T extends SQLiteTable>(text: string, table: T): T['$inferSelect'][] {
  const columns = columnsOf(table);
  return (JSON.parse(text) as unknown[][]).map((values) => {
    const row: Record<string, unknown> = {};
    for (const [index, { key, isBit }] of columns.entries()) row[key] = isBit && values[index] !== null ? values[index] === 1 : values[index];
    return row as T['$inferSelect'];
  });
}

const known = new WeakMap<SQLiteTable, readonly { readonly key: string; readonly isBit: boolean }[]>();

function columnsOf(table: SQLiteTable): readonly { readonly key: string; readonly isBit: boolean }[] {
  const columns = known.get(table) ?? Object.entries(getTableColumns(table)).map(([key, { dataType }]) => ({ key, isBit: dataType === 'boolean' }));
  known.set(table, columns);
  return columns;
}
