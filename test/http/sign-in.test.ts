import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { useApp } from '../_util/app.ts';
import { exchange, greet, post } from '../_util/wire.ts';

/** Production behind TLS: people come by one name, and the first admin by one link. */
const PUBLIC_URL = 'https://chat.example.com';
const port = await freePort();
const app = useApp({ mode: 'production', env: { PUBLIC_URL, PORT: String(port), RATE_LIMITS: 'on' } });
const local = `http://127.0.0.1:${port}`;
const FROM_OURS = { host: 'chat.example.com', origin: PUBLIC_URL };

const WHO = '{ viewer { __typename ... on Agent { name role } } }';
const RESULT = '{ __typename ... on SignInPayload { agent { name role } } ... on InvalidInputError { field reason } }';
const JOIN = `mutation Join($input: AcceptInviteInput!) { acceptInvite(input: $input) ${RESULT} }`;
const SIGN_IN = `mutation In($input: SignInInput!) { signIn(input: $input) ${RESULT} }`;
const ANA_SIGN_IN = { email: 'ANA@example.com', password: 'correct horse battery' };
const ANA = { name: 'Ana', email: 'ana@example.com', password: 'correct horse battery' };

const call = (query: string, input: object, headers = {}) => post(local, { query, variables: { input } }, { ...FROM_OURS, ...headers });
const cookieOf = ({ headers }: Awaited<ReturnType<typeof call>>): string => headers['set-cookie']?.[0]?.split(';')[0] ?? '';

describe('the first admin', () => {
  it('R14 comes by a link that works once; a failed try does not use it up, and there is no other way in', async () => {
    expect(app.setupLink).toMatch(/^https:\/\/chat\.example\.com\/join#invite=\S{40,}$/);
    const token = app.setupLink?.split('#invite=')[1];
    for (const password of ['admin', 'password', '']) {
      const reply = await call(SIGN_IN, { email: 'admin', password });
      expect(reply.body).toContain('InvalidInputError');
      expect(reply.headers['set-cookie']).toBeUndefined();
    }
    expect((await call(JOIN, { ...ANA, token, password: 'short' })).body).toContain('"field":"password"');
    const joined = await call(JOIN, { ...ANA, token });
    expect(JSON.parse(joined.body)).toMatchObject({ data: { acceptInvite: { agent: { name: 'Ana', role: 'ADMIN' } } } });
    expect((await call(WHO, {}, { cookie: cookieOf(joined) })).body).toContain('"role":"ADMIN"');
    const again = await call(JOIN, { ...ANA, email: 'other@example.com', token });
    expect(JSON.parse(again.body)).toMatchObject({ data: { acceptInvite: { __typename: 'InvalidInputError', field: 'token' } } });
    expect(again.headers['set-cookie']).toBeUndefined();
  });

  it('R61 R53 gets a __Host- cookie behind TLS, a fresh one at each sign-in, whatever was planted before', async () => {
    const planted = '__Host-minicom_agent=minicom_planted';
    const [one, two] = [await call(SIGN_IN, ANA_SIGN_IN, { cookie: planted }), await call(SIGN_IN, ANA_SIGN_IN, { cookie: planted })];
    const cookie = /^__Host-minicom_agent=\S{40,}; Expires=.+GMT; Path=\/; HttpOnly; SameSite=Lax; Secure$/;
    expect(one.headers['set-cookie']).toEqual([expect.stringMatching(cookie)]);
    expect(JSON.parse(one.body)).toMatchObject({ data: { signIn: { agent: { name: 'Ana', role: 'ADMIN' } } } });
    expect(new Set([planted, cookieOf(one), cookieOf(two)]).size).toBe(3);
    // Without the prefix a neighbour under the same domain could have planted it.
    expect(JSON.parse((await call(WHO, {}, { cookie: cookieOf(one).replace('__Host-', '') })).body)).toEqual({ data: { viewer: null } });
  });

  it('learns from a wrong password what from an unknown address: nothing', async () => {
    const [wrong, unknown] = [await call(SIGN_IN, { ...ANA_SIGN_IN, password: 'x' }), await call(SIGN_IN, { ...ANA_SIGN_IN, email: 'nobody@example.com' })];
    expect(wrong.body).toBe(unknown.body);
    expect(JSON.parse(wrong.body)).toMatchObject({ data: { signIn: { __typename: 'InvalidInputError', field: 'password' } } });
    expect(wrong.headers['set-cookie']).toBeUndefined();
  });

  it('R53 is signed in or out, and joins, from no page of another site', async () => {
    const cookie = cookieOf(await call(SIGN_IN, ANA_SIGN_IN));
    for (const [query, input] of [[SIGN_IN, ANA_SIGN_IN], [JOIN, { ...ANA, token: 'x' }], ['mutation { signOut }', {}]] as const) {
      const reply = await call(query, input, { origin: 'https://evil.example', cookie });
      expect(reply.status, query).toBe(403);
      expect(reply.headers['set-cookie']).toBeUndefined();
    }
    expect((await call(WHO, {}, { cookie })).body).toContain('"name":"Ana"');
  });
});

describe('an address behind TLS', () => {
  it('R61 demands TLS of browsers from then on, with every answer', async () => {
    for (const path of ['/', '/health', '/nothing']) {
      const { headers } = await exchange(local, { method: 'GET', path, headers: { host: 'chat.example.com' } });
      expect(headers['strict-transport-security']).toBe('max-age=31536000');
    }
  });

  it('R51 is the only one whose pages may use a cookie', async () => {
    const cookie = cookieOf(await call(SIGN_IN, ANA_SIGN_IN));
    await greet(local, { headers: { ...FROM_OURS, cookie } });
    for (const origin of ['http://chat.example.com', 'https://chat.example.com:8443', 'https://www.chat.example.com', 'https://example.com']) {
      await expect(greet(local, { headers: { ...FROM_OURS, origin, cookie } })).rejects.toThrow('403');
    }
  });
});

/** The server's own name says nothing of its port here, so the port has to be known before. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return free;
}
