import { onScopeDispose, ref } from 'vue';
import { backoffMs } from '../graphql/backoff.ts';
import type { Client } from '../graphql/client.ts';
import { graphql } from '../graphql/document.ts';
import { heals, reasonOf, RefusedError } from '../graphql/errors.ts';
import type { Pending } from '../log/messageLog.ts';
import { withFailure, withoutPending, withPending, withRetry } from '../log/messageLog.ts';
import type { Message } from './fragments.ts';
import { MessageFields, StateFields, toMessage } from './fragments.ts';
import { inTurn } from './inTurn.ts';
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
  | { readonly type: 'done'; readonly message: Message }
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'lost' }
  | { readonly type: 'later'; readonly because: Delay; readonly afterMs: number }
  | { readonly type: 'stale'; readonly unseen: readonly Message[] };

/** Why sending takes longer: this sender sends much, or everybody does. */
export type Delay = 'much' | 'busy';

/** What windows of one sender tell each other, so that all show the same. */
type Word =
  | { readonly type: 'put'; readonly entry: Pending }
  | { readonly type: 'gone'; readonly clientMessageId: string }
  | { readonly type: 'done'; readonly message: Message };

export interface OutboxOptions {
  /** There is newer text that the sender had not read. The entry left the outbox, and nothing was sent. */
  onStale?: (entry: Pending, unseen: readonly Message[]) => void;
}

/**
 * What is written here goes out one at a time, in order, under one clientMessageId each, until the server has it or refuses it for good. It is
 * kept on the device until then. Any window may send what another one wrote: always the oldest that is kept, so the order holds even where two send.
 */
