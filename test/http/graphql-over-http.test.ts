import { auditServer } from 'graphql-http';
import { describe, expect, it } from 'vitest';
import { useApp } from '../_util/app.ts';
import { httpCall } from '../_util/graphql-client.ts';
import { enterAsAgent, enterAsCustomer, readSnapshot } from '../_util/minicom.ts';
import { codesOf, exchange, JSON_TYPE, post } from '../_util/wire.ts';

const app = useApp();

const VIEWER = '{ viewer { __typename } }';
const START = 'mutation Start { startVisitorSession { __typename } }';

describe('the specification', () => {
  it('R31 T17 passes the audit of graphql-http: no MUST and no SHOULD fails', async () => {
    const results = await auditServer({ url: `${app.url}/graphql` });
    const failed = results.filter(({ status }) => status === 'warn' || status === 'error');
    expect(failed.map(({ id, name, ...result }) => `${id} ${name}: ${'reason' in result ? result.reason : ''}`)).toEqual([]);
    expect(results.length).toBeGreaterThanOrEqual(61);
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON;charset="UTF-8"'])('R31 reads %s', async (type) => {
    const reply = await post(app.url, { query: VIEWER }, { 'content-type': type });
    expect(reply).toMatchObject({ status: 200, body: '{"data":{"viewer":null}}' });
  });

  it.each([
    ['application/json', /^application\/json; charset=utf-8$/],
    ['application/graphql-response+json', /^application\/graphql-response\+json; charset=utf-8$/],
    ['application/graphql-response+json, application/json;q=0.9', /^application\/graphql-response\+json; charset=utf-8$/],
    ['*/*', /^application\/(graphql-response\+)?json; charset=utf-8$/],
    [undefined, /^application\/(graphql-response\+)?json; charset=utf-8$/],
  ])('R31 answers whoever accepts %s in %s', async (accept, type) => {
    const reply = await post(app.url, { query: VIEWER }, accept === undefined ? {} : { accept });
    expect(reply).toMatchObject({ status: 200, headers: { 'content-type': expect.stringMatching(type) } });
  });

  it('R31 refuses whoever accepts nothing that it speaks', async () => {
    expect(await post(app.url, { query: VIEWER }, { accept: 'image/png' })).toMatchObject({ status: 406 });
  });

  it.each(['OPTIONS', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'GET'])('R31 T3 T5 refuses %s with 405, and says what is allowed', async (method) => {
    const reply = await exchange(app.url, { method, path: `/graphql?query=${encodeURIComponent(VIEWER)}`, headers: { accept: 'application/json' } });
    expect(reply).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  });

  it.each([
    ['a query', VIEWER, 'application/json'],
    ['a mutation (T4)', START, 'application/json'],
    ['a subscription, as an EventSource would (T5)', 'subscription { inboxEvents { cursor } }', 'text/event-stream'],
  ])('R48 refuses %s by GET', async (_, query, accept) => {
    const reply = await exchange(app.url, { method: 'GET', path: `/graphql?query=${encodeURIComponent(query)}`, headers: { accept } });
    expect(reply).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  });
});

