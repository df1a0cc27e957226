import type { Database } from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { openDatabase } from './database.ts';

export type Db = BetterSQLite3Database & { $client: Database };

/** The one connection of a process, which can be exchanged for a fresh one when the file can no longer be trusted through it. */
export interface Connection {
  readonly db: Db;
  /** What `prepare` makes, made once per connection. Ask for it each time it is used. */
  prepared<T>(prepare: (db: Db) => T): T;
  readonly transactions: Transactions;
  close(): void;
}

/** The words of a group commit. */
export interface Transactions {
  begin(): void;
  commit(): void;
  rollback(): void;
  savepoint(): void;
  release(): void;
  rollbackToSavepoint(): void;
  isOpen(): boolean;
  /** Closes and opens the file again. Throws if it cannot be opened; then this can be called again. */
  reopen(): void;
}

export function createConnection(path: string): Connection {
  let db: Db = drizzle({ client: openDatabase(path) });
  let made = new Map<unknown, unknown>();

  function prepared<T>(prepare: (db: Db) => T): T {
    if (!made.has(prepare)) made.set(prepare, prepare(db));
    return made.get(prepare) as T;
  }

  return {
    get db() { return db; },
    prepared,
    transactions: {
      begin: () => void prepared(prepareTransactions).begin.run(),
      commit: () => void prepared(prepareTransactions).commit.run(),
      rollback: () => void prepared(prepareTransactions).rollback.run(),
      savepoint: () => void prepared(prepareTransactions).savepoint.run(),
      release: () => void prepared(prepareTransactions).release.run(),
      rollbackToSavepoint() {
        prepared(prepareTransactions).rollbackTo.run();
        prepared(prepareTransactions).release.run();
      },
      isOpen: () => db.$client.inTransaction,
      reopen() {
        db.$client.close();
        made = new Map();
        db = drizzle({ client: openDatabase(path) });
      },
    },
    close: () => void db.$client.close(),
  };
}

function prepareTransactions({ $client }: Db) {
  return {
    begin: $client.prepare('BEGIN IMMEDIATE'),
    commit: $client.prepare('COMMIT'),
    rollback: $client.prepare('ROLLBACK'),
    savepoint: $client.prepare('SAVEPOINT member'),
    release: $client.prepare('RELEASE member'),
    rollbackTo: $client.prepare('ROLLBACK TO member'),
  };
}
