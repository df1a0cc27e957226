import { InvalidInputError } from './errors.ts';

/** Numbers that the contract states (DESIGN §7), and the checks of what people type. All pure. */

export const MAX_TEXT_CHARACTERS = 8_000;
export const MAX_TEXT_BYTES = 32 * 1024;
export const MAX_PAGE = 100;
export const DEFAULT_PAGE = 50;
/** How long a message may be edited or removed by its sender. */
export const EDIT_WINDOW_MS = 15 * 60_000;
/** A typing signal lapses after this, unless it is repeated. */
export const TYPING_TTL_MS = 6_000;
/** A follower hears something at least this often. */
export const HEARTBEAT_MS = 10_000;
/** At most ten batches a second reach an inbox. */
export const INBOX_BATCH_MS = 100;

/** Identity keys that sign at the same time: the one in use, and the next. */
export const MAX_LIVE_KEYS = 2;

/** Articles of the knowledge base. */
export const MAX_ARTICLES = 2_000;

export const VISITOR_PREFIX = 'visitor_';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** 1 to 255 bytes of UTF-8 in NFC, no control characters, not "." or "..": one percent-encoded segment of a path. */
export function isCustomerId(id: string): boolean {
  return id !== '.' && id !== '..' && id.isWellFormed() && !/\p{Cc}/u.test(id) && id.normalize('NFC') === id
    && id.length > 0 && Buffer.byteLength(id) <= 255;
}

/**
 * A text as it will be kept: exactly as given, code point for code point.
 * @throws InvalidInputError naming the limit: 1 to 8,000 characters (code points) that are not all blank, at most 32 KiB of UTF-8, no NUL, no lone surrogate.
 */
export function requireText(field: string, text: string): string {
  if (text.trim() === '') throw new InvalidInputError(field, 'Write something: the text is blank.');
  if (text.includes('\0')) throw new InvalidInputError(field, 'The text may not contain the character U+0000.');
  if (!text.isWellFormed()) throw new InvalidInputError(field, 'The text contains half of a character (a lone surrogate).');
  if (Buffer.byteLength(text) > MAX_TEXT_BYTES) throw new InvalidInputError(field, 'The text is longer than 32 KiB.');
  const tooMany = characters(text) - MAX_TEXT_CHARACTERS;
  if (tooMany > 0) throw new InvalidInputError(field, `The text is too long by ${tooMany} characters; ${MAX_TEXT_CHARACTERS} are allowed.`);
  return text;
}

/** @returns the id in lower case, so that one UUID is one key however it is written */
export function requireClientMessageId(id: string): string {
  if (!UUID.test(id)) throw new InvalidInputError('clientMessageId', 'Must be a UUID, made by the sender for this message alone.');
  return id.toLowerCase();
}

export function requireSeq(field: string, seq: number): number {
  if (seq < 0) throw new InvalidInputError(field, 'Must be 0 or more.');
  return seq;
}

function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
