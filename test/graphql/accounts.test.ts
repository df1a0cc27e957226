import { SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { codeAt } from '../../server/auth/totp.ts';
import { bytesOf } from '../auth/base32.ts';
import { useApp } from '../_util/app.ts';
import type { Answer, Door } from '../_util/graphql-client.ts';
import { http, httpCall } from '../_util/graphql-client.ts';
import { dataOf } from '../_util/minicom.ts';
import { within } from '../_util/wait.ts';
import { greet, post } from '../_util/wire.ts';

/** Accounts, tokens and keys as the settings pages use them, on a fresh production server. */
const app = useApp({ mode: 'production', env: { RATE_LIMITS: 'off' } });
const PASSWORD = 'correct horse battery';

let ada: Door;
beforeAll(async () => { ada = await join(app.setupLink ?? '', 'Ada'); });

const door = (cookie: string): Door => ({ url: app.url, cookie });
const ours = ({ cookie = '' }: Door): Record<string, string> => ({ cookie, origin: app.url });

interface SignIn { readonly signIn?: object; readonly acceptInvite?: object }
async function enter(query: string, input: object): Promise<{ readonly answer: SignIn; readonly cookie: string }> {
  const reply = await http({ url: app.url }, 'POST', '/graphql', JSON.stringify({ query, variables: { input } }));
  const { data } = JSON.parse(reply.body) as Answer<SignIn>;
  return { answer: data ?? {}, cookie: reply.headers['set-cookie']?.[0]?.split(';')[0] ?? '' };
}

async function join(link: string, name: string): Promise<Door> {
  const query = 'mutation Join($input: AcceptInviteInput!) { acceptInvite(input: $input) { __typename ... on Error { reason } } }';
  const { answer, cookie } = await enter(query, { token: link.split('#invite=')[1], name, email: `${name.toLowerCase()}@example.com`, password: PASSWORD });
  expect(answer).toEqual({ acceptInvite: { __typename: 'SignInPayload' } });
  return door(cookie);
}

const signIn = (name: string, more: object = {}) => enter(
  'mutation In($input: SignInInput!) { signIn(input: $input) { __typename ... on InvalidInputError { field } } }',
  { email: `${name.toLowerCase()}@example.com`, password: PASSWORD, ...more },
);

/** One mutation with everything that a result may hold. */
async function perform<Data = Record<string, unknown>>(as: Door, name: string, input: object, fields: string): Promise<Data> {
  const query = `mutation Do($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { outcome: ${name}(input: $input) { __typename ${fields} ... on InvalidInputError { field } } }`;
  return dataOf(await httpCall(as)<{ outcome: Data }>(query, { input })).outcome;
}

async function ask<Data>(as: Door, query: string, variables?: object): Promise<Data> {
  return dataOf(await httpCall(as)<Data>(query, variables));
}

async function hire(name: string, role = 'AGENT'): Promise<Door & { readonly id: string }> {
  const { link } = await perform<{ link: string }>(ada, 'inviteAgent', { role }, '... on LinkPayload { link expiresAt }');
  expect(link).toMatch(new RegExp(`^${app.url}/join#invite=mci_`));
  const joined = await join(link, name);
  const { viewer } = await ask<{ viewer: { id: string } }>(joined, '{ viewer { ... on Agent { id } } }');
  return { ...joined, id: viewer.id };
}

const codesOf = async (as: Door, query: string): Promise<(string | undefined)[]> => (
  ((await httpCall(as)(query)).errors ?? []).map(({ extensions }) => extensions?.code)
);

describe('the team', () => {
  it('R14: admins see who was invited and has not come yet, without the link, and take it back', async () => {
    const { link } = await perform<{ link: string }>(ada, 'inviteAgent', { role: 'ADMIN' }, '... on LinkPayload { link }');
    const PENDING = '{ pendingInvites { id role createdBy { name } expiresAt } }';
    const { pendingInvites: [pending, ...others] } = await ask<{ pendingInvites: { id: string }[] }>(ada, PENDING);
    expect(pending).toEqual({ id: expect.stringMatching(/^[\da-f]{24}$/), role: 'ADMIN', createdBy: { name: 'Ada' }, expiresAt: expect.any(String) });
    expect(others).toEqual([]);
    const revoke = (inviteId = ''): Promise<unknown> => ask(ada, 'mutation Back($input: RevokeInviteInput!) { revokeInvite(input: $input) }', { input: { inviteId } });
    expect(await revoke('nothing')).toEqual({ revokeInvite: false });
    expect(await revoke(pending?.id)).toEqual({ revokeInvite: true });
    expect(await revoke(pending?.id)).toEqual({ revokeInvite: false });
    expect(await ask(ada, PENDING)).toEqual({ pendingInvites: [] });
    const { answer } = await enter('mutation Join($input: AcceptInviteInput!) { acceptInvite(input: $input) { __typename } }', {
      token: link.split('#invite=')[1], name: 'Eve', email: 'eve@example.com', password: PASSWORD,
    });
    expect(answer).toEqual({ acceptInvite: { __typename: 'InvalidInputError' } });
    const { auditLog } = await ask<{ auditLog: { nodes: object[] } }>(ada, '{ auditLog(first: 1, action: "agent.invite_revoked") { nodes { actor { name } } } }');
    expect(auditLog.nodes).toEqual([{ actor: { name: 'Ada' } }]);
  });

  it('R11 R53: an agent who is deactivated is out at once: HTTP, sockets within 5 seconds, signing in; and back when reactivated', async () => {
    const ben = await hire('Ben');
    const socket = await greet(app.url, { headers: ours(ben) });
    const outcome = await perform(ada, 'deactivateAgent', { agentId: ben.id }, '... on AgentPayload { agent { name active email } }');
    expect(outcome).toEqual({ __typename: 'AgentPayload', agent: { name: 'Ben', active: false, email: 'ben@example.com' } });
    expect(await within('the socket to close', socket.closed, 5_000)).toMatchObject({ code: 4403 });
    expect(await ask(ben, '{ viewer { __typename } }')).toEqual({ viewer: null });
    expect((await signIn('Ben')).answer).toEqual({ signIn: { __typename: 'InvalidInputError', field: 'password' } });
    const names = async (all: boolean) => (await ask<{ agents: { name: string }[] }>(ada, 'query Q($all: Boolean!) { agents(all: $all) { name } }', { all })).agents.map(({ name }) => name);
    expect([(await names(false)).includes('Ben'), (await names(true)).includes('Ben')]).toEqual([false, true]);

    await perform(ada, 'reactivateAgent', { agentId: ben.id }, '... on AgentPayload { agent { active } }');
    expect((await signIn('Ben')).answer).toEqual({ signIn: { __typename: 'SignInPayload' } });
  });

  it('R11: signs out who loses rights, and leaves at least one admin', async () => {
    const cay = await hire('Cay', 'ADMIN');
    const socket = await greet(app.url, { headers: ours(cay) });
    await perform(ada, 'setAgentRole', { agentId: cay.id, role: 'VIEWER' }, '... on AgentPayload { agent { role } }');
    expect(await within('the socket to close', socket.closed, 5_000)).toMatchObject({ code: 4403 });
    expect(await codesOf(cay, '{ apiTokens { id } }')).toEqual(['UNAUTHENTICATED']);
    const again = door((await signIn('Cay')).cookie);
    expect(await codesOf(again, '{ apiTokens { id } }')).toEqual(['FORBIDDEN']);
    expect(await perform(ada, 'setAgentRole', { agentId: cay.id, role: 'ADMIN' }, '... on AgentPayload { agent { role } }')).toMatchObject({ agent: { role: 'ADMIN' } });
    expect(await ask(again, '{ apiTokens { id } }')).toEqual({ apiTokens: [] });
    await perform(ada, 'setAgentRole', { agentId: cay.id, role: 'AGENT' }, '');
    const last = await ask<{ viewer: { id: string } }>(ada, '{ viewer { ... on Agent { id } } }');
    expect(await perform(ada, 'setAgentRole', { agentId: last.viewer.id, role: 'AGENT' }, '')).toEqual({ __typename: 'InvalidInputError', field: 'agentId' });
  });

  it('chooses a new password by an admin’s link, which signs nobody in', async () => {
    const dot = await hire('Dot');
    const { link } = await perform<{ link: string }>(ada, 'createPasswordLink', { agentId: dot.id }, '... on LinkPayload { link }');
    const reset = { token: link.split('#password=')[1], password: 'a new horse battery' };
    const reply = await post(app.url, { query: 'mutation R($input: ResetPasswordInput!) { resetPassword(input: $input) { __typename } }', variables: { input: reset } });
    expect(JSON.parse(reply.body)).toEqual({ data: { resetPassword: { __typename: 'ResetPasswordPayload' } } });
    expect(reply.headers['set-cookie']).toBeUndefined();
    expect(await ask(dot, '{ viewer { __typename } }')).toEqual({ viewer: null });
    expect((await signIn('Dot')).answer).toMatchObject({ signIn: { field: 'password' } });
    expect((await signIn('Dot', { password: reset.password })).answer).toEqual({ signIn: { __typename: 'SignInPayload' } });
  });

  it('R1: is managed by admins alone, and an account by its owner', async () => {
    const eve = await hire('Eve');
    const admins = ['{ apiTokens { id } }', '{ identityKeys { kid } }', '{ auditLog { nodes { id } } }', '{ agents(all: true) { id } }',
      'mutation { inviteAgent(input: { role: ADMIN }) { __typename } }', `mutation { setAgentRole(input: { agentId: "${eve.id}", role: ADMIN }) { __typename } }`,
      `mutation { deactivateAgent(input: { agentId: "${eve.id}" }) { __typename } }`, 'mutation { createApiToken(input: { name: "x", scopes: ["admin"] }) { __typename } }',
      'mutation { revokeApiToken(input: { tokenId: "x" }) { __typename } }', 'mutation { addIdentityKey(input: {}) { __typename } }',
      'mutation { retireIdentityKey(input: { kid: "x" }) { __typename } }', `mutation { resetSecondFactor(input: { agentId: "${eve.id}" }) { __typename } }`,
      `mutation { createPasswordLink(input: { agentId: "${eve.id}" }) { __typename } }`];
    const own = ['{ mySessions { id } }', '{ identityAudience }', '{ checkIdentityToken(token: "x") { valid } }',
      'mutation { changePassword(input: { password: "x", newPassword: "x" }) { __typename } }', 'mutation { enrolSecondFactor(input: { password: "x" }) { __typename } }'];
    for (const query of admins) expect(await codesOf(eve, query), query).toEqual(['FORBIDDEN']);
    for (const query of [...admins, ...own]) expect(await codesOf({ url: app.url }, query), query).toEqual(['UNAUTHENTICATED']);
    const { agents } = await ask<{ agents: { name: string; email: string | null; hasSecondFactor: boolean | null }[] }>(eve, '{ agents { name email hasSecondFactor } }');
    expect(agents.filter(({ email, hasSecondFactor }) => email !== null || hasSecondFactor !== null)).toEqual([{ name: 'Eve', email: 'eve@example.com', hasSecondFactor: false }]);
  });
});

describe('an account', () => {
  it('turns a second factor on, signs in with it, and off again', async () => {
    const fay = await hire('Fay');
    expect(await perform(fay, 'enrolSecondFactor', { password: 'wrong' }, '')).toEqual({ __typename: 'InvalidInputError', field: 'password' });
    const { secret, uri, enrolment } = await perform<Record<'secret' | 'uri' | 'enrolment', string>>(
      fay, 'enrolSecondFactor', { password: PASSWORD }, '... on EnrolSecondFactorPayload { secret uri enrolment }',
    );
    expect(uri).toContain(`secret=${secret}`);
    // Made once: half a minute may pass between two lines.
    const [now = '', next = ''] = [0, 1].map((steps) => codeAt(bytesOf(secret), Math.floor(Date.now() / 30_000) + steps));
    const { recoveryCodes } = await perform<{ recoveryCodes: string[] }>(fay, 'confirmSecondFactor', { enrolment, code: now }, '... on ConfirmSecondFactorPayload { recoveryCodes }');
    expect(recoveryCodes).toHaveLength(10);
    expect((await signIn('Fay')).answer).toEqual({ signIn: { __typename: 'InvalidInputError', field: 'code' } });
    expect((await signIn('Fay', { password: 'a wrong password', code: next })).answer).toMatchObject({ signIn: { field: 'password' } });
    expect((await signIn('Fay', { code: next })).answer).toEqual({ signIn: { __typename: 'SignInPayload' } });
    expect((await signIn('Fay', { code: next })).answer).toMatchObject({ signIn: { field: 'code' } });
    expect((await signIn('Fay', { code: recoveryCodes[0] })).answer).toEqual({ signIn: { __typename: 'SignInPayload' } });
    expect(await ask(fay, '{ viewer { ... on Agent { hasSecondFactor recoveryCodesLeft } } }')).toEqual({ viewer: { hasSecondFactor: true, recoveryCodesLeft: 9 } });
    const off = await perform(fay, 'disableSecondFactor', { password: PASSWORD, code: recoveryCodes[1] }, '... on AgentPayload { agent { hasSecondFactor } }');
    expect(off).toEqual({ __typename: 'AgentPayload', agent: { hasSecondFactor: false } });
  });

  it('R11: lists its sessions, ends one, and by a new password all others; their sockets close within 5 seconds', async () => {
    const gus = await hire('Gus');
    const [one, two] = [door((await signIn('Gus')).cookie), door((await signIn('Gus')).cookie)];
    const sockets = [await greet(app.url, { headers: ours(one) }), await greet(app.url, { headers: ours(two) })];
    const listed = async () => (await ask<{ mySessions: { id: string; isCurrent: boolean; browser: string }[] }>(gus, '{ mySessions { id browser isCurrent } }')).mySessions;
    expect((await listed()).map(({ isCurrent }) => isCurrent).sort()).toEqual([false, false, true]);
    const { mySessions } = await ask<{ mySessions: { id: string; isCurrent: boolean }[] }>(one, '{ mySessions { id isCurrent } }');
    const revoke = 'mutation R($input: RevokeSessionInput!) { revokeSession(input: $input) }';
    const sessionId = mySessions.find(({ isCurrent }) => isCurrent)?.id;
    expect(await ask(ada, revoke, { input: { sessionId } })).toEqual({ revokeSession: false });
    expect(await ask(gus, revoke, { input: { sessionId } })).toEqual({ revokeSession: true });
    expect(await within('the first socket to close', sockets[0]!.closed, 5_000)).toMatchObject({ code: 4403 });

    const change = { password: PASSWORD, newPassword: 'another horse battery' };
    expect(await perform(gus, 'changePassword', change, '... on AgentPayload { agent { name } }')).toMatchObject({ agent: { name: 'Gus' } });
    expect(await within('the second socket to close', sockets[1]!.closed, 5_000)).toMatchObject({ code: 4403 });
    expect(await listed()).toMatchObject([{ isCurrent: true }]);
    expect(await perform(gus, 'changePassword', change, '')).toEqual({ __typename: 'InvalidInputError', field: 'password' });
  });
});

describe('API tokens', () => {
  it('R11 R17: are made with scopes and an end, seen in use, and revoked: HTTP at once, sockets with 4403', async () => {
    const made = await perform<{ secret: string; token: { id: string } }>(
      ada, 'createApiToken', { name: 'Shop', scopes: ['conversations:read'], days: 1 }, '... on CreateApiTokenPayload { secret token { id name scopes createdBy { name } lastUsedAt } }',
    );
    expect(made).toMatchObject({ secret: expect.stringMatching(/^mct_[\w-]{43}$/), token: { name: 'Shop', scopes: ['conversations:read'], createdBy: { name: 'Ada' }, lastUsedAt: null } });
    const shop: Door = { url: app.url, token: made.secret };
    const socket = await greet(app.url, { payload: { token: made.secret } });
    expect(await ask(shop, '{ viewer { ... on ApiToken { name expiresAt lastUsedAt createdBy { name } } } }')).toMatchObject({
      viewer: { name: 'Shop', expiresAt: expect.any(String), lastUsedAt: expect.any(String), createdBy: { name: 'Ada' } },
    });
    const list = '{ apiTokens { id lastUsedAt } }';
    expect(await ask(ada, list)).toMatchObject({ apiTokens: [{ id: made.token.id, lastUsedAt: expect.any(String) }] });
    const revoke = { tokenId: made.token.id };
    expect(await perform(ada, 'revokeApiToken', revoke, '')).toEqual({ __typename: 'RevokeApiTokenPayload' });
    expect(await perform(ada, 'revokeApiToken', revoke, '')).toEqual({ __typename: 'InvalidInputError', field: 'tokenId' });
    expect(await within('the socket to close', socket.closed, 5_000)).toMatchObject({ code: 4403 });
    expect(await post(app.url, { query: list }, { authorization: `Bearer ${made.secret}` })).toMatchObject({ status: 401 });
    expect(await ask(ada, list)).toEqual({ apiTokens: [] });
  });

  it.each([
    ['name', { name: ' ', scopes: ['notes'] }], ['scopes', { name: 'x', scopes: [] }], ['scopes', { name: 'x', scopes: ['everything'] }],
    ['days', { name: 'x', scopes: ['notes'], days: 366 }], ['days', { name: 'x', scopes: ['notes'], days: 0 }],
  ])('are refused for their %s: %j', async (field, input) => {
    expect(await perform(ada, 'createApiToken', input, '')).toEqual({ __typename: 'InvalidInputError', field });
  });
});

describe('identity keys', () => {
  it('R11: let a site bring its customers in until they are retired; then token and session end', async () => {
    const added = await perform<{ secret: string; audience: string; key: { kid: string } }>(ada, 'addIdentityKey', {}, '... on AddIdentityKeyPayload { secret audience key { kid algorithm } }');
    expect(added).toMatchObject({ secret: expect.stringMatching(/^[\w-]{43}$/), key: { algorithm: 'HS256' } });
    const token = await new SignJWT({ name: 'Alice' }).setProtectedHeader({ alg: 'HS256', kid: added.key.kid })
      .setSubject('alice').setAudience(added.audience).setIssuedAt().setExpirationTime('10m').sign(Buffer.from(added.secret));
    const enterAs = 'mutation E($input: StartCustomerSessionInput!) { startCustomerSession(input: $input) { __typename ... on CustomerSession { token } } }';
    const { startCustomerSession } = await ask<{ startCustomerSession: { token: string } }>({ url: app.url }, enterAs, { input: { identityToken: token } });
    const socket = await greet(app.url, { payload: { token: startCustomerSession.token } });

    const check = 'query C($token: String!) { checkIdentityToken(token: $token) { valid customerId name checks { name passed } } }';
    expect(await ask(ada, check, { token })).toMatchObject({ checkIdentityToken: { valid: true, customerId: 'alice', name: 'Alice' } });
    await perform(ada, 'retireIdentityKey', { kid: added.key.kid }, '');
    expect(await ask(ada, check, { token })).toMatchObject({ checkIdentityToken: { valid: false, customerId: null, checks: [{ name: 'form', passed: true }, { name: 'kid', passed: false }, {}, {}, {}, {}, {}, {}, {}] } });
    expect(await within('the socket to close', socket.closed, 5_000)).toMatchObject({ code: 4403 });
    expect(await ask({ url: app.url }, enterAs, { input: { identityToken: token } })).toEqual({ startCustomerSession: { __typename: 'InvalidInputError' } });
    expect(await ask(ada, '{ identityKeys { kid retiredAt } }')).toEqual({ identityKeys: [{ kid: added.key.kid, retiredAt: expect.any(String) }] });
  });

  it('are two at most', async () => {
    const kids: string[] = [];
    for (let count = 0; count < 2; count += 1) kids.push((await perform<{ key: { kid: string } }>(ada, 'addIdentityKey', {}, '... on AddIdentityKeyPayload { key { kid } }')).key.kid);
    expect(await perform(ada, 'addIdentityKey', {}, '')).toEqual({ __typename: 'InvalidInputError', field: 'publicKey' });
    for (const kid of kids) expect(await perform(ada, 'retireIdentityKey', { kid }, '')).toEqual({ __typename: 'RetireIdentityKeyPayload' });
  });
});

describe('the audit log', () => {
  it('R110 R114: says who did what to whom, by name, without addresses or secrets; and so does the log of the process', async () => {
    const hal = await hire('Hal');
    await perform(ada, 'setAgentRole', { agentId: hal.id, role: 'VIEWER' }, '');
    const query = 'query A($first: Int, $after: Cursor, $action: String) { auditLog(first: $first, after: $after, action: $action) { nodes { action actor { kind name } target { kind name } facts { name value } } pageInfo { hasNextPage endCursor } } }';
    interface Page { auditLog: { nodes: object[]; pageInfo: { hasNextPage: boolean; endCursor: string } } }
    const { auditLog } = await ask<Page>(ada, query, { first: 1, action: 'agent.role_changed' });
    expect(auditLog.nodes).toEqual([{
      action: 'agent.role_changed', actor: { kind: 'AGENT', name: 'Ada' }, target: { kind: 'agent', name: 'Hal' }, facts: [{ name: 'from', value: 'agent' }, { name: 'to', value: 'viewer' }],
    }]);
    const everything: object[] = [];
    for (let after: string | null = null; ;) {
      const { nodes, pageInfo }: Page['auditLog'] = (await ask<Page>(ada, query, { first: 5, after })).auditLog;
      everything.push(...nodes);
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(everything.length).toBeGreaterThan(20);
    for (const text of [JSON.stringify(everything), JSON.stringify(app.logged)]) {
      for (const secret of ['@example.com', PASSWORD, 'mci_', 'mct_', 'mcp_']) expect(text).not.toContain(secret);
    }
  });
});
