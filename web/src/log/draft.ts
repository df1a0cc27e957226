/** What the bot is writing, until it is said or stopped. Pure. */
export interface Draft {
  readonly turnId: string;
  readonly afterSeq: number;
  readonly text: string;
  /** A person took over before it was said: never sent. */
  readonly isStopped: boolean;
}

export interface DraftEvent { readonly turnId: string; readonly afterSeq: number; readonly text: string | null }

export function withDraft(draft: Draft | null, event: DraftEvent): Draft | null {
  if (event.text !== null) return { turnId: event.turnId, afterSeq: event.afterSeq, text: event.text, isStopped: false };
  return draft?.isStopped ? draft : null;
}

/** Any later message of the bot says it, or says something else instead. A stopped one is in nobody's way until somebody says something. */
export function afterText(draft: Draft | null, { seq, isBots }: { seq: number; isBots: boolean }): Draft | null {
  return draft && seq > draft.afterSeq && (isBots || draft.isStopped) ? null : draft;
}

export function afterHandler(draft: Draft | null, handler: 'BOT' | 'QUEUE' | 'AGENT'): Draft | null {
  if (!draft) return null;
  if (handler === 'BOT') return draft.isStopped ? null : draft;
  return draft.text === '' ? null : { ...draft, isStopped: true };
}
