import Database from 'better-sqlite3';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { InvalidInputError, UnavailableError } from '../../server/domain/errors.ts';
import type { ConversationLog, Step } from '../../server/domain/ports/log.ts';
import type { Store } from '../../server/domain/ports/store.ts';
import { createChange } from '../../server/store/sqlite/change.ts';
import type { Transactions } from '../../server/store/sqlite/connection.ts';
import { createConnection } from '../../server/store/sqlite/connection.ts';
import type { StoreContext } from '../../server/store/sqlite/context.ts';
import { createGroupCommit } from '../../server/store/sqlite/group-commit.ts';
import type { CreateGroupCommit } from '../../server/store/sqlite/group-commit.ts';
import { migrateDatabase } from '../../server/store/sqlite/migrate.ts';
import { until, within } from '../_util/wait.ts';
import { customer, text } from './contract/world.ts';
import { openSqlite, temporaryFolder } from './open-sqlite.ts';

const alice = customer('alice');
const session = { hash: 'h', expiresAt: new Date(Date.now() + 3_600_000), absoluteExpiresAt: null };

const say = ({ log }: { readonly log: Pick<ConversationLog, 'change'> }, words: string) => log
  .change({ customerId: 'alice' }, () => ({ steps: [text(words, alice)] }));
const history = async ({ log }: Store): Promise<string[]> => {
  const conversation = await log.find('alice');
  if (!conversation) throw new Error('alice is gone');
  const { items } = await log.messages(conversation, { audiences: ['everyone'], direction: 'forward', limit: 1_000, from: null });
  return items.map(({ node }) => node.text);
};
const codeOf = (work: Promise<unknown>): Promise<unknown> => work
  .then(() => 'kept', (error: unknown) => (error instanceof UnavailableError ? error.code : error));

type Faults = Partial<Record<Exclude<keyof Transactions, 'isOpen'>, () => void>>;

/** Stands between the store and the words of its transactions, and fails where a test says. */
function faulty(create: CreateGroupCommit): { groupCommit: CreateGroupCommit; fail: Faults; words: string[] } {
  const fail: Faults = {};
  const words: string[] = [];
  return {
    fail,
    words,
    groupCommit(real, options) {
      const over = (name: keyof Faults) => (): void => {
        words.push(name);
        fail[name]?.();
        real[name]();
      };
      return create({
        begin: over('begin'), commit: over('commit'), rollback: over('rollback'), savepoint: over('savepoint'), release: over('release'),
        rollbackToSavepoint: over('rollbackToSavepoint'), reopen: over('reopen'), isOpen: () => real.isOpen(),
      }, options);
    },
  };
}

const refuse = (code: string) => (): never => { throw new Database.SqliteError(`made up: ${code}`, code); };

async function openFaulty({ create = createGroupCommit, onFatal }: { create?: CreateGroupCommit; onFatal?: (error: unknown) => void } = {}) {
  const faults = faulty(create);
  const dataDir = await temporaryFolder();
  const store = await openSqlite({ dataDir, groupCommit: faults.groupCommit, onFatal });
  await store.people.startVisitor({ id: 'alice', handler: 'bot' }, session);
  faults.words.length = 0;
  return { ...faults, store, dataDir };
}

