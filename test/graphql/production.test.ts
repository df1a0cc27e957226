import { getIntrospectionQuery } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { useApp } from '../_util/app.ts';
import { greet, post } from '../_util/wire.ts';

/** What strangers and customers may not learn of the schema, and agents may. In the demo everybody may. */

const app = useApp({ mode: 'production' });
let agent: { cookie: string; origin: string };
let visitor: { authorization: string };

beforeAll(async () => {
  const accept = 'mutation Join($input: AcceptInviteInput!) { acceptInvite(input: $input) { __typename } }';
  const input = { token: app.setupLink?.split('#invite=')[1], name: 'Ana', email: 'ana@example.com', password: 'correct horse battery' };
  const joined = await post(app.url, { query: accept, variables: { input } }, { origin: app.url });
  agent = { cookie: joined.headers['set-cookie']?.[0]?.split(';')[0] ?? '', origin: app.url };
  const started = await post(app.url, { query: 'mutation { startVisitorSession { ... on CustomerSession { token } } }' });
  const { data } = JSON.parse(started.body) as { data: { startVisitorSession: { token: string } } };
  visitor = { authorization: `Bearer ${data.startVisitorSession.token}` };
});

const MISSPELT = [
  ['a field', { query: '{ conversatio }' }],
  ['a type', { query: 'query Q($a: Curso) { conversations(after: $a) { nodes { id } } }' }],
  ['an argument', { query: '{ conversation(customerI: "x") { id } }' }],
  ['a fragment’s type', { query: '{ viewer { ... on Custome { id } } }' }],
  ['a literal enum value', { query: '{ conversations(orderBy: NEWEST_ACTIVIT) { nodes { id } } }' }],
  ['an enum value in a variable', {
    query: 'query Q($o: ConversationOrder) { conversations(orderBy: $o) { nodes { id } } }', variables: { o: 'NEWEST_ACTIVIT' },
  }],
  ['an input field', { query: 'mutation { markRead(input: { customerI: "x", seq: 1 }) { __typename } }' }],
  ['an input field in a variable', {
    query: 'mutation Q($i: MarkReadInput!) { markRead(input: $i) { __typename } }', variables: { i: { customerId: 'x', seq: 1, custome: 1 } },
  }],
  ['a directive', { query: '{ __typename @includ(if: true) }' }],
] as const;

const INTROSPECTION = [
  ['the whole schema', getIntrospectionQuery()],
  ['__schema', '{ __schema { types { name } } }'],
  ['__type', '{ __type(name: "Query") { name } }'],
  ['__schema in a fragment', '{ ...F } fragment F on Query { __schema { queryType { name } } }'],
  ['an aliased __type', '{ x: __type(name: "Agent") { fields { name } } }'],
] as const;

/** The answer to the payload over HTTP, and over a socket. */
async function answers(payload: object, headers: Record<string, string>): Promise<string[]> {
  const { authorization, ...rest } = headers;
  const socket = await greet(app.url, { headers: rest, payload: authorization ? { token: authorization.slice('Bearer '.length) } : {} });
  socket.send({ type: 'subscribe', id: '1', payload });
  return [(await post(app.url, payload, headers)).body, JSON.stringify((await socket.next()).payload)];
}

describe.each([
  ['nobody', () => ({})],
  ['a visitor', () => visitor],
])('%s', (_, headers) => {
  it.each(MISSPELT)('R29 T18 gets no suggestion for %s', async (_name, payload) => {
    for (const body of await answers(payload, headers())) {
      expect(body).toMatch(/"message"/);
      expect(body).not.toMatch(/did you mean/i);
    }
  });

  it.each(INTROSPECTION)('R29 T18 gets nothing of %s', async (_name, query) => {
    for (const body of await answers({ query }, headers())) {
      expect(body).toMatch(/introspection/i);
      expect(body).not.toMatch(/"data"/);
    }
  });

  it('R29 may ask for a __typename', async () => {
    for (const body of await answers({ query: '{ __typename }' }, headers())) expect(JSON.parse(body)).toEqual({ data: { __typename: 'Query' } });
  });
});

describe('an agent', () => {
  it.each(MISSPELT.filter(([name]) => name !== 'a directive'))('R29 gets a suggestion for %s', async (_name, payload) => {
    for (const body of await answers(payload, agent)) expect(body).toMatch(/did you mean/i);
  });

  it.each(INTROSPECTION)('R29 gets %s', async (_name, query) => {
    for (const body of await answers({ query }, agent)) expect(JSON.parse(body)).toEqual({ data: expect.anything() });
  });
});

describe('what one asked', () => {
  it('R29 is never remembered for another: a document that an agent had checked is checked again for a visitor', async () => {
    const query = '{ __schema { queryType { name } } }';
    expect((await post(app.url, { query }, agent)).body).toContain('"data"');
    expect((await post(app.url, { query }, visitor)).body).not.toContain('"data"');
    expect((await post(app.url, { query }, agent)).body).toContain('"data"');
  });
});
