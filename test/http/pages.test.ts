import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { request } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { useApp } from '../_util/app.ts';
import { enterAsCustomer } from '../_util/minicom.ts';
import type { Exchange, Reply } from '../_util/wire.ts';
import { exchange, greet, JSON_TYPE, post } from '../_util/wire.ts';

const app = useApp();
const production = useApp({ mode: 'production' });

const WHO = { query: '{ viewer { __typename } }' };
const HTML = { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' };
const get = (path: string, headers = {}): Exchange => ({ method: 'GET', path, headers });
const asset = `/assets/${readdirSync('dist/web/assets').find((name) => name.endsWith('.js'))}`;

/** Every kind of answer there is, refusals included, and its status. */
const ANSWERS: [string, number, () => Exchange][] = [
  ['a page', 200, () => get('/')],
  ['a chat', 200, () => get('/chat/alice')],
  ['a chat of a name with a slash in it', 200, () => get('/chat/a%2Fb')],
  ['an unknown page', 404, () => get('/nothing/here')],
  ['a script', 200, () => get(asset)],
  ['an unknown script', 404, () => get('/assets/nothing.js')],
  ['the icon', 200, () => get('/favicon.svg')],
  ['the way into the inbox', 302, () => get('/inbox')],
  ['a door of the demo', 302, () => get('/demo/agent?as=ana')],
  ['another door', 200, () => get('/demo/identity?customer=alice')],
  ['a door without a name', 400, () => get('/demo/identity')],
  ['a door for nobody', 404, () => get('/demo/agent?as=nobody')],
  ['/health', 200, () => get('/health')],
  ['/ready', 200, () => get('/ready')],
  ['the explorer', 200, () => get('/graphql', HTML)],
  ['an answer', 200, () => ({ headers: JSON_TYPE, body: JSON.stringify(WHO) })],
  ['a refused document', 400, () => ({ headers: { ...JSON_TYPE, accept: 'application/graphql-response+json' }, body: '{"query":"{"}' })],
  ['events', 200, () => ({ headers: { ...JSON_TYPE, accept: 'text/event-stream' }, body: JSON.stringify(WHO) })],
  ['broken JSON', 400, () => ({ headers: JSON_TYPE, body: '{' })],
  ['a query in the address', 405, () => get('/graphql?query={a}')],
  ['a form', 415, () => ({ headers: { 'content-type': 'text/plain' }, body: 'x' })],
  ['what cannot be answered', 406, () => ({ headers: { ...JSON_TYPE, accept: 'image/png' }, body: JSON.stringify(WHO) })],
  ['too much', 413, () => ({ headers: JSON_TYPE, body: 'x'.repeat(102_401) })],
  ['a bad token', 401, () => ({ headers: { ...JSON_TYPE, authorization: 'Bearer x' }, body: JSON.stringify(WHO) })],
  ['another site', 403, () => ({ headers: { ...JSON_TYPE, origin: 'https://evil.example' }, body: JSON.stringify(WHO) })],
  ['another host', 421, () => get('/', { host: 'evil.example' })],
  ['a page that is written to', 405, () => ({ method: 'PUT', path: '/' })],
];

describe('every answer', () => {
  it.each(ANSWERS)('R61 carries the headers that guard it: %s, %i', async (_, status, ask) => {
    const reply = await exchange(app.url, ask());
    expect(reply).toMatchObject({
      status,
      headers: {
        'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY',
        'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin', 'x-request-id': expect.stringMatching(/^[\da-f-]{36}$/),
      },
    });
    expect(Object.keys(reply.headers)).not.toContain('x-powered-by');
    expect(Object.keys(reply.headers)).not.toContain('server');
    // There is no TLS here.
    expect(Object.keys(reply.headers)).not.toContain('strict-transport-security');
  });

  it.each(ANSWERS.filter(([, status]) => status !== 302))('R57 R61 allows nothing that it does not need: %s', async (_, _status, ask) => {
    const { headers } = await exchange(app.url, ask());
    const policy = policyOf(headers);
    expect(policy.get('default-src')).toEqual(["'none'"]);
    expect(policy.get('base-uri')).toEqual(["'none'"]);
    expect(policy.get('frame-ancestors')).toEqual(["'none'"]);
    const scripts = policy.get('script-src') ?? [];
    for (const banned of ["'unsafe-inline'", "'unsafe-eval'", '*', 'http:', 'https:', 'data:']) expect(scripts).not.toContain(banned);
  });

  it.each(ANSWERS.filter(([name]) => /answer|document|JSON|address|form|cannot|much|token|site|door|health|ready/.test(name)))(
    'R61 of the API is kept by nobody: %s', async (_, _status, ask) => {
      expect((await exchange(app.url, ask())).headers['cache-control']).toMatch(/no-store/);
    },
  );
});

describe('a page of the app', () => {
  it('R57 runs its own scripts alone, and makes no markup of text', async () => {
    for (const path of ['/', '/chat/alice', '/nothing']) {
      const policy = policyOf((await exchange(app.url, get(path))).headers);
      expect(policy.get('script-src')).toEqual(["'self'"]);
      expect(policy.get('style-src')).toEqual(["'self'"]);
      expect(policy.get('connect-src')).toEqual(["'self'"]);
      expect(policy.get('object-src')).toEqual(["'none'"]);
      expect(policy.get('form-action')).toEqual(["'self'"]);
      expect(policy.get('require-trusted-types-for')).toEqual(["'script'"]);
    }
  });

  it('R57 has nothing inline, and nothing from elsewhere', async () => {
    const { body } = await exchange(app.url, get('/'));
    expect(body).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|(?:src|href)="(?:https?:)?\/\//i);
  });

  it('knows the demo from production', async () => {
    expect((await exchange(app.url, get('/'))).body).toContain('<meta name="minicom-demo"');
    expect((await exchange(production.url, get('/'))).body).not.toContain('minicom-demo');
  });

  it.each([
    '/', '/chat', '/chat/', '/chat/alice', '/chat/alice/', '/help', '/help/returns', '/inbox', '/inbox/alice', '/settings', '/settings/articles/returns', '/join',
  ])('is found at %s', async (path) => {
    expect(await exchange(production.url, get(path))).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
  });

  it('comes from the cache only after asking, its scripts without', async () => {
    expect((await exchange(app.url, get('/'))).headers['cache-control']).toBe('no-cache');
    expect((await exchange(app.url, get(asset))).headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const { etag } = (await exchange(app.url, get('/favicon.svg'))).headers;
    const again = await exchange(app.url, get('/favicon.svg', { 'if-none-match': etag }));
    expect(again).toMatchObject({ status: 304, body: '', headers: { 'x-content-type-options': 'nosniff' } });
    expect(again.headers['cache-control'] ?? '').not.toMatch(/no-store/);
  });

  it('R31 is only read', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']) {
      for (const path of ['/', '/chat/alice', asset, '/demo/agent?as=ana']) {
        expect(await exchange(app.url, { method, path }), `${method} ${path}`).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
      }
    }
    expect(await exchange(app.url, { method: 'HEAD', path: '/' })).toMatchObject({ status: 200, body: '' });
  });
});

