import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { useApp } from '../_util/app.ts';
import { greet, post } from '../_util/wire.ts';
import type { Door } from '../_util/graphql-client.ts';
import { enterAsAgent, enterAsCustomer, newSend } from '../_util/minicom.ts';
import { range } from '../_util/parallel.ts';

const app = useApp();
let alice: Door;
let ana: Door;
beforeAll(async () => {
  alice = await enterAsCustomer(app.url, 'alice');
  ana = await enterAsAgent(app.url, 'ana');
});

const SEND = 'mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }';
const bearer = (): { authorization: string } => ({ authorization: `Bearer ${alice.token}` });

describe('a refusal', () => {
  it.each([
    ['nobody', {}, '{ conversations { nodes { id } } }', 'UNAUTHENTICATED'],
    ['nobody', {}, '{ agents { id } }', 'UNAUTHENTICATED'],
    ['a customer', 'alice', '{ conversations { nodes { id } } }', 'FORBIDDEN'],
    ['a customer', 'alice', '{ conversationCounts { open } }', 'FORBIDDEN'],
    ['a customer', 'alice', '{ conversation(customerId: "alice") { messages(first: 0) { nodes { id } } } }', 'BAD_USER_INPUT'],
  ] as const)('of %s has a code and a reason, and is no line in the log', async (_, who, query, code) => {
    const reply = await post(app.url, { query }, who === 'alice' ? bearer() : who);
    expect(JSON.parse(reply.body)).toMatchObject({ errors: [{ message: expect.stringMatching(/\.$/), extensions: { code } }] });
    expect(app.logged).toEqual([]);
  });

  it('R3 of what is foreign and of what is not there are the same to the byte', async () => {
    await enterAsCustomer(app.url, 'bob');
    const socket = await greet(app.url, { payload: { token: alice.token } });
    const answers = async (id: string): Promise<unknown[]> => {
      const verbs = [
        `{ conversation(customerId: "${id}") { id } }`,
        `mutation { markRead(input: { customerId: "${id}", seq: 1 }) { __typename ... on Error { reason } } }`,
        `mutation { setTyping(input: { customerId: "${id}", typing: true }) { __typename ... on Error { reason } } }`,
        `mutation { requestHuman(input: { customerId: "${id}" }) { __typename ... on Error { reason } } }`,
        `mutation { resolveConversation(input: { customerId: "${id}" }) { __typename ... on Error { reason } } }`,
        `mutation { editMessage(input: { customerId: "${id}", messageId: "x", text: "x" }) { __typename ... on Error { reason } } }`,
        `mutation { sendMessage(input: { customerId: "${id}", text: "x", clientMessageId: "${randomUUID()}" }) { __typename ... on Error { reason } } }`,
      ];
      const overHttp = await Promise.all(verbs.map(async (query) => (await post(app.url, { query }, bearer())).body));
      const streamed = [];
      socket.send({ type: 'subscribe', id: '1', payload: { query: `subscription { conversationEvents(customerId: "${id}") { cursor } }` } });
      for (const _ of ['next', 'complete']) streamed.push(await socket.next());
      return [...overHttp, ...streamed];
    };
    const foreign = await answers('bob');
    expect(foreign).toEqual(await answers('nob'));
    expect(JSON.stringify(foreign)).toContain('NOT_FOUND');
  });

  it.each(['ALICE', 'alice ', ' alice', 'alic\u0435', 'YWxpY2U=', '0', 'true', '', '%61lice', "alice' OR '1'='1", 'alice\u0000', '\u0000', 'a'.repeat(10_000)])(
    'R4 no other spelling is alice: %j', async (id) => {
      const reply = await post(app.url, { query: 'query Q($id: ID!) { conversation(customerId: $id) { id } }', variables: { id } }, bearer());
      expect(JSON.parse(reply.body)).toEqual({ data: { conversation: null } });
      expect(app.logged).toEqual([]);
    },
  );

  it('R4 fifteen guesses in one operation find as much as one', async () => {
    await enterAsCustomer(app.url, 'bob');
    const ids = ['bob', ...range(14).map((index) => `${index}`)];
    const query = `{ ${ids.map((id, index) => `a${index}: conversation(customerId: "${id}") { id }`).join(' ')} }`;
    const reply = await post(app.url, { query }, bearer());
    expect(JSON.parse(reply.body)).toEqual({ data: Object.fromEntries(ids.map((_, index) => [`a${index}`, null])) });
  });

  it.each([[['alice']], [{ id: 'alice' }], [true], [1.5], [null]])('R4 what is no id is refused as input: %j', async (id) => {
    const reply = await post(app.url, { query: 'query Q($id: ID!) { conversation(customerId: $id) { id } }', variables: { id } }, bearer());
    expect(JSON.parse(reply.body)).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  it.each(['authorId', 'sender', 'role', 'seq', 'createdAt', 'kind', 'handler'])('R7 nobody assigns %s', async (field) => {
    const reply = await post(app.url, { query: SEND, variables: { input: { ...newSend('alice', 'x'), [field]: '1' } } }, bearer());
    const refused = { message: expect.stringContaining(`Field "${field}" is not defined`), extensions: { code: 'BAD_USER_INPUT' } };
    expect(JSON.parse(reply.body)).toMatchObject({ errors: [refused] });
  });

  it('R5 a customer learns nothing of the team through nested paths', async () => {
    await post(app.url, { query: 'mutation { takeOver(input: { customerId: "alice" }) { __typename } }' }, { cookie: ana.cookie, origin: app.url });
    const query = `{ conversation(customerId: "alice") {
      assignee { role email active }
      customer { conversation { customer { id conversation { assignee { role } messages { nodes { earlierTexts sender { ... on Agent { role email } } } } } } } }
    } }`;
    const { body } = await post(app.url, { query }, bearer());
    expect(body).not.toMatch(/ADMIN|AGENT"|@example/);
    expect(JSON.parse(body)).toMatchObject({ data: { conversation: { assignee: { role: null, email: null, active: null }, customer: { conversation: { customer: { id: 'alice' } } } } } });
    const emails = await post(app.url, { query: '{ agents { email } }' }, bearer());
    expect(JSON.parse(emails.body)).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  });
});
