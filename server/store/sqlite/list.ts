import { and, asc, desc, eq, gt, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { ConversationCounts, ConversationFilter, ConversationLog, InboxPage, ListRequest, Reset } from '../../domain/ports/log.ts';
import type { ConversationStatus, Handler } from '../../domain/types.ts';
import type { ListPlace } from '../cursors.ts';
import { inboxCursor, listCursor, readInboxCursor, readListCursor } from '../cursors.ts';
import type { Db } from './connection.ts';
import type { StoreContext } from './context.ts';
import type { ConversationRow } from './rows.ts';
import { atMost, given, GIVEN_LIMIT, PageItem, toConversation } from './rows.ts';
import { conversation, conversationRemoval, conversationTally } from './schema.ts';

/** Reading over conversations: lists, counts and the inbox feed. None lists a conversation without a message. */
export function createLists({ epoch, prepared, read }: StoreContext): Pick<ConversationLog, 'list' | 'counts' | 'inboxAfter'> {
  return {
    list: (request) => read(() => {
      const cursor = inboxCursor(epoch, lastChange(prepared(prepareInbox)));
      const after = request.after === null ? null : readListCursor(epoch, request.order, request.after);
      const found = findPage(prepared(createListStatements), request, after);
      const items = found.slice(0, request.limit)
        .map(({ row, place }) => new PageItem(toConversation(row, epoch), () => listCursor(epoch, request.order, place)));
      return { items, hasNextPage: found.length > request.limit, hasPreviousPage: after !== null, cursor };
    }),
    counts: (agentId) => read((): ConversationCounts => {
      const { tally, mine } = prepared(prepareInbox);
      const states = tally.all();
      const count = (status: ConversationStatus, handler?: Handler): number => states
        .reduce((sum, state) => sum + (state.status === status && (handler ?? state.handler) === state.handler ? state.count : 0), 0);
      return {
        queue: count('open', 'queue'),
        mine: agentId === null ? 0 : (mine.get({ agentId })?.count ?? 0),
        bot: count('open', 'bot'),
        open: count('open'),
        resolved: count('resolved'),
      };
    }),
    inboxAfter: (after, limit) => read((): InboxPage | Reset => {
      const statements = prepared(prepareInbox);
      const last = lastChange(statements);
      if (after === null) return { conversations: [], removed: [], cursor: inboxCursor(epoch, last), hasMore: false };
      const place = readInboxCursor(after);
      if (place.epoch !== epoch) return { reset: 'The data was restored from a backup.' };
      if (place.change > last) return { reset: 'This lies beyond the end of the feed.' };
      return inboxPage(statements, { from: place.change, last, limit, epoch });
    }),
  };
}

// ── lists ────────────────────────────────────────────────────────────────────────────────────────

interface Found { readonly row: ConversationRow; readonly place: ListPlace }

/** One more than asked for, if there is more. By wait: first those who wait, the longest first, then all others by their newest text. */
function findPage(statements: ListStatements, { filter, order, limit }: ListRequest, after: ListPlace | null): Found[] {
  const find = (part: Part, place: { key: number; row: number }, count: number): Found[] => {
    const found = ranges(part, filter).flatMap((each) => statements.of(part, each).all({ ...each, key: place.key, row: place.row, limit: count }));
    return found.map((row) => ({ row, place: placeOf(row, part === 'waiting') })).sort(part === 'waiting' ? forward : backward).slice(0, count);
  };

  if (order === 'newest_activity') return find('all', after ?? FIRST, limit + 1);
  if (after && !after.waiting) return find('rest', after, limit + 1);
  const waiting = find('waiting', after ?? FIRST_WAITING, limit + 1);
  return waiting.length > limit ? waiting : [...waiting, ...find('rest', FIRST, limit + 1 - waiting.length)];
}

/** The filters whose rows lie together in an index, in order: those by handler or assignee are kept by status. */
function ranges(part: Part, filter: ConversationFilter): readonly ConversationFilter[] {
  if (part === 'waiting' || filter.status !== undefined || (filter.handler === undefined && filter.assigneeId === undefined)) return [filter];
  return STATUSES.map((status) => ({ ...filter, status }));
}

const forward = (a: Found, b: Found): number => a.place.key - b.place.key || a.place.row - b.place.row;
const backward = (a: Found, b: Found): number => forward(b, a);

function placeOf({ row, waitingSince, lastTextAt }: ConversationRow, waiting: boolean): ListPlace {
  return { waiting, key: (waiting ? waitingSince : lastTextAt) ?? 0, row };
}

const STATUSES: readonly ConversationStatus[] = ['open', 'snoozed', 'resolved'];
const FIRST = { key: Number.MAX_SAFE_INTEGER, row: Number.MAX_SAFE_INTEGER };
const FIRST_WAITING = { key: -1, row: -1 };

type Part = 'all' | 'waiting' | 'rest';
export interface ListStatements { of(part: Part, filter: ConversationFilter): ReturnType<typeof prepareList> }

/** One statement for each part and set of filters, made when first asked for: 48 at most. */
export function createListStatements(db: Db): ListStatements {
  const made = new Map<string, ReturnType<typeof prepareList>>();
  return {
    of(part, { status, handler, assigneeId, unreadOnly }) {
      const isGiven = (value: unknown): boolean => value !== undefined;
      const shape: Shape = { status: isGiven(status), handler: isGiven(handler), assigneeId: isGiven(assigneeId), unreadOnly: unreadOnly === true };
      const key = `${part} ${Object.values(shape).join(' ')}`;
      const statement = made.get(key) ?? prepareList(db, part, shape);
      made.set(key, statement);
      return statement;
    },
  };
}

type Shape = Record<keyof ConversationFilter, boolean>;

function prepareList(db: Db, part: Part, shape: Shape) {
  const { row, status, handler, assigneeId, unreadForAgents, waitingSince, lastTextAt } = conversation;
  const isWaiting = part === 'waiting';
  const place = sql`(${given('key')}, ${given('row')})`;
  // A plus keeps SQLite from an index on that column: those who wait are few, and come out of their own index in order.
  const filtered = (column: SQLiteColumn): SQL => (isWaiting ? sql`+${column}` : sql`${column}`);
  return db.select().from(conversation).where(and(
    isWaiting ? sql`${filtered(lastTextAt)} is not null` : undefined,
    shape.status ? eq(filtered(status), given('status')) : undefined,
    shape.handler ? eq(filtered(handler), given('handler')) : undefined,
    shape.assigneeId ? eq(filtered(assigneeId), given('assigneeId')) : undefined,
    // As a literal, so that SQLite sees that the partial index fits.
    shape.unreadOnly ? sql`${filtered(unreadForAgents)} > 0` : undefined,
    part === 'all' ? undefined : sql`${waitingSince} is ${isWaiting ? sql`not null` : sql`null`}`,
    isWaiting ? sql`(${waitingSince}, ${row}) > ${place}` : sql`(${lastTextAt}, ${row}) < ${place}`,
  )).orderBy(...(isWaiting ? [asc(waitingSince), asc(row)] : [desc(lastTextAt), desc(row)])).limit(GIVEN_LIMIT).prepare();
}

// ── the inbox feed ───────────────────────────────────────────────────────────────────────────────

export function prepareInbox(db: Db) {
  const { status, assigneeId, change, lastTextAt } = conversation;
  const isListed = sql`${lastTextAt} is not null`;
  return {
    tally: db.select().from(conversationTally).prepare(),
    mine: db.select({ count: sql<number>`count(*)` }).from(conversation)
      .where(and(eq(assigneeId, given('agentId')), eq(status, sql`'open'`), isListed)).prepare(),
    lastChange: db.select({ change }).from(conversation).where(sql`${change} > 0`).orderBy(desc(change)).limit(atMost(1)).prepare(),
    lastRemoval: db.select({ change: conversationRemoval.change }).from(conversationRemoval)
      .where(sql`${conversationRemoval.change} > 0`).orderBy(desc(conversationRemoval.change)).limit(atMost(1)).prepare(),
    changed: db.select().from(conversation).where(gt(change, given('from'))).orderBy(asc(change)).limit(GIVEN_LIMIT).prepare(),
    removed: db.select().from(conversationRemoval).where(gt(conversationRemoval.change, given('from')))
      .orderBy(asc(conversationRemoval.change)).limit(GIVEN_LIMIT).prepare(),
    isListed: db.select({ row: conversation.row }).from(conversation)
      .where(and(eq(conversation.customerId, given('customerId')), isListed)).prepare(),
  };
}

type InboxStatements = ReturnType<typeof prepareInbox>;

function lastChange(statements: InboxStatements): number {
  return Math.max(statements.lastChange.get()?.change ?? 0, statements.lastRemoval.get()?.change ?? 0);
}

function inboxPage(statements: InboxStatements, at: { from: number; last: number; limit: number; epoch: string }): InboxPage {
  const { from, last, limit, epoch } = at;
  const changed = statements.changed.all({ from, limit: limit + 1 }).map((row) => ({ change: row.change ?? 0, row, customerId: null }));
  const removed = statements.removed.all({ from, limit: limit + 1 }).map(({ change, customerId }) => ({ change, row: null, customerId }));
  const all = [...changed, ...removed].sort((a, b) => a.change - b.change);
  const page = all.slice(0, limit);
  const hasMore = all.length > limit;
  return {
    conversations: page.flatMap(({ row }) => (row ? [toConversation(row, epoch)] : [])),
    // A conversation that went away and came back since is among the others, now or later.
    removed: page.flatMap(({ customerId }) => (customerId !== null && !statements.isListed.get({ customerId }) ? [customerId] : [])),
    cursor: inboxCursor(epoch, hasMore ? (page.at(-1)?.change ?? from) : last),
    hasMore,
  };
}

