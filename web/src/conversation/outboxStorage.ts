import type { Pending } from '../log/messageLog.ts';
import { device } from '../session/deviceStorage.ts';

/**
 * What was written and not yet committed, on this device: by sender and conversation, in the order of sending, so that a reload loses nothing. Every
 * window of the sender reads and sends all of it; the server keeps one copy, whoever comes first.
 */
export interface OutboxStorage {
  read(): readonly Pending[];
  /** False if another window committed or deleted it meanwhile. */
  has(clientMessageId: string): boolean;
  put(entry: Pending): void;
  remove(clientMessageId: string): void;
}

const PREFIX = 'minicom.outbox.';

export function outboxStorage(sender: string, customerId: string): OutboxStorage {
  const key = `${PREFIX}${sender} ${customerId}`;
  const read = (): readonly Pending[] => parse(device.get(key));
  const write = (entries: readonly Pending[]): void => {
    if (entries.length === 0) device.remove(key);
    else device.set(key, JSON.stringify(entries));
  };
  const without = (clientMessageId: string): readonly Pending[] => read().filter((entry) => entry.clientMessageId !== clientMessageId);
  return {
    read,
    has: (clientMessageId) => read().some((entry) => entry.clientMessageId === clientMessageId),
    put: (entry) => {
      const held = read();
      const isNew = !held.some(({ clientMessageId }) => clientMessageId === entry.clientMessageId);
      write(isNew ? [...held, entry] : held.map((other) => (other.clientMessageId === entry.clientMessageId ? entry : other)));
    },
    remove: (clientMessageId) => write(without(clientMessageId)),
  };
}

/** A visitor became a customer: what waits goes out as the customer's. */
export function moveOutbox(from: { sender: string; customerId: string }, to: { sender: string; customerId: string }): void {
  const source = outboxStorage(from.sender, from.customerId);
  const target = outboxStorage(to.sender, to.customerId);
  for (const entry of source.read()) {
    target.put(entry);
    source.remove(entry.clientMessageId);
  }
}

/** An agent leaves this device. */
export function clearOutboxes(sender: string): void {
  for (const key of device.keys()) if (key.startsWith(`${PREFIX}${sender} `)) device.remove(key);
}

function parse(stored: string | null): readonly Pending[] {
  if (stored === null) return [];
  try {
    const value: unknown = JSON.parse(stored);
    return Array.isArray(value) ? value : [];
  } catch {
    return []; // not ours, or cut off: there is nothing to send in it
  }
}
