import { describe, expect, it } from 'vitest';
import { createPasswords } from '../../server/auth/passwords.ts';
import { hashSecret } from '../../server/auth/secrets.ts';
import { createSessions } from '../../server/auth/sessions.ts';
import { ITSELF } from '../../server/domain/audit.ts';
import { InvalidInputError, UnavailableError } from '../../server/domain/errors.ts';
import type { People } from '../../server/domain/ports/people.ts';
import { DAY, HOUR, MINUTE, openAuth, PASSWORD, signedInAgent, type TestAuth } from './open-auth.ts';

/** Puts a text of the customer into the conversation, without the verbs. */
async function say({ store }: TestAuth, customerId: string, text: string): Promise<void> {
  await store.log.change({ customerId }, () => ({
    steps: [{ type: 'append', message: { kind: 'text', audience: 'everyone', sender: { kind: 'customer', id: customerId }, text } }],
  }));
}

async function texts({ store }: TestAuth, customerId: string): Promise<readonly string[]> {
  const conversation = await store.log.find(customerId);
  const page = await store.log.messages(conversation!, { audiences: ['everyone'], direction: 'forward', limit: 100, from: null });
  return page.items.map(({ node }) => node).filter((message) => message.kind === 'text').map((message) => message.text);
}

async function identified(auth: TestAuth, customerId: string, visitorToken?: string) {
  return auth.sessions.startCustomer({ identityToken: await auth.identity.sign(customerId), visitorToken });
}

describe('customer sessions', () => {
  it('begin anonymously, with an id that nobody chose and a conversation', async () => {
    const auth = await openAuth();
    const { token, customer, expiresAt } = await auth.sessions.startVisitor();
    expect(token).toMatch(/^mcs_[\w-]{43}$/);
    expect(customer).toMatchObject({ id: expect.stringMatching(/^visitor_[\w-]{22}$/), verified: false });
    expect(expiresAt.getTime()).toBe(auth.clock.now() + 180 * DAY);
    expect(await auth.sessions.viewerOf(token)).toEqual({ kind: 'customer', id: customer.id, session: { hash: hashSecret(token), expiresAt } });
    expect(await auth.store.log.find(customer.id)).toMatchObject({ handler: 'bot' });
  });

  it('wait for a person where there is no bot', async () => {
    const auth = await openAuth({ hasBot: false });
    const { customer } = await auth.sessions.startVisitor();
    const { customer: alice } = await identified(auth, 'alice');
    expect(await auth.store.log.find(customer.id)).toMatchObject({ handler: 'queue' });
    expect(await auth.store.log.find(alice.id)).toMatchObject({ handler: 'queue' });
  });

  it('begin with an identity token, a fresh secret each time', async () => {
    const auth = await openAuth();
    const first = await identified(auth, 'alice');
    const second = await identified(auth, 'alice');
    expect(first.customer).toMatchObject({ id: 'alice', verified: true });
    expect(first.expiresAt.getTime()).toBe(auth.clock.now() + DAY);
    expect(second.token).not.toBe(first.token);
    expect(await auth.sessions.viewerOf(first.token)).toMatchObject({ id: 'alice' });
    expect(await auth.sessions.viewerOf(second.token)).toMatchObject({ id: 'alice' });
    await expect(auth.sessions.startCustomer({ identityToken: 'alice' })).rejects.toMatchObject({ field: 'identityToken' });
  });

  it('R10: a visitor who identifies keeps what was said, and the visitor’s session ends', async () => {
    const auth = await openAuth();
    const visitor = await auth.sessions.startVisitor();
    await say(auth, visitor.customer.id, 'Before I signed in');
    const { rung } = await identified(auth, 'alice', visitor.token);
    expect(await texts(auth, 'alice')).toEqual(['Before I signed in']);
    expect(rung).toContain('alice');
    expect(await auth.sessions.viewerOf(visitor.token)).toBeNull();
  });

  it('R10: another device’s visitor stays apart, whatever name and address both claim', async () => {
    const auth = await openAuth();
    const here = await auth.sessions.startVisitor();
    const there = await auth.sessions.startVisitor();
    await say(auth, here.customer.id, 'from here');
    await say(auth, there.customer.id, 'from there');
    await identified(auth, 'alice', here.token);
    await identified(auth, 'alice');
    expect(await texts(auth, 'alice')).toEqual(['from here']);
    expect(await texts(auth, there.customer.id)).toEqual(['from there']);
    expect(await auth.sessions.viewerOf(there.token)).toMatchObject({ id: there.customer.id });
  });

  it('R10: what is no live visitor’s session hands nothing over, and does not stand in the way', async () => {
    const auth = await openAuth();
    const bob = await identified(auth, 'bob');
    await say(auth, 'bob', 'I am Bob');
    const agent = await signedInAgent(auth);
    const ended = await auth.sessions.startVisitor();
    await say(auth, ended.customer.id, 'I left');
    await auth.sessions.signOut(await auth.sessions.viewerOf(ended.token));
    for (const token of [bob.token, agent.secret, ended.token, ended.customer.id, 'garbage', '']) await identified(auth, 'alice', token);
    expect(await texts(auth, 'alice')).toEqual([]);
    expect(await texts(auth, 'bob')).toEqual(['I am Bob']);
    expect(await texts(auth, ended.customer.id)).toEqual(['I left']);
    expect(await auth.sessions.viewerOf(bob.token)).toMatchObject({ id: 'bob' });
  });

  it('R10: a bad identity token ends no visitor’s session', async () => {
    const auth = await openAuth();
    const visitor = await auth.sessions.startVisitor();
    await expect(auth.sessions.startCustomer({ identityToken: 'x', visitorToken: visitor.token })).rejects.toBeInstanceOf(InvalidInputError);
    expect(await auth.sessions.viewerOf(visitor.token)).not.toBeNull();
  });
});