describe('a path', () => {
  const OUTSIDE = [
    '/..%2fpackage.json', '/..%2f..%2fpackage.json', '/../../package.json', '/%2e%2e/%2e%2e/package.json', '/assets/..%2f..%2f..%2fpackage.json',
    '/assets/../../../package.json', '/..%5c..%5cpackage.json', '/..\\..\\package.json', '/....//....//package.json', '/%c0%ae%c0%ae/package.json',
    '/%252e%252e/package.json', '//etc/passwd', '/file:///etc/passwd', '/etc/passwd', '/.git/config', '/.env', '/%2egit/config', '/.vite/manifest.json',
    '/assets/.vite/manifest.json', '/package.json', '/server/main.ts', '/minicom.sqlite', '/data/minicom.sqlite', '/root.key', '/index.html',
    '/%00', '/assets/%00', '/favicon.svg%00', '/favicon.svg%00.js', '/%', '/%E0%A4%A', '/%zz', `/${'a/'.repeat(2_000)}`, '/favicon.svg/', '/favicon.svg/x',
  ];
  it.each(OUTSIDE)('R32 reaches no file outside the app: %s', async (path) => {
    const reply = await exchange(app.url, get(path));
    expect([400, 404]).toContain(reply.status);
    expect(reply.body).not.toMatch(/"dependencies"|root:|\[core\]|"isEntry"|SQLite format|createApp/);
    expect(app.logged).toEqual([]);
  });
});

