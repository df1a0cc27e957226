/**
 * The messages of one conversation as one window knows them: what the server committed, then what this window has yet to get through. Pure: every
 * function returns a log. Pages, live events, answers to mutations and repeats may come in any order and give the same log in the end.
 */
export interface MessageLog<M extends LogMessage> {
  /** Who writes here; only this sender's messages can be the copies of pending ones. */
  readonly me: string;
  /** By `seq`, each id once. */
  readonly messages: readonly M[];
  /** In the order of sending; shown after all messages. */
  readonly pending: readonly Pending[];
  /** The pages read so far reach back to this `seq`; 0 when they reach the beginning, infinity before the first. */
  readonly floor: number;
}

export interface LogMessage {
  readonly id: string;
  readonly seq: number;
  readonly position: number;
  readonly clientMessageId: string | null;
  readonly senderKey: string;
}

export interface Pending {
  readonly clientMessageId: string;
  readonly kind: 'TEXT' | 'NOTE';
  readonly text: string;
  /** By this device's clock, RFC 3339; for display only. */
  readonly createdAt: string;
  /** Up to where the sender had read, if the server is to refuse when there is more. */
  readonly lastSeenSeq: number | null;
  readonly state: 'sending' | 'failed';
  /** Why it failed, fit to show. */
  readonly reason: string | null;
}

export function emptyLog<M extends LogMessage>(me: string, pending: readonly Pending[] = []): MessageLog<M> {
  return { me, messages: [], pending, floor: Number.POSITIVE_INFINITY };
}

/** What may be shown: nothing from before the floor, where there may be gaps. */
export function shownMessages<M extends LogMessage>(log: MessageLog<M>): readonly M[] {
  return log.messages.filter(({ seq }) => seq >= log.floor);
}

export function newestSeq<M extends LogMessage>(log: MessageLog<M>): number {
  return log.messages.at(-1)?.seq ?? 0;
}

/** Added, changed or sent: an upsert by id, where the greater `position` wins. A copy of something pending takes its place. */
export function withMessages<M extends LogMessage>(log: MessageLog<M>, incoming: readonly M[]): MessageLog<M> {
  const byId = new Map(log.messages.map((message) => [message.id, message]));
  for (const message of incoming) {
    const held = byId.get(message.id);
    if (!held || message.position > held.position) byId.set(message.id, message);
  }
  const arrived = new Set(incoming.filter(({ senderKey }) => senderKey === log.me).map(({ clientMessageId }) => clientMessageId));
  return {
    ...log,
    messages: [...byId.values()].sort((a, b) => a.seq - b.seq),
    pending: log.pending.filter(({ clientMessageId }) => !arrived.has(clientMessageId)),
  };
}

/** A page of history, read backwards from the newest or from where the last one ended. */
export function withPage<M extends LogMessage>(log: MessageLog<M>, page: readonly M[], hasOlder: boolean): MessageLog<M> {
  const reached = hasOlder ? Math.min(...page.map(({ seq }) => seq)) : 0;
  return { ...withMessages(log, page), floor: Math.min(log.floor, reached) };
}

/** Something to send. Nothing changes if it is pending or was committed before. */
export function withPending<M extends LogMessage>(log: MessageLog<M>, entry: Pending): MessageLog<M> {
  const isKnown = log.pending.some(({ clientMessageId }) => clientMessageId === entry.clientMessageId)
    || log.messages.some(({ clientMessageId, senderKey }) => clientMessageId === entry.clientMessageId && senderKey === log.me);
  return isKnown ? log : { ...log, pending: [...log.pending, entry] };
}

export function withFailure<M extends LogMessage>(log: MessageLog<M>, clientMessageId: string, reason: string): MessageLog<M> {
  return changePending(log, clientMessageId, { state: 'failed', reason });
}

export function withRetry<M extends LogMessage>(log: MessageLog<M>, clientMessageId: string): MessageLog<M> {
  return changePending(log, clientMessageId, { state: 'sending', reason: null });
}

export function withoutPending<M extends LogMessage>(log: MessageLog<M>, clientMessageId: string): MessageLog<M> {
  return { ...log, pending: log.pending.filter((entry) => entry.clientMessageId !== clientMessageId) };
}

/** Another life of the data: what was read counts no more, what is to be sent still does. */
export function withoutMessages<M extends LogMessage>(log: MessageLog<M>): MessageLog<M> {
  return emptyLog(log.me, log.pending);
}

function changePending<M extends LogMessage>(log: MessageLog<M>, clientMessageId: string, change: Partial<Pending>): MessageLog<M> {
  return { ...log, pending: log.pending.map((entry) => (entry.clientMessageId === clientMessageId ? { ...entry, ...change } : entry)) };
}
