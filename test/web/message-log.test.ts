import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogMessage, MessageLog, Pending } from '../../web/src/log/messageLog.ts';
import {
  emptyLog, newestSeq, shownMessages, withFailure, withMessages, withoutMessages, withoutPending, withPage, withPending, withRetry,
} from '../../web/src/log/messageLog.ts';

interface TestMessage extends LogMessage { readonly text: string }
type Log = MessageLog<TestMessage>;
type Step = (log: Log) => Log;

const ME = 'Customer:alice';
const start = (): Log => emptyLog<TestMessage>(ME);

function message(seq: number, change: Partial<TestMessage> = {}): TestMessage {
  return { id: `m${seq}`, seq, position: seq, clientMessageId: null, senderKey: 'Bot:', text: `text ${seq}`, ...change };
}

function pending(clientMessageId: string, change: Partial<Pending> = {}): Pending {
  return {
    clientMessageId, kind: 'TEXT', text: clientMessageId, createdAt: '2026-01-01T00:00:00.000Z', lastSeenSeq: null, state: 'sending', reason: null, ...change,
  };
}

describe('a message log', () => {
  it('R88: orders by seq, whatever comes first', () => {
    const log = [message(3), message(1), message(2)].reduce((held, next) => withMessages(held, [next]), start());
    expect(log.messages.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(newestSeq(log)).toBe(3);
  });

  it('keeps the copy with the greater position', () => {
    const edited = message(1, { position: 5, text: 'edited' });
    expect(withMessages(withMessages(start(), [edited]), [message(1)]).messages).toEqual([edited]);
    expect(withMessages(withMessages(start(), [message(1)]), [edited]).messages).toEqual([edited]);
  });

  it('C2: replaces what is pending by its committed copy, once', () => {
    const committed = message(1, { senderKey: ME, clientMessageId: 'a' });
    const log = withMessages(withPending(withPending(start(), pending('a')), pending('b')), [committed]);
    expect(log.pending.map(({ clientMessageId }) => clientMessageId)).toEqual(['b']);
    expect(withPending(log, pending('a'))).toBe(log);
  });

  it('takes nobody else for the author of what is pending', () => {
    const foreign = message(1, { senderKey: 'Agent:mallory', clientMessageId: 'a' });
    expect(withMessages(withPending(start(), pending('a')), [foreign]).pending).toHaveLength(1);
    expect(withPending(withMessages(start(), [foreign]), pending('a')).pending).toHaveLength(1);
  });

  it('marks what failed, and tries it again in its place', () => {
    const log = withFailure(withPending(withPending(start(), pending('a')), pending('b')), 'a', 'Too long.');
    expect(log.pending.map(({ state, reason }) => [state, reason])).toEqual([['failed', 'Too long.'], ['sending', null]]);
    expect(withRetry(log, 'a').pending.map(({ state }) => state)).toEqual(['sending', 'sending']);
    expect(withoutPending(log, 'a').pending.map(({ clientMessageId }) => clientMessageId)).toEqual(['b']);
  });

  it('shows nothing from before its pages, where there may be gaps', () => {
    const log = withMessages(withPage(start(), [message(8), message(9)], true), [message(2, { position: 10 })]);
    expect(shownMessages(log).map(({ seq }) => seq)).toEqual([8, 9]);
    expect(shownMessages(withPage(log, [message(1), message(2), message(5)], false)).map(({ seq, position }) => [seq, position]))
      .toEqual([[1, 1], [2, 10], [5, 5], [8, 8], [9, 9]]);
  });

  it('keeps what is pending through a reset, and nothing else', () => {
    const log = withoutMessages(withPending(withPage(start(), [message(1)], false), pending('a')));
    expect(log).toEqual(emptyLog(ME, [pending('a')]));
  });

  it('R94: any interleaving of pages, events, echoes and resends gives the same log', () => {
    fc.assert(fc.property(history(), ({ truth, unsent, steps }) => {
      const log = steps.reduce((held, step) => step(held), start());
      expect(shownMessages(log)).toEqual(truth);
      expect(log.pending).toEqual(unsent);
    }), { numRuns: 500 });
  });
});

/**
 * A random conversation, and everything that may tell a window about it in a random order: live events and repeats of any version that a message had, as
 * long as its last one comes at some time; pages back to the beginning; what this window sends, before or after its answer.
 */
function history(): fc.Arbitrary<{ truth: readonly TestMessage[]; unsent: readonly Pending[]; steps: readonly Step[] }> {
  const verbs = fc.array(fc.record({ verb: fc.constantFrom('mine', 'other', 'edit'), which: fc.nat(1_000) }), { minLength: 1, maxLength: 25 });
  return fc.tuple(verbs, fc.nat(3), fc.integer({ min: 1, max: 6 })).chain(([actions, unsentCount, pageSize]) => {
    const versions: TestMessage[][] = [];
    actions.forEach(({ verb, which }, index) => {
      const position = index + 1;
      const edited = verb === 'edit' ? versions[which % Math.max(versions.length, 1)] : undefined;
      const last = edited?.at(-1);
      if (edited && last) edited.push({ ...last, position, text: `edited ${position}` });
      else versions.push([message(position, verb === 'mine' ? { senderKey: ME, clientMessageId: `c${position}` } : {})]);
    });
    const truth = versions.map((copies) => copies.at(-1) as TestMessage);
    const unsent = Array.from({ length: unsentCount }, (_, index) => pending(`u${index}`));

    const told: Step[] = versions.flat().map((copy) => (log) => withMessages(log, [copy]));
    const sent: Step[] = truth.flatMap(({ clientMessageId }): Step[] => {
      if (clientMessageId === null) return [];
      return [(log) => withPending(log, pending(clientMessageId)), (log) => withFailure(log, clientMessageId, 'lost'), (log) => withRetry(log, clientMessageId)];
    });
    const pages: Step[] = [];
    for (let end = truth.length; end > 0; end -= pageSize) {
      const from = Math.max(0, end - pageSize);
      pages.push((log) => withPage(log, truth.slice(from, end), from > 0));
    }
    // A window's own sends keep their order among themselves; all else may come in any, and twice.
    const writing: Step = (log) => unsent.reduce((held, entry) => withPending(held, entry), log);
    return fc.tuple(fc.shuffledSubarray(told), fc.shuffledSubarray([...told, ...sent, ...pages, writing], { minLength: told.length + sent.length + pages.length + 1 }))
      .map(([repeats, all]) => ({ truth, unsent, steps: [...repeats, ...all] }));
  });
}
