import { describe, expect, it } from 'vitest';
import type { Change, Now } from '../../server/domain/ports/log.ts';
import { answered, customerWrote, handedBack, NOTHING, queued, reopened, resolved, takenOver } from '../../server/domain/turns.ts';
import type { Agent, Conversation, ConversationStatus, Handler, Message } from '../../server/domain/types.ts';
import { BOT, SYSTEM } from '../../server/domain/types.ts';

const ANA: Agent = { id: 'ana', name: 'Ana', email: 'ana@example.com', role: 'agent', active: true, hasSecondFactor: false };
const BEN: Agent = { id: 'ben', name: 'Ben', email: 'ben@example.com', role: 'agent', active: true, hasSecondFactor: false };
const AT = new Date(Date.UTC(2026, 10, 22, 12));
const EARLIER = new Date(AT.getTime() - 60_000);

const STATUSES: readonly ConversationStatus[] = ['open', 'snoozed', 'resolved'];
const HANDLERS: readonly Handler[] = ['bot', 'queue', 'agent'];

/** `open/agent/ana` */
type State = `${ConversationStatus}/${Handler}/${'ana' | 'ben' | '-'}`;

const EVERY_STATE: readonly State[] = STATUSES.flatMap((status) => HANDLERS.flatMap((handler) => (
  (['-', 'ana', 'ben'] as const).map((assignee): State => `${status}/${handler}/${assignee}`)
)));

const TRANSITIONS: Readonly<Record<string, (now: Now) => Change>> = {
  'Ana takes over': (now) => takenOver(now, 'ana', 'Ana'),
  'a token takes over': (now) => takenOver(now, null, 'Crow'),
  'Ana writes': (now) => answered(now, 'ana', 'Ana'),
  'a token writes': (now) => answered(now, null, 'Crow'),
  'the customer writes': (now) => customerWrote(now, true),
  'the customer writes, no bot': (now) => customerWrote(now, false),
  'Ana hands back': (now) => handedBack(now, 'Ana'),
  'a person is asked for': (now) => queued(now, 'Asked for a person'),
  'Ana resolves': (now) => resolved(now, 'Ana'),
  'Ana reopens': (now) => reopened(now, 'Ana', true),
  'Ana reopens, no bot': (now) => reopened(now, 'Ana', false),
};

describe.each(Object.entries(TRANSITIONS))('%s', (_, transition) => {
  it.each(EVERY_STATE)('from %s: nothing, or a state under a new fence and one activity; and asking again changes nothing', (from) => {
    const now = nowOf(from);
    const change = transition(now);
    if (change === NOTHING) return;
    const [state, activity, ...more] = change.steps;
    if (state?.type !== 'state') throw new Error('a turn begins with a state');
    expect(state.patch.fence).toBe(now.conversation.fence + 1);
    expect(activity).toEqual({ type: 'append', message: { kind: 'activity', audience: 'everyone', sender: SYSTEM, text: expect.any(String) } });
    expect(more).toEqual([]);
    const { conversation } = now;
    const isOther = (['status', 'handler', 'assigneeId'] as const).some((key) => state.patch[key] !== undefined && state.patch[key] !== conversation[key]);
    expect(isOther, 'a turn changes something').toBe(true);

    expect(transition(nowOf(after(from, change)))).toBe(NOTHING);
  });
});

