import { BadCursorError } from '../domain/errors.ts';

/**
 * Cursors: places in a stream, a page or a feed, as base64url of `kind.epoch.numbers`. They are opaque to everybody else, and not secret: what
 * may be read with one is decided anew each time.
 */

/** Which data a position counts in: this copy of the database, this conversation, this life of it. */
export interface Stream { readonly epoch: string; readonly row: number; readonly life: number }

/** `waiting`: among those who wait, `key` is since when; else `key` is the time of the newest text. */
export interface ListPlace { readonly waiting: boolean; readonly key: number; readonly row: number }
export type ListOrder = 'newest_activity' | 'longest_wait';

export function streamCursor({ epoch, row, life }: Stream, position: number): string {
  return encode('s', epoch, [row, life, position]);
}

export function readStreamCursor(cursor: string): Stream & { readonly position: number } {
  const { epoch, numbers: [row = 0, life = 0, position = 0] } = decode('s', 3, cursor);
  return { epoch, row, life, position };
}

export function streamName({ epoch, row, life }: Stream): string {
  return `${epoch}.${row}.${life}`;
}

export function messageCursor({ epoch, row, life }: Stream, seq: number): string {
  return encode('m', epoch, [row, life, seq]);
}

/** The `seq` that the cursor names. @throws BadCursorError also for one of another stream: there is no place like it in this one. */
export function readMessageCursor(stream: Stream, cursor: string): number {
  const { epoch, numbers: [row = 0, life = 0, seq = 0] } = decode('m', 3, cursor);
  if (streamName({ epoch, row, life }) !== streamName(stream)) throw new BadCursorError();
  return seq;
}

export function listCursor(epoch: string, order: ListOrder, { waiting, key, row }: ListPlace): string {
  return encode(LIST_KINDS[order], epoch, [waiting ? 1 : 0, key, row]);
}

/** @throws BadCursorError also for one of another order or epoch */
export function readListCursor(epoch: string, order: ListOrder, cursor: string): ListPlace {
  const { epoch: of, numbers: [waiting = 0, key = 0, row = 0] } = decode(LIST_KINDS[order], 3, cursor);
  if (of !== epoch) throw new BadCursorError();
  return { waiting: waiting === 1, key, row };
}

export function inboxCursor(epoch: string, change: number): string {
  return encode('i', epoch, [change]);
}

export function readInboxCursor(cursor: string): { readonly epoch: string; readonly change: number } {
  const { epoch, numbers: [change = 0] } = decode('i', 1, cursor);
  return { epoch, change };
}

export function auditCursor(epoch: string, row: number): string {
  return encode('u', epoch, [row]);
}

/** @throws BadCursorError also for one of another epoch */
export function readAuditCursor(epoch: string, cursor: string): number {
  const { epoch: of, numbers: [row = 0] } = decode('u', 1, cursor);
  if (of !== epoch) throw new BadCursorError();
  return row;
}

/** A place in the articles by title. */
export function articleCursor(epoch: string, { title, id }: { readonly title: string; readonly id: string }): string {
  return Buffer.from(JSON.stringify(['a', epoch, title, id])).toString('base64url');
}

/** @throws BadCursorError also for one of another epoch */
export function readArticleCursor(epoch: string, cursor: string): { readonly title: string; readonly id: string } {
  const [kind, of, title, id] = parts(cursor);
  if (kind !== 'a' || of !== epoch || typeof title !== 'string' || typeof id !== 'string') throw new BadCursorError();
  return { title, id };
}

function parts(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(/^[\w-]{1,4000}$/.test(cursor) ? Buffer.from(cursor, 'base64url').toString() : '');
    return Array.isArray(value) ? value : [];
  } catch {
    throw new BadCursorError();
  }
}

const LIST_KINDS = { newest_activity: 'n', longest_wait: 'w' } as const;

function encode(kind: string, epoch: string, numbers: readonly number[]): string {
  return Buffer.from([kind, epoch, ...numbers.map((number) => number.toString(36))].join('.'), 'latin1').toString('base64url');
}

function decode(kind: string, count: number, cursor: string): { epoch: string; numbers: number[] } {
  if (!/^[\w-]{1,160}$/.test(cursor)) throw new BadCursorError();
  const [given, epoch, ...digits] = Buffer.from(cursor, 'base64url').toString('latin1').split('.');
  const numbers = digits.map((text) => (/^[0-9a-z]{1,11}$/.test(text) ? Number.parseInt(text, 36) : Number.NaN));
  if (given !== kind || !epoch || numbers.length !== count || !numbers.every(Number.isSafeInteger)) throw new BadCursorError();
  return { epoch, numbers };
}
