import Database from 'better-sqlite3';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createConnection } from '../../server/store/sqlite/connection.ts';
import { StoreOpenError } from '../../server/store/sqlite/failures.ts';
import { migrateDatabase, migrationState } from '../../server/store/sqlite/migrate.ts';
import { customer, text } from './contract/world.ts';
import { openSqlite, temporaryFolder } from './open-sqlite.ts';

const clock = { now: () => Date.UTC(2026, 10, 22, 12) };
const file = (dataDir: string): string => join(dataDir, 'minicom.sqlite');
const session = { hash: 'h', expiresAt: new Date(clock.now() + 60_000), absoluteExpiresAt: null };

describe('opening', () => {
  it('T11, R76: sets what durability rests on, on the first connection to a file and on every later one', async () => {
    const path = file(await temporaryFolder());
    for (const time of ['first', 'second', 'third']) {
      const connection = createConnection(path);
      const pragma = (name: string): unknown => connection.db.$client.pragma(name, { simple: true });
      const set = ['journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout', 'secure_delete'].map(pragma);
      expect(set, time).toEqual(['wal', 2, 1, 50, 1]);
      if (time === 'second') {
        connection.transactions.reopen();
        expect(connection.db.$client.pragma('synchronous', { simple: true })).toBe(2);
      }
      connection.db.$client.exec('CREATE TABLE IF NOT EXISTS t (x)');
      connection.close();
    }
  });

  it('finds everything again, and names the installation and the data as before', async () => {
    const dataDir = await temporaryFolder();
    const first = await openSqlite({ dataDir, clock });
    await first.people.startVisitor({ id: 'v', handler: 'bot' }, session);
    const before = { conversation: await first.log.find('v'), installId: await first.people.installId() };
    await first.close();
    const second = await openSqlite({ dataDir, clock });
    expect({ conversation: await second.log.find('v'), installId: await second.people.installId() }).toEqual(before);
  });

  it('lets nobody else read the folder that it makes, and leaves one file behind when it is closed', async () => {
    const dataDir = join(await temporaryFolder(), 'a', 'b');
    const store = await openSqlite({ dataDir });
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    for (const name of ['minicom.sqlite', 'minicom.sqlite-wal']) expect((await stat(join(dataDir, name))).mode & 0o777, name).toBe(0o600);
    await store.close();
    expect((await readdir(dataDir)).sort()).toEqual(['minicom.lock', 'minicom.sqlite']);
  });

  it('R76: refuses a folder that cannot be written, and says so', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    await expect(openSqlite({ dataDir: join(folder, 'file') })).rejects.toThrow(/cannot be written.*DATA_DIR/);
    await expect(openSqlite({ dataDir: join(folder, 'file', 'below') })).rejects.toThrow(StoreOpenError);
    // Root may write anywhere.
    if (process.getuid?.() === 0) return;
    await chmod(folder, 0o500);
    await expect(openSqlite({ dataDir: folder })).rejects.toThrow(/cannot be written/);
    await chmod(folder, 0o700);
  });

  it('R82: refuses a damaged file, changes nothing in it, and opens again once it is whole', async () => {
    const dataDir = await temporaryFolder();
    await (await openSqlite({ dataDir })).close();
    const whole = await readFile(file(dataDir));
    const damages: [string, () => Promise<void>][] = [
      ['no database', () => writeFile(file(dataDir), 'this is not a database, but it is long enough to be looked at '.repeat(40))],
      ['a zeroed header', () => writeFile(file(dataDir), Buffer.concat([Buffer.alloc(100), whole.subarray(100)]))],
      ['a truncated file', () => truncate(file(dataDir), Math.floor(whole.length / 2))],
      ['zeroed pages', () => writeFile(file(dataDir), Buffer.concat([whole.subarray(0, 4_096), Buffer.alloc(whole.length - 4_096)]))],
    ];
    for (const [name, damage] of damages) {
      await writeFile(file(dataDir), whole);
      await damage();
      const damaged = await readFile(file(dataDir));
      await expect(openSqlite({ dataDir }), name).rejects.toThrow(/damaged/);
      expect((await readFile(file(dataDir))).equals(damaged), name).toBe(true);
    }
    await writeFile(file(dataDir), whole);
    await openSqlite({ dataDir });
  });

  it('refuses somebody else\'s database', async () => {
    const dataDir = await temporaryFolder();
    new Database(file(dataDir)).exec('CREATE TABLE theirs (x)').close();
    await expect(openSqlite({ dataDir })).rejects.toThrow(/not a Minicom database/);
  });
});

