import { and, asc, desc, eq, gt, gte, lt, lte, ne, or, sql } from 'drizzle-orm';
import { NotFoundError } from '../../domain/errors.ts';
import type { ConversationLog, MessagePageRequest, StreamPage } from '../../domain/ports/log.ts';
import type { Message, Page, StreamRow } from '../../domain/types.ts';
import type { Stream } from '../cursors.ts';
import { messageCursor, readMessageCursor, readStreamCursor, streamCursor, streamName } from '../cursors.ts';
import { inBatches } from '../batch.ts';
import type { Db } from './connection.ts';
import type { StoreContext } from './context.ts';
import type { ConversationRow, MessageRow } from './rows.ts';
import { atMost, given, GIVEN_LIMIT, inOneText, isAmong, PageItem, rowsIn, streamOf, toConversation, toMessage } from './rows.ts';
import { conversation, message, messageRevision } from './schema.ts';

type Reads = Pick<ConversationLog, 'find' | 'streamAfter' | 'message' | 'earlierTexts' | 'messages' | 'awaitingBot'>;

/** Reading one conversation. */
export function createReads({ epoch, prepared, read }: StoreContext): Reads {
  return {
    find: (customerId) => read(() => {
      const row = prepared(prepareReads).conversation.get({ customerId });
      return row ? toConversation(row, epoch) : null;
    }),
    streamAfter: (customerId, after, limit) => read(() => {
      const statements = prepared(prepareReads);
      const place = readStreamCursor(after);
      const row = statements.conversation.get({ customerId });
      if (!row) throw new NotFoundError();
      const reset = resetReason(streamOf(epoch, row), place, row.head);
      return reset === null ? streamPage(statements, { row, epoch, from: place.position, limit }) : { reset };
    }),
    message: inBatches((ids) => read(() => new Map(prepared(prepareReads).messages.all({ ids: JSON.stringify(ids) })
      .map((found) => [found.message.id, toMessage(found.message, found.customerId)])))),
    earlierTexts: (messageId) => read(() => prepared(prepareReads).revisions.all({ messageId }).map(({ text }) => text)),
    messages: ({ customerId, cursor, head }, page) => read(() => {
      const stream = readStreamCursor(cursor);
      return messagePage(prepared(prepareReads), { customerId, stream, head, page });
    }),
    awaitingBot: (limit) => read(() => prepared(prepareReads).awaitingBot.all({ limit }).map((row) => toConversation(row, epoch))),
  };
}

export function prepareReads(db: Db) {
  const ofConversation = eq(message.conversationRow, given('row'));
  const isVisible = or(eq(message.audience, sql`'everyone'`), sql`${given('team')}`);
  const upTo = and(ofConversation, isVisible, lte(message.seq, given('head')));
  const { handler, status, lastCustomerSeq, botDoneSeq } = conversation;
  const one = { found: sql<number>`1` };
  return {
    conversation: db.select().from(conversation).where(eq(conversation.customerId, given('customerId'))).prepare(),
    messages: db.select({ message, customerId: conversation.customerId }).from(message)
      .innerJoin(conversation, eq(conversation.row, message.conversationRow)).where(isAmong(message.id)).prepare(),
    revisions: db.select({ text: messageRevision.text }).from(messageRevision)
      .where(eq(messageRevision.messageId, given('messageId'))).orderBy(asc(messageRevision.row)).prepare(),
    added: db.select().from(message)
      .where(and(ofConversation, gt(message.seq, given('from')), lte(message.seq, given('head')), eq(message.position, message.seq)))
      .orderBy(asc(message.seq)).limit(GIVEN_LIMIT).prepare(),
    changed: db.select().from(message)
      .where(and(ofConversation, ne(message.position, message.seq), gt(message.position, given('from')), lte(message.position, given('head'))))
      .orderBy(asc(message.position)).limit(GIVEN_LIMIT).prepare(),
    forward: inOneText(db, message, db.select().from(message).where(and(upTo, gt(message.seq, given('from')))).orderBy(asc(message.seq)).limit(GIVEN_LIMIT)),
    backward: inOneText(db, message, db.select().from(message).where(and(upTo, lt(message.seq, given('from')))).orderBy(desc(message.seq)).limit(GIVEN_LIMIT)),
    anyUpTo: db.select(one).from(message).where(and(upTo, lte(message.seq, given('from')))).limit(atMost(1)).prepare(),
    anyFrom: db.select(one).from(message).where(and(upTo, gte(message.seq, given('from')))).limit(atMost(1)).prepare(),
    awaitingBot: db.select().from(conversation)
      .where(and(eq(handler, sql`'bot'`), eq(status, sql`'open'`), gt(lastCustomerSeq, botDoneSeq)))
      .orderBy(asc(conversation.waitingSince), asc(conversation.row)).limit(GIVEN_LIMIT).prepare(),
  };
}

