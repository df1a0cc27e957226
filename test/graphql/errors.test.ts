import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationLog } from '../../server/domain/ports/log.ts';
import { useApp } from '../_util/app.ts';
import { greet, openEvents, post } from '../_util/wire.ts';
import type { Door } from '../_util/graphql-client.ts';
import { enterAsAgent, enterAsCustomer, newSend } from '../_util/minicom.ts';

/** What the store fails with, and none of it may get out. */
const SECRET = 'SQLITE_CORRUPT: near "SELECT text FROM message" at /var/lib/minicom/minicom.sqlite';
class StoreError extends Error {
  override name = 'StoreError';
  readonly sql = SECRET;
}
let broken: keyof ConversationLog | null = null;
const breakable = <Name extends keyof ConversationLog>(log: ConversationLog, name: Name): ConversationLog[Name] => (
  (...args: never[]) => {
    if (broken === name) throw new StoreError(SECRET);
    return (log[name] as (...given: never[]) => never)(...args);
  }
) as ConversationLog[Name];

const app = useApp({
  log: (log) => ({
    ...log,
    find: breakable(log, 'find'), change: breakable(log, 'change'), streamAfter: breakable(log, 'streamAfter'), message: breakable(log, 'message'),
  }),
});
let alice: Door;
let ana: Door;
beforeAll(async () => {
  alice = await enterAsCustomer(app.url, 'alice');
  ana = await enterAsAgent(app.url, 'ana');
  await post(app.url, { query: SEND, variables: { input: newSend('alice', 'Hello?') } }, bearer());
});
afterEach(() => {
  broken = null;
  app.logged.length = 0;
});

const SEND = 'mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }';
const FIND = '{ conversation(customerId: "alice") { id } }';
const FOLLOW = 'subscription { conversationEvents(customerId: "alice") { __typename } }';
const bearer = (): { authorization: string } => ({ authorization: `Bearer ${alice.token}` });

const MASKED = { message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) } };

/** Nothing got out, and the log has it all: once, under the id that the caller got. */
function expectMasked(text: string): void {
  expect(text).toContain('Unexpected error.');
  expect(text).not.toMatch(/SQLITE|SELECT|\/var|StoreError|\.[jt]s\b|\bat |stack|sql/i);
  const failures = app.logged.filter(({ level }) => level >= 50);
  expect(failures).toMatchObject([{ msg: 'unexpected error', err: { message: SECRET, type: 'StoreError', stack: expect.stringContaining('errors.test.ts') } }]);
  expect(text).toContain(failures[0]?.requestId);
}

describe('an error that nobody foresaw (T16)', () => {
  it.each([
    ['a query', 'find', { query: FIND }],
    ['a mutation', 'change', { query: SEND, variables: { input: newSend('alice', 'x') } }],
  ] as const)('is masked over HTTP, logged once, and carries the request’s id: %s', async (_, name, payload) => {
    broken = name;
    const reply = await post(app.url, payload, bearer());
    expect(JSON.parse(reply.body)).toMatchObject({ errors: [MASKED] });
    expect(reply.headers['x-request-id']).toBe(app.logged[0]?.requestId);
    expectMasked(reply.body);
  });

  it('is masked deep in a list over HTTP, and the rest is told', async () => {
    broken = 'message';
    const reply = await post(app.url, { query: '{ conversations { nodes { id lastMessage { id } } } }' }, { cookie: ana.cookie, origin: app.url });
    expect(JSON.parse(reply.body)).toMatchObject({
      data: { conversations: { nodes: [{ id: expect.any(String), lastMessage: null }] } },
      errors: [{ ...MASKED, path: ['conversations', 'nodes', 0, 'lastMessage'] }],
    });
    expectMasked(reply.body);
  });

  it.each([
    ['a query', 'find', { query: FIND }],
    ['a mutation', 'change', { query: SEND, variables: { input: newSend('alice', 'x') } }],
    ['a stream that cannot begin', 'find', { query: FOLLOW }],
  ] as const)('is masked over WebSocket, and the socket lives: %s', async (_, name, payload) => {
    const socket = await greet(app.url, { payload: { token: alice.token } });
    broken = name;
    socket.send({ type: 'subscribe', id: '1', payload });
    const frame = await socket.next();
    expect(frame).toMatchObject({ id: '1', type: 'next', payload: { errors: [MASKED] } });
    expectMasked(JSON.stringify(frame));
    expect(await socket.next()).toEqual({ id: '1', type: 'complete' });
    broken = null;
    socket.send({ type: 'subscribe', id: '1', payload: { query: FIND } });
    expect(await socket.next()).toMatchObject({ payload: { data: { conversation: { id: expect.any(String) } } } });
  });

  it('is masked over server-sent events: a stream that cannot begin', async () => {
    broken = 'find';
    const events = await openEvents(app.url, { query: FOLLOW }, bearer());
    const event = await events.next();
    expect(event).toMatchObject({ errors: [MASKED] });
    expect(await events.next()).toBeNull();
    expectMasked(JSON.stringify(event));
  });

  it('ends a stream that runs with a masked error, over WebSocket and server-sent events', async () => {
    const socket = await greet(app.url, { payload: { token: alice.token } });
    socket.send({ type: 'subscribe', id: '1', payload: { query: FOLLOW } });
    const events = await openEvents(app.url, { query: FOLLOW }, bearer());
    for (const _ of ['begins', 'has caught up']) {
      expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { conversationEvents: { __typename: 'StreamHeartbeat' } } } });
      expect(await events.next()).toMatchObject({ data: { conversationEvents: { __typename: 'StreamHeartbeat' } } });
    }
    broken = 'streamAfter';
    await post(app.url, { query: SEND, variables: { input: newSend('alice', 'rings') } }, bearer());
    const frame = await socket.next();
    expect(frame).toMatchObject({ type: 'next', payload: { errors: [MASKED] } });
    expect(await socket.next()).toEqual({ id: '1', type: 'complete' });
    const event = await events.next();
    expect(event).toMatchObject({ errors: [MASKED] });
    expect(await events.next()).toBeNull();
    // Two streams failed, so two lines, each under an id of its own.
    expect(app.logged.map(({ requestId }) => requestId)).toEqual(expect.arrayContaining([idOf(frame.payload), idOf(event)]));
    expect(app.logged).toHaveLength(2);
    expect(JSON.stringify([frame, event])).not.toContain('SQLITE');
  });
});

describe('a value of ours that does not fit its type (T16)', () => {
  const odd = useApp({ log: (log) => ({ ...log, find: async (id) => {
    const found = await log.find(id);
    return found && { ...found, position: 0.5 };
  } }) });

  it('is our fault: masked and logged, and not told', async () => {
    const { token } = await enterAsCustomer(odd.url, 'alice');
    const reply = await post(odd.url, { query: '{ conversation(customerId: "alice") { position } }' }, { authorization: `Bearer ${token}` });
    expect(JSON.parse(reply.body)).toMatchObject({ data: { conversation: null }, errors: [MASKED] });
    expect(odd.logged).toMatchObject([{ msg: 'unexpected error', err: { message: expect.stringContaining('0.5') } }]);
  });
});

function idOf(answer: unknown): string | undefined {
  return (answer as { errors: { extensions: { requestId?: string } }[] }).errors[0]?.extensions.requestId;
}
