import { and, eq, gte, lt, sql } from 'drizzle-orm';
import type { BotTurns } from '../../domain/ports/bot.ts';
import { readReport, readWaits } from './bot-report.ts';
import type { Db } from './connection.ts';
import type { StoreContext } from './context.ts';
import { given, GIVEN_LIMIT, givenRaw, wholeRow } from './rows.ts';
import { botTurn, conversation } from './schema.ts';

/** How many turns are forgotten at once: a group waits for it. */
const MAX_AT_ONCE = 1_000;
/** UTF-16 units of a question that are kept: somebody may have pasted a book. */
const MAX_QUESTION = 500;

/** What became of the bot's turns. */
export function createBotTurns(context: StoreContext): BotTurns {
  const { clock, prepared, read, write } = context;
  return {
    record: ({ customerId, unanswered, ...turn }) => write(() => {
      const { conversation: find, record } = prepared(prepareBotTurns);
      const row = find.get({ customerId })?.row;
      if (row === undefined) return;
      const key = unanswered?.key || null;
      record.run({ ...turn, conversationRow: row, at: clock.now(), questionKey: key, question: key && (unanswered?.question.slice(0, MAX_QUESTION).toWellFormed() ?? null) });
    }),
    unanswered: (since, limit) => read(() => prepared(prepareBotTurns).unanswered.all({ since: since.getTime(), limit }).map(({ key, lastAskedAt, ...found }) => ({
      ...found, key: key ?? '', question: found.question ?? '', lastAskedAt: new Date(lastAskedAt),
    }))),
    dismiss: (keys) => write(() => keys.reduce((sum, key) => sum + prepared(prepareBotTurns).dismiss.run({ key }).changes, 0)),
    report: ({ since, until }) => readReport(context, { since: since.getTime(), until: until.getTime() }),
    waits: (since) => readWaits(context, since.getTime()),
    prune: (before) => write(() => prepared(prepareBotTurns).prune.run({ before: before.getTime(), limit: MAX_AT_ONCE }).changes),
  };
}

export function prepareBotTurns(db: Db) {
  const { row: _row, ...columns } = wholeRow(botTurn);
  const count = sql<number>`count(*)`;
  const lastAskedAt = sql<number>`max(${botTurn.at})`;
  return {
    conversation: db.select({ row: conversation.row }).from(conversation).where(eq(conversation.customerId, given('customerId'))).prepare(),
    record: db.insert(botTurn).values(columns).prepare(),
    /** SQLite takes the plain columns of a group from the row that has the maximum. */
    unanswered: db.select({
      key: botTurn.questionKey, question: botTurn.question, count, customers: sql<number>`count(distinct ${botTurn.conversationRow})`,
      lastAskedAt, lastCustomerId: conversation.customerId,
    }).from(botTurn).innerJoin(conversation, eq(conversation.row, botTurn.conversationRow))
      .where(and(sql`${botTurn.questionKey} is not null`, gte(botTurn.at, given('since'))))
      .groupBy(botTurn.questionKey).orderBy(sql`${count} desc`, sql`${lastAskedAt} desc`).limit(GIVEN_LIMIT).prepare(),
    dismiss: db.update(botTurn).set({ question: null, questionKey: null }).where(eq(botTurn.questionKey, given('key'))).prepare(),
    prune: db.delete(botTurn).where(sql`${botTurn.row} in (
      select ${botTurn.row} from ${botTurn} where ${lt(botTurn.at, givenRaw('before'))} limit ${GIVEN_LIMIT}
    )`).prepare(),
  };
}