describe('a session', () => {
  it('lives on while it is used: identified 24 h after the last time', async () => {
    const auth = await openAuth();
    const { token } = await identified(auth, 'alice');
    for (let day = 0; day < 3; day += 1) {
      auth.clock.advance(DAY - 1);
      expect(await auth.sessions.viewerOf(token)).toMatchObject({ session: { expiresAt: new Date(auth.clock.now() + DAY) } });
    }
    auth.clock.advance(DAY);
    expect(await auth.sessions.viewerOf(token)).toBeNull();
  });

  it('is written to only when a 24th of its lifetime has gone by', async () => {
    const auth = await openAuth();
    const { token, expiresAt } = await identified(auth, 'alice');
    auth.clock.advance(HOUR);
    expect(await auth.sessions.viewerOf(token)).toMatchObject({ session: { expiresAt } });
    auth.clock.advance(1);
    expect(await auth.sessions.viewerOf(token)).toMatchObject({ session: { expiresAt: new Date(expiresAt.getTime() + HOUR + 1) } });
  });

  it('stays known while nothing can be written, until it would have ended', async () => {
    const auth = await openAuth();
    const { token, expiresAt } = await identified(auth, 'alice');
    const people: People = { ...auth.store.people, touch: async () => { throw new UnavailableError('STORAGE_FULL', 1_000); } };
    const { identity, secondFactor } = auth;
    const sessions = createSessions({ people, clock: auth.clock, hasBot: true, identity, secondFactor, passwords: createPasswords() });
    auth.clock.advance(DAY - 1);
    expect(await sessions.viewerOf(token)).toMatchObject({ session: { expiresAt } });
    auth.clock.advance(1);
    expect(await sessions.viewerOf(token)).toBeNull();
  });

  it('of a visitor lives for 180 days after the last time', async () => {
    const auth = await openAuth();
    const { token } = await auth.sessions.startVisitor();
    auth.clock.advance(179 * DAY);
    expect(await auth.sessions.viewerOf(token)).not.toBeNull();
    auth.clock.advance(180 * DAY);
    expect(await auth.sessions.viewerOf(token)).toBeNull();
  });

  it('of an agent ends after 12 h without use', async () => {
    const auth = await openAuth();
    const { secret } = await signedInAgent(auth);
    auth.clock.advance(12 * HOUR - 1);
    expect(await auth.sessions.viewerOf(secret)).not.toBeNull();
    auth.clock.advance(12 * HOUR);
    expect(await auth.sessions.viewerOf(secret)).toBeNull();
  });

  it('of an agent ends after 7 days, however much it is used', async () => {
    const auth = await openAuth();
    const { secret, endsAt } = await signedInAgent(auth);
    expect(endsAt.getTime()).toBe(auth.clock.now() + 7 * DAY);
    while (auth.clock.now() + 6 * HOUR < endsAt.getTime()) {
      auth.clock.advance(6 * HOUR);
      expect(await auth.sessions.viewerOf(secret)).not.toBeNull();
    }
    expect(await auth.sessions.viewerOf(secret)).toMatchObject({ session: { expiresAt: endsAt } });
    auth.clock.advance(6 * HOUR);
    expect(await auth.sessions.viewerOf(secret)).toBeNull();
  });

  it('of an integrator ends when it was meant to', async () => {
    const auth = await openAuth();
    const secret = `mct_${'x'.repeat(43)}`;
    const expiresAt = new Date(auth.clock.now() + DAY);
    const { id } = await auth.store.people.createToken(ITSELF, { hash: hashSecret(secret), name: 'shop', scopes: ['notes'], expiresAt });
    auth.clock.advance(DAY - 1);
    const viewer = await auth.sessions.viewerOf(secret);
    expect(viewer).toEqual({ kind: 'token', id, scopes: ['notes'], session: { hash: hashSecret(secret), expiresAt } });
    expect(await auth.sessions.signOut(viewer)).toBe(false);
    auth.clock.advance(1);
    expect(await auth.sessions.viewerOf(secret)).toBeNull();
  });

  it('R11: ends at once when its owner signs out; others of the same person live on', async () => {
    const auth = await openAuth();
    const first = await identified(auth, 'alice');
    const second = await identified(auth, 'alice');
    const viewer = await auth.sessions.viewerOf(first.token);
    expect(await auth.sessions.signOut(viewer)).toBe(true);
    expect(await auth.sessions.signOut(viewer)).toBe(false);
    expect(await auth.sessions.signOut(null)).toBe(false);
    expect(await auth.sessions.viewerOf(first.token)).toBeNull();
    expect(await auth.sessions.renew(viewer!)).toBeNull();
    expect(await auth.sessions.viewerOf(second.token)).toMatchObject({ id: 'alice' });
  });

  it('is used by what is asked on an open connection, too', async () => {
    const auth = await openAuth();
    const { token } = await identified(auth, 'alice');
    const viewer = await auth.sessions.viewerOf(token);
    auth.clock.advance(2 * HOUR);
    expect(await auth.sessions.renew(viewer!)).toEqual({ ...viewer, session: { ...viewer!.session, expiresAt: new Date(auth.clock.now() + DAY) } });
  });

  it.each([
    'garbage', '', 'alice', 'mcs_', `mcs_${'x'.repeat(43)}`, `mcs_${'x'.repeat(100_000)}`, `mci_${'x'.repeat(43)}`,
  ])('is nobody’s with a secret that was never told (%#)', async (secret) => {
    const { sessions } = await openAuth();
    expect(await sessions.viewerOf(secret)).toBeNull();
  });

  it('R16: is not opened by its hash', async () => {
    const { sessions } = await openAuth();
    const { token } = await sessions.startVisitor();
    expect(await sessions.viewerOf(hashSecret(token))).toBeNull();
    expect(await sessions.viewerOf(`mcs_${hashSecret(token)}`)).toBeNull();
  });
});

