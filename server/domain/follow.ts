import { canRead, canSeeInbox, visibleTo } from './access.ts';
import { Closable } from './closable.ts';
import type { Deps } from './commit.ts';
import { requirePageSize } from './conversations.ts';
import { NotFoundError } from './errors.ts';
import { HEARTBEAT_MS, INBOX_BATCH_MS, MAX_PAGE } from './limits.ts';
import { requireRight } from './people.ts';
import type { Bell } from './ports/bus.ts';
import type { InboxPage, Reset, StreamPage } from './ports/log.ts';
import { topics } from './ports/bus.ts';
import type { TailReader, Tails } from './tail.ts';
import type { Conversation, Ephemeral, Message, StreamRow, Viewer } from './types.ts';

/** What a follower is told. `cursor`: everything up to here that the viewer may see has been told on this stream. */
export type ConversationEvent =
  | { readonly type: 'heartbeat'; readonly cursor: string }
  | { readonly type: 'reset'; readonly cursor: null; readonly reason: string }
  | { readonly type: 'message_added'; readonly cursor: string; readonly message: Message }
  | { readonly type: 'message_changed'; readonly cursor: string; readonly message: Message }
  | { readonly type: 'conversation_changed'; readonly cursor: string; readonly conversation: Conversation }
  | { readonly type: 'ephemeral'; readonly cursor: null; readonly value: Ephemeral };

export interface FollowDeps extends Deps { readonly tails: Tails }

/**
 * Follows one conversation, from `after` or from now on. Nothing that happens after the cursor is missed or told out of order:
 *
 * 1. listen before the first read, so that whatever is committed later rings a bell that is already there;
 * 2. read pages after the cursor, check access again for each, tell the rows;
 * 3. when drained, tell what is fresh but not kept, then wait for the bell, the heartbeat or the end, and read again.
 *
 * A bell is one bit, so a follower that does not keep up holds one page and one bit, whatever the traffic. Reconnecting is the same code as connecting.
 * @throws NotFoundError if there is nothing that the viewer may see; BadCursorError for garbage
 */
export async function followConversation(
  deps: FollowDeps, viewer: Viewer | null, { customerId, after }: { customerId: string; after?: string | null },
): Promise<AsyncIterableIterator<ConversationEvent>> {
  const bell = deps.bus.listen(topics.conversation(customerId));
  const tail = deps.tails.open(customerId);
  const end = (): void => {
    bell.close();
    tail.close();
  };
  try {
    const conversation = await requireReadable(deps, viewer, customerId);
    const start = after ?? conversation.cursor;
    const first = await deps.log.streamAfter(customerId, start, MAX_PAGE);
    return new Closable(told({ deps, viewer, conversation, after: start, first, bell, tail, end }), end);
  } catch (error) {
    end();
    throw error;
  }
}

interface Following {
  readonly deps: FollowDeps;
  readonly viewer: Viewer | null;
  readonly conversation: Conversation;
  readonly after: string;
  readonly first: StreamPage | Reset;
  readonly bell: Bell;
  readonly tail: TailReader;
  readonly end: () => void;
}

async function* told({ deps, viewer, conversation, after, first, bell, tail, end }: Following): AsyncGenerator<ConversationEvent, void, void> {
  const { customerId } = conversation;
  let state = conversation;
  let page = first;
  /** Where this follower stood when it had last been told everything: a message after it is new to it. */
  let drained = 'reset' in first ? 0 : first.from;
  let isCatchingUp = true;
  let shownVersion = 0;
  try {
    if (!('reset' in page)) yield { type: 'heartbeat', cursor: after };
    for (;;) {
      if ('reset' in page) {
        yield { type: 'reset', cursor: null, reason: page.reset };
        return;
      }
      if (!canRead(viewer, state)) return;
      for (const row of page.rows) {
        if (row.type === 'conversation') state = row.conversation;
        if (visibleTo(viewer, row)) yield eventOf(row, drained);
      }
      const { stream, cursor, to, hasMore } = page;
      if (!hasMore) {
        drained = to;
        if (isCatchingUp) yield { type: 'heartbeat', cursor };
        isCatchingUp = false;

        // Rung meanwhile, there is more to tell first: what is shown may belong to a state that is not told yet.
        if (!bell.take()) {
          const shown = deps.bus.shown(topics.conversation(customerId), shownVersion);
          shownVersion = shown.version;
          for (const value of shown.values) if (isCurrent(value, state)) yield { type: 'ephemeral', cursor: null, value };

          while (!(await isRung(deps, bell))) {
            if (bell.closed) return;
            yield { type: 'heartbeat', cursor };
          }
        }
      }
      // A reader on its way reads for itself alone; the tail is for those who have arrived.
      page = hasMore ? await deps.log.streamAfter(customerId, cursor, MAX_PAGE) : await tail.after({ stream, position: to, cursor }, MAX_PAGE);
    }
  } finally {
    end();
  }
}

