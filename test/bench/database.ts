import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashSecret } from '../../server/auth/secrets.ts';
import { ITSELF } from '../../server/domain/audit.ts';
import { createConnection } from '../../server/store/sqlite/connection.ts';
import { openSqliteStore } from '../../server/store/sqlite/open.ts';
import { prepareLog } from '../../server/store/sqlite/statements.ts';
import { preparePeople } from '../../server/store/sqlite/people.ts';
import { range } from '../_util/parallel.ts';
import type { Credential } from './client.ts';
import { FLOOR_TABLES } from './floor-tables.ts';
import { FILE } from './peers.ts';

const YEAR_MS = 365 * 24 * 60 * 60_000;
const CACHE = fileURLToPath(new URL('.cache', import.meta.url));

/** Whoever the generator plays: always the same people with the same secrets, in any database. */
export const customerId = (n: number): string => `customer-${n}`;
export const customer = (n: number): Credential => ({ token: secret('mcs_', n) });
export const agent = (n: number): Credential => ({ cookie: `minicom_agent=${secret('mca_', n)}` });

function secret(prefix: string, n: number): string {
  return prefix + createHash('sha256').update(`${prefix}${n}`).digest('base64url');
}

/** Hands a folder to `use`, and removes it. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'minicom-bench-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Makes customers and agents with a session each. Who is there already gets a session more. */
export async function makePeople(dataDir: string, { customers, agents }: { customers: number; agents: number }): Promise<void> {
  const store = await openSqliteStore({ dataDir, clock: { now: () => Date.now() } });
  const session = (token: string) => ({ hash: hashSecret(token), expiresAt: new Date(Date.now() + YEAR_MS), absoluteExpiresAt: null });
  for (let from = 0; from < customers; from += 1_000) {
    await Promise.all(range(Math.min(1_000, customers - from)).map((n) => store.people.startCustomer(
      { id: customerId(from + n), name: `Customer ${from + n}`, email: null, handler: 'queue' }, session(secret('mcs_', from + n)), null,
    )));
  }
  for (const n of range(agents)) {
    const invite = { hash: hashSecret(`invite ${n}`), role: 'agent', expiresAt: new Date(Date.now() + YEAR_MS) } as const;
    await store.people.createInvite(ITSELF, invite);
    const made = await store.people.acceptInvite(invite.hash, { name: `Agent ${n}`, email: `agent-${n}@example.com`, passwordHash: 'none' });
    if (made) await store.people.startAgentSession(made.id, session(secret('mca_', n)), null);
  }
  await store.close();
}

export const LARGE = { conversations: 100_000, messages: 1_000_000, long: 5_000, inLong: 105, inShort: 5, customers: 50, agents: 50 } as const;

/** A folder with 1 M messages in 100,000 conversations, for Minicom and for the floor; made once per state of the schema. The first 5,000 conversations are long. */
export async function largeDatabase(): Promise<string> {
  const journal = fileURLToPath(new URL('../../drizzle/sqlite/meta/_journal.json', import.meta.url));
  const sources = [journal, fileURLToPath(import.meta.url)].map((file) => readFileSync(file));
  const folder = join(CACHE, createHash('sha256').update(Buffer.concat(sources)).digest('hex').slice(0, 12));
  if (existsSync(folder)) return folder;
  console.error('Making a database of 1 M messages, once.');
  rmSync(CACHE, { recursive: true, force: true });
  const unfinished = `${folder}.unfinished`;
  mkdirSync(unfinished, { recursive: true });
  await makePeople(unfinished, { customers: LARGE.customers, agents: LARGE.agents });
  fillMinicom(unfinished);
  fillFloor(unfinished);
  renameSync(unfinished, folder);
  return folder;
}

const TEXT = 'Hello, my parcel has not come yet, and the page says that it was handed over on Tuesday. Can you find out where it is?';
const DAY_MS = 24 * 60 * 60_000;
const SPACING_MS = 60_000;

const lengthOf = (n: number): number => (n < LARGE.long ? LARGE.inLong : LARGE.inShort);

function fillMinicom(dataDir: string): void {
  const connection = createConnection(join(dataDir, 'minicom.sqlite'));
  const { db } = connection;
  const log = prepareLog(db);
  const people = preparePeople(db);
  db.$client.pragma('synchronous = off');
  db.$client.exec('BEGIN');
  const began = Date.now() - 30 * DAY_MS;
  for (const n of range(LARGE.conversations)) {
    const id = customerId(n);
    const createdAt = began + n * 20;
    if (n >= LARGE.customers) {
      people.createCustomer.get({ id, name: `Customer ${n}`, email: null, verified: 1, createdAt, lastSeenAt: createdAt });
      log.create.get({
        id: `conversation-${n}`, customerId: id, status: 'open', handler: 'queue', assigneeId: null, createdAt, seenByCustomer: 0, seenByAgents: 0,
        waitingSince: null, position: 0, head: 0, fence: 0, life: 0, lastCustomerSeq: 0, botDoneSeq: 0, unreadForCustomer: 0, unreadForAgents: 0,
        lastMessageId: null, lastTextAt: null, change: null,
      });
    }
    const row = log.conversation.get({ customerId: id });
    if (!row) throw new Error(`${id} is missing`);
    const length = lengthOf(n);
    for (let seq = 1; seq <= length; seq += 1) {
      log.append.run({
        id: `message-${n}-${seq}`, conversationRow: row.row, seq, position: seq, kind: 'text', audience: 'everyone', senderKind: 'customer', senderId: id,
        text: TEXT, createdAt: createdAt + seq * SPACING_MS, editedAt: null, removedAt: null, clientMessageId: `key-${n}-${seq}`, contentHash: 'none', answer: null,
        helpful: null,
      });
    }
    const status = n % 4 === 0 ? 'open' : 'resolved';
    const lastTextAt = createdAt + length * SPACING_MS;
    log.save.run({
      ...row, status, head: length, lastCustomerSeq: length, unreadForAgents: length, lastMessageId: `message-${n}-${length}`, lastTextAt,
      waitingSince: status === 'open' ? lastTextAt : null,
    });
    log.tally.run({ status, handler: 'queue', by: 1 });
  }
  db.$client.exec('COMMIT');
  connection.close();
}

function fillFloor(dataDir: string): void {
  const db = new Database(join(dataDir, FILE));
  db.pragma('journal_mode = wal');
  db.pragma('synchronous = off');
  db.exec(FLOOR_TABLES);
  const conversation = db.prepare(`INSERT INTO conversation (customer_id, name, head, unread, status, handler, last_text, last_at, last_id) VALUES (?, ?, ?, ?, 'open', 'queue', ?, ?, ?)`);
  const message = db.prepare(`INSERT INTO message VALUES (?, ?, ?, 'text', 'customer', ?, ?, ?, ?, NULL, NULL, NULL)`);
  const began = Date.now() - 30 * DAY_MS;
  db.exec('BEGIN');
  for (const n of range(LARGE.conversations)) {
    const id = customerId(n);
    const createdAt = began + n * 20;
    const length = lengthOf(n);
    conversation.run(id, `Customer ${n}`, length, length, TEXT, createdAt + length * SPACING_MS, `message-${n}-${length}`);
    for (let seq = 1; seq <= length; seq += 1) {
      message.run(id, seq, `message-${n}-${seq}`, `Customer ${n}`, TEXT, createdAt + seq * SPACING_MS, `key-${n}-${seq}`);
    }
  }
  db.exec('COMMIT');
  db.close();
}