describe('signing in', () => {
  it('takes the address in any case, and gives a fresh secret each time', async () => {
    const auth = await openAuth();
    const joined = await signedInAgent(auth);
    const first = await auth.sessions.signIn({ email: ' ANA@example.com ', password: PASSWORD });
    const second = await auth.sessions.signIn({ email: 'ana@example.com', password: PASSWORD });
    expect(first).toMatchObject({ agent: { id: joined.agent.id, name: 'Ana', role: 'agent' }, secret: expect.stringMatching(/^mca_[\w-]{43}$/) });
    expect(new Set([joined.secret, first.secret, second.secret]).size).toBe(3);
    expect(await auth.sessions.viewerOf(second.secret)).toMatchObject({ kind: 'agent', id: joined.agent.id, role: 'agent' });
  });

  it('R13: answers alike to a wrong password and an unknown address', async () => {
    const auth = await openAuth();
    await signedInAgent(auth);
    const wrong = auth.sessions.signIn({ email: 'ana@example.com', password: 'a wrong password' });
    const unknown = auth.sessions.signIn({ email: 'eve@example.com', password: PASSWORD });
    const [first, second] = await Promise.allSettled([wrong, unknown]);
    expect(first).toEqual({ status: 'rejected', reason: new InvalidInputError('password', 'Email and password do not match.') });
    expect(second).toEqual(first);
  });
});

