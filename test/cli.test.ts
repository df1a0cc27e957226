import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:net';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Door } from './_util/graphql-client.ts';
import { http, httpCall } from './_util/graphql-client.ts';
import { dataOf, newSend, readHistory, send } from './_util/minicom.ts';
import { until, within } from './_util/wait.ts';

/** The commands as an operator runs them: the build that `npm test` and `npm run check` make. */
const PROGRAM = 'dist/server/main.js';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'minicom-cli-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
});

interface Outcome { readonly code: number | null; readonly stdout: string; readonly stderr: string }

interface Run {
  stdout(): string;
  readonly ended: Promise<Outcome>;
  /** SIGTERM. */
  stop(): Promise<Outcome>;
}

function start(args: readonly string[], env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH: process.env['PATH'], DATA_DIR: dataDir, PORT: '0', BOT: 'off', LOG_LEVEL: 'warn', ...env }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => { stdout += chunk; });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => { stderr += chunk; });
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return {
    stdout: () => stdout,
    ended,
    stop: () => {
      child.kill('SIGTERM');
      return within('the server to stop', ended);
    },
  };
}

function run(args: readonly string[], env?: Record<string, string>): Promise<Outcome> {
  return within(args.join(' '), start(args, env).ended);
}

/** Waits for the whole printed page. */
async function serve(command: 'start' | 'demo', env?: Record<string, string>): Promise<Run & { readonly url: string; readonly port: string }> {
  const running = start([command], env);
  let failure: Outcome | null = null;
  void running.ended.then((outcome) => { failure = outcome; });
  await until('the printed page', () => {
    if (failure) throw new Error(`${command} ended with ${failure.code}: ${failure.stderr}`);
    return running.stdout().includes('Stop with Ctrl-C');
  });
  const url = /http:\/\/[\d.]+:(\d+)/.exec(running.stdout());
  if (!url?.[1]) throw new Error(`no address in ${running.stdout()}`);
  return { ...running, url: url[0], port: url[1] };
}

function fragmentOf(link: string, name: string): string {
  const value = new URL(link).hash.match(new RegExp(`^#${name}=(.+)$`))?.[1];
  if (value === undefined) throw new Error(`no ${name} in ${link}`);
  return value;
}

async function acceptInvite({ url }: Door, token: string, name: string): Promise<{ __typename: string; cookie: string | null; reason?: string }> {
  const query = `mutation Accept($input: AcceptInviteInput!) {
    acceptInvite(input: $input) { __typename ... on SignInPayload { agent { name } } ... on Error { reason } }
  }`;
  const input = { token, name, email: `${name.toLowerCase()}@example.com`, password: 'correct horse battery' };
  const { body, headers } = await http({ url }, 'POST', '/graphql', JSON.stringify({ query, variables: { input } }));
  const answer = JSON.parse(body) as { data?: { acceptInvite: { __typename: string; reason?: string } } };
  return { ...dataOf(answer).acceptInvite, cookie: headers['set-cookie']?.[0]?.split(';')[0] ?? null };
}

async function viewerOf(door: Door): Promise<object | null> {
  const query = '{ viewer { __typename ... on Customer { id verified } ... on Agent { name role } ... on ApiToken { name scopes } } }';
  return dataOf(await httpCall(door)<{ viewer: object | null }>(query)).viewer;
}

