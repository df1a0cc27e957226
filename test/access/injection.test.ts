import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestApp } from '../_util/app.ts';
import { startApp } from '../_util/app.ts';
import { httpCall } from '../_util/graphql-client.ts';
import { codesOf, post } from '../_util/wire.ts';
import type { Cast, Scene } from './cast.ts';
import { assemble } from './cast.ts';

let app: TestApp;
let cast: Cast;
let scene: Scene;
beforeAll(async () => {
  app = await startApp();
  cast = await assemble(app);
  scene = await cast.newScene('customer');
});
afterAll(async () => {
  await cast?.close();
  await app?.stop();
});

const TEXTS = [
  "' OR 1=1--", '" OR ""="', "'; DROP TABLE message;--", "' UNION SELECT password_hash FROM agent--", '%', '_', '%%%%', '\\', '"', "'", '`', '\u0000', 'x'.repeat(10_000),
  'NEAR(a b, 5)', 'title:Draft', 'Draft*', '*', '"unbalanced', '(', 'a AND', 'OR OR', '-', '^', '{a b}', '${7*7}', '\ud800',
];

/** Every argument that a query compares or searches with. */
const ASKED: readonly [string, string][] = [
  ['an assignee', 'query Q($x: ID!) { outcome: conversations(filter: { assignee: $x }) { nodes { id } } }'],
  ['a cursor of the inbox', 'query Q($x: Cursor!) { outcome: conversations(after: $x) { nodes { id } } }'],
  ['a customer', 'query Q($x: ID!) { outcome: conversation(customerId: $x) { id } }'],
  ['an article', 'query Q($x: ID!) { outcome: article(id: $x) { id } }'],
  ['a cursor of the articles', 'query Q($x: Cursor!) { outcome: articles(after: $x) { nodes { id } } }'],
  ['words', 'query Q($x: String!) { outcome: articles(search: $x) { nodes { id } } }'],
  ['a question', 'query Q($x: String!) { outcome: tryBot(question: $x) { __typename } }'],
  ['an action', 'query Q($x: String!) { outcome: auditLog(action: $x) { nodes { id } } }'],
];

describe('what is compared or searched with', () => {
  it.each(ASKED)('R6 is taken by its letters, or refused as input, and finds nothing else: %s', async (what, query) => {
    const { url, cookie } = await cast.enter('admin', scene);
    for (const x of TEXTS) {
      const reply = await post(url, { query, variables: { x } }, { cookie, origin: url });
      expect(reply.body, x.slice(0, 40)).not.toMatch(/SQLITE|syntax error|fts5|no such (column|table)|INTERNAL_SERVER_ERROR/i);
      const codes = codesOf(reply);
      if (codes.length > 0) expect(codes, x.slice(0, 40)).toEqual(['BAD_USER_INPUT']);
      else if (!/words|question/.test(what)) expect(JSON.parse(reply.body), x.slice(0, 40)).toMatchObject({ data: { outcome: query.includes('nodes') ? { nodes: [] } : null } });
    }
    expect(app.logged).toEqual([]);
  });

  it('R6 finds drafts for nobody outside of the team, whatever the words', async () => {
    for (const x of [...TEXTS, 'Draft', 'draft', 'another wording']) {
      const { data } = await httpCall(scene.owner)<{ articles: { nodes: { id: string }[] } }>('query Q($x: String!) { articles(search: $x) { nodes { id } } }', { x });
      expect(data?.articles.nodes.map(({ id }) => id) ?? [], x.slice(0, 40)).not.toContain(cast.articles.draft);
    }
  });
});
