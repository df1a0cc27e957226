import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InboxConversation } from '../../web/src/log/inboxLog.ts';
import { emptyInbox, rowsOf, withConversations } from '../../web/src/log/inboxLog.ts';
import type { Hand } from '../../web/src/log/steadyRows.ts';
import { steadyRows } from '../../web/src/log/steadyRows.ts';

const AWAY: Hand = { isOn: false, open: null };
const ON: Hand = { isOn: true, open: null };

/** Conversations by name, the newest activity first. */
function inbox(...names: readonly string[]) {
  const rows = names.map((id, index): InboxConversation => ({
    id, position: 1, status: 'OPEN', handler: 'BOT', assignee: null, waitingSince: null, customer: { id },
    lastMessage: { position: 1, createdAt: new Date(1_800_000_000_000 - index * 1_000).toISOString() },
  }));
  const { known } = withConversations(emptyInbox<InboxConversation>(), rows);
  return { known, sorted: rowsOf({ known }, 'all', 'ana', null) };
}

function arranged(before: readonly string[], { known, sorted }: ReturnType<typeof inbox>, hand: Hand) {
  const { rows, held } = steadyRows(before, sorted, known, hand);
  return { ids: rows.map(({ id }) => id), held };
}

describe('rows of the inbox', () => {
  it('A1: go by the view\'s order while no hand is on the list', () => {
    expect(arranged(['a', 'b'], inbox('b', 'new', 'a'), AWAY)).toEqual({ ids: ['b', 'new', 'a'], held: 0 });
  });

  it('A1: stay where they are under a hand, and say what waits', () => {
    expect(arranged(['a', 'b'], inbox('b', 'new', 'a'), ON)).toEqual({ ids: ['a', 'b'], held: 1 });
  });

  it('add what comes after them, as the next page does', () => {
    expect(arranged(['a', 'b'], inbox('a', 'b', 'c', 'd'), ON)).toEqual({ ids: ['a', 'b', 'c', 'd'], held: 0 });
    expect(arranged([], inbox('a', 'b'), ON)).toEqual({ ids: ['a', 'b'], held: 0 });
  });

  it('show a conversation as it is now, wherever it stands, and none that is gone', () => {
    const { known, sorted } = inbox('b', 'a');
    const resolved = withConversations({ known }, [{ ...sorted[0] as InboxConversation, position: 2, status: 'RESOLVED' }]).known;
    expect(steadyRows(['a', 'gone', 'b'], sorted, resolved, ON).rows).toEqual([known.get('a'), resolved.get('b')]);
  });

  it('the open one keeps its place, and stays although it left the view', () => {
    expect(arranged(['a', 'b', 'c'], inbox('c', 'new', 'b', 'a'), { isOn: false, open: 'c' }).ids).toEqual(['new', 'b', 'c', 'a']);
    const { known } = inbox('a', 'b', 'c');
    const left = { known, sorted: inbox('a', 'c').sorted };
    expect(arranged(['a', 'b', 'c'], left, { isOn: false, open: 'b' }).ids).toEqual(['a', 'b', 'c']);
    expect(arranged(['a', 'b', 'c'], left, AWAY).ids).toEqual(['a', 'c']);
  });

  it('A1: whatever happens, none moves under a hand, none is lost and none is there twice', () => {
    const names = fc.uniqueArray(fc.constantFrom(...'abcdefghij'), { minLength: 1 });
    fc.assert(fc.property(names, names, fc.option(fc.constantFrom(...'abcdefghij')), (before, now, open) => {
      const next = inbox(...now);
      const held = arranged(before, next, { isOn: true, open });
      expect(held.ids.slice(0, before.filter((id) => next.known.has(id)).length)).toEqual(before.filter((id) => next.known.has(id)));
      expect(held.ids.length + held.held).toBe(now.length);
      const free = arranged(before, next, { isOn: false, open });
      expect(free.ids.toSorted()).toEqual(now.toSorted());
      expect(new Set([...held.ids]).size).toBe(held.ids.length);
    }));
  });
});
