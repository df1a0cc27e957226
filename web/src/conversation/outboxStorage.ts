import type { Pending } from '../log/messageLog.ts';

/**
 * What was written and not yet committed, on this device: by sender and conversation, in the order of sending, so that a reload or a crash loses nothing.
 * All windows of a sender share it. Where the browser keeps nothing, or has no room, it lives as long as the page.
 */
export interface OutboxStorage {
  read(): Promise<readonly Pending[]>;
  /** At the end. Resolves when it is on the disk. */
  add(entry: Pending): Promise<void>;
  /** In its place. Nothing happens if another window removed it meanwhile. */
  replace(entry: Pending): Promise<void>;
  remove(clientMessageId: string): Promise<void>;
}

interface Address { readonly sender: string; readonly customerId: string }
interface Kept extends Address { readonly entry: Pending }

export function outboxStorage(sender: string, customerId: string): OutboxStorage {
  const change = (clientMessageId: string, to: Kept | null): Promise<void> =>
    changeEach((kept) => (kept.sender === sender && kept.entry.clientMessageId === clientMessageId ? to : kept));
  return {
    read: async () => (await readAll()).filter((kept) => kept.sender === sender && kept.customerId === customerId).map(({ entry }) => entry),
    add: (entry) => append({ sender, customerId, entry }),
    replace: (entry) => change(entry.clientMessageId, { sender, customerId, entry }),
    remove: (clientMessageId) => change(clientMessageId, null),
  };
}

/** A visitor became a customer: what waits goes out as the customer's. */
export function moveOutbox(from: Address, to: Address): Promise<void> {
  return changeEach((kept) => (kept.sender === from.sender && kept.customerId === from.customerId ? { ...kept, ...to } : kept));
}

/** The sender leaves this device. */
export function clearOutboxes(sender: string): Promise<void> {
  return changeEach((kept) => (kept.sender === sender ? null : kept));
}

const STORE = 'outbox';
/** What could not be kept. */
let unkept: readonly Kept[] = [];
let opened: Promise<IDBDatabase> | null = null;

async function readAll(): Promise<readonly Kept[]> {
  const kept: Kept[] = [];
  await transact('readonly', (store) => walk(store, (cursor) => { kept.push(cursor.value); })).catch(() => undefined); // nothing was kept either
  return [...kept, ...unkept];
}

async function append(record: Kept): Promise<void> {
  await transact('readwrite', (store) => { store.add(record); }).catch(() => { unkept = [...unkept, record]; });
}

async function changeEach(change: (kept: Kept) => Kept | null): Promise<void> {
  unkept = unkept.map(change).filter((kept) => kept !== null);
  await transact('readwrite', (store) => walk(store, (cursor) => {
    const kept: Kept = cursor.value;
    const changed = change(kept);
    if (changed === null) cursor.delete();
    else if (changed !== kept) cursor.update(changed);
  })).catch(() => undefined); // what should be gone is sent again, under its old id: that changes nothing
}

/** In the order in which the records were added; there are only ever a few. */
function walk(store: IDBObjectStore, visit: (cursor: IDBCursorWithValue) => void): void {
  const request = store.openCursor();
  request.onsuccess = () => {
    if (!request.result) return;
    visit(request.result);
    request.result.continue();
  };
}

/** @throws if the browser forbids it, or has no room */
async function transact(mode: IDBTransactionMode, use: (store: IDBObjectStore) => void): Promise<void> {
  const transaction = (await open()).transaction(STORE, mode, { durability: 'strict' });
  use(transaction.objectStore(STORE));
  await new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(new Error('It was not kept.', { cause: transaction.error }));
  });
}

function open(): Promise<IDBDatabase> {
  opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('minicom', 1);
    const forget = (): void => { opened = null; };
    request.onupgradeneeded = () => { request.result.createObjectStore(STORE, { autoIncrement: true }); };
    request.onerror = () => { forget(); reject(new Error('Nothing is kept here.', { cause: request.error })); };
    request.onsuccess = () => {
      request.result.onclose = forget; // Safari takes it from pages in the background
      request.result.onversionchange = () => { request.result.close(); forget(); };
      resolve(request.result);
    };
  });
  return opened;
}
