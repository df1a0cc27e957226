import type { Pending } from '../log/messageLog.ts';

/** How far one's own message has come; `queued` waits for a connection, `delayed` for the server to have room. */
export type MessageStatus = 'queued' | 'sending' | 'delayed' | 'failed' | 'sent' | 'seen';

export function pendingStatus({ state }: Pending, { isConnected, isDelayed }: { isConnected: boolean; isDelayed: boolean }): MessageStatus {
  if (state === 'failed') return 'failed';
  if (!isConnected) return 'queued';
  return isDelayed ? 'delayed' : 'sending';
}