export function useOutbox(client: Client, customerId: string, conversation: Conversation, { onStale }: OutboxOptions = {}) {
  const { log } = conversation;
  const { me } = log.value;
  const storage = outboxStorage(me, customerId);
  const name = `minicom.outbox ${me} ${customerId}`;
  const channel = new BroadcastChannel(name);
  const delay = ref<Delay | null>(null);
  let isRunning = false;
  let isAsked = false;
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
    log.value = withPending(log.value, entry);
    void keep(entry);
  }

  async function keep(entry: Pending): Promise<void> {
    await storage.add(entry);
    tell({ type: 'put', entry });
    await run();
  }

  async function retry(clientMessageId: string): Promise<void> {
    const held = find(clientMessageId);
    if (!held) return;
    await put({ ...held, state: 'sending', reason: null });
    await run();
  }

  /** What is seen to be gone is gone from the device too: a reload in that moment does not bring it back. */
  async function discard(clientMessageId: string): Promise<void> {
    await storage.remove(clientMessageId);
    forget(clientMessageId);
    tell({ type: 'gone', clientMessageId });
  }

  async function run(): Promise<void> {
    isAsked = true;
    if (isRunning) return;
    isRunning = true;
    while (isAsked && !isOver) {
      isAsked = false;
      await client.opened();
      if (!isOver) await inTurn(name, drain);
    }
    isRunning = false;
  }

  /** Until nothing is left to send, or the connection is lost: that is worth waiting for, but not while others wait for their turn. */
  async function drain(): Promise<void> {
    for (let attempt = 0; !isOver;) {
      const entry = (await storage.read()).find(({ state }) => state === 'sending');
      if (!entry || isOver) break;
      log.value = withPending(log.value, entry);
      const outcome = await attemptSend(entry);
      delay.value = outcome.type === 'later' ? outcome.because : null;
      await settle(entry, outcome);
      if (outcome.type === 'lost') {
        isAsked = true;
        await pause(backoffMs(0));
        if (client.state.value !== 'open') return;
      }
      attempt = outcome.type === 'later' ? attempt + 1 : 0;
      if (outcome.type === 'later') await pause(Math.max(outcome.afterMs, backoffMs(attempt - 1)));
    }
  }

  async function settle(entry: Pending, outcome: Outcome): Promise<void> {
    const { clientMessageId } = entry;
    if (outcome.type === 'done') {
      tell({ type: 'done', message: outcome.message });
      await storage.remove(clientMessageId);
    } else if (!find(clientMessageId)) {
      // The stream brought the message although the answer was lost, or it was deleted meanwhile.
      await storage.remove(clientMessageId);
    } else if (outcome.type === 'failed') {
      await put({ ...entry, state: 'failed', reason: outcome.reason });
    } else if (outcome.type === 'stale') {
      await discard(clientMessageId);
      onStale?.(entry, outcome.unseen);
    }
  }

  async function attemptSend(entry: Pending): Promise<Outcome> {
    try {
      return entry.kind === 'NOTE' ? await sendNote(entry) : await sendText(entry);
    } catch (error) {
      if (!heals(error)) return { type: 'failed', reason: reasonOf(error) };
      if (!(error instanceof RefusedError)) return { type: 'lost' };
      return { type: 'later', because: error.code === 'RATE_LIMITED' ? 'much' : 'busy', afterMs: error.retryAfterMs ?? 0 };
    }
  }

  async function sendText({ clientMessageId, text, lastSeenSeq }: Pending): Promise<Outcome> {
    const { sendMessage: result } = await client.execute(SendMessage, { input: { customerId, text, clientMessageId, lastSeenSeq } });
    switch (result.__typename) {
      case 'SendMessagePayload':
        conversation.mergeState(result.conversation);
        return committed(toMessage(result.message));
      case 'StaleReplyError': return { type: 'stale', unseen: result.unseen.map(toMessage) };
      case 'RateLimitedError': return { type: 'later', because: 'much', afterMs: result.retryAfterMs };
      default: return { type: 'failed', reason: result.reason };
    }
  }

  async function sendNote({ clientMessageId, text }: Pending): Promise<Outcome> {
    const { addNote: result } = await client.execute(AddNote, { input: { customerId, text, clientMessageId } });
    switch (result.__typename) {
      case 'AddNotePayload': return committed(toMessage(result.message));
      case 'RateLimitedError': return { type: 'later', because: 'much', afterMs: result.retryAfterMs };
      default: return { type: 'failed', reason: result.reason };
    }
  }

  function committed(message: Message): Outcome {
    conversation.mergeMessages([message]);
    return { type: 'done', message };
  }

  function find(clientMessageId: string): Pending | undefined {
    return log.value.pending.find((entry) => entry.clientMessageId === clientMessageId);
  }

  function forget(clientMessageId: string): void {
    log.value = withoutPending(log.value, clientMessageId);
  }

  async function put(entry: Pending): Promise<void> {
    show(entry);
    await storage.replace(entry);
    tell({ type: 'put', entry });
  }

  function show(entry: Pending): void {
    const { clientMessageId, reason } = entry;
    log.value = withPending(log.value, entry);
    log.value = entry.state === 'failed' ? withFailure(log.value, clientMessageId, reason ?? '') : withRetry(log.value, clientMessageId);
  }

  function tell(word: Word): void {
    if (!isOver) channel.postMessage(word);
  }

  channel.onmessage = ({ data: word }: MessageEvent<Word>) => {
    if (word.type === 'put') show(word.entry);
    else if (word.type === 'gone') forget(word.clientMessageId);
    else conversation.mergeMessages([word.message]);
  };

  function pause(ms: number): Promise<void> {
    return new Promise((end) => { wait = { timer: setTimeout(end, ms), end }; });
  }

  async function start(): Promise<void> {
    for (const entry of await storage.read()) log.value = withPending(log.value, entry);
    await run();
  }

  onScopeDispose(() => {
    isOver = true;
    channel.close();
    clearTimeout(wait?.timer);
    wait?.end();
  });
  void start();

  return { delay, send, retry, discard };
}

export type Outbox = ReturnType<typeof useOutbox>;
