import { beforeAll, describe, expect, it } from 'vitest';
import { inboxCursor, messageCursor, readInboxCursor, readStreamCursor, streamCursor } from '../../server/store/cursors.ts';
import type { Reply } from '../_util/wire.ts';
import { useApp } from '../_util/app.ts';
import { codesOf, greet, openEvents, post } from '../_util/wire.ts';
import type { Door } from '../_util/graphql-client.ts';
import { httpCall } from '../_util/graphql-client.ts';
import { dataOf, enterAsAgent, enterAsCustomer, newSend, send } from '../_util/minicom.ts';

const app = useApp();
let alice: Door;
let ana: Door;
/** One of each kind. */
let cursors: Record<'stream' | 'message' | 'newest' | 'waiting' | 'inbox', string>;

beforeAll(async () => {
  alice = await enterAsCustomer(app.url, 'alice');
  ana = await enterAsAgent(app.url, 'ana');
  for (const customerId of ['alice', 'bob']) await send(httpCall(await enterAsCustomer(app.url, customerId)), newSend(customerId, 'Hello?'));
  interface Edges { edges: { cursor: string }[]; cursor: string }
  const { conversation, newest, waiting } = dataOf(await httpCall(ana)<{ conversation: { cursor: string; messages: Edges }; newest: Edges; waiting: Edges }>(`{
    conversation(customerId: "alice") { cursor messages { edges { cursor } } }
    newest: conversations { edges { cursor } cursor }
    waiting: conversations(orderBy: LONGEST_WAIT) { edges { cursor } }
  }`));
  const first = ({ edges }: Edges): string => edges[0]?.cursor ?? '';
  cursors = { stream: conversation.cursor, message: first(conversation.messages), newest: first(newest), waiting: first(waiting), inbox: newest.cursor };
});

const ask = (query: string, variables?: object): Promise<Reply> => post(app.url, { query, variables }, { authorization: `Bearer ${alice.token}` });
const askAsAgent = (query: string, variables?: object): Promise<Reply> => post(app.url, { query, variables }, { cookie: ana.cookie, origin: app.url });

describe('a page', () => {
  const PAGES = [
    ['conversations', (args: string) => `{ conversations(${args}) { nodes { id } pageInfo { hasNextPage } } }`],
    ['messages', (args: string) => `{ conversation(customerId: "alice") { messages(${args}) { nodes { id } pageInfo { hasNextPage } } } }`],
    ['events', (args: string) => `query { conversation(customerId: "alice") { events(after: "${cursors.stream}", ${args}) { hasMore } } }`],
  ] as const;

  describe.each(PAGES)('of %s', (_, page) => {
    it.each([1, 100])('R30 holds %i', async (first) => {
      expect(codesOf(await askAsAgent(page(`first: ${first}`)))).toEqual([]);
    });

    it.each([0, -1, 101, 1_000_000, -2_147_483_648, 2_147_483_647])('R30 never holds %i', async (first) => {
      const reply = await askAsAgent(page(`first: ${first}`));
      expect(codesOf(reply)).toEqual(['BAD_USER_INPUT']);
      expect(JSON.parse(reply.body).errors[0]).toMatchObject({ message: 'Must be from 1 to 100.', extensions: { field: 'first' } });
    });

    it('R30 has its usual size where null is given', async () => {
      expect(codesOf(await askAsAgent(page('first: null')))).toEqual([]);
    });
  });

  it.each([
    'last: 0', 'last: -1', 'last: 101', 'first: 1, last: 1', 'first: 1, before: "x"', 'last: 1, after: "x"',
  ])('R30 of messages is refused with %s', async (args) => {
    expect(codesOf(await ask(`{ conversation(customerId: "alice") { messages(${args}) { nodes { id } } } }`))).toEqual(['BAD_USER_INPUT']);
  });
});

const GARBAGE = [
  '', ' ', 'x', '0', '-1', 'null', '../..', "' OR 1=1--", 'a'.repeat(200), '\u0000', '🦊', 'cy4xLjEuMQ', Buffer.from('s.x.1.1.-1').toString('base64url'),
];