describe('identity', () => {
  it('opens production as a customer, end to end: what the visitor said before comes along', async () => {
    const server = await serve('start');
    const { url } = server;
    const visit = dataOf(await httpCall({ url })<{ startVisitorSession: { token: string; customer: { id: string } } }>(
      'mutation { startVisitorSession { ... on CustomerSession { token customer { id } } } }',
    )).startVisitorSession;
    await send(httpCall({ url, token: visit.token }), newSend(visit.customer.id, 'said as a visitor'));

    const { code, stdout } = await run(['identity', 'alice'], { PORT: server.port });
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^${url}/chat#identity=[\\w.-]+\\n$`));
    const input = { identityToken: fragmentOf(stdout.trim(), 'identity'), visitorToken: visit.token };
    const enter = 'mutation Enter($input: StartCustomerSessionInput!) { startCustomerSession(input: $input) { ... on CustomerSession { token } } }';
    const { token } = dataOf(await httpCall({ url })<{ startCustomerSession: { token: string } }>(enter, { input })).startCustomerSession;

    const alice: Door = { url, token };
    expect(await viewerOf(alice)).toEqual({ __typename: 'Customer', id: 'alice', verified: true });
    expect((await readHistory(httpCall(alice), 'alice')).map(({ text }) => text)).toEqual(['said as a visitor']);
    expect(await httpCall({ url, token: visit.token })('{ viewer { __typename } }')).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect((await server.stop()).code).toBe(0);
  });

  it('uses PUBLIC_URL, and refuses what is no customer\'s id', async () => {
    const { stdout } = await run(['identity', 'alice'], { PUBLIC_URL: 'https://chat.example.com' });
    expect(stdout).toMatch(/^https:\/\/chat\.example\.com\/chat#identity=/);
    for (const id of ['..', 'visitor_1']) expect(await run(['identity', id])).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('the first agent', () => {
  it('R14: comes in by the link that the first start prints: once, and there is no other way', async () => {
    const first = await serve('start');
    const link = first.stdout().match(/http\S+\/join#invite=\S+/)?.[0] ?? '';
    const signIn = 'mutation SignIn($input: SignInInput!) { signIn(input: $input) { __typename } }';
    for (const [email, password] of [['admin', 'admin'], ['admin@example.com', 'password'], ['', '']]) {
      expect(dataOf(await httpCall(first)<object>(signIn, { input: { email, password } }))).toEqual({ signIn: { __typename: 'InvalidInputError' } });
    }
    const token = fragmentOf(link, 'invite');
    const { __typename, cookie } = await acceptInvite(first, token, 'Ana');
    expect([__typename, await viewerOf({ url: first.url, cookie: cookie ?? '' })]).toEqual(['SignInPayload', { __typename: 'Agent', name: 'Ana', role: 'ADMIN' }]);
    expect(await acceptInvite(first, token, 'Mallory')).toMatchObject({ __typename: 'InvalidInputError', cookie: null });
    await first.stop();

    const second = await serve('start');
    expect(second.stdout()).not.toContain('#invite');
    expect(await viewerOf({ url: second.url, cookie: cookie ?? '' })).toMatchObject({ name: 'Ana' });
  });

  it('chooses a new password by a link for who is locked out, and loses the second factor only if asked', async () => {
    const server = await serve('start');
    await acceptInvite(server, fragmentOf(server.stdout().match(/http\S+\/join#invite=\S+/)?.[0] ?? '', 'invite'), 'Ana');
    const { code, stdout } = await run(['agent', 'reset', 'ANA@example.com'], { PORT: server.port });
    expect([code, stdout]).toEqual([0, expect.stringMatching(new RegExp(`^${server.url}/join#password=mcp_\\S+\\n$`))]);
    const input = { token: fragmentOf(stdout.trim(), 'password'), password: 'another horse battery' };
    const reset = 'mutation Reset($input: ResetPasswordInput!) { resetPassword(input: $input) { __typename } }';
    expect(dataOf(await httpCall(server)<object>(reset, { input }))).toEqual({ resetPassword: { __typename: 'ResetPasswordPayload' } });
    expect((await run(['agent', 'reset', 'ana@example.com', '--second-factor'])).code).toBe(0);
    expect(await run(['agent', 'reset', 'eve@example.com'])).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('Nobody active') });
    expect(await run(['agent', 'reset', 'ana@example.com', '--everything'])).toMatchObject({ code: 1, stdout: '' });
  });

  it('invites others: a link for each, with the role that was asked for', async () => {
    const server = await serve('start');
    for (const [name, role, expected] of [['Ben', undefined, 'AGENT'], ['Vic', 'viewer', 'VIEWER']] as const) {
      const { code, stdout, stderr } = await run(['agent', 'invite', ...(role ? [role] : [])], { PORT: server.port });
      expect([code, stderr]).toEqual([0, 'Works once, for 60 minutes.\n']);
      expect(stdout).toMatch(new RegExp(`^${server.url}/join#invite=\\S+\\n$`));
      const { cookie } = await acceptInvite(server, fragmentOf(stdout.trim(), 'invite'), name);
      expect(await viewerOf({ url: server.url, cookie: cookie ?? '' })).toMatchObject({ name, role: expected });
    }
    expect(await run(['agent', 'invite', 'king'])).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('viewer, agent, admin') });
  });
});

describe('keys', () => {
  it('let a site sign by the lines of docs/identity.md, change over, and are refused once retired', async () => {
    const server = await serve('start');
    const keys = async (...args: string[]): Promise<{ secret: string; kid: string; aud: string }> => {
      const { code, stdout, stderr } = await run(['keys', ...args]);
      expect([code, stdout]).toEqual([0, expect.stringMatching(/^[\w-]{43}\n$/)]);
      return { secret: stdout.trim(), kid: /^kid {2}(\S+)$/m.exec(stderr)?.[1] ?? '', aud: /^aud {2}(\S+)$/m.exec(stderr)?.[1] ?? '' };
    };
    const [first, second] = [await keys('add'), await keys('rotate')];
    expect(await run(['keys', 'add'])).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('Retire one first') });

    const script = join(dataDir, 'identity.mjs');
    await writeFile(script, /```js\n([^]*?)```/.exec(await readFile('docs/identity.md', 'utf8'))?.[1] ?? '');
    const { identityToken } = (await import(script)) as { identityToken(key: object, customer: object): string };
    const enter = async (key: object): Promise<unknown> => {
      const query = 'mutation E($input: StartCustomerSessionInput!) { startCustomerSession(input: $input) { __typename ... on CustomerSession { customer { id name } } } }';
      const input = { identityToken: identityToken(key, { id: 'alice', name: 'Alice', email: 'alice@example.com' }) };
      return dataOf(await httpCall(server)<{ startCustomerSession: object }>(query, { input })).startCustomerSession;
    };
    const accepted = { __typename: 'CustomerSession', customer: { id: 'alice', name: 'Alice' } };
    expect([await enter(first), await enter(second)]).toEqual([accepted, accepted]);
    expect((await run(['keys', 'retire', first.kid])).code).toBe(0);
    expect([await enter(first), await enter(second)]).toEqual([{ __typename: 'InvalidInputError' }, accepted]);
    const { stdout } = await run(['keys', 'list']);
    expect(stdout).toMatch(new RegExp(`^kid +algorithm +created +retired\\n${first.kid} +HS256 +\\S+ +\\S+\\n${second.kid} +HS256 +\\S+\\n$`));
    for (const { secret } of [first, second]) expect(stdout).not.toContain(secret);
    expect(await run(['keys', 'retire', first.kid])).toMatchObject({ code: 1, stderr: expect.stringContaining('no such key') });
  });

  it('may be the public half of the site’s own, and nothing else', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const file = async (name: string, pem: string | Buffer): Promise<string> => {
      await writeFile(join(dataDir, name), pem);
      return join(dataDir, name);
    };
    const added = await run(['keys', 'add', '--public-key', await file('public.pem', publicKey.export({ type: 'spki', format: 'pem' }))]);
    expect(added).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('alg  EdDSA') });
    for (const path of [await file('private.pem', privateKey.export({ type: 'pkcs8', format: 'pem' })), join(dataDir, 'missing.pem')]) {
      expect(await run(['keys', 'add', '--public-key', path])).toMatchObject({ code: 1, stdout: '' });
    }
    expect(await run(['keys', 'add', '--private-key', 'x'])).toMatchObject({ code: 1, stderr: expect.stringContaining('--public-key') });
  });
});

