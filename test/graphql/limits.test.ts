import { randomUUID } from 'node:crypto';
import { complexityFromQuery } from '@pothos/plugin-complexity';
import { beforeAll, describe, expect, it } from 'vitest';
import { MAX_COST } from '../../server/graphql/cost.ts';
import { schema } from '../../server/graphql/schema/index.ts';
import type { Reply } from '../_util/wire.ts';
import { useApp } from '../_util/app.ts';
import { codesOf, greet, post } from '../_util/wire.ts';
import type { Door } from '../_util/graphql-client.ts';
import { enterAsAgent, enterAsCustomer } from '../_util/minicom.ts';
import { range } from '../_util/parallel.ts';

const app = useApp();
let alice: Door;
let ana: Door;
beforeAll(async () => {
  alice = await enterAsCustomer(app.url, 'alice');
  ana = await enterAsAgent(app.url, 'ana');
});

const ask = (query: string, variables?: object): Promise<Reply> => post(app.url, { query, variables }, { authorization: `Bearer ${alice.token}` });
const askAsAgent = (query: string, variables?: object): Promise<Reply> => post(app.url, { query, variables }, { cookie: ana.cookie, origin: app.url });

/** `{ conversation { customer { conversation { … id } } } }` */
function nested(levels: number): string {
  const fields = range(levels - 1).map((index) => (index % 2 === 1 ? 'customer' : index === 0 ? 'conversation(customerId: "alice")' : 'conversation'));
  return `{ ${fields.join(' { ')} { id ${'} '.repeat(levels - 1)} }`;
}

const exponential = (fragments: number): string => [
  '{ ...F0 }',
  ...range(fragments).map((index) => `fragment F${index} on Query { ${index === fragments - 1 ? '__typename' : `...F${index + 1} ...F${index + 1}`} }`),
].join(' ');

