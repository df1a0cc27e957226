import type { Change, Committed, NewMessage, Now, StatePatch, Step } from '../../../server/domain/ports/log.ts';
import type { NewSession } from '../../../server/domain/ports/people.ts';
import type { Clock, Store } from '../../../server/domain/ports/store.ts';
import type { Conversation, Message, Sender } from '../../../server/domain/types.ts';
import { SYSTEM } from '../../../server/domain/types.ts';

export type Open = (options: { readonly clock: Clock }) => Promise<Store>;

/** A store in use: a clock that only the test moves, and short words for what tests do often. */
export interface World extends Store {
  readonly clock: { now(): number; advance(ms: number): void };
  /** Makes customers with empty conversations. */
  meet(...ids: string[]): Promise<void>;
  /** Commits these steps as they are. */
  commit(customerId: string, ...steps: Step[]): Promise<Committed>;
  say(customerId: string, text: string, sender?: Sender): Promise<Message>;
  /** The conversation as it is; it must exist. */
  state(customerId: string): Promise<Conversation>;
  /** All messages as the team sees them, oldest first; at most 1,000. */
  history(customerId: string): Promise<Message[]>;
}

export async function openWorld(open: Open): Promise<World> {
  let nowMs = Date.UTC(2026, 10, 22, 12);
  const clock = { now: () => nowMs, advance: (ms: number) => { nowMs += ms; } };
  const store = await open({ clock });
  const state = async (customerId: string): Promise<Conversation> => present(await store.log.find(customerId));
  const commit = (customerId: string, ...steps: Step[]): Promise<Committed> => store.log.change({ customerId }, () => ({ steps }));
  return {
    ...store,
    clock,
    state,
    commit,
    async meet(...ids) {
      await Promise.all(ids.map((id) => store.people.startVisitor({ id, handler: 'bot' }, session(clock, `session of ${id}`))));
    },
    async say(customerId, words, sender = customer(customerId)) {
      const { messages } = await commit(customerId, text(words, sender));
      return present(messages[0]);
    },
    async history(customerId) {
      const page = { audiences: ['everyone', 'team'], direction: 'forward', limit: 1_000, from: null } as const;
      return (await store.log.messages(await state(customerId), page)).items.map(({ node }) => node);
    },
  };
}

export function session(clock: Clock, hash: string, liveMs = 60_000): NewSession {
  return { hash, expiresAt: new Date(clock.now() + liveMs), absoluteExpiresAt: null };
}

export const ANA: Sender = { kind: 'agent', id: 'ana' };
export const customer = (id: string): Sender => ({ kind: 'customer', id });

export function text(words: string, sender: Sender, more: Partial<NewMessage> = {}): Step {
  return { type: 'append', message: { kind: 'text', audience: 'everyone', sender, text: words, ...more } };
}

export function note(words: string, sender: Sender = ANA): Step {
  return { type: 'append', message: { kind: 'note', audience: 'team', sender, text: words } };
}

export function activity(words: string): Step {
  return { type: 'append', message: { kind: 'activity', audience: 'everyone', sender: SYSTEM, text: words } };
}

export function state(patch: StatePatch): Step {
  return { type: 'state', patch };
}

/** Appends unless the key was used: what sending comes down to. */
export function once(sender: Sender, clientMessageId: string, words: string): (now: Now) => Change {
  return ({ existing }) => ({ steps: existing ? [] : [text(words, sender, { clientMessageId, contentHash: words })] });
}

export function present<T>(value: T | null | undefined): T {
  if (value == null) throw new Error('expected a value');
  return value;
}
