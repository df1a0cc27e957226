import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BotReport, Spread } from '../../domain/ports/bot.ts';
import type { Db } from './connection.ts';
import type { StoreContext } from './context.ts';

/** Times in milliseconds. `since` is in the period, `until` is not. */
interface Period { readonly since: number; readonly until: number }
type OfConversations = Pick<BotReport, 'conversations' | 'involved' | 'answered' | 'resolvedConfirmed' | 'resolvedAssumed' | 'deflected'>;
type OfTurns = Pick<BotReport, 'superseded' | 'helpful' | 'notHelpful' | 'modelReplies'>;

/** After so long without a word from the customer, an answer is taken for one that helped. */
const SETTLED_MS = 86_400_000;
const MAX_ARTICLES_SHOWN = 100;
const MAX_HAND_OFFS = 1_000;

/** Each part is read in a turn of its own: over a year they take a tenth of a second each, and messages need not wait for all of them. */
export async function readReport({ clock, prepared, read }: Pick<StoreContext, 'clock' | 'prepared' | 'read'>, period: Period): Promise<BotReport> {
  async function part<T>(work: (statements: ReturnType<typeof prepareReport>) => T): Promise<T> {
    await nextTurn();
    return read(() => work(prepared(prepareReport)));
  }
  const settledBefore = clock.now() - SETTLED_MS;
  return {
    ...await part(({ conversations }) => only(conversations.get({ ...period, settledBefore }))),
    handOffs: await part(({ handOffs }) => handOffs.all(period)),
    heldBack: await part(({ heldBack }) => heldBack.all(period)),
    ...await part(({ turns }) => only(turns.get(period))),
    replyMs: await part(({ replies }) => only(replies.get(period))),
    firstMs: await part(({ firsts }) => only(firsts.get(period))),
    queueMs: await part(({ queued }) => only(queued.get(period))),
    articles: await part(({ articles }) => articles.all({ ...period, limit: MAX_ARTICLES_SHOWN })),
  };
}

/** What `BotTurns.waits` says. */
export function readWaits({ prepared, read }: Pick<StoreContext, 'prepared' | 'read'>, since: number): Promise<number[]> {
  return read(() => prepared(prepareReport).waits.all({ since, limit: MAX_HAND_OFFS }).map(({ ms }) => ms));
}

/** What counts has one row, whatever it counts. */
function only<T>(row: T | undefined): T {
  if (row === undefined) throw new Error('a count gave no row');
  return row;
}

/** As SQL, because that is what reads best here. What the numbers mean is said at `BotReport`. */
export function prepareReport({ $client }: Db) {
  const inPeriod = 'turn.at >= :since and turn.at < :until';
  /** Of a query that gives `ms`: the least value that is not passed by half of all, and the same of 95 in 100. */
  const spreadOf = (values: string): string => `
    with sorted as (select ms, row_number() over (order by ms) as place, count(*) over () as total from (${values}) where ms is not null)
    select min(case when place >= 0.50 * total then ms end) as p50, min(case when place >= 0.95 * total then ms end) as p95 from sorted`;
  const byPerson = `text.kind = 'text' and text.sender_kind in ('agent', 'token')`;
  const waitAfter = (handOff: string): string => `(
    select text.created_at from message text where text.conversation_row = ${handOff}.conversation_row and ${byPerson} and text.created_at >= ${handOff}.at
    order by text.seq limit 1
  ) - ${handOff}.at`;
  return {
    /** `last`: the newest turn. `answer`: the newest that was neither thanks nor small talk, if it is an answer. */
    conversations: $client.prepare<Period & { settledBefore: number }, OfConversations>(`
      with
        began as (
          select row, handler = 'bot' and last_customer_seq <= bot_done_seq as is_settled
          from conversation where created_at >= :since and created_at < :until and last_text_at is not null
        ),
        did as (
          select began.row, is_settled,
            max(turn.outcome in ('reply', 'handoff')) as is_involved, max(turn.counts is 'answer') as is_answered,
            max(case when turn.outcome <> 'void' then turn.row end) as last_row,
            max(case when turn.outcome <> 'void' and coalesce(turn.counts, '') not in ('thanks', 'smalltalk') then turn.row end) as answer_row
          from began join bot_turn turn on turn.conversation_row = began.row group by began.row
        ),
        became as (
          select did.*,
            is_settled and answer.row is not null and (last.counts is 'thanks' or message.helpful is 1) as is_confirmed,
            is_settled and answer.row is last.row and message.helpful is null and last.at <= :settledBefore as is_assumed,
            is_involved and not exists (select 1 from message text where text.conversation_row = did.row and ${byPerson}) as is_deflected
          from did join bot_turn last on last.row = did.last_row
            left join bot_turn answer on answer.row = did.answer_row and answer.counts = 'answer'
            left join message on message.id = answer.message_id
        )
      select (select count(*) from began) as conversations, total(is_involved) as involved, total(is_answered) as answered,
        total(is_confirmed) as resolvedConfirmed, total(is_assumed) as resolvedAssumed, total(is_deflected) as deflected
      from became`),
    handOffs: $client.prepare<Period, BotReport['handOffs'][number]>(`
      select coalesce(reason, 'unknown') as reason, count(*) as count from bot_turn turn
      where ${inPeriod} and outcome = 'handoff' group by 1 order by count desc, reason`),
    heldBack: $client.prepare<Period, BotReport['heldBack'][number]>(`
      select coalesce(detail, 'unknown') as reason, count(*) as count from bot_turn turn
      where ${inPeriod} and turn.reason = 'guard_rejected' group by 1 order by count desc, 1`),
    turns: $client.prepare<Period, OfTurns>(`
      select total(outcome = 'void') as superseded, total(message.helpful is 1) as helpful, total(message.helpful is 0) as notHelpful,
        total(outcome = 'reply' and first_ms is not null) as modelReplies
      from bot_turn turn left join message on message.id = turn.message_id where ${inPeriod}`),
    replies: $client.prepare<Period, Spread>(spreadOf(`select wait_ms as ms from bot_turn turn where ${inPeriod} and outcome = 'reply'`)),
    firsts: $client.prepare<Period, Spread>(spreadOf(`select first_ms as ms from bot_turn turn where ${inPeriod}`)),
    queued: $client.prepare<Period, Spread>(spreadOf(`select ${waitAfter('turn')} as ms from bot_turn turn where ${inPeriod} and outcome = 'handoff'`)),
    waits: $client.prepare<{ since: number; limit: number }, { ms: number }>(`
      with
        newest as (select conversation_row, at from bot_turn where at >= :since and outcome = 'handoff' order by at desc limit (:limit + 0)),
        last as (select conversation_row, max(at) as at from newest group by conversation_row),
        wait as materialized (select ${waitAfter('last')} as ms from last)
      select ms from wait where ms is not null order by ms`),
    articles: $client.prepare<Period & { limit: number }, BotReport['articles'][number]>(`
      select turn.article_id as articleId, article.title, count(*) as shown, total(message.helpful is 1) as helped, total(message.helpful is 0) as notHelped
      from bot_turn turn left join message on message.id = turn.message_id left join article on article.id = turn.article_id
      where ${inPeriod} and turn.counts = 'answer' and turn.article_id is not null
      group by turn.article_id order by shown desc, articleId limit (:limit + 0)`),
  };
}
