import type { ShallowRef } from 'vue';
import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import type { Client } from '../graphql/client.ts';
import { backoffMs } from '../graphql/backoff.ts';
import { graphql } from '../graphql/document.ts';
import type { Result } from '../graphql/document.ts';
import { ConnectionLostError, reasonOf } from '../graphql/errors.ts';
import type { Draft } from '../log/draft.ts';
import { afterHandler, afterText, withDraft } from '../log/draft.ts';
import type { MessageLog } from '../log/messageLog.ts';
import { emptyLog, shownMessages, withMessages, withoutMessages, withPage } from '../log/messageLog.ts';
import type { ConversationState, Message } from './fragments.ts';
import { keyOf, MessageFields, StateFields, toMessage } from './fragments.ts';
import { useTypers } from './useTypers.ts';

const ConversationPage = graphql(`
  query ConversationPage($customerId: ID!, $before: Cursor) {
    botAnswers usualWaitMs
    conversation(customerId: $customerId) {
      ...StateFields
      cursor
      messages(last: 50, before: $before) { nodes { ...MessageFields } pageInfo { hasPreviousPage startCursor } }
    }
  }
`, [StateFields, MessageFields]);

const EventFields = graphql(`
  fragment EventFields on ConversationEvent {
    __typename
    cursor
    ... on MessageAdded { message { ...MessageFields } }
    ... on MessageChanged { message { ...MessageFields } }
    ... on ConversationChanged { conversation { ...StateFields } }
    ... on TypingChanged { typing sender { __typename ... on Customer { id } ... on Agent { id name } ... on ApiToken { id name } ... on Bot { name } } }
    ... on BotDraft { turnId afterSeq text }
  }
`, [StateFields, MessageFields]);

const ConversationFeed = graphql(`
  subscription ConversationFeed($customerId: ID!, $after: Cursor) {
    conversationEvents(customerId: $customerId, after: $after) { ...EventFields }
  }
`, [EventFields]);

const ConversationPoll = graphql(`
  query ConversationPoll($customerId: ID!, $after: Cursor!) {
    conversation(customerId: $customerId) { events(after: $after) { cursor hasMore events { ...EventFields } } }
  }
`, [EventFields]);

const BOT = keyOf({ __typename: 'Bot' });

type Event = Result<typeof ConversationFeed>['conversationEvents'];

/** `missing`: there is none, or none that this viewer may see. */
export type LoadStatus = 'loading' | 'ready' | 'missing' | 'failed';

/**
 * One conversation, read and followed for as long as the scope lives. `log` is writable, so that whoever sends can add to it; all else is merged here.
 * `me` is the key of the sender that writes here.
 */
