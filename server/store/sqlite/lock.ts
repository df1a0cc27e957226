import Database from 'better-sqlite3';
import { join } from 'node:path';
import { failureOf, StoreOpenError } from './failures.ts';

/**
 * Makes this process the only server on a data folder: a second, empty SQLite file with a write transaction that is never ended. The operating
 * system frees it however the process ends. The holder's pid is the file's `user_version`, so whoever is refused can name it.
 * @returns what lets go of the lock
 */
export function takeInstanceLock(dataDir: string): () => void {
  const lock = new Database(join(dataDir, 'minicom.lock'), { timeout: 200 });
  try {
    lock.exec('BEGIN IMMEDIATE');
    lock.pragma(`user_version = ${process.pid}`);
    lock.exec('COMMIT');
    lock.exec('BEGIN IMMEDIATE');
  } catch (error) {
    const holder = failureOf(error) === 'busy' ? String(lock.pragma('user_version', { simple: true })) : null;
    lock.close();
    if (holder === null) throw error;
    throw new StoreOpenError(`Another Minicom (process ${holder}) is using ${dataDir}. Stop it first, or choose another DATA_DIR.`, { cause: error });
  }
  return () => lock.close();
}