describe('the explorer', () => {
  let demo: Reply;
  let html: string;
  beforeAll(async () => {
    demo = await exchange(app.url, get('/graphql', HTML));
    html = await pageOf(app.url, '/graphql');
  });

  it('R29 is there in the demo, offline: nothing in it comes from elsewhere', () => {
    expect(demo).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8', 'content-encoding': 'gzip' } });
    const markup = html.replace(/(<script\b[^>]*>)[\s\S]*?<\/script>/g, '$1').replace(/(<style\b[^>]*>)[\s\S]*?<\/style>/g, '$1')
      .replace(/"data:image\/[^"]*"/g, '""');
    expect(markup.length).toBeLessThan(10_000);
    expect(markup).not.toMatch(/<script[^>]+src=|<link[^>]+stylesheet|(?:src|href)="(?:https?:)?\/\//i);
    expect(html).not.toMatch(/@import\s|url\(["']?https?:/);
  });

  it('R57 has a policy of its own, by the hash of each script', () => {
    const scripts = [...html.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/g)].map(([, script = '']) => script).filter((script) => script.trim() !== '');
    expect(scripts.length).toBeGreaterThan(0);
    const allowed = policyOf(demo.headers).get('script-src');
    for (const script of scripts) expect(allowed).toContain(`'sha256-${createHash('sha256').update(script).digest('base64')}'`);
    expect(policyOf(demo.headers).get('connect-src')).toEqual(["'self'"]);
  });

  it('R29 is there for agents in production, and for nobody else', async () => {
    const { token = '' } = { token: production.setupLink?.split('#invite=')[1] };
    const query = 'mutation Join($input: AcceptInviteInput!) { acceptInvite(input: $input) { __typename } }';
    const input = { token, name: 'Ana', email: 'ana@example.com', password: 'correct horse battery' };
    const joined = await post(production.url, { query, variables: { input } }, { origin: production.url });
    const cookie = joined.headers['set-cookie']?.[0]?.split(';')[0];
    const visitor = await enterAsVisitor(production.url);

    expect(await exchange(production.url, get('/graphql', HTML))).toMatchObject({ status: 404 });
    expect(await exchange(production.url, get('/graphql', { ...HTML, authorization: `Bearer ${visitor}` }))).toMatchObject({ status: 404 });
    expect(await exchange(production.url, get('/graphql', { ...HTML, cookie: `minicom_agent=${visitor}` }))).toMatchObject({ status: 404 });
    const page = await exchange(production.url, get('/graphql', { ...HTML, cookie }));
    expect(page).toMatchObject({ status: 200 });
    expect(await exchange(production.url, get('/graphql', { ...HTML, cookie, 'if-none-match': page.headers.etag }))).toMatchObject({ status: 304, body: '' });
  });
});

describe('whoever watches the process', () => {
  it('learns that it lives, and whether it is ready, in words', async () => {
    for (const { url } of [app, production]) {
      expect(JSON.parse((await exchange(url, get('/health'))).body)).toEqual({ status: 'live' });
      const ready = JSON.parse((await exchange(url, get('/ready'))).body) as unknown;
      expect(ready).toEqual({ status: 'ready', parts: expect.objectContaining({ database: expect.any(String), bot: expect.any(String) }) });
      expect(JSON.stringify(ready)).not.toMatch(/\/tmp|minicom\.sqlite/);
    }
  });
});

describe('the doors of the demo', () => {
  it.each(['/demo/identity?customer=alice', '/demo/agent?as=ana', '/demo/', '/demo'])('R9 R15 are not there in production: %s', async (path) => {
    const reply = await exchange(production.url, get(path));
    expect(reply.status).toBe(404);
    expect(reply.headers['set-cookie']).toBeUndefined();
  });

  it('R9 are missed by nobody who says who she is: no address, field, header or cookie makes a visitor somebody', async () => {
    for (const path of ['/chat/alice', '/chat?user=alice', '/chat/alice?customerId=alice']) {
      const page = await exchange(production.url, get(path));
      expect(page.headers['set-cookie']).toBeUndefined();
      expect(page.body).not.toContain('alice');
    }
    const claims = { cookie: 'minicom_customer=alice; customerId=alice; user=alice', 'x-customer-id': 'alice', 'x-user': 'alice' };
    expect(await post(production.url, WHO, claims)).toMatchObject({ body: '{"data":{"viewer":null}}' });
    const socket = await greet(production.url, { headers: claims, payload: { customerId: 'alice', user: 'alice', id: 'alice' } });
    socket.send({ type: 'subscribe', id: '1', payload: WHO });
    expect(await socket.next()).toMatchObject({ payload: { data: { viewer: null } } });
    const start = 'mutation { startVisitorSession { ... on CustomerSession { customer { id verified } } } }';
    expect(JSON.parse((await post(production.url, { query: start }, claims)).body)).toMatchObject({
      data: { startVisitorSession: { customer: { id: expect.stringMatching(/^visitor_/), verified: false } } },
    });
    const refused = await post(production.url, { query: 'mutation { startVisitorSession(input: { customerId: "alice" }) { __typename } }' }, claims);
    expect(JSON.parse(refused.body)).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
  });

  it('R15 are opened by nobody in production: the inbox asks for a sign-in itself', async () => {
    const reply = await exchange(production.url, get('/inbox'));
    expect(reply).toMatchObject({ status: 200 });
    expect(reply.headers['set-cookie']).toBeUndefined();
  });

  it('are for real sessions', async () => {
    expect((await enterAsCustomer(app.url, 'Zoë / 9')).token).toMatch(/^\S{40,}$/);
    const { status, headers } = await exchange(app.url, get('/inbox'));
    expect({ status, location: headers.location }).toEqual({ status: 302, location: '/demo/agent?as=ana&to=%2Finbox' });
    const door = await exchange(app.url, get('/demo/agent?as=ana'));
    expect(door).toMatchObject({ status: 302, headers: { location: '/inbox', 'cache-control': 'no-store' } });
    const cookie = door.headers['set-cookie']?.[0] ?? '';
    expect(await exchange(app.url, get('/inbox', { cookie: cookie.split(';')[0] }))).toMatchObject({ status: 200 });
  });

  it.each(['.', '..', '', 'visitor_x', 'a\u0000', 'e\u0301', 'x'.repeat(256)])('sign no bad name: %j', async (name) => {
    const reply = await exchange(app.url, get(`/demo/identity?customer=${encodeURIComponent(name)}`));
    expect(reply.status).toBe(400);
    expect(app.logged).toEqual([]);
  });
});

function policyOf(headers: Reply['headers']): Map<string, string[]> {
  const header = String(headers['content-security-policy']);
  return new Map(header.split(';').map((directive) => directive.trim().split(/\s+/)).map(([name = '', ...values]) => [name, values]));
}

async function enterAsVisitor(url: string): Promise<string> {
  const { body } = await post(url, { query: 'mutation { startVisitorSession { ... on CustomerSession { token } } }' });
  return (JSON.parse(body) as { data: { startVisitorSession: { token: string } } }).data.startVisitorSession.token;
}

/** A page that comes compressed. */
function pageOf(url: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request(`${url}${path}`, { headers: HTML, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('error', reject).on('data', (chunk: Buffer) => { chunks.push(chunk); });
      incoming.on('end', () => resolve(gunzipSync(Buffer.concat(chunks)).toString('utf8')));
    }).on('error', reject).end();
  });
}