export function useConversation(client: Client, customerId: string, me: string) {
  const status = ref<LoadStatus>('loading');
  const reason = ref<string | null>(null);
  const log: ShallowRef<MessageLog<Message>> = shallowRef(emptyLog<Message>(me));
  const state = shallowRef<ConversationState | null>(null);
  const botAnswers = ref(false);
  const usualWaitMs = ref<number | null>(null);
  const draft = shallowRef<Draft | null>(null);
  const isLoadingOlder = ref(false);
  const olderCursor = shallowRef<string | null>(null);
  const { typers, typed, stoppedTyping } = useTypers(me);

  let cursor: string | null = null;
  let loadedAt = 0;
  let life = 0; // answers to what was asked before a reset, or after the end, count no more
  let unfollow = (): void => undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  async function load(attempt = 0): Promise<void> {
    const mine = ++life;
    loadedAt = Date.now();
    clearTimeout(retry);
    unfollow();
    try {
      const page = await client.execute(ConversationPage, { customerId });
      const { conversation } = page;
      if (mine !== life) return;
      if (!conversation) { status.value = 'missing'; return; }
      botAnswers.value = page.botAnswers;
      usualWaitMs.value = page.usualWaitMs;
      state.value = conversation;
      draft.value = null; // the stream shows it again, if it goes on
      log.value = withPage(withoutMessages(log.value), conversation.messages.nodes.map(toMessage), conversation.messages.pageInfo.hasPreviousPage);
      olderCursor.value = conversation.messages.pageInfo.hasPreviousPage ? conversation.messages.pageInfo.startCursor : null;
      status.value = 'ready';
      cursor = conversation.cursor;
      follow();
    } catch (error) {
      if (mine !== life || client.state.value === 'ended') return;
      reason.value = reasonOf(error);
      if (status.value === 'loading' && !(error instanceof ConnectionLostError)) status.value = 'failed';
      if (error instanceof ConnectionLostError) await client.opened();
      else await new Promise((resolve) => { retry = setTimeout(resolve, backoffMs(attempt)); });
      if (mine === life) void load(attempt + 1);
    }
  }

  /** The stream says that what is here counts no more. If it says so of what was only just read, not at once. */
  function loadAgain(): void {
    const wait = Date.now() - loadedAt > 5_000 ? 0 : backoffMs(0);
    unfollow();
    clearTimeout(retry);
    retry = setTimeout(() => { void load(); }, wait);
  }

  function follow(): void {
    unfollow = client.subscribe(ConversationFeed, () => ({ customerId, after: cursor }), {
      next: ({ conversationEvents }) => receive(conversationEvents),
      // Erased or forbidden meanwhile, or a cursor of another life: the page says which.
      refused: loadAgain,
    }, {
      document: ConversationPoll,
      variables: () => ({ customerId, after: cursor ?? '' }),
      resultsOf: ({ conversation }) => conversation && {
        // What this viewer may not see has a place in the stream, too: the step may reach further than its last event.
        results: [...conversation.events.events, { __typename: 'StreamHeartbeat' as const, cursor: conversation.events.cursor }]
          .map((event) => ({ conversationEvents: event })),
        hasMore: conversation.events.hasMore,
      },
    });
  }

  function receive(event: Event): void {
    if (event.cursor !== null) cursor = event.cursor;
    switch (event.__typename) {
      case 'MessageAdded':
        if (keyOf(event.message.sender) === BOT) botAnswers.value = true; // it was switched on meanwhile
        return mergeMessages([toMessage(event.message)]);
      case 'MessageChanged': return mergeMessages([toMessage(event.message)]);
      case 'ConversationChanged': return mergeState(event.conversation);
      case 'TypingChanged': return typed(event.sender, event.typing);
      case 'BotDraft': draft.value = withDraft(draft.value, event); return;
      case 'StreamReset': return loadAgain();
      case 'StreamHeartbeat': return;
    }
  }

  function mergeMessages(messages: readonly Message[]): void {
    log.value = withMessages(log.value, messages);
    for (const message of messages) {
      if (message.kind !== 'TEXT') continue;
      stoppedTyping(keyOf(message.sender));
      draft.value = afterText(draft.value, { seq: message.seq, isBots: message.sender.__typename === 'Bot' });
    }
  }

  /** The greater position wins, whether it came by the stream or as an answer. */
  function mergeState(next: ConversationState): void {
    if (state.value && next.position < state.value.position) return;
    state.value = next;
    draft.value = afterHandler(draft.value, next.handler);
    if (next.handler !== 'BOT') stoppedTyping(BOT);
  }

  /** Resolves when the page is in the log, or could not be read: then it may be tried again. */
  async function loadOlder(): Promise<void> {
    if (olderCursor.value === null || isLoadingOlder.value) return;
    const mine = life;
    isLoadingOlder.value = true;
    try {
      const { conversation } = await client.execute(ConversationPage, { customerId, before: olderCursor.value });
      if (mine !== life || !conversation) return;
      const { nodes, pageInfo } = conversation.messages;
      log.value = withPage(log.value, nodes.map(toMessage), pageInfo.hasPreviousPage);
      olderCursor.value = pageInfo.hasPreviousPage ? pageInfo.startCursor : null;
    } catch (error) {
      reason.value = reasonOf(error);
    } finally {
      isLoadingOlder.value = false;
    }
  }

  onScopeDispose(() => {
    life++;
    clearTimeout(retry);
    unfollow();
  });
  void load();

  return {
    status, reason, log, state, botAnswers, usualWaitMs, draft, typers, isLoadingOlder,
    messages: computed(() => shownMessages(log.value)),
    hasOlder: computed(() => olderCursor.value !== null),
    reload: () => { status.value = 'loading'; void load(); },
    loadOlder, mergeMessages, mergeState,
  };
}

export type Conversation = ReturnType<typeof useConversation>;