export interface EventPage { readonly events: readonly ConversationEvent[]; readonly cursor: string; readonly hasMore: boolean }

/**
 * The same stream, pulled: one step of `followConversation`, without waiting. A cursor that cannot be followed gives one reset, and itself back.
 * @throws InvalidInputError, NotFoundError, BadCursorError
 */
export async function listEvents(
  deps: Deps, viewer: Viewer | null, conversation: Conversation, { after, first }: { after: string; first?: number | null },
): Promise<EventPage> {
  if (!canRead(viewer, conversation)) throw new NotFoundError();
  const page = await deps.log.streamAfter(conversation.customerId, after, requirePageSize('first', first));
  if ('reset' in page) return { events: [{ type: 'reset', cursor: null, reason: page.reset }], cursor: after, hasMore: false };
  const events = page.rows.filter((row) => visibleTo(viewer, row)).map((row) => eventOf(row, page.from));
  return { events, cursor: page.cursor, hasMore: page.hasMore };
}

export interface InboxBatch {
  readonly cursor: string;
  readonly conversations: readonly Conversation[];
  readonly removed: readonly string[];
  readonly reset: boolean;
}

/**
 * The same idea one level up: conversations that changed after the cursor, each as it is now, at most 100 at a time and ten times a second.
 * @throws UnauthenticatedError, ForbiddenError; BadCursorError for garbage
 */
export async function followInbox(deps: Deps, viewer: Viewer | null, after?: string | null): Promise<AsyncIterableIterator<InboxBatch>> {
  requireRight(viewer, canSeeInbox(viewer));
  const bell = deps.bus.listen(topics.inbox);
  try {
    const first = await deps.log.inboxAfter(after ?? null, MAX_PAGE);
    return new Closable(inboxTold({ deps, viewer, after, first, bell }), () => bell.close());
  } catch (error) {
    bell.close();
    throw error;
  }
}

interface FollowingInbox {
  readonly deps: Deps;
  readonly viewer: Viewer | null;
  readonly after: string | null | undefined;
  readonly first: InboxPage | Reset;
  readonly bell: Bell;
}

async function* inboxTold({ deps, viewer, after, first, bell }: FollowingInbox): AsyncGenerator<InboxBatch, void, void> {
  let page = first;
  let cursor = after ?? ('reset' in first ? '' : first.cursor);
  try {
    if (!('reset' in page)) yield { cursor, conversations: [], removed: [], reset: false };
    for (;;) {
      if ('reset' in page) {
        yield { cursor, conversations: [], removed: [], reset: true };
        return;
      }
      if (!canSeeInbox(viewer)) return;
      const { conversations, removed, hasMore } = page;
      cursor = page.cursor;
      if (conversations.length + removed.length > 0) {
        yield { cursor, conversations, removed, reset: false };
        await new Promise((resolve) => { setTimeout(resolve, INBOX_BATCH_MS); });
      }
      if (!hasMore) {
        while (!(await isRung(deps, bell))) {
          if (bell.closed) return;
          yield { cursor, conversations: [], removed: [], reset: false };
        }
      }
      page = await deps.log.inboxAfter(cursor, MAX_PAGE);
    }
  } finally {
    bell.close();
  }
}

/** Waits for the bell. False: the heartbeat is due, or the bell was closed. */
async function isRung(deps: Deps, bell: Bell): Promise<boolean> {
  if (bell.take()) return true;
  await bell.wait(deps.bus.monotonic() + HEARTBEAT_MS);
  return !bell.closed && bell.take();
}

async function requireReadable(deps: Deps, viewer: Viewer | null, customerId: string): Promise<Conversation> {
  const conversation = await deps.log.find(customerId);
  if (!conversation || !canRead(viewer, conversation)) throw new NotFoundError();
  return conversation;
}

/** `since`: the position that the reader was known to have reached. */
function eventOf(row: StreamRow, since: number): ConversationEvent {
  const { cursor } = row;
  if (row.type === 'conversation') return { type: 'conversation_changed', cursor, conversation: row.conversation };
  return { type: row.message.seq > since ? 'message_added' : 'message_changed', cursor, message: row.message };
}

/** A draft is shown only under the state in which it was begun, so that none outlives a take-over. */
function isCurrent(value: Ephemeral, { handler, fence }: Conversation): boolean {
  return value.type !== 'draft' || (handler === 'bot' && value.fence === fence);
}
