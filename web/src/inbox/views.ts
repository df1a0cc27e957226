import type { View } from '../log/inboxLog.ts';
import type { IconName } from '../ui/icons.ts';

/** The inbox's views, in their order on the screen. */
export const VIEW_ITEMS: readonly { readonly view: View; readonly label: string; readonly icon: IconName; readonly empty: string }[] = [
  { view: 'queue', label: 'Queue', icon: 'inbox', empty: 'Nobody is waiting' },
  { view: 'mine', label: 'Mine', icon: 'person', empty: 'Nothing is yours yet' },
  { view: 'bot', label: 'Bot', icon: 'bot', empty: 'The bot is not talking to anybody' },
  { view: 'all', label: 'All', icon: 'layers', empty: 'No conversations yet' },
  { view: 'resolved', label: 'Resolved', icon: 'done', empty: 'Nothing is resolved yet' },
];

export function viewOf(query: unknown): View {
  return VIEW_ITEMS.find(({ view }) => view === query)?.view ?? 'all';
}
