import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InboxConversation } from '../../web/src/log/inboxLog.ts';
import { emptyInbox, endOf, rowsOf, VIEWS, withConversations, withoutCustomers } from '../../web/src/log/inboxLog.ts';

const ME = 'ana';

function conversation(id: string, change: Partial<InboxConversation> = {}): InboxConversation {
  return {
    id, position: 1, status: 'OPEN', handler: 'BOT', assignee: null, waitingSince: null, customer: { id },
    lastMessage: { position: 1, createdAt: '2026-01-01T00:00:00.000Z' }, ...change,
  };
}

function at(minute: number): string {
  return new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
}

const ids = (rows: readonly InboxConversation[]): string[] => rows.map(({ id }) => id);

describe('an inbox log', () => {
  it('sorts each conversation into the views it belongs to', () => {
    const log = withConversations(emptyInbox(), [
      conversation('bot'), conversation('queue', { handler: 'QUEUE' }), conversation('mine', { handler: 'AGENT', assignee: { id: ME } }),
      conversation('theirs', { handler: 'AGENT', assignee: { id: 'ben' } }), conversation('done', { status: 'RESOLVED' }), conversation('empty', { lastMessage: null }),
    ]);
    const views = Object.fromEntries(VIEWS.map((view) => [view, ids(rowsOf(log, view, ME, null)).sort()]));
    expect(views).toEqual({ queue: ['queue'], mine: ['mine'], bot: ['bot'], all: ['bot', 'mine', 'queue', 'theirs'], resolved: ['done'] });
  });

  it('puts the newest first, in the queue the longest wait', () => {
    const rows = [1, 2, 3].map((minute) => conversation(`c${minute}`, {
      handler: 'QUEUE', waitingSince: minute === 2 ? null : at(minute), lastMessage: { position: 1, createdAt: at(minute) },
    }));
    const log = withConversations(emptyInbox(), rows);
    expect(ids(rowsOf(log, 'all', ME, null))).toEqual(['c3', 'c2', 'c1']);
    expect(ids(rowsOf(log, 'queue', ME, null))).toEqual(['c1', 'c3', 'c2']);
  });

  it('shows nothing from beyond the end of its pages', () => {
    const rows = [1, 2, 3].map((minute) => conversation(`c${minute}`, { lastMessage: { position: 1, createdAt: at(minute) } }));
    const log = withConversations(emptyInbox(), rows);
    expect(ids(rowsOf(log, 'all', ME, rows[1] ?? null))).toEqual(['c3', 'c2']);
  });

  it('shows all of a page, also where the server orders it by something else', () => {
    const rows = [conversation('activity', { lastMessage: { position: 2, createdAt: at(9) } }), conversation('old', { lastMessage: { position: 1, createdAt: at(1) } })];
    const page = [rows[1], rows[0]].filter((row) => row !== undefined);
    expect(ids(rowsOf(withConversations(emptyInbox(), page), 'all', ME, endOf('all', page)))).toEqual(['activity', 'old']);
  });

  it('takes out what was erased', () => {
    expect(ids(rowsOf(withoutCustomers(withConversations(emptyInbox(), [conversation('a'), conversation('b')]), ['a']), 'all', ME, null))).toEqual(['b']);
  });

  it('A7: any order of pages, events and repeats ends with the newest copy', () => {
    const changes = fc.array(fc.constantFrom('message', 'state'), { maxLength: 12 });
    const copies = changes.chain((kinds) => {
      const all = [conversation('c')];
      kinds.forEach((kind, index) => {
        const last = all.at(-1) as InboxConversation;
        const position = index + 2;
        all.push(kind === 'state' ? { ...last, position } : { ...last, lastMessage: { position, createdAt: at(position) } });
      });
      return fc.tuple(fc.constant(all.at(-1)), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 }));
    });
    fc.assert(fc.property(copies, ([newest, told]) => {
      const log = told.reduce((held, copy) => withConversations(held, [copy]), emptyInbox<InboxConversation>());
      expect(log.known.get('c')).toEqual(newest);
    }));
  });
});
