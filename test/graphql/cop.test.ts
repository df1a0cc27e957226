import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { useApp } from '../_util/app.ts';
import { range } from '../_util/parallel.ts';
import type { Reply } from '../_util/wire.ts';
import { exchange, JSON_TYPE, post } from '../_util/wire.ts';

/** The checks of graphql-cop (github.com/dolevf/graphql-cop), asked by nobody of a server in production. Each finds something if the last function says so. */

const app = useApp({ mode: 'production' });
const ask = (query: string, headers = {}): Promise<Reply> => post(app.url, { query }, headers);
const hasData = ({ body }: Reply): boolean => /"data":\s*\{/.test(body);
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const TYPENAME = 'query cop { __typename }';

const CHECKS: readonly (readonly [string, () => Promise<Reply>, (reply: Reply) => boolean])[] = [
  ['alias overloading', () => ask(`query cop { ${range(101).map((index) => `alias${index}: __typename`).join(' ')} }`), hasData],
  ['array-based batching', () => post(app.url, range(10).map(() => ({ query: TYPENAME }))), ({ body }) => body.startsWith('[')],
  ['directive overloading', () => ask(`query cop { __typename ${'@aa'.repeat(10)} }`), ({ body }) => body.split('"message"').length > 10],
  ['circular fragments', () => ask('query cop { __schema { ...A } } fragment A on __Schema { ...B } fragment B on __Schema { ...A }'), ({ body }) => !body.includes('"errors"')],
  ['circular introspection', () => ask(`query cop { __schema { types { ${'fields { type { '.repeat(4)} name ${'} }'.repeat(4)} } } }`), hasData],
  ['field duplication', () => ask(`query cop { ${'__typename '.repeat(500)} }`), hasData],
  ['introspection', () => ask(getIntrospectionQuery()), hasData],
  ['field suggestions', () => ask('query cop { viewe }'), ({ body }) => /did you mean/i.test(body)],
  ['an IDE', () => exchange(app.url, { method: 'GET', path: '/graphql', headers: { accept: 'text/html' } }), ({ body }) => /graphiql|graphql playground/i.test(body)],
  ['queries by GET', () => exchange(app.url, { method: 'GET', path: '/graphql?query=query%20cop%20%7B__typename%7D' }), hasData],
  ['mutations by GET', () => exchange(app.url, { method: 'GET', path: '/graphql?query=mutation%20cop%20%7B__typename%7D' }), hasData],
  ['queries as forms', () => exchange(app.url, { headers: FORM, body: `query=${encodeURIComponent(TYPENAME)}` }), hasData],
  ['tracing', () => ask(TYPENAME, JSON_TYPE), ({ body }) => /tracing/i.test(body)],
  ['unhandled errors', () => ask('qwerty cop { abc }'), ({ body }) => /exception|stack|node_modules/i.test(body)],
];

describe('graphql-cop', () => {
  it.each(CHECKS)('T18 finds nothing: %s', async (_, send, isFound) => {
    const reply = await send();
    expect(reply.status).toBeLessThan(500);
    expect(isFound(reply), reply.body.slice(0, 500)).toBe(false);
    expect(app.logged).toEqual([]);
  });
});