describe('a request that is none', () => {
  it.each([
    ['one', 1],
    ['ten', 10],
    ['10,000', 10_000],
  ])('R27 refuses a batch of %s', async (_, length) => {
    const reply = await post(app.url, Array.from({ length }, () => ({ query: '{a}' })), { accept: 'application/json' });
    expect(reply.status).toBe(length === 10_000 ? 413 : 400);
    expect(JSON.parse(reply.body)).toMatchObject({ errors: [{ message: expect.any(String) }] });
  });

  const TWO = 'query A { viewer { __typename } } query B { viewer { __typename } }';
  it.each([
    ['two operations and no name', JSON.stringify({ query: TWO })],
    ['a name that no operation has', JSON.stringify({ query: TWO, operationName: 'C' })],
    ['a name that is a number', JSON.stringify({ query: TWO, operationName: 1 })],
    ['a number as query', '{"query":5}'],
    ['null as query', '{"query":null}'],
    ['no query', '{}'],
    ['an empty query', '{"query":""}'],
    ['a document without an operation', '{"query":"fragment F on Query { __typename }"}'],
    ['variables that are a list', JSON.stringify({ query: VIEWER, variables: [] })],
    ['variables that are a text', JSON.stringify({ query: VIEWER, variables: 'x' })],
    ['extensions that are a text', JSON.stringify({ query: VIEWER, extensions: 'x' })],
    ['no body', undefined],
    ['null', 'null'],
    ['a text', '"x"'],
    ['a number', '1'],
    ['truncated JSON', '{"query":"{ viewer'],
    ['a byte order mark', `\uFEFF${JSON.stringify({ query: VIEWER })}`],
    ['UTF-16', Buffer.from(JSON.stringify({ query: VIEWER }), 'utf16le')],
    ['broken UTF-8', Buffer.concat([Buffer.from('{"query":"{ viewer { __typename } } # '), Buffer.from([0xc3, 0x28]), Buffer.from('"}')])],
    ['a NUL', '{"query":"{ viewer \0 { __typename } }"}'],
  ])('R28 answers %s with 400', async (_, body) => {
    const reply = await exchange(app.url, { headers: { ...JSON_TYPE, accept: 'application/graphql-response+json' }, body });
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.body)).toEqual({ errors: [expect.objectContaining({ message: expect.any(String) })] });
    expect(app.logged).toEqual([]);
  });

  it.each([
    ['nested 40,000 deep', `${'['.repeat(40_000)}${']'.repeat(40_000)}`],
    ['with 10,000 keys', `{${Array.from({ length: 10_000 }, (_, index) => `"k${index}":1`).join()}}`],
    ['with __proto__', '{"__proto__":{"polluted":true},"customerId":"x","text":"x","clientMessageId":"x"}'],
    ['with constructor', '{"constructor":{"prototype":{"polluted":true}},"customerId":"x","text":"x","clientMessageId":"x"}'],
    ['1e400', '1e400'],
    ['NaN', '"NaN"'],
    ['a list', '[]'],
  ])('R26 refuses an input %s', async (_, input) => {
    const query = 'mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }';
    const body = `{"query":${JSON.stringify(query)},"variables":{"input":${input}}}`;
    const reply = await exchange(app.url, { headers: JSON_TYPE, body });
    expect([200, 400]).toContain(reply.status);
    expect(codesOf(reply)).toEqual(expect.arrayContaining(['BAD_USER_INPUT']));
    expect(reply.body).toContain('$input');
    expect(reply.body.length).toBeLessThan(4_096);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(app.logged).toEqual([]);
  });

  it.each(['1e400', '-1e400', '9007199254740993', '2147483648', '1.5', '"1"', 'true', '[]', '{}'])('R26 refuses %s as an Int', async (seq) => {
    const query = 'mutation Mark($seq: Int!) { markRead(input: { customerId: "x", seq: $seq }) { __typename } }';
    const reply = await exchange(app.url, { headers: JSON_TYPE, body: `{"query":${JSON.stringify(query)},"variables":{"seq":${seq}}}` });
    expect(codesOf(reply)).toEqual(['BAD_USER_INPUT']);
    expect(reply.body).toContain('$seq');
  });

  it('R26 takes the last of two equal keys, and -0 for 0', async () => {
    const query = 'query Page($first: Int) { conversations(first: $first) { nodes { id } } }';
    const reply = await exchange(app.url, { headers: JSON_TYPE, body: `{"query":${JSON.stringify(query)},"variables":{"first":5,"first":-0}}` });
    expect(codesOf(reply)).toEqual(['UNAUTHENTICATED']);
  });
});

describe('form posts (R47, T4)', () => {
  const TAKE_OVER = 'mutation { takeOver(input: { customerId: "alice" }) { __typename } }';
  const json = JSON.stringify({ query: TAKE_OVER });
  const form = new URLSearchParams({ query: TAKE_OVER }).toString();
  const multipart = ['--x', 'content-disposition: form-data; name="operations"', '', json, '--x--', ''].join('\r\n');

  it.each([
    ['application/x-www-form-urlencoded', form],
    ['multipart/form-data; boundary=x', multipart],
    ['text/plain', json],
    ['application/graphql', TAKE_OVER],
    ['application/jsonp', json],
    ['application/json, text/plain', json],
    [undefined, json],
  ])('R47 refuses %s with 415, though an agent’s own page sends it, and does nothing of it', async (type, body) => {
    const alice = httpCall(await enterAsCustomer(app.url, 'alice'));
    const { state } = await readSnapshot(alice, 'alice');
    const { cookie } = await enterAsAgent(app.url, 'ana');
    const headers = { cookie, origin: app.url, ...(type === undefined ? { 'content-length': Buffer.byteLength(body) } : { 'content-type': type }) };
    const reply = await exchange(app.url, { headers, body });
    expect(reply).toMatchObject({ status: 415, headers: { 'accept-post': 'application/json' } });
    expect(codesOf(reply)).toEqual(['UNSUPPORTED_MEDIA_TYPE']);
    expect((await readSnapshot(alice, 'alice')).state).toEqual(state);
  });
});
