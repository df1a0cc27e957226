import { computed, onScopeDispose, reactive, ref, shallowRef, watch } from 'vue';
import type { Ref } from 'vue';
import { MessageFields, StateFields } from '../conversation/fragments.ts';
import { throttle } from '../conversation/throttle.ts';
import { backoffMs } from '../graphql/backoff.ts';
import type { Client } from '../graphql/client.ts';
import { graphql } from '../graphql/document.ts';
import type { Result, Variables } from '../graphql/document.ts';
import { ConnectionLostError, reasonOf } from '../graphql/errors.ts';
import type { View } from '../log/inboxLog.ts';
import { emptyInbox, endOf, rowsOf, withConversations, withoutCustomers } from '../log/inboxLog.ts';

const RowFields = graphql(`
  fragment RowFields on Conversation { ...StateFields lastMessage { ...MessageFields } }
`, [StateFields, MessageFields]);

const InboxPage = graphql(`
  query InboxPage($filter: ConversationFilter, $orderBy: ConversationOrder, $after: Cursor) {
    conversations(filter: $filter, orderBy: $orderBy, first: 50, after: $after) {
      nodes { ...RowFields }
      pageInfo { hasNextPage endCursor }
      cursor
    }
  }
`, [RowFields]);

const InboxFeed = graphql(`
  subscription InboxFeed($after: Cursor) {
    inboxEvents(after: $after) { cursor conversations { ...RowFields } removed reset }
  }
`, [RowFields]);

const InboxCounts = graphql(`
  query InboxCounts { conversationCounts { queue mine bot open resolved } }
`);

export type InboxRow = Result<typeof RowFields>;
type Page = { readonly end: InboxRow | null; readonly next: string | null };

const ARGUMENTS: Record<View, Pick<Variables<typeof InboxPage>, 'filter' | 'orderBy'>> = {
  queue: { filter: { status: 'OPEN', handler: 'QUEUE' }, orderBy: 'LONGEST_WAIT' },
  mine: { filter: { status: 'OPEN', handler: 'AGENT', assignee: 'me' } },
  bot: { filter: { status: 'OPEN', handler: 'BOT' } },
  all: { filter: { status: 'OPEN' } },
  resolved: { filter: { status: 'RESOLVED' } },
};

/** The list of one view, live. Views share what is known, so a view that was open before shows at once. */
export function useInbox(client: Client, me: string, view: Readonly<Ref<View>>) {
  const log = shallowRef(emptyInbox<InboxRow>());
  const counts = shallowRef<Result<typeof InboxCounts>['conversationCounts'] | null>(null);
  const pages = reactive(new Map<View, Page>());
  const problem = ref<string | null>(null);
  const isLoadingMore = ref(false);
  const handoffHearers: ((rows: readonly InboxRow[]) => void)[] = [];

  let cursor: string | null = null;
  let life = 0;
  let followedAt = 0;
  let unfollow: (() => void) | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;

  async function load(attempt = 0): Promise<void> {
    const mine = ++life;
    const of = view.value;
    clearTimeout(retry);
    try {
      const { conversations } = await client.execute(InboxPage, ARGUMENTS[of]);
      if (mine !== life) return;
      take(of, conversations);
      problem.value = null;
      // The first page's cursor only: the stream goes on from what it delivered itself.
      if (!unfollow) follow(conversations.cursor);
    } catch (error) {
      if (mine !== life || client.state.value === 'ended') return;
      problem.value = reasonOf(error);
      if (error instanceof ConnectionLostError) await client.opened();
      else await new Promise((resolve) => { retry = setTimeout(resolve, backoffMs(attempt)); });
      if (mine === life) void load(attempt + 1);
    }
  }

  async function loadMore(): Promise<void> {
    const of = view.value;
    const after = pages.get(of)?.next;
    if (!after || isLoadingMore.value) return;
    const mine = life;
    isLoadingMore.value = true;
    try {
      const { conversations } = await client.execute(InboxPage, { ...ARGUMENTS[of], after });
      if (mine === life) take(of, conversations, pages.get(of)?.end);
    } catch (error) {
      problem.value = reasonOf(error);
    } finally {
      isLoadingMore.value = false;
    }
  }

  /** A page after `before`, the end of those read so far; none: the first page. */
  function take(of: View, { nodes, pageInfo }: Result<typeof InboxPage>['conversations'], before?: InboxRow | null): void {
    log.value = withConversations(log.value, nodes);
    const end = endOf(of, before ? [before, ...nodes] : nodes);
    pages.set(of, pageInfo.hasNextPage && end ? { end, next: pageInfo.endCursor } : { end: null, next: null });
  }

  function follow(from: string): void {
    cursor = from;
    followedAt = Date.now();
    unfollow = client.subscribe(InboxFeed, () => ({ after: cursor }), {
      next: ({ inboxEvents }) => {
        cursor = inboxEvents.cursor;
        if (inboxEvents.reset) return startOver();
        const handedOff = inboxEvents.conversations.filter((row) => isQueued(row) && !isQueued(log.value.known.get(row.id)));
        log.value = withoutCustomers(withConversations(log.value, inboxEvents.conversations), inboxEvents.removed);
        if (inboxEvents.conversations.length + inboxEvents.removed.length > 0) refreshCounts.request();
        if (handedOff.length > 0) for (const hear of handoffHearers) hear(handedOff);
      },
      refused: startOver,
    });
  }

  /** What is here counts no more. If the feed says so of what was only just read, it is not read again at once. */
  function startOver(): void {
    unfollow?.();
    unfollow = null;
    log.value = emptyInbox();
    pages.clear();
    clearTimeout(retry);
    retry = setTimeout(() => { void load(); }, Date.now() - followedAt > 5_000 ? 0 : backoffMs(0));
  }

  const refreshCounts = throttle(1_000, () => {
    client.execute(InboxCounts, {}).then(({ conversationCounts }) => { counts.value = conversationCounts; }).catch(() => undefined); // the next event asks again
  });

  watch(view, () => { void load(); }, { immediate: true });
  watch(client.state, (state) => { if (state === 'open') refreshCounts.request(); }, { immediate: true });
  onScopeDispose(() => {
    life++;
    clearTimeout(retry);
    refreshCounts.cancel();
    unfollow?.();
  });

  return {
    rows: computed(() => rowsOf(log.value, view.value, me, pages.get(view.value)?.end ?? null)),
    known: computed(() => log.value.known),
    isLoaded: computed(() => pages.has(view.value)),
    hasMore: computed(() => Boolean(pages.get(view.value)?.next)),
    counts, problem, isLoadingMore, loadMore,
    /** Who begins to wait for a person while this is followed. */
    onHandoff: (hear: (rows: readonly InboxRow[]) => void) => { handoffHearers.push(hear); },
    reload: () => { void load(); },
  };
}

/** Waits for a person. */
export function isQueued(row: InboxRow | undefined): boolean {
  return row?.status === 'OPEN' && row.handler === 'QUEUE';
}

export type Inbox = ReturnType<typeof useInbox>;
