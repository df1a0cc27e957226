import type { View } from '../log/inboxLog.ts';
import type { IconName } from '../ui/icons.ts';

export interface ViewItem {
  readonly view: View;
  readonly label: string;
  readonly icon: IconName;
  /** What it means that nothing is in it, and what happens next. */
  readonly empty: { readonly title: string; readonly text: string };
}

/** The inbox's views, in their order on the screen. */
export const VIEW_ITEMS: readonly ViewItem[] = [
  { view: 'queue', label: 'Queue', icon: 'inbox', empty: { title: 'Nobody is waiting', text: 'Whoever asks for a person appears here by itself.' } },
  { view: 'mine', label: 'Mine', icon: 'person', empty: { title: 'Nothing is yours yet', text: 'Take over a conversation, and it stays here until it is resolved.' } },
  { view: 'bot', label: 'Bot', icon: 'bot', empty: { title: 'The bot is not talking to anybody', text: 'Its conversations show here while they happen.' } },
  { view: 'all', label: 'All', icon: 'layers', empty: { title: 'No conversations yet', text: 'Open the chat page to try it. What is written there appears here by itself.' } },
  { view: 'resolved', label: 'Resolved', icon: 'done', empty: { title: 'Nothing is resolved yet', text: 'Resolve with E. The conversation comes back when the customer writes.' } },
];

export function viewOf(query: unknown): View {
  return VIEW_ITEMS.find(({ view }) => view === query)?.view ?? 'all';
}
