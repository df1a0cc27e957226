import { onScopeDispose } from 'vue';
import { backoffMs } from '../graphql/backoff.ts';
import type { Client } from '../graphql/client.ts';
import { graphql } from '../graphql/document.ts';
import { heals, reasonOf, RefusedError } from '../graphql/errors.ts';
import type { Pending } from '../log/messageLog.ts';
import { withFailure, withoutPending, withPending, withRetry } from '../log/messageLog.ts';
import type { Message } from './fragments.ts';
import { MessageFields, StateFields, toMessage } from './fragments.ts';
import { newId } from './newId.ts';
import { outboxStorage } from './outboxStorage.ts';
import type { Conversation } from './useConversation.ts';

const SendMessage = graphql(`
  mutation SendMessage($input: SendMessageInput!) {
    sendMessage(input: $input) {
      __typename
      ... on SendMessagePayload { message { ...MessageFields } conversation { ...StateFields } }
      ... on StaleReplyError { unseen { ...MessageFields } }
      ... on RateLimitedError { retryAfterMs }
      ... on Error { reason }
    }
  }
`, [MessageFields, StateFields]);

const AddNote = graphql(`
  mutation AddNote($input: AddNoteInput!) {
    addNote(input: $input) {
      __typename
      ... on AddNotePayload { message { ...MessageFields } }
      ... on RateLimitedError { retryAfterMs }
      ... on Error { reason }
    }
  }
`, [MessageFields]);

type Outcome =
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'later'; readonly afterMs: number }
  | { readonly type: 'stale'; readonly unseen: readonly Message[] };

export interface OutboxOptions {
  /** There is newer text that the sender had not read. The entry left the outbox, and nothing was sent. */
  onStale?: (entry: Pending, unseen: readonly Message[]) => void;
}

/**
 * What is written here goes out one at a time, in order, under one clientMessageId each, until the server has it or refuses it for good. It is
 * kept on the device until then.
 */
export function useOutbox(client: Client, customerId: string, conversation: Conversation, { onStale }: OutboxOptions = {}) {
  const { log } = conversation;
  const storage = outboxStorage(log.value.me, customerId);
  let isRunning = false;
  let isOver = false;
  let wait: { timer: ReturnType<typeof setTimeout>; end: () => void } | null = null;

  function send(text: string, options: { kind?: Pending['kind']; lastSeenSeq?: number | null } = {}): void {
    const entry: Pending = {
      clientMessageId: newId(),
      kind: options.kind ?? 'TEXT',
      text,
      createdAt: new Date().toISOString(),
      lastSeenSeq: options.lastSeenSeq ?? null,
      state: 'sending',
      reason: null,
    };
    storage.put(entry);
    log.value = withPending(log.value, entry);
    void run();
  }

  function retry(clientMessageId: string): void {
    log.value = withRetry(log.value, clientMessageId);
    const entry = log.value.pending.find((other) => other.clientMessageId === clientMessageId);
    if (entry) storage.put(entry);
    void run();
  }

  function discard(clientMessageId: string): void {
    storage.remove(clientMessageId);
    log.value = withoutPending(log.value, clientMessageId);
  }

  async function run(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    let attempt = 0;
    for (let entry = next(); entry && !isOver; entry = next()) {
      if (!storage.has(entry.clientMessageId)) { discard(entry.clientMessageId); continue; }
      await client.opened();
      if (isOver) break;
      const outcome = await attemptSend(entry);
      attempt = outcome.type === 'later' ? attempt + 1 : 0;
      await settle(entry, outcome, attempt);
    }
    isRunning = false;
  }

  async function settle(entry: Pending, outcome: Outcome, attempt: number): Promise<void> {
    // The stream may bring the message although the answer was lost.
    const isDone = outcome.type === 'done' || !log.value.pending.some(({ clientMessageId }) => clientMessageId === entry.clientMessageId);
    if (isDone) return discard(entry.clientMessageId);
    if (outcome.type === 'later') return pause(Math.max(outcome.afterMs, backoffMs(attempt - 1)));
    if (outcome.type === 'failed') {
      log.value = withFailure(log.value, entry.clientMessageId, outcome.reason);
      return storage.put({ ...entry, state: 'failed', reason: outcome.reason });
    }
    discard(entry.clientMessageId);
    onStale?.(entry, outcome.unseen);
  }

  async function attemptSend(entry: Pending): Promise<Outcome> {
    try {
      return entry.kind === 'NOTE' ? await sendNote(entry) : await sendText(entry);
    } catch (error) {
      if (heals(error)) return { type: 'later', afterMs: (error instanceof RefusedError && error.retryAfterMs) || 0 };
      return { type: 'failed', reason: reasonOf(error) };
    }
  }

  async function sendText({ clientMessageId, text, lastSeenSeq }: Pending): Promise<Outcome> {
    const { sendMessage: result } = await client.execute(SendMessage, { input: { customerId, text, clientMessageId, lastSeenSeq } });
    switch (result.__typename) {
      case 'SendMessagePayload':
        conversation.mergeMessages([toMessage(result.message)]);
        conversation.mergeState(result.conversation);
        return { type: 'done' };
      case 'StaleReplyError': return { type: 'stale', unseen: result.unseen.map(toMessage) };
      case 'RateLimitedError': return { type: 'later', afterMs: result.retryAfterMs };
      default: return { type: 'failed', reason: result.reason };
    }
  }

  async function sendNote({ clientMessageId, text }: Pending): Promise<Outcome> {
    const { addNote: result } = await client.execute(AddNote, { input: { customerId, text, clientMessageId } });
    switch (result.__typename) {
      case 'AddNotePayload':
        conversation.mergeMessages([toMessage(result.message)]);
        return { type: 'done' };
      case 'RateLimitedError': return { type: 'later', afterMs: result.retryAfterMs };
      default: return { type: 'failed', reason: result.reason };
    }
  }

  function next(): Pending | undefined {
    return log.value.pending.find(({ state }) => state === 'sending');
  }

  function pause(ms: number): Promise<void> {
    return new Promise((end) => { wait = { timer: setTimeout(end, ms), end }; });
  }

  onScopeDispose(() => {
    isOver = true;
    clearTimeout(wait?.timer);
    wait?.end();
  });

  for (const entry of storage.read()) log.value = withPending(log.value, entry);
  void run();

  return { send, retry, discard };
}

export type Outbox = ReturnType<typeof useOutbox>;
