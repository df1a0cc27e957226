import Database from 'better-sqlite3';
import { statSync } from 'node:fs';
import { StoreOpenError } from './failures.ts';

/**
 * A connection with everything set that durability rests on, and read back: SQLite keeps most of it per connection, and better-sqlite3 is built
 * with a weaker `synchronous` for files that are in WAL mode already.
 */
export function openDatabase(path: string): Database.Database {
  const sqlite = new Database(path, { timeout: 50 });
  try {
    for (const [name, value] of PRAGMAS) {
      sqlite.pragma(`${name} = ${value}`);
      const actual: unknown = sqlite.pragma(name, { simple: true });
      if (actual === value) continue;
      throw new StoreOpenError(`${path}: SQLite keeps ${name} at ${actual} instead of ${value}. Is the folder on a network share, or read-only?`);
    }
    sqlite.function('sort_key', { deterministic: true }, sortKey);
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/** By which people sort: Ö beside O, and capitals beside small letters. SQLite itself sorts by bytes. */
function sortKey(text: unknown): string {
  return String(text).normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Finds damage before anybody is served. Only small files are read whole; larger ones have `doctor`, and SQLite's own notice when a page is read. */
export function checkDatabase(sqlite: Database.Database): void {
  if (statSync(sqlite.name).size > 32 * 1024 * 1024) return;
  const found: unknown = sqlite.pragma('quick_check(1)', { simple: true });
  if (found !== 'ok') throw new StoreOpenError(`${sqlite.name} is damaged (${found}). ${RESTORE}`);
}

/** Reads the whole file, however large, beside whoever has it open. @returns the first thing that is wrong with it, or null */
export function findDamage(path: string): string | null {
  const sqlite = new Database(path, { readonly: true });
  try {
    const found: unknown = sqlite.pragma('quick_check(1)', { simple: true });
    return found === 'ok' ? null : String(found);
  } finally {
    sqlite.close();
  }
}

/** Says in the operator's words why opening failed. */
export function explain(error: unknown, path: string): StoreOpenError {
  if (error instanceof StoreOpenError) return error;
  const { code = '', message } = error instanceof Error ? (error as Error & { code?: string }) : { message: String(error) };
  return new StoreOpenError(reason(code, path) ?? `${path} cannot be opened: ${message} (${code || 'no code'}).`, { cause: error });
}

function reason(code: string, path: string): string | null {
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) return `${path} is damaged, or not a Minicom database. ${RESTORE}`;
  if (/^SQLITE_(READONLY|CANTOPEN)|^E(ACCES|ROFS|PERM|NOTDIR|EXIST)/.test(code)) {
    return `${path} cannot be written (${code}). Check that DATA_DIR is a folder that this user may write to.`;
  }
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') return `There is no space left for ${path}.`;
  if (code.startsWith('SQLITE_BUSY')) return `${path} is locked by another process.`;
  return null;
}

const RESTORE = 'Nothing was changed. Put a backup in its place, together with no -wal and -shm file.';

const PRAGMAS = [
  ['journal_mode', 'wal'],
  // FULL: a commit that was acknowledged survives a power cut.
  ['synchronous', 2],
  ['foreign_keys', 1],
  // Short, because the event loop stands still meanwhile; whoever is refused is tried again.
  ['busy_timeout', 50],
  // What is removed is overwritten, not only forgotten.
  ['secure_delete', 1],
  ['journal_size_limit', 64 * 1024 * 1024],
  // A savepoint keeps each page that it changes aside: in memory, since in a file that is two system calls a page, seventeen pages a message.
  ['temp_store', 2],
] as const;
