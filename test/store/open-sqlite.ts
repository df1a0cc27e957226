import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Store } from '../../server/domain/ports/store.ts';
import type { OpenSqliteStore } from '../../server/store/sqlite/open.ts';
import { openSqliteStore } from '../../server/store/sqlite/open.ts';

/** Gone when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'minicom-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A store in a folder of its own unless one is given, closed when the test is over. */
export async function openSqlite(options: Partial<OpenSqliteStore> = {}): Promise<Store> {
  const dataDir = options.dataDir ?? await temporaryFolder();
  const store = await openSqliteStore({ clock: { now: () => Date.now() }, ...options, dataDir });
  onTestFinished(() => store.close());
  return store;
}