describe('token create', () => {
  it('prints a token once, which does what its scopes say and no more', async () => {
    const server = await serve('start');
    const { code, stdout, stderr } = await run(['token', 'create', 'Dashboard', 'conversations:read, notes', '7']);
    const expiry = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
    expect([code, stderr]).toEqual([0, `Shown this once. Valid until ${expiry}.\n`]);
    const door: Door = { url: server.url, token: stdout.trim() };
    expect(await viewerOf(door)).toEqual({ __typename: 'ApiToken', name: 'Dashboard', scopes: ['conversations:read', 'notes'] });
    expect(dataOf(await httpCall(door)<object>('{ conversations { nodes { id } } }'))).toEqual({ conversations: { nodes: [] } });
    expect(await httpCall(door)('{ agents { name } }')).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    for (const name of ['minicom.sqlite', 'minicom.sqlite-wal']) expect((await readFile(join(dataDir, name))).includes(door.token ?? '')).toBe(false);
  });

  it('R11: is undone by token revoke, which the running server heeds at once; token list shows what is left', async () => {
    const server = await serve('start');
    const door: Door = { url: server.url, token: (await run(['token', 'create', 'Shop', 'notes'])).stdout.trim() };
    expect(await viewerOf(door)).toMatchObject({ name: 'Shop' });
    const { stdout } = await run(['token', 'list']);
    const id = /^(\S+) +Shop +notes +\S+ +\S+ +\d{4}-\d\d-\d\d$/m.exec(stdout)?.[1] ?? '';
    expect(stdout).not.toContain(door.token);
    expect(await run(['token', 'revoke', id])).toMatchObject({ code: 0, stderr: 'Shop is revoked.\n' });
    expect(await httpCall(door)('{ viewer { __typename } }')).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect((await run(['token', 'list'])).stdout).not.toContain('Shop');
    expect(await run(['token', 'revoke', id])).toMatchObject({ code: 1, stderr: expect.stringContaining('no such token') });
  });

  it.each([
    ['no name', [], 'Give the token a name'],
    ['an unknown scope', ['x', 'notes,everything'], 'everything'],
    ['days for ever', ['x', 'notes', '100000'], 'days'],
  ])('refuses %s, and says why', async (_, args, reason) => {
    expect(await run(['token', 'create', ...args])).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(reason) });
  });
});

