import { describe, expect, it, onTestFinished } from 'vitest';
import type { ConversationFilter } from '../../server/domain/ports/log.ts';
import { prepareArticles } from '../../server/store/sqlite/articles.ts';
import { prepareReport } from '../../server/store/sqlite/bot-report.ts';
import { prepareBotTurns } from '../../server/store/sqlite/bot-turns.ts';
import { createConnection } from '../../server/store/sqlite/connection.ts';
import type { Connection } from '../../server/store/sqlite/connection.ts';
import { prepareCredentials } from '../../server/store/sqlite/credentials.ts';
import { createListStatements, prepareInbox } from '../../server/store/sqlite/list.ts';
import { migrateDatabase } from '../../server/store/sqlite/migrate.ts';
import { preparePeople } from '../../server/store/sqlite/people.ts';
import { prepareReads } from '../../server/store/sqlite/reads.ts';
import { prepareSettings } from '../../server/store/sqlite/settings.ts';
import { prepareLog } from '../../server/store/sqlite/statements.ts';
import { temporaryFolder } from './open-sqlite.ts';

interface Prepared { getQuery(): { readonly sql: string; readonly params: readonly unknown[] } }

/** Small tables that are read whole; a subquery is a page that was found by a step of its own. */
const SMALL = ['agent', 'api_token', 'identity_key', 'conversation_tally', 'article', 'bot_turn USING INDEX bot_turn_unanswered', 'json_each', 'CONSTANT ROW', '(subquery-'];
/** These sort what they found: a few rows, or what a report counts. */
const SORTING = ['agents', 'keys', 'tokens', 'sessionsOf', 'prepareArticles.page', 'prepareBotTurns.unanswered'];

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
    const parts = { prepareLog, prepareReads, prepareInbox, prepareCredentials, preparePeople, prepareArticles, prepareBotTurns, prepareSettings };
    for (const [part, prepare] of Object.entries(parts)) {
      for (const [name, statement] of Object.entries<Prepared>(prepare(connection.db))) {
        const plan = planOf(connection, statement);
        expect(scans(plan), `${part}.${name}: ${plan.join('; ')}`).toEqual([]);
        expect(plan.filter((step) => step.includes('TEMP B-TREE') && ![name, `${part}.${name}`].some((one) => SORTING.includes(one))), `${part}.${name}`).toEqual([]);
      }
    }
  });

  it('no statement is planned anew each time that it runs, as one with a bare value for its limit would be', async () => {
    const connection = await open();
    const parts = { prepareLog, prepareReads, prepareInbox, prepareCredentials, preparePeople, prepareArticles, prepareBotTurns, prepareSettings };
    const prepared = Object.values(parts).flatMap((prepare): Prepared[] => Object.values(prepare(connection.db)));
    const all = [...prepared, createListStatements(connection.db).of('all', {})].map((statement) => statement.getQuery().sql);
    expect(all.filter((sql) => /limit \?/i.test(sql))).toEqual([]);
    expect(all.filter((sql) => /limit \(\? \+ 0\)/i.test(sql)).length).toBeGreaterThan(5);
  });

  it('the bot\'s report finds what belongs to its period by an index', async () => {
    const { db } = await open();
    for (const [name, { source }] of Object.entries(prepareReport(db))) {
      const plan = db.$client.prepare<object, { detail: string }>(`EXPLAIN QUERY PLAN ${source}`).all({ since: 0, until: 0, settledBefore: 0, limit: 0 });
      const tables = plan.map(({ detail }) => detail).filter((detail) => /^SCAN (conversation|bot_turn|turn|message|text)\b/.test(detail));
      expect(tables, `${name}: ${plan.map(({ detail }) => detail).join('; ')}`).toEqual([]);
      expect(plan.map(({ detail }) => detail).join()).toMatch(/(conversation_by_creation|bot_turn_by_time|bot_turn_handed_on) \((created_at|at)>\?( AND (created_at|at)<\?)?\)/);
    }
  });

  it('pages of a history and of a stream come out of an index in their order', async () => {
    const connection = await open();
    const { forward, backward, added, changed } = prepareReads(connection.db);
    for (const page of [forward, backward]) {
      expect(planOf(connection, page)).toEqual([
        expect.stringContaining('CO-ROUTINE'), expect.stringContaining('SEARCH message USING INDEX message_by_seq '), expect.stringContaining('SCAN (subquery-'),
      ]);
    }
    expect(planOf(connection, added)).toEqual([expect.stringContaining('SEARCH message USING INDEX message_by_seq ')]);
    expect(planOf(connection, changed)).toEqual([expect.stringContaining('SEARCH message USING INDEX message_changed ')]);
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
