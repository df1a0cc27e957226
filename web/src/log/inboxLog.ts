/**
 * The conversations as one inbox knows them: pages of any view and the live feed, merged by id. Pure. What a view shows, and in which order,
 * follows from what is known; where its pages end, so does what it shows, because there may be gaps beyond.
 */
export interface InboxLog<C extends InboxConversation> {
  readonly known: ReadonlyMap<string, C>;
}

export interface InboxConversation {
  readonly id: string;
  readonly position: number;
  readonly status: 'OPEN' | 'SNOOZED' | 'RESOLVED';
  readonly handler: 'BOT' | 'QUEUE' | 'AGENT';
  readonly assignee: { readonly id: string } | null;
  readonly waitingSince: string | null;
  readonly lastMessage: { readonly position: number; readonly createdAt: string } | null;
  readonly customer: { readonly id: string };
}

export const VIEWS = ['queue', 'mine', 'bot', 'all', 'resolved'] as const;
export type View = (typeof VIEWS)[number];

export function emptyInbox<C extends InboxConversation>(): InboxLog<C> {
  return { known: new Map() };
}

export function withConversations<C extends InboxConversation>(log: InboxLog<C>, incoming: readonly C[]): InboxLog<C> {
  const known = new Map(log.known);
  for (const conversation of incoming) {
    const held = known.get(conversation.id);
    if (!held || !isOlder(conversation, held)) known.set(conversation.id, conversation);
  }
  return { known };
}

export function withoutCustomers<C extends InboxConversation>(log: InboxLog<C>, customerIds: readonly string[]): InboxLog<C> {
  if (customerIds.length === 0) return log;
  const gone = new Set(customerIds);
  return { known: new Map([...log.known].filter(([, { customer }]) => !gone.has(customer.id))) };
}

/** In the view's order, as far as its pages reach: up to `end` (`endOf` its pages); null when they reach the end. */
export function rowsOf<C extends InboxConversation>(log: InboxLog<C>, view: View, me: string, end: C | null): readonly C[] {
  const compare = orderOf(view);
  return [...log.known.values()]
    .filter((conversation) => belongs(conversation, view, me) && (end === null || compare(conversation, end) <= 0))
    .sort(compare);
}

/**
 * The last of what a view's pages hold, in the order that is shown here. The server's order goes by texts alone, so its own last row may stand
 * further up here.
 */
export function endOf<C extends InboxConversation>(view: View, rows: readonly C[]): C | null {
  return rows.toSorted(orderOf(view)).at(-1) ?? null;
}

export function belongs(conversation: InboxConversation, view: View, me: string): boolean {
  if (!conversation.lastMessage) return false;
  if (view === 'resolved') return conversation.status === 'RESOLVED';
  if (conversation.status !== 'OPEN') return false;
  if (view === 'queue') return conversation.handler === 'QUEUE';
  if (view === 'bot') return conversation.handler === 'BOT';
  return view === 'all' || (conversation.handler === 'AGENT' && conversation.assignee?.id === me);
}

/**
 * A new message moves `lastMessage` alone, everything else the state's own position. Both only rise, so of two copies one is not older in either.
 * With neither risen, what came later counts: an unread count may have changed by itself.
 */
function isOlder(a: InboxConversation, b: InboxConversation): boolean {
  return a.position < b.position || (a.lastMessage?.position ?? 0) < (b.lastMessage?.position ?? 0);
}

function orderOf(view: View): (a: InboxConversation, b: InboxConversation) => number {
  return view === 'queue' ? byWait : byActivity;
}

function byActivity(a: InboxConversation, b: InboxConversation): number {
  return descending(a.lastMessage?.createdAt ?? '', b.lastMessage?.createdAt ?? '') || descending(a.id, b.id);
}

function byWait(a: InboxConversation, b: InboxConversation): number {
  if (a.waitingSince && b.waitingSince) return descending(b.waitingSince, a.waitingSince) || byActivity(a, b);
  if (a.waitingSince || b.waitingSince) return a.waitingSince ? -1 : 1;
  return byActivity(a, b);
}

/** RFC 3339 in UTC with milliseconds sorts as text. */
function descending(a: string, b: string): number {
  return a === b ? 0 : a < b ? 1 : -1;
}