describe('the instance lock', () => {
  it('R81: lets one server use a folder, names its process, and is freed by kill -9', async () => {
    const dataDir = await temporaryFolder();
    const script = fileURLToPath(new URL('holder.ts', import.meta.url));
    const holder = spawn(process.execPath, ['--import', 'tsx', script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void holder.kill('SIGKILL'));
    await once(holder.stdout, 'data');
    await expect(openSqlite({ dataDir })).rejects.toThrow(`process ${holder.pid}`);

    const beside = await openSqlite({ dataDir, clock, exclusive: false });
    await beside.people.startVisitor({ id: 'v', handler: 'bot' }, session);

    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const store = await openSqlite({ dataDir, clock });
    expect(await store.log.find('v')).not.toBeNull();
  });

  it('R81: holds within one process too, and lets go when it is closed', async () => {
    const dataDir = await temporaryFolder();
    const first = await openSqlite({ dataDir });
    await expect(openSqlite({ dataDir })).rejects.toThrow(StoreOpenError);
    await expect(openSqlite({ dataDir })).rejects.toThrow(`process ${process.pid}`);
    await first.close();
    await openSqlite({ dataDir });
  });

  it('lets a command make the database, without keeping the lock', async () => {
    const dataDir = await temporaryFolder();
    const command = await openSqlite({ dataDir, clock, exclusive: false });
    await openSqlite({ dataDir });
    await command.people.startVisitor({ id: 'v', handler: 'bot' }, session);
  });
});

describe('a command beside the server', () => {
  it('writes into the same streams, and neither loses or doubles a position', async () => {
    const dataDir = await temporaryFolder();
    const stores = [await openSqlite({ dataDir, clock }), await openSqlite({ dataDir, clock, exclusive: false })];
    await stores[0]?.people.startVisitor({ id: 'v', handler: 'bot' }, session);
    const hello = { steps: [text('hello', customer('v'))] };
    const said = stores.flatMap(({ log }) => Array.from({ length: 100 }, () => log.change({ customerId: 'v' }, () => hello)));
    const seqs = (await Promise.all(said)).flatMap(({ messages }) => messages.map(({ seq }) => seq));
    expect(seqs.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    for (const { log } of stores) expect(await log.find('v')).toMatchObject({ head: 200, unreadForAgents: 200 });
  });
});

describe('migrations', () => {
  /** The folder of a later version: one more step. */
  async function laterVersion(statement: string): Promise<string> {
    const folder = join(await temporaryFolder(), 'migrations');
    await cp(fileURLToPath(new URL('../../drizzle/sqlite', import.meta.url)), folder, { recursive: true });
    const path = join(folder, 'meta', '_journal.json');
    const journal: { entries: { idx: number; when: number; tag: string }[] } = JSON.parse(await readFile(path, 'utf8'));
    const last = journal.entries.at(-1);
    if (!last) throw new Error('no migrations');
    journal.entries.push({ ...last, idx: last.idx + 1, when: last.when + 1, tag: 'later' });
    await writeFile(path, JSON.stringify(journal));
    await writeFile(join(folder, 'later.sql'), statement);
    return folder;
  }

  async function inUse(): Promise<string> {
    const dataDir = await temporaryFolder();
    const store = await openSqlite({ dataDir, clock });
    await store.people.startVisitor({ id: 'v', handler: 'bot' }, session);
    await store.close();
    return dataDir;
  }

  it('R84: copies the file before a step, and the version before refuses what the step made', async () => {
    const dataDir = await inUse();
    const folder = await laterVersion('CREATE TABLE later (x)');
    const connection = createConnection(file(dataDir));
    expect(migrationState(connection.db.$client, folder)).toBe('pending');
    migrateDatabase(connection.db, { dataDir, now: clock.now(), folder });
    expect(migrationState(connection.db.$client, folder)).toBe('current');
    connection.close();
    await expect(openSqlite({ dataDir })).rejects.toThrow(/newer Minicom/);

    const backups = await readdir(join(dataDir, 'backups'));
    expect(backups).toEqual(['before-migration-2026-11-22T120000.000Z.sqlite']);
    const restored = join(await temporaryFolder(), 'restored');
    await mkdir(restored);
    await cp(join(dataDir, 'backups', backups[0] ?? ''), file(restored));
    const store = await openSqlite({ dataDir: restored, clock });
    expect(await store.log.find('v')).not.toBeNull();
  });

  it('R84: a step that fails leaves everything as it was', async () => {
    const dataDir = await inUse();
    const folder = await laterVersion('CREATE TABLE later (x);--> statement-breakpoint\nCREATE TABLE later (x);');
    const connection = createConnection(file(dataDir));
    expect(() => migrateDatabase(connection.db, { dataDir, now: clock.now(), folder })).toThrow(/already exists|Failed to run/);
    connection.close();
    const store = await openSqlite({ dataDir, clock });
    expect(await store.log.find('v')).not.toBeNull();
  });
});