type Statements = ReturnType<typeof prepareReads>;

function resetReason(stream: Stream, place: Stream & { position: number }, head: number): string | null {
  if (place.epoch !== stream.epoch) return 'The data was restored from a backup.';
  if (place.row !== stream.row || place.life !== stream.life) return 'This belongs to another conversation, or to an earlier life of this one.';
  return place.position > head ? 'This lies beyond the end of the stream.' : null;
}

function streamPage(statements: Statements, at: { row: ConversationRow; epoch: string; from: number; limit: number }): StreamPage {
  const { row, epoch, from, limit } = at;
  const stream = streamOf(epoch, row);
  const rows = messagesAfter(statements, at).map((found): StreamRow => {
    const { position, audience } = found;
    return { type: 'message', position, cursor: streamCursor(stream, position), audience, message: toMessage(found, row.customerId) };
  });
  if (row.position > from) {
    const { position } = row;
    const place = rows.findIndex((other) => other.position > position);
    const cursor = streamCursor(stream, position);
    const state: StreamRow = { type: 'conversation', position, cursor, audience: 'everyone', conversation: toConversation(row, epoch) };
    rows.splice(place < 0 ? rows.length : place, 0, state);
  }
  const page = rows.slice(0, limit);
  const hasMore = rows.length > limit;
  const to = hasMore ? (page.at(-1)?.position ?? from) : row.head;
  return { stream: streamName(stream), from, rows: page, to, cursor: streamCursor(stream, to), hasMore };
}

/** In the order of the stream: one more than asked for, which tells whether there is more. */
function messagesAfter(statements: Statements, { row: { row, head }, from, limit }: { row: ConversationRow; from: number; limit: number }): MessageRow[] {
  // The head was read first: what another process commits meanwhile waits for the next page.
  const range = { row, from, head, limit: limit + 1 };
  const added = statements.added.all(range);
  // One change a position: where new messages stand without a gap, nothing else happened.
  const count = Math.min(range.limit, head - from);
  if (added.length === count && (added.at(-1)?.position ?? from) === from + count) return added;
  return [...added, ...statements.changed.all(range)].sort((a, b) => a.position - b.position).slice(0, range.limit);
}

interface PageOf { customerId: string; stream: Stream; head: number; page: MessagePageRequest }

function messagePage(statements: Statements, { customerId, stream, head, page }: PageOf): Page<Message> {
  const { direction, limit, audiences } = page;
  const isForward = direction === 'forward';
  const from = page.from === null ? null : readMessageCursor(stream, page.from);
  const about = { row: stream.row, head, team: audiences.includes('team') ? 1 : 0, from: from ?? (isForward ? 0 : head + 1) };
  const rows = rowsIn(statements[direction].get({ ...about, limit: limit + 1 })?.rows ?? '[]', message);
  const isBehind = from !== null && (isForward ? statements.anyUpTo : statements.anyFrom).get(about) !== undefined;
  const isAhead = rows.length > limit;
  const shown = rows.slice(0, limit);
  if (!isForward) shown.reverse();
  return {
    items: shown.map((row) => new PageItem(toMessage(row, customerId), () => messageCursor(stream, row.seq))),
    hasNextPage: isForward ? isAhead : isBehind,
    hasPreviousPage: isForward ? isBehind : isAhead,
  };
}

