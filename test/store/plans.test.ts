import { describe, expect, it, onTestFinished } from 'vitest';
import type { ConversationFilter } from '../../server/domain/ports.ts';
import { createConnection } from '../../server/store/sqlite/connection.ts';
import type { Connection } from '../../server/store/sqlite/connection.ts';
import { prepareCredentials } from '../../server/store/sqlite/credentials.ts';
import { createListStatements, prepareInbox } from '../../server/store/sqlite/list.ts';
import { migrateDatabase } from '../../server/store/sqlite/migrate.ts';
import { preparePeople } from '../../server/store/sqlite/people.ts';
import { prepareReads } from '../../server/store/sqlite/reads.ts';
import { prepareLog } from '../../server/store/sqlite/statements.ts';
import { temporaryFolder } from './open-sqlite.ts';

interface Prepared { getQuery(): { readonly sql: string; readonly params: readonly unknown[] } }

/** Small tables that are read whole. */
const SMALL = ['agent', 'identity_key', 'conversation_tally', 'CONSTANT ROW'];

async function open(): Promise<Connection> {
  const dataDir = await temporaryFolder();
  const connection = createConnection(`${dataDir}/minicom.sqlite`);
  onTestFinished(() => connection.close());
  migrateDatabase(connection.db, { dataDir, now: 0 });
  return connection;
}

function planOf({ db }: Connection, statement: Prepared): string[] {
  const { sql, params } = statement.getQuery();
  const steps = db.$client.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...params.map(() => null));
  return steps.map(({ detail }) => detail);
}

const scans = (plan: readonly string[]): string[] => plan
  .filter((step) => step.startsWith('SCAN') && !SMALL.some((table) => step.includes(`SCAN ${table}`)));

describe('query plans', () => {
  it('no statement reads a table from end to end', async () => {
    const connection = await open();
    const parts = { prepareLog, prepareReads, prepareInbox, prepareCredentials, preparePeople };
    for (const [part, prepare] of Object.entries(parts)) {
      for (const [name, statement] of Object.entries<Prepared>(prepare(connection.db))) {
        const plan = planOf(connection, statement);
        expect(scans(plan), `${part}.${name}: ${plan.join('; ')}`).toEqual([]);
        expect(plan.filter((step) => step.includes('TEMP B-TREE') && !['agents', 'keys'].includes(name)), `${part}.${name}`).toEqual([]);
      }
    }
  });

  it('the inbox\'s views come out of an index in their order', async () => {
    const connection = await open();
    const { of } = createListStatements(connection.db);
    const views: [ConversationFilter, string][] = [
      [{}, 'conversation_by_text'],
      [{ status: 'open' }, 'conversation_by_status'],
      [{ status: 'open', handler: 'queue' }, 'conversation_by_handler'],
      [{ status: 'open', assigneeId: 'ana' }, 'conversation_by_assignee'],
      [{ unreadOnly: true }, 'conversation_unread_by_agents'],
    ];
    for (const [filter, index] of views) {
      for (const part of ['all', 'rest'] as const) {
        const inOrder = `SEARCH conversation USING INDEX ${index} `;
        expect(planOf(connection, of(part, filter)), JSON.stringify(filter)).toEqual([expect.stringContaining(inOrder)]);
      }
      const waiting = 'SEARCH conversation USING INDEX conversation_by_wait ';
      expect(planOf(connection, of('waiting', filter)), JSON.stringify(filter)).toEqual([expect.stringContaining(waiting)]);
    }
  });
});