/** Writing alone, over a connection that the test can reach: to count rows behind everybody's back, or to let the file grow by few pages only. */
async function openParts() {
  const dataDir = await temporaryFolder();
  const connection = createConnection(join(dataDir, 'minicom.sqlite'));
  migrateDatabase(connection.db, { dataDir, now: 0 });
  const sqlite = connection.db.$client;
  sqlite.exec(`INSERT INTO customer (id, verified, created_at) VALUES ('alice', 0, 0)`);
  sqlite.exec(`INSERT INTO conversation (id, customer_id, status, handler, created_at, seen_by_customer, seen_by_agents, position, head, fence, life,
    last_customer_seq, bot_done_seq, unread_for_customer, unread_for_agents) VALUES ('c', 'alice', 'open', 'bot', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)`);
  const groupCommit = createGroupCommit(connection.transactions, {});
  onTestFinished(async () => {
    await groupCommit.close();
    connection.close();
  });
  const context: Omit<StoreContext, 'read' | 'write'> = { clock: { now: () => Date.now() }, epoch: 'e', prepared: connection.prepared };
  return {
    connection,
    log: { change: createChange({ ...context, read: async (work) => work(), write: (work) => groupCommit.run(work) }) },
    rows: () => Number(sqlite.prepare('SELECT count(*) FROM message').pluck().get()),
    mayGrowBy: (pages: number) => sqlite.pragma(`max_page_count = ${Number(sqlite.pragma('page_count', { simple: true })) + pages}`),
  };
}

describe('a group', () => {
  it('T12: is one transaction for all that is asked for in one turn, and is settled after its COMMIT', async () => {
    const { store, words, fail } = await openFaulty();
    const settled: string[] = [];
    fail.commit = () => { settled.push('commit'); };
    await Promise.all([
      say(store, 'one').then(() => settled.push('one')),
      store.log.change({ customerId: 'alice' }, () => { throw new InvalidInputError('text', 'no'); }).catch(() => settled.push('refused')),
      say(store, 'two').then(() => settled.push('two')),
    ]);
    const oneByOne = ['begin', 'savepoint', 'release', 'savepoint', 'rollbackToSavepoint', 'savepoint', 'release', 'commit'];
    expect(words).toEqual(['begin', 'rollback', ...oneByOne]);
    expect(settled[0]).toBe('commit');
    expect(settled).toHaveLength(4);
  });

  it('has 256 members at most', async () => {
    const { store, words } = await openFaulty();
    await Promise.all(Array.from({ length: 600 }, (_, index) => say(store, `${index}`)));
    expect(words.filter((word) => word === 'commit')).toHaveLength(3);
    expect(await history(store)).toHaveLength(600);
  });

  it('refuses what would be the 10,001st waiting', async () => {
    const { store } = await openFaulty();
    const asked = Array.from({ length: 10_001 }, () => store.log.change({ customerId: 'alice' }, () => ({ steps: [] })));
    expect(await codeOf(asked.at(-1) ?? Promise.resolve())).toBe('OVERLOADED');
    await Promise.all(asked.slice(0, -1));
  });

  it('R78: is lost whole if COMMIT fails: nothing of it is kept, nobody is told otherwise, and the next one works', async () => {
    const { store, fail } = await openFaulty();
    await say(store, 'before');
    fail.commit = refuse('SQLITE_CONSTRAINT_FOREIGNKEY');
    const refusal = store.log.change({ customerId: 'alice' }, ({ lastText }) => { throw new InvalidInputError('text', `after ${lastText?.text}`); });
    expect(await Promise.all([say(store, 'lost'), refusal, say(store, 'lost too')].map(codeOf))).toEqual(['TRY_AGAIN', 'TRY_AGAIN', 'TRY_AGAIN']);
    expect(await history(store)).toEqual(['before']);
    delete fail.commit;
    expect(await codeOf(say(store, 'after'))).toBe('kept');
    expect(await history(store)).toEqual(['before', 'after']);
  });

  it('R78: is lost whole if an error of one member ended the transaction: the rest is not committed one by one', async () => {
    const parts = await openParts();
    const ending = parts.log.change({ customerId: 'alice' }, () => {
      parts.connection.transactions.rollback();
      throw new InvalidInputError('text', 'and the transaction is gone');
    });
    expect(await Promise.all([say(parts, 'one'), ending, say(parts, 'two')].map(codeOf))).toEqual(['TRY_AGAIN', 'TRY_AGAIN', 'TRY_AGAIN']);
    expect(parts.rows()).toBe(0);
    expect(await codeOf(say(parts, 'three'))).toBe('kept');
    expect(parts.rows()).toBe(1);
  });
});

