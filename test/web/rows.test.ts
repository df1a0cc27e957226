import { describe, expect, it } from 'vitest';
import { toMessage } from '../../web/src/conversation/fragments.ts';
import type { Message } from '../../web/src/conversation/fragments.ts';
import { rowsOf } from '../../web/src/conversation/rows.ts';

const ALICE = { __typename: 'Customer', id: 'alice', customerName: null } as const;
const BOT = { __typename: 'Bot', name: 'Bot' } as const;

function message(seq: number, minute: number, change: Partial<Message> = {}): Message {
  return toMessage({
    id: `m${seq}`, seq, position: seq, kind: 'TEXT', text: 'x', createdAt: new Date(2026, 0, 1, 12, minute).toISOString(), editedAt: null, removedAt: null,
    clientMessageId: null, sender: ALICE, answer: null, helpful: null, ...change,
  });
}

const shape = (messages: readonly Message[]): string[] => rowsOf(messages, [], 'Customer:alice').map((row) => ('run' in row ? row.run : row.type));

describe('rows of a conversation', () => {
  it('joins one sender\'s messages within five minutes into a run', () => {
    expect(shape([message(1, 0), message(2, 1), message(3, 2), message(4, 10), message(5, 11, { sender: BOT })]))
      .toEqual(['day', 'first', 'middle', 'last', 'single', 'single']);
  });

  it('breaks a run where something stands between', () => {
    expect(shape([message(1, 0), message(2, 1, { kind: 'ACTIVITY' }), message(3, 2), message(4, 2, { kind: 'NOTE' })])).toEqual(['day', 'single', 'activity', 'single', 'note']);
  });

  it('starts each day with a line', () => {
    expect(shape([message(1, 0), message(2, 24 * 60)])).toEqual(['day', 'single', 'day', 'single']);
  });

  it('C2: keeps the key of a bubble when what was pending is committed', () => {
    const entry = { clientMessageId: 'c', kind: 'TEXT', text: 'x', createdAt: message(1, 0).createdAt, lastSeenSeq: null, state: 'sending', reason: null } as const;
    const before = rowsOf([], [entry], 'Customer:alice').at(-1);
    const after = rowsOf([message(1, 0, { clientMessageId: 'c' })], [], 'Customer:alice').at(-1);
    expect(after?.key).toBe(before?.key);
  });
});
