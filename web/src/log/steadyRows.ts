import type { InboxConversation } from './inboxLog.ts';

export interface SteadyRows<C> {
  readonly rows: readonly C[];
  /** How many more there are that would push others aside: they come when the list is let go. */
  readonly held: number;
}

export interface Hand {
  /** Somebody points at the list or has the focus in it. */
  readonly isOn: boolean;
  /** The customer whose conversation is open. */
  readonly open: string | null;
}

/**
 * A list that nothing moves under somebody's hand. Pure. While a hand is on it, the rows that were there (`before`, conversations' ids) stay where they
 * are, each as it is now, and only what comes after them all is added. Otherwise it is as `sorted`; only the open row keeps its place, even if it belongs
 * to the view no more. Whoever is not `known` any longer goes at once.
 */
export function steadyRows<C extends InboxConversation>(before: readonly string[], sorted: readonly C[], known: ReadonlyMap<string, C>, hand: Hand): SteadyRows<C> {
  const kept = before.map((id) => known.get(id)).filter((conversation) => conversation !== undefined);
  if (hand.isOn) {
    const there = new Set(before);
    const end = sorted.findLastIndex(({ id }) => there.has(id)) + 1;
    return { rows: [...kept, ...sorted.slice(end)], held: sorted.slice(0, end).filter(({ id }) => !there.has(id)).length };
  }
  const place = kept.findIndex(({ customer }) => customer.id === hand.open);
  const open = kept[place];
  return { rows: open ? sorted.filter(({ id }) => id !== open.id).toSpliced(place, 0, open) : sorted, held: 0 };
}