describe('articles import', () => {
  it('puts a folder into the knowledge base, says what became of each file, and counts at the running server\'s next question', async () => {
    const server = await serve('start', { BOT: 'rules' });
    const folder = join(dataDir, 'import');
    await mkdir(join(folder, 'nested.md'), { recursive: true });
    const file = (name: string, content: string): Promise<void> => writeFile(join(folder, name), content);
    await file('Shipping abroad.md', '---\naliases: [do you ship to Peru]\n---\n# Shipping abroad\n\nYes, to Peru.\n');
    await file('a-draft.md', '---\npublished: false\n---\n# A draft\n');
    await file('notes.txt', 'no article');
    const articles = async (): Promise<unknown> => dataOf(await httpCall(server)('{ articles(search: "ship to Peru") { nodes { id title body aliases } } }'));
    expect(await articles()).toEqual({ articles: { nodes: [] } });

    expect(await run(['articles', 'import', folder])).toMatchObject({
      code: 0, stdout: 'created    shipping-abroad\ncreated    a-draft  (not published)\n2 created, 0 updated, 0 unchanged, 0 refused\n',
    });
    expect(await articles()).toEqual({ articles: { nodes: [{ id: 'shipping-abroad', title: 'Shipping abroad', body: 'Yes, to Peru.', aliases: [] }] } });

    await file('a-draft.md', '# A draft\n');
    await file('Shipping abroad.md', '# Shipping abroad\n\nTo Peru, too.\n');
    expect(await run(['articles', 'import', folder])).toMatchObject({
      code: 1, stdout: expect.stringMatching(/^updated {4}shipping-abroad\nrefused {4}a-draft: .*blank\.\n0 created, 1 updated, 0 unchanged, 1 refused\n$/),
    });
    for (const args of [[], [join(dataDir, 'none')], [join(folder, 'notes.txt')], [join(folder, 'nested.md')]]) {
      expect(await run(['articles', 'import', ...args]), args.join()).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/\.\n$/) });
    }
    expect((await server.stop()).code).toBe(0);
  });
});