describe('invites', () => {
  const given = { name: 'Ana', email: 'ana@example.com', password: PASSWORD };

  it('R14: make one agent, once', async () => {
    const { links, sessions, store } = await openAuth();
    const { token } = await links.createInvite(ITSELF, 'admin');
    expect(token).toMatch(/^mci_[\w-]{43}$/);
    const { agent, secret } = await sessions.acceptInvite({ ...given, token, name: ' Ana ' });
    expect(agent).toMatchObject({ name: 'Ana', email: 'ana@example.com', role: 'admin' });
    expect(await sessions.viewerOf(secret)).toMatchObject({ kind: 'agent', id: agent.id, role: 'admin' });
    await expect(sessions.acceptInvite({ ...given, token, email: 'eve@example.com' })).rejects.toMatchObject({ field: 'token' });
    expect(await store.people.agents()).toHaveLength(1);
  });

  it('R14: used twice at once, make one agent', async () => {
    const { links, sessions, store } = await openAuth();
    const { token } = await links.createInvite(ITSELF, 'admin');
    const answers = await Promise.allSettled(['a@example.com', 'b@example.com'].map((email) => sessions.acceptInvite({ ...given, token, email })));
    expect(answers.map((answer) => answer.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await store.people.agents()).toHaveLength(1);
  });

  it('R14: expire after an hour', async () => {
    const { links, sessions, clock, store } = await openAuth();
    const { token } = await links.createInvite(ITSELF, 'admin');
    const { token: longer } = await links.createInvite(ITSELF, 'agent', DAY);
    clock.advance(HOUR + MINUTE);
    await expect(sessions.acceptInvite({ ...given, token })).rejects.toMatchObject({ field: 'token' });
    expect(await store.people.agents()).toEqual([]);
    expect((await sessions.acceptInvite({ ...given, token: longer })).agent).toMatchObject({ role: 'agent' });
  });

  it('are not used up by an answer that does not fit', async () => {
    const { links, sessions } = await openAuth();
    const { token } = await links.createInvite(ITSELF, 'agent');
    const misfits = {
      name: ['', '  ', 'x'.repeat(81), 'a\u0000b'],
      email: ['', 'ana', '@example.com', 'ana@', 'a b@example.com', `${'x'.repeat(250)}@example.com`],
      password: ['', 'too short', 'x'.repeat(257)],
      token: ['', 'garbage', `mci_${'x'.repeat(43)}`],
    };
    for (const [field, values] of Object.entries(misfits)) {
      for (const value of values) {
        await expect(sessions.acceptInvite({ ...given, token, [field]: value }), `${field} ${value}`).rejects.toMatchObject({ field });
      }
    }
    expect((await sessions.acceptInvite({ ...given, token })).agent.name).toBe('Ana');
  });

  it('are refused for an address that an agent has, and can be used with another', async () => {
    const auth = await openAuth();
    await signedInAgent(auth);
    const { token } = await auth.links.createInvite(ITSELF, 'agent');
    await expect(auth.sessions.acceptInvite({ ...given, token, email: 'ANA@example.com' })).rejects.toMatchObject({ field: 'email' });
    expect((await auth.sessions.acceptInvite({ ...given, token, email: 'ana2@example.com' })).agent.email).toBe('ana2@example.com');
  });
});