describe('whose turn it is next', () => {
  const open = 'open/bot/-';
  it.each<[string, State, State | 'as it was', string?]>([
    ['Ana takes over', open, 'open/agent/ana', 'Ana joined'],
    ['Ana takes over', 'open/queue/-', 'open/agent/ana', 'Ana joined'],
    ['Ana takes over', 'open/agent/ben', 'open/agent/ana', 'Ana took over from Ben'],
    ['Ana takes over', 'open/agent/-', 'open/agent/ana', 'Ana joined'],
    ['Ana takes over', 'resolved/agent/ana', 'open/agent/ana', 'Ana joined'],
    ['Ana takes over', 'snoozed/agent/ben', 'open/agent/ana', 'Ana took over from Ben'],
    ['Ana takes over', 'open/agent/ana', 'as it was'],
    ['a token takes over', open, 'open/agent/-', 'Crow joined'],
    ['a token takes over', 'open/agent/ben', 'open/agent/-', 'Crow took over from Ben'],
    ['a token takes over', 'open/agent/-', 'as it was'],

    ['Ana writes', open, 'open/agent/ana', 'Ana joined'],
    ['Ana writes', 'open/queue/-', 'open/agent/ana', 'Ana joined'],
    ['Ana writes', 'open/agent/-', 'open/agent/ana', 'Ana joined'],
    ['Ana writes', 'open/agent/ben', 'as it was'],
    ['Ana writes', 'open/agent/ana', 'as it was'],
    ['Ana writes', 'open/queue/ben', 'open/agent/ben', 'Ana joined'],
    ['Ana writes', 'resolved/agent/ben', 'open/agent/ben', 'Ana joined'],
    ['a token writes', open, 'open/agent/-', 'Crow joined'],
    ['a token writes', 'open/agent/ana', 'as it was'],
    ['a token writes', 'open/agent/-', 'as it was'],

    ['the customer writes', open, 'as it was'],
    ['the customer writes', 'open/queue/-', 'as it was'],
    ['the customer writes', 'open/agent/ana', 'as it was'],
    ['the customer writes', 'resolved/agent/ana', 'open/bot/-', 'Reopened'],
    ['the customer writes', 'resolved/queue/-', 'open/bot/-', 'Reopened'],
    ['the customer writes', 'snoozed/agent/ana', 'open/agent/ana', 'Reopened'],
    ['the customer writes, no bot', open, 'open/queue/-', 'Waiting for a person'],
    ['the customer writes, no bot', 'resolved/agent/ana', 'open/queue/-', 'Reopened'],
    ['the customer writes, no bot', 'snoozed/bot/-', 'open/queue/-', 'Waiting for a person'],
    ['the customer writes, no bot', 'open/queue/-', 'as it was'],

    ['Ana hands back', 'open/agent/ana', 'open/bot/-', 'Ana handed back to the bot'],
    ['Ana hands back', 'open/agent/ben', 'open/bot/-', 'Ana handed back to the bot'],
    ['Ana hands back', 'open/queue/-', 'open/bot/-', 'Ana handed back to the bot'],
    ['Ana hands back', 'resolved/bot/-', 'open/bot/-', 'Ana handed back to the bot'],
    ['Ana hands back', open, 'as it was'],

    ['a person is asked for', open, 'open/queue/-', 'Asked for a person'],
    ['a person is asked for', 'open/queue/-', 'as it was'],
    ['a person is asked for', 'open/agent/ana', 'as it was'],
    ['a person is asked for', 'resolved/agent/ana', 'open/queue/-', 'Asked for a person'],

    ['Ana resolves', open, 'resolved/bot/-', 'Resolved by Ana'],
    ['Ana resolves', 'open/agent/ben', 'resolved/agent/ben', 'Resolved by Ana'],
    ['Ana resolves', 'snoozed/agent/ben', 'resolved/agent/ben', 'Resolved by Ana'],
    ['Ana resolves', 'resolved/agent/ben', 'as it was'],

    ['Ana reopens', 'resolved/agent/ben', 'open/agent/ben', 'Reopened by Ana'],
    ['Ana reopens', 'resolved/bot/-', 'open/bot/-', 'Reopened by Ana'],
    ['Ana reopens', 'snoozed/queue/-', 'open/queue/-', 'Reopened by Ana'],
    ['Ana reopens', 'open/queue/-', 'as it was'],
    ['Ana reopens, no bot', 'resolved/bot/-', 'open/queue/-', 'Reopened by Ana'],
  ])('%s, from %s: %s', (name, from, expected, line) => {
    const change = TRANSITIONS[name]?.(nowOf(from)) ?? NOTHING;
    expect(change === NOTHING ? 'as it was' : after(from, change)).toBe(expected);
    expect(change.steps.flatMap((step) => (step.type === 'append' ? [step.message.text] : []))).toEqual(line ? [line] : []);
  });
});

describe('what rides along', () => {
  const customerText = { sender: { kind: 'customer', id: 'alice' } };

  it('handing back owes an answer if the last text is the customer\'s, even to one that was handed on before', () => {
    const conversation = { lastCustomerSeq: 7, botDoneSeq: 7, waitingSince: EARLIER };
    expect(handedBack(nowOf('open/agent/ana', conversation, customerText), 'Ana').facts).toEqual({ botDoneSeq: 6, waitingSince: EARLIER });
    expect(handedBack(nowOf('open/agent/ana', { ...conversation, botDoneSeq: 3, waitingSince: null }, customerText), 'Ana').facts)
      .toEqual({ botDoneSeq: 3, waitingSince: AT });
  });

  it('handing back owes nothing if somebody else spoke last, or nobody did', () => {
    const conversation = { lastCustomerSeq: 7, botDoneSeq: 3, waitingSince: EARLIER };
    for (const lastText of [{ sender: { kind: 'agent', id: 'ana' } }, { sender: BOT }, null]) {
      expect(handedBack(nowOf('open/agent/ana', conversation, lastText), 'Ana').facts).toEqual({ botDoneSeq: 7, waitingSince: null });
    }
  });

  it('asking for a person starts the wait, and does not start it anew', () => {
    expect(queued(nowOf('open/bot/-'), 'x').facts).toEqual({ waitingSince: AT });
    expect(queued(nowOf('open/bot/-', { waitingSince: EARLIER }), 'x').facts).toEqual({ waitingSince: EARLIER });
  });

  it('resolving ends the wait', () => {
    expect(resolved(nowOf('open/agent/ana', { waitingSince: EARLIER }), 'Ana').facts).toEqual({ waitingSince: null });
  });
});

function nowOf(state: State, more: Partial<Conversation> = {}, lastText: object | null = null): Now {
  const [status, handler, who] = state.split('/') as [ConversationStatus, Handler, string];
  const conversation: Conversation = {
    id: 'c', customerId: 'alice', status, handler, assigneeId: who === '-' ? null : who, createdAt: EARLIER, seenByCustomer: 0, seenByAgents: 0,
    waitingSince: null, position: 4, head: 9, fence: 5, lastCustomerSeq: 0, botDoneSeq: 0, unreadForCustomer: 0, unreadForAgents: 0, lastMessageId: null,
    cursor: '', ...more,
  };
  return {
    at: AT, conversation, assignee: [ANA, BEN].find(({ id }) => id === who) ?? null, existing: null, unseen: [], target: null, lastText: lastText as Message | null,
  };
}

function after(from: State, { steps }: Change): State {
  const { conversation } = nowOf(from);
  const next = steps.reduce((so, step) => (step.type === 'state' ? { ...so, ...step.patch } : so), conversation);
  return `${next.status}/${next.handler}/${next.assigneeId ?? '-'}` as State;
}