describe('doctor', () => {
  it('ends with 1 while something has to be mended, says how, and ends with 0 once it is', async () => {
    const before = await run(['doctor'], { PORT: '1' });
    expect(before.code).toBe(1);
    expect(before.stdout).toMatch(/MEND {2}0 agents\n.*agent invite admin/);
    expect(before.stdout).toContain('no server answers on port 1');

    const server = await serve('start');
    await acceptInvite(server, fragmentOf(server.stdout().match(/http\S+#invite=\S+/)?.[0] ?? '', 'invite'), 'Ana');
    const after = await run(['doctor'], { PORT: server.port });
    expect(after.stdout).not.toContain('MEND');
    expect(after.stdout).toMatch(/HINT {2}admins who sign in with a password alone: 1/);
    expect(after.stdout).toContain('the database is sound');
    expect(after.stdout).toContain(`the server on port ${server.port} is ready`);
    expect(after.code).toBe(0);

    for (const name of ['root.key', 'minicom.sqlite']) {
      await chmod(join(dataDir, name), 0o644);
      expect(await run(['doctor'], { PORT: server.port })).toMatchObject({ code: 1, stdout: expect.stringContaining(`chmod 600 ${join(dataDir, name)}`) });
      await chmod(join(dataDir, name), 0o600);
    }
    const found = async (env: Record<string, string>): Promise<unknown> => {
      const { stdout, code } = await run(['doctor'], { PORT: server.port, ...env });
      return [code, stdout.match(/^MEND.*$/gm)];
    };
    expect(await found({ PUBLIC_URL: 'http://chat.example.com' })).toEqual([1, ['MEND  people come to http://chat.example.com']]);
    expect(await found({ RATE_LIMITS: 'off' })).toEqual([1, ['MEND  rate limits off']]);
    const refused = await run(['doctor'], { PORT: server.port, PUBLIC_URL: 'http://chat.example.com', RATE_LIMITS: 'off' });
    expect(refused).toMatchObject({ stdout: '', stderr: expect.stringContaining('RATE_LIMITS: off is for load tests') });
    expect(refused.code).not.toBe(0);
  });
});

describe('what is asked wrongly', () => {
  it('gets the usage on stderr and 2', async () => {
    for (const args of [[], ['strat'], ['identity'], ['agent', 'list']]) {
      expect(await run(args), args.join(' ')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Usage:') });
    }
    expect((await run(['help'])).code).toBe(0);
  });

  it('R15: is refused before anything is made: every wrong setting is named', async () => {
    const place = join(dataDir, 'not made');
    const { code, stderr } = await run(['demo'], { DATA_DIR: place, HOST: '0.0.0.0', NODE_ENV: 'production', BOT: 'maybe' });
    expect(code).toBe(1);
    for (const name of ['HOST', 'NODE_ENV', 'BOT']) expect(stderr).toMatch(new RegExp(`^ {2}- ${name}: `, 'm'));
    await expect(stat(place)).rejects.toThrow('ENOENT');
  });

  it('R81: a second server on the same data says who has it', async () => {
    const first = await serve('start');
    expect(await run(['start'])).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/process \d+/) });
    expect((await first.stop()).code).toBe(0);
  });
});

describe('a port that is taken', () => {
  async function takePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    onTestFinished(() => void server.close());
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  }

  it('is passed over by the demo, which says so', async () => {
    const taken = await takePort();
    const demo = await serve('demo', { PORT: `${taken}` });
    expect(Number(demo.port)).toBeGreaterThan(taken);
    expect(demo.stdout()).toContain(`Port ${taken} is taken`);
    expect((await http(demo, 'GET', '/chat/alice')).status).toBe(200);
    expect((await demo.stop()).code).toBe(0);
  });

  it('is refused by start, which names it', async () => {
    const taken = await takePort();
    expect(await run(['start'], { PORT: `${taken}` })).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(`${taken}`) });
  });
});