describe('a cursor', () => {
  /** Fields that take one, and the kind that they take. */
  const TAKES = [
    ['messages(after:)', 'message', 'query Q($c: Cursor!) { conversation(customerId: "alice") { messages(after: $c) { nodes { id } } } }'],
    ['messages(before:)', 'message', 'query Q($c: Cursor!) { conversation(customerId: "alice") { messages(before: $c) { nodes { id } } } }'],
    ['events(after:)', 'stream', 'query Q($c: Cursor!) { conversation(customerId: "alice") { events(after: $c) { events { __typename } } } }'],
    ['conversations(after:)', 'newest', 'query Q($c: Cursor!) { conversations(after: $c) { nodes { id } } }'],
    ['conversations(orderBy: LONGEST_WAIT, after:)', 'waiting', 'query Q($c: Cursor!) { conversations(orderBy: LONGEST_WAIT, after: $c) { nodes { id } } }'],
  ] as const;

  it.each(TAKES)('R92 of its own kind is taken by %s, and garbage and every other kind refused', async (_, kind, query) => {
    expect(codesOf(await askAsAgent(query, { c: cursors[kind] }))).toEqual([]);
    const others = Object.entries(cursors).filter(([name]) => name !== kind).map(([, cursor]) => cursor);
    for (const c of [...others, ...GARBAGE]) {
      const reply = await askAsAgent(query, { c });
      expect(codesOf(reply), c).toEqual(['BAD_USER_INPUT']);
      expect(reply.body, c).toContain('not a cursor');
    }
    for (const c of [1, true, [], {}]) expect(codesOf(await askAsAgent(query, { c }))).toEqual(['BAD_USER_INPUT']);
  });

  it.each([
    ['conversationEvents(after:)', 'stream', 'subscription S($c: Cursor) { conversationEvents(customerId: "alice", after: $c) { __typename } }'],
    ['inboxEvents(after:)', 'inbox', 'subscription S($c: Cursor) { inboxEvents(after: $c) { reset } }'],
  ] as const)('R92 of its own kind is taken by %s, and garbage and every other kind refused, over WebSocket and server-sent events', async (_, kind, query) => {
    const headers = { cookie: ana.cookie ?? '', origin: app.url };
    const socket = await greet(app.url, { headers });
    const others = Object.entries(cursors).filter(([name]) => name !== kind).map(([, cursor]) => cursor);
    for (const c of [...others, ...GARBAGE]) {
      socket.send({ type: 'subscribe', id: 'x', payload: { query, variables: { c } } });
      expect(await socket.next(), c).toMatchObject({ id: 'x', payload: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] } });
      expect(await socket.next(), c).toMatchObject({ id: 'x', type: 'complete' });
    }
    const events = await openEvents(app.url, { query, variables: { c: 'x' } }, headers);
    expect(await events.next()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(await events.next()).toBeNull();
    socket.send({ type: 'subscribe', id: 'x', payload: { query, variables: { c: cursors[kind] } } });
    expect(await socket.next()).toMatchObject({ id: 'x', type: 'next', payload: { data: expect.anything() } });
  });

  describe('that cannot be followed', () => {
    const LOST = [
      ['beyond the head', ({ epoch, row, life, position }: Place) => streamCursor({ epoch, row, life }, position + 1)],
      ['far beyond the head', ({ epoch, row, life }: Place) => streamCursor({ epoch, row, life }, Number.MAX_SAFE_INTEGER)],
      ['of another conversation', ({ epoch, row, life, position }: Place) => streamCursor({ epoch, row: row + 1, life }, position)],
      ['of an earlier life of the conversation', ({ epoch, row, life, position }: Place) => streamCursor({ epoch, row, life: life + 1 }, position)],
      ['of a database from before a restore', ({ row, life, position }: Place) => streamCursor({ epoch: 'other', row, life }, position)],
    ] as const;
    type Place = ReturnType<typeof readStreamCursor>;
    const FOLLOW = 'subscription S($c: Cursor) { conversationEvents(customerId: "alice", after: $c) { __typename ... on StreamReset { reason } } }';

    it.each(LOST)('R92 is answered with a reset and the end: %s', async (_, make) => {
      const c = make(readStreamCursor(cursors.stream));
      const reset = { __typename: 'StreamReset', reason: expect.stringMatching(/\.$/) };
      const socket = await greet(app.url, { payload: { token: alice.token } });
      socket.send({ type: 'subscribe', id: 'x', payload: { query: FOLLOW, variables: { c } } });
      expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { conversationEvents: reset } } });
      expect(await socket.next()).toEqual({ type: 'complete', id: 'x' });
      const events = await openEvents(app.url, { query: FOLLOW, variables: { c } }, { authorization: `Bearer ${alice.token}` });
      expect(await events.next()).toMatchObject({ data: { conversationEvents: reset } });
      expect(await events.next()).toBeNull();
      const pull = `query Q($c: Cursor!) { conversation(customerId: "alice") {
        events(after: $c) { events { __typename ... on StreamReset { reason } } cursor hasMore }
      } }`;
      const pulled = JSON.parse((await ask(pull, { c })).body) as unknown;
      expect(pulled).toMatchObject({ data: { conversation: { events: { events: [reset], cursor: c, hasMore: false } } } });
    });

    it('R92 of an inbox from before a restore, or beyond its end, gives a reset and the end', async () => {
      const socket = await greet(app.url, { headers: { cookie: ana.cookie ?? '', origin: app.url } });
      for (const c of [inboxCursor('other', 1), inboxCursor(readInboxCursor(cursors.inbox).epoch, Number.MAX_SAFE_INTEGER)]) {
        socket.send({ type: 'subscribe', id: 'x', payload: { query: 'subscription S($c: Cursor) { inboxEvents(after: $c) { reset } }', variables: { c } } });
        expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { inboxEvents: { reset: true } } } });
        expect(await socket.next()).toEqual({ type: 'complete', id: 'x' });
      }
    });
  });

  it('R92 of another conversation pages nothing of this one', async () => {
    const { epoch, row, life } = readStreamCursor(cursors.stream);
    const c = messageCursor({ epoch, row: row + 1, life }, 1);
    const query = 'query Q($c: Cursor!) { conversation(customerId: "alice") { messages(after: $c) { nodes { id } } } }';
    expect(codesOf(await ask(query, { c }))).toEqual(['BAD_USER_INPUT']);
  });
});
