import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { Database } from 'better-sqlite3';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Db } from './connection.ts';
import { StoreOpenError } from './failures.ts';

export type MigrationState = 'new' | 'pending' | 'current';

/** @throws StoreOpenError if the file was written by a newer Minicom */
export function migrationState(sqlite: Database, folder = migrationsFolder()): MigrationState {
  if (!sqlite.prepare(`SELECT 1 FROM sqlite_master WHERE name = '${TABLE}'`).get()) {
    if (sqlite.prepare('SELECT 1 FROM sqlite_master').get()) throw new StoreOpenError(`${sqlite.name} is not a Minicom database.`);
    return 'new';
  }
  const applied = Number(sqlite.prepare(`SELECT max(created_at) FROM ${TABLE}`).pluck().get() ?? 0);
  const known = Math.max(...readMigrationFiles({ migrationsFolder: folder }).map((migration) => migration.folderMillis));
  if (applied > known) {
    throw new StoreOpenError(`${sqlite.name} was written by a newer Minicom. Use that version, or restore a backup from before the update.`);
  }
  if (applied === known) return 'current';
  return applied === 0 ? 'new' : 'pending';
}

/** Brings the file up to date, all steps in one transaction; what was there before is copied to `backups/` first. */
export function migrateDatabase(db: Db, { dataDir, now, folder = migrationsFolder() }: { dataDir: string; now: number; folder?: string }): void {
  const state = migrationState(db.$client, folder);
  if (state === 'current') return;
  if (state === 'pending') {
    const backups = join(dataDir, 'backups');
    mkdirSync(backups, { recursive: true, mode: 0o700 });
    db.$client.prepare('VACUUM INTO ?').run(join(backups, `before-migration-${new Date(now).toISOString().replaceAll(':', '')}.sqlite`));
  }
  // An index over all that was ever said may take more memory than there is.
  db.$client.pragma('temp_store = file');
  migrate(db, { migrationsFolder: folder, migrationsTable: TABLE });
  db.$client.pragma('temp_store = memory');
}

const TABLE = 'migration';
const FOLDER = join('drizzle', 'sqlite');

/** Sources and bundles lie at different depths under the root, so it is looked for upwards from here. */
function migrationsFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, FOLDER, 'meta', '_journal.json'))) return join(folder, FOLDER);
    if (folder === dirname(folder)) throw new StoreOpenError(`The folder ${FOLDER} is missing from this installation.`);
  }
}