describe('a full disk', () => {
  it('T14, R78: in the middle of a group says STORAGE_FULL to each that is not kept, and to no other; then goes on without a restart', async () => {
    const small = await openParts();
    small.mayGrowBy(20);
    const outcomes: unknown[] = [];
    for (let group = 0; group < 6; group += 1) {
      const texts = Array.from({ length: 10 }, (_, index) => (index % 3 === 2 ? 'short' : 'long '.repeat(400)));
      outcomes.push(...await Promise.all(texts.map((words) => codeOf(say(small, words)))));
    }
    expect(new Set(outcomes)).toEqual(new Set(['kept', 'STORAGE_FULL']));
    expect(small.rows()).toBe(outcomes.filter((outcome) => outcome === 'kept').length);
    expect(small.connection.db.$client.inTransaction).toBe(false);

    small.mayGrowBy(1_000);
    expect(await codeOf(say(small, 'long '.repeat(400)))).toBe('kept');
    expect(small.connection.db.$client.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  it('R78: at COMMIT fails the group, reads go on, and it is still ready', async () => {
    const { store, fail } = await openFaulty();
    await say(store, 'before');
    fail.commit = refuse('SQLITE_FULL');
    expect(await codeOf(say(store, 'lost'))).toBe('STORAGE_FULL');
    expect(await history(store)).toEqual(['before']);
    expect(store.health()).toEqual({ ok: true, detail: expect.stringContaining('full') });
    delete fail.commit;
    await say(store, 'after');
    expect(store.health()).toEqual({ ok: true, detail: expect.not.stringContaining('full') });
  });
});

describe('a busy file', () => {
  it('T13, R80: waits without stalling the event loop, says TRY_AGAIN within two seconds, reads go on, and then it works again', async () => {
    const { store, dataDir } = await openFaulty();
    const script = `const db = require('better-sqlite3')(process.argv[1]); db.exec('BEGIN IMMEDIATE'); console.log('held'); process.stdin.resume()`;
    const writer = spawn(process.execPath, ['-e', script, join(dataDir, 'minicom.sqlite')], { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => void writer.kill('SIGKILL'));
    await once(writer.stdout, 'data');

    let turns = 0;
    const ticking = setInterval(() => { turns += 1; }, 5);
    const outcome = codeOf(say(store, 'refused'));
    expect(await history(store)).toEqual([]);
    expect(await within('the refusal', outcome, 10_000)).toBe('TRY_AGAIN');
    clearInterval(ticking);
    // The loop got its turn between the attempts; each of them holds it for 50 ms.
    expect(turns).toBeGreaterThan(15);

    const patient = codeOf(say(store, 'patient'));
    writer.kill('SIGKILL');
    expect(await patient).toBe('kept');
    expect(await history(store)).toEqual(['patient']);
  });
});

describe('a file that fails', () => {
  it('R77: acknowledges nothing until it was reopened, is not ready meanwhile, and then goes on', async () => {
    const { store, fail, words } = await openFaulty();
    await say(store, 'before');
    fail.commit = refuse('SQLITE_IOERR_FSYNC');
    expect(await codeOf(say(store, 'lost'))).toBe('TRY_AGAIN');
    delete fail.commit;
    expect(store.health().ok).toBe(false);
    words.length = 0;
    expect(await codeOf(say(store, 'after'))).toBe('kept');
    expect(words).toEqual(['reopen', 'begin', 'commit']);
    expect(store.health().ok).toBe(true);
    expect(await history(store)).toEqual(['before', 'after']);
  });

  it('R77: ends the process after three reopenings without a commit between', async () => {
    const fatal: unknown[] = [];
    const { store, fail } = await openFaulty({ onFatal: (error) => fatal.push(error) });
    fail.commit = refuse('SQLITE_CORRUPT');
    for (const expected of [0, 0, 1]) {
      expect(await codeOf(say(store, 'lost'))).toBe('TRY_AGAIN');
      expect(fatal).toHaveLength(expected);
    }
    delete fail.commit;
    await say(store, 'kept');
  });

  it('R77: keeps trying to reopen, refuses what waits too long, and is ready by itself when the file is back', async () => {
    const { store, fail } = await openFaulty();
    fail.commit = refuse('SQLITE_IOERR_WRITE');
    fail.reopen = refuse('SQLITE_CANTOPEN');
    expect(await codeOf(say(store, 'lost'))).toBe('TRY_AGAIN');
    expect(await within('the refusal', codeOf(say(store, 'too early')), 10_000)).toBe('TRY_AGAIN');
    delete fail.commit;
    delete fail.reopen;
    await until('the store is ready', () => store.health().ok);
    expect(await codeOf(say(store, 'kept'))).toBe('kept');
  });
});

describe('closing', () => {
  it('R77: ends although the file does not come back, and refuses what could not be kept', async () => {
    const { store, fail } = await openFaulty();
    fail.commit = refuse('SQLITE_IOERR_WRITE');
    fail.reopen = refuse('SQLITE_CANTOPEN');
    expect(await codeOf(say(store, 'lost'))).toBe('TRY_AGAIN');
    const waiting = codeOf(say(store, 'waiting'));
    await within('the end', store.close(), 10_000);
    expect(await waiting).toBe('TRY_AGAIN');
    expect(store.health().ok).toBe(false);
  });

  it('keeps what was asked for before, and refuses everything after', async () => {
    const { store, dataDir } = await openFaulty();
    const asked = Array.from({ length: 300 }, (_, index) => codeOf(say(store, `${index}`)));
    const closing = store.close();
    const late = codeOf(say(store, 'late'));
    await closing;
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['kept']));
    expect(await late).toBe('TRY_AGAIN');
    expect(await codeOf(store.log.find('alice'))).toBe('TRY_AGAIN');
    expect(await codeOf(say(store, 'later'))).toBe('TRY_AGAIN');
    await store.close();
    expect(await history(await openSqlite({ dataDir }))).toHaveLength(300);
  });
});

describe('what a group commit must not do', () => {
  /** Puts a group commit through a refused change and a COMMIT that fails. */
  async function violations(create: CreateGroupCommit): Promise<string[]> {
    const { store, fail } = await openFaulty({ create });
    const found: string[] = [];
    const steps: Step[] = [text('refused', alice), { type: 'edit', messageId: 'unknown', text: '' }];
    await codeOf(store.log.change({ customerId: 'alice' }, () => ({ steps })));
    const next = await codeOf(say(store, 'kept'));
    if (next !== 'kept' || (await history(store)).includes('refused')) found.push('a refused change left something behind');

    fail.commit = refuse('SQLITE_FULL');
    const outcome = await codeOf(say(store, 'not kept'));
    delete fail.commit;
    if (outcome === 'kept' && !(await history(store)).includes('not kept')) found.push('something was acknowledged and not kept');
    return found;
  }

  it('R74, R78: keeps what it acknowledges, and nothing of what it refuses', async () => {
    expect(await violations(createGroupCommit)).toEqual([]);
  });

  it('is found out if it has no savepoints', async () => {
    const nothing = (): void => undefined;
    const broken: CreateGroupCommit = (real, options) => createGroupCommit(
      { ...real, savepoint: nothing, release: nothing, rollbackToSavepoint: nothing }, options,
    );
    expect(await violations(broken)).toEqual(['a refused change left something behind']);
  });

  it('is found out if it acknowledges before COMMIT', async () => {
    const broken: CreateGroupCommit = (real, options) => {
      const group = createGroupCommit(real, options);
      return {
        ...group,
        run: (work) => new Promise((resolve, reject) => {
          group.run(() => {
            const result = work();
            resolve(result);
            return result;
          }).catch(reject);
        }),
      };
    };
    expect(await violations(broken)).toEqual(['something was acknowledged and not kept']);
  });
});