describe('T18: an operation that is too large', () => {
  it.each([
    ['R22 10 levels', nested(10)],
    ['R23 15 aliases', `{ ${range(15).map((index) => `a${index}: __typename`).join(' ')} }`],
    ['R23 399 times one field', `{ ${'__typename '.repeat(399)} }`],
    ['R24 10 directives', `{ viewer { ${range(10).map(() => '__typename @include(if: true)').join(' ')} } }`],
    ['R25 1,000 tokens', `{ ${'conversation(customerId: "alice") { id } '.repeat(110)} ${'__typename '.repeat(8)} }`],
    ['R25 90 KB of commas', `{ ${','.repeat(90_000)} __typename }`],
    ['R25 a comment of 90 KB', `{ __typename } #${'x'.repeat(90_000)}`],
    ['R23 fragments that spread 256 fields', exponential(9)],
  ])('is not: %s', async (_, query) => {
    const reply = await ask(query);
    expect(reply.status).toBe(200);
    expect(codesOf(reply)).toEqual([]);
  });

  it.each([
    ['R22 11 levels', nested(11), /more than 10 levels/],
    ['R22 50 levels', nested(50), /more than 10 levels/],
    ['R22 5,000 levels', '{ a '.repeat(5_000) + '}'.repeat(5_000), /tokens/],
    ['R22 10,000 opening braces', '{'.repeat(10_000), /Syntax Error|tokens/],
    ['R22 11 levels through fragments', `{ ...A } fragment A on Query ${nested(11)}`, /more than 10 levels/],
    ['R22 a cycle of fragments', '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }', /within itself/],
    ['R22 a fragment of itself', '{ ...A } fragment A on Query { ...A }', /within itself/],
    ['R23 16 aliases', `{ ${range(16).map((index) => `a${index}: __typename`).join(' ')} }`, /more than 15 aliases/],
    ['R23 300 aliases', `{ ${range(300).map((index) => `a${index}: __typename`).join(' ')} }`, /more than 15 aliases/],
    ['R23 2,000 aliases', `{ ${range(2_000).map((index) => `a${index}: __typename`).join(' ')} }`, /tokens/],
    ['R23 16 aliases through fragments', `{ ...A ...B } ${['A', 'B'].map((name) => (
      `fragment ${name} on Query { ${range(8).map((index) => `${name}${index}: __typename`).join(' ')} }`
    )).join(' ')}`, /more than 15 aliases/],
    ['R23 500 times one field', `{ ${'__typename '.repeat(500)} }`, /more than 400 fields/],
    ['R23 998 times one field', `{ ${'__typename '.repeat(998)} }`, /more than 400 fields/],
    ['R23 fragments that spread 2^60 fields', exponential(60), /more than 400 fields/],
    ['R24 11 directives', `{ viewer { ${range(11).map(() => '__typename @include(if: true)').join(' ')} } }`, /more than 10 directives/],
    ['R24 150 unknown directives', `{ __typename ${range(150).map((index) => `@d${index}`).join(' ')} }`, /directive/i],
    ['R24 10,000 directives', `{ __typename ${'@skip(if: false) '.repeat(4_000)} }`, /tokens/],
    ['R24 300 times the same directive', `{ __typename ${'@d '.repeat(300)} }`, /directive/i],
    ['R25 1,001 tokens', `{ ${'__typename '.repeat(999)} }`, /tokens/],
  ])('is refused before it runs, in few words: %s', async (_, query, message) => {
    const reply = await ask(query);
    expect(reply.body).toMatch(message);
    expect(reply.body.length).toBeLessThan(4_096);
    expect(JSON.parse(reply.body)).not.toHaveProperty('data');
    expect(JSON.parse(reply.body).errors.length).toBeLessThanOrEqual(5);
    expect(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED']).toEqual(expect.arrayContaining([...new Set(codesOf(reply))]));
    const strict = await post(app.url, { query }, { accept: 'application/graphql-response+json' });
    expect(strict.status).toBe(400);
  });

  it('R22 is refused on a socket too, and alone', async () => {
    const socket = await greet(app.url, { payload: { token: alice.token } });
    for (const query of [nested(11), exponential(60), '{'.repeat(10_000), `{ ${'__typename '.repeat(999)} }`]) {
      socket.send({ type: 'subscribe', id: 'x', payload: { query } });
      expect(await socket.next()).toMatchObject({ type: 'error', id: 'x' });
    }
  });
});

const MESSAGE = `id seq position kind text createdAt editedAt removedAt clientMessageId
  sender { ... on Customer { id name } ... on Agent { id name } ... on Bot { name } }`;
const STATE = `id status handler isBotActive createdAt unreadCount seenByCustomer seenByAgents waitingSince position cursor
  assignee { id name } customer { id name email lastSeenAt }`;
const INBOX = `{ conversations(first: 100) { cursor pageInfo { hasNextPage endCursor } nodes { ${STATE} lastMessage { ${MESSAGE} } } } }`;
const THREAD = `{ conversation(customerId: "alice") {
  ${STATE} messages(last: 100) { pageInfo { hasPreviousPage startCursor } nodes { ${MESSAGE} earlierTexts } }
} }`;
const LIVE_INBOX = `subscription { inboxEvents { cursor removed reset conversations { ${STATE} lastMessage { ${MESSAGE} } } } }`;

describe('the cost of an operation', () => {
  it('R30 is limited by our own heaviest, which stays under a fifth and above a tenth', () => {
    const costs = [INBOX, LIVE_INBOX, THREAD].map((query) => complexityFromQuery(query, { schema, ctx: {} }).complexity);
    expect(Math.max(...costs)).toBeLessThan(MAX_COST / 5);
    expect(Math.max(...costs)).toBeGreaterThan(MAX_COST / 10);
  });

  const NESTED = 'messages(first: 100) { nodes { id text seq } }';
  it.each([
    ['pages within a page', `query Q($first: Int) { conversations(first: $first) { nodes { ${NESTED} } } }`, { first: 100 }],
    ['a page that is too large by a million', `query Q($first: Int) { conversations(first: $first) { nodes { ${NESTED} } } }`, { first: 1_000_000 }],
    ['pages within the stream, pulled', `{ conversation(customerId: "alice") {
      events(after: "x") { events { ... on ConversationChanged { conversation { ${NESTED} } } } }
    } }`, {}],
  ])('R30 is refused before it runs: %s', async (_, query, variables) => {
    const reply = await askAsAgent(query, variables);
    expect(codesOf(reply)).toEqual(['BAD_USER_INPUT']);
    expect(reply.body).toMatch(/too much at once/);
  });

  it('R30 refuses a mutation that asks for too much back, and does nothing of it', async () => {
    const text = 'do not keep this';
    const fields = 'id text seq position kind createdAt editedAt removedAt clientMessageId earlierTexts '.repeat(2);
    const back = `conversation { ${range(15).map((index) => `a${index}: messages(first: 100) { nodes { ${fields} } }`).join(' ')} }`;
    const query = `mutation Q($input: SendMessageInput!) { sendMessage(input: $input) { ... on SendMessagePayload { ${back} } } }`;
    const input = { customerId: 'alice', text, clientMessageId: randomUUID() };
    expect(codesOf(await ask(query, { input }))).toEqual(['BAD_USER_INPUT']);
    expect((await ask('{ conversation(customerId: "alice") { messages { nodes { text } } } }')).body).not.toContain(text);
  });

  it('R30 is refused once, before it follows anything', async () => {
    const socket = await greet(app.url, { headers: { cookie: ana.cookie ?? '', origin: app.url } });
    socket.send({ type: 'subscribe', id: 'x', payload: { query: `subscription { inboxEvents { conversations { ${NESTED} } } }` } });
    expect(await socket.next()).toMatchObject({ id: 'x', payload: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] } });
    expect(await socket.next()).toEqual({ id: 'x', type: 'complete' });
    expect(app.gauges().bells).toBe(0);
  });
});
