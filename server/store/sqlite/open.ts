import type { Database } from 'better-sqlite3';
import { randomBytes, randomUUID } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DomainError } from '../../domain/errors.ts';
import type { Clock, Store } from '../../domain/ports/store.ts';
import { createAgents } from './agents.ts';
import { createArticles } from './articles.ts';
import { createAudit } from './audit.ts';
import { createBotTurns } from './bot-turns.ts';
import { createChange } from './change.ts';
import type { Connection } from './connection.ts';
import { createConnection } from './connection.ts';
import type { StoreContext } from './context.ts';
import { createCredentials } from './credentials.ts';
import { checkDatabase, explain } from './database.ts';
import { tryAgain, unavailable } from './failures.ts';
import type { CreateGroupCommit, GroupCommitOptions } from './group-commit.ts';
import { createGroupCommit } from './group-commit.ts';
import { createKeys } from './keys.ts';
import { createLists } from './list.ts';
import { takeInstanceLock } from './lock.ts';
import { migrateDatabase, migrationState } from './migrate.ts';
import { createPeople, preparePeople } from './people.ts';
import { createPruning } from './prune.ts';
import { createReads } from './reads.ts';
import { createSettings } from './settings.ts';

export interface OpenSqliteStore extends GroupCommitOptions {
  /** Made if it is missing. Holds `minicom.sqlite`, its lock, and `backups/`. */
  readonly dataDir: string;
  readonly clock: Clock;
  /** False: a command beside a running server. It takes no lock, unless the database has to be made or brought up to date. @default true */
  readonly exclusive?: boolean;
  readonly groupCommit?: CreateGroupCommit;
}

/** Opens the database, bringing it up to date. @throws StoreOpenError with a message for the operator; then nothing is held or open */
export async function openSqliteStore(options: OpenSqliteStore): Promise<Store> {
  const { dataDir, clock, exclusive = true, groupCommit: create = createGroupCommit, log, onFatal } = options;
  const { connection, unlock } = open(resolve(dataDir), clock, exclusive);
  const epoch = connection.prepared(preparePeople).meta.get({ key: 'epoch' })?.value ?? '';
  const groupCommit = create(connection.transactions, { log, onFatal });
  let isClosed = false;

  const context: StoreContext = {
    clock,
    epoch,
    prepared: connection.prepared,
    write: (work) => groupCommit.run(work),
    async read(work) {
      if (isClosed) throw tryAgain('closed');
      try {
        return work();
      } catch (error) {
        if (error instanceof DomainError) throw error;
        groupCommit.report(error);
        // While the file is being reopened the driver refuses with errors of its own.
        throw unavailable(error) ?? (groupCommit.health().ok ? error : tryAgain(error));
      }
    },
  };

  return {
    log: { change: createChange(context), ...createReads(context), ...createLists(context) },
    people: { ...createPeople(context), ...createAgents(context), ...createCredentials(context), ...createKeys(context), ...createPruning(context) },
    audit: createAudit(context),
    articles: createArticles(context),
    settings: createSettings(context),
    botTurns: createBotTurns(context),
    health: () => (isClosed ? { ok: false, detail: 'Closed.' } : groupCommit.health()),
    async close() {
      if (isClosed) return;
      await groupCommit.close();
      isClosed = true;
      connection.close();
      unlock();
    },
  };
}

function open(dataDir: string, clock: Clock, exclusive: boolean): { connection: Connection; unlock: () => void } {
  const path = join(dataDir, 'minicom.sqlite');
  let unlock: (() => void) | null = null;
  let connection: Connection | null = null;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    if (exclusive) unlock = takeInstanceLock(dataDir);
    // Not readable for others from the start; what SQLite puts beside it takes the same mode. An existing file is never opened here: closing
    // it would drop the locks that SQLite holds on it.
    if (!existsSync(path)) closeSync(openSync(path, 'wx', 0o600));
    connection = createConnection(path);
    const { $client } = connection.db;
    checkDatabase($client);
    if (migrationState($client) !== 'current') {
      unlock ??= takeInstanceLock(dataDir);
      migrateDatabase(connection.db, { dataDir, now: clock.now() });
    }
    if (connection.prepared(preparePeople).meta.get({ key: 'install_id' }) === undefined) nameDatabase($client);
    if (!exclusive) {
      unlock?.();
      unlock = null;
    }
    return { connection, unlock: () => unlock?.() };
  } catch (error) {
    connection?.close();
    unlock?.();
    throw explain(error, path);
  }
}

function nameDatabase(sqlite: Database): void {
  sqlite.prepare(`INSERT OR IGNORE INTO meta (key, value) VALUES ('epoch', ?), ('install_id', ?)`).run(randomBytes(9).toString('hex'), randomUUID());
}
