import { describe, expect, it } from 'vitest';
import type { ConversationLog, StreamPage } from '../../server/domain/ports/log.ts';
import { range } from '../_util/parallel.ts';
import { createRandom, SEED } from '../_util/random.ts';
import { scaled } from '../_util/scaled.ts';
import { END, play } from './equivalence.ts';
import { openWorld, requireNoBells } from './world.ts';

it('R94: a snapshot and the stream from there, pushed or pulled, make the later snapshot, for customer and agent', { timeout: 600_000 }, async () => {
  const world = await openWorld();
  const problems: string[] = [];
  for (const index of range(scaled(500))) problems.push(...await play(world, createRandom(SEED + index)));
  expect(problems.slice(0, 10)).toEqual([]);
  requireNoBells(world);
});

/** A log that is broken on purpose: a check that finds nothing wrong with it is no check. */
describe('R94 notices', () => {
  const withPages = (change: (page: StreamPage, log: ConversationLog, customerId: string) => StreamPage | Promise<StreamPage>) => (
    (log: ConversationLog): ConversationLog => ({
      ...log,
      async streamAfter(customerId, after, limit) {
        const page = await log.streamAfter(customerId, after, limit);
        return 'reset' in page ? page : change(page, log, customerId);
      },
    })
  );

  it.each<[string, string, (log: ConversationLog) => ConversationLog]>([
    ['rows that are for everyone on one path', 'was told a note', withPages((page) => ({ ...page, rows: page.rows.map((row) => ({ ...row, audience: 'everyone' })) }))],
    ['rows that carry the cursor of the next one', 'instead of', withPages((page) => (
      { ...page, rows: page.rows.map((row, index) => ({ ...row, cursor: page.rows[index + 1]?.cursor ?? page.cursor })) }
    ))],
    // All but the last text of all, which every reader waits for.
    ['a page that begins one row late', 'instead of', withPages((page) => (
      { ...page, rows: page.rows.filter((row) => row.position > page.from + 1 || (row.type === 'message' && row.message.text === END)) }
    ))],
    ['a page that ends where the head is by now, not where its rows do', 'instead of', withPages(async (page, log, customerId) => {
      await new Promise((resolve) => { setImmediate(resolve); });
      return { ...page, cursor: (await log.find(customerId))?.cursor ?? page.cursor };
    })],
    ['rows that come only to those who read right when they happen', 'instead of', payloads],
    ['changes of state that are told as of before', 'instead of', withPages((page) => (
      { ...page, rows: page.rows.map((row) => (row.type === 'message' ? row : { ...row, conversation: { ...row.conversation, handler: 'bot' } })) }
    ))],
  ])('%s', async (_, problem, log) => {
    const world = await openWorld({ log });
    const problems: string[] = [];
    for (let index = 0; index < 20 && problems.length === 0; index += 1) problems.push(...await play(world, createRandom(SEED + index)));
    expect(problems.join('\n')).toContain(problem);
  });
});

/** What is published goes to a short queue, and is gone when the queue is full. */
function payloads(log: ConversationLog): ConversationLog {
  const published: string[] = [];
  return {
    ...log,
    async change(about, decide) {
      const committed = await log.change(about, decide);
      published.push(...committed.messages.map(({ id }) => id));
      published.splice(0, published.length - 8);
      return committed;
    },
    async streamAfter(customerId, after, limit) {
      const page = await log.streamAfter(customerId, after, limit);
      if ('reset' in page) return page;
      return { ...page, rows: page.rows.filter((row) => row.type !== 'message' || published.includes(row.message.id)) };
    },
  };
}
