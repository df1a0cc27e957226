import type { Pending } from '../log/messageLog.ts';
import { dayKey } from '../ui/time.ts';
import type { Message } from './fragments.ts';

/** Where a bubble stands among its neighbours of the same sender. */
export type Run = 'first' | 'middle' | 'last' | 'single';

export type Row =
  | { readonly type: 'day'; readonly key: string; readonly instant: string }
  | { readonly type: 'activity'; readonly key: string; readonly message: Message }
  | { readonly type: 'note'; readonly key: string; readonly message: Message }
  | { readonly type: 'message'; readonly key: string; readonly message: Message; readonly run: Run }
  | { readonly type: 'pending'; readonly key: string; readonly entry: Pending; readonly run: Run };

const RUN_MS = 5 * 60_000;

/** What a conversation looks like, line by line: days apart, one sender's messages in runs, what is not committed at the end. */
export function rowsOf(messages: readonly Message[], pending: readonly Pending[], me: string): readonly Row[] {
  const rows: Row[] = [];
  let day = '';
  const startDay = (instant: string): void => {
    if (dayKey(instant) === day) return;
    day = dayKey(instant);
    rows.push({ type: 'day', key: `day ${day}`, instant });
  };
  for (const message of messages) {
    startDay(message.createdAt);
    // One key for the pending and the committed copy: the bubble stays, only its status changes.
    const key = message.senderKey === me ? (message.clientMessageId ?? message.id) : message.id;
    if (message.kind === 'ACTIVITY') rows.push({ type: 'activity', key, message });
    else if (message.kind === 'NOTE') rows.push({ type: 'note', key, message });
    else rows.push({ type: 'message', key, message, run: 'single' });
  }
  for (const entry of pending) {
    startDay(entry.createdAt);
    rows.push({ type: 'pending', key: entry.clientMessageId, entry, run: 'single' });
  }
  return rows.map((row, index) => {
    if (row.type !== 'message' && row.type !== 'pending') return row;
    const follows = joins(rows[index - 1], row, me);
    const leads = joins(row, rows[index + 1], me);
    return { ...row, run: follows ? (leads ? 'middle' : 'last') : leads ? 'first' : 'single' };
  });
}

function joins(above: Row | undefined, below: Row | undefined, me: string): boolean {
  const a = bubble(above, me);
  const b = bubble(below, me);
  return a !== null && b !== null && a.sender === b.sender && Date.parse(b.at) - Date.parse(a.at) < RUN_MS;
}

function bubble(row: Row | undefined, me: string): { sender: string; at: string } | null {
  if (row?.type === 'message') return { sender: row.message.senderKey, at: row.message.createdAt };
  if (row?.type === 'pending' && row.entry.kind === 'TEXT') return { sender: me, at: row.entry.createdAt };
  return null;
}
