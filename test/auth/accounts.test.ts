import { describe, expect, it } from 'vitest';
import type { Self } from '../../server/auth/second-factor.ts';
import { browserOf, keptUserAgent } from '../../server/auth/user-agent.ts';
import { ITSELF } from '../../server/domain/audit.ts';
import type { Agent } from '../../server/domain/types.ts';
import { HOUR, openAuth, PASSWORD, signedInAgent, type TestAuth } from './open-auth.ts';

const NEXT = 'another horse battery';
const self = ({ id, role }: Agent): Self => ({ kind: 'agent', id, role });
const hashOf = async (auth: TestAuth, secret: string): Promise<string> => (await auth.sessions.viewerOf(secret))!.session.hash;

describe('a password', () => {
  it('R11: is changed by who knows it; all other sessions end, and unused links to a new one', async () => {
    const auth = await openAuth();
    const first = await signedInAgent(auth);
    const { agent } = first;
    const second = await auth.sessions.signIn({ email: agent.email, password: PASSWORD });
    const link = await auth.links.createPasswordLink(ITSELF, agent.id);
    const current = await hashOf(auth, second.secret);
    const change = (password: string, newPassword: string) => auth.accounts.changePassword(self(agent), current, { password, newPassword });

    await expect(change('a wrong password', NEXT)).rejects.toMatchObject({ field: 'password' });
    await expect(change(PASSWORD, 'short')).rejects.toMatchObject({ field: 'newPassword' });
    expect(await auth.sessions.viewerOf(first.secret)).not.toBeNull();

    await change(PASSWORD, NEXT);
    expect(await auth.sessions.viewerOf(first.secret)).toBeNull();
    expect(await auth.sessions.viewerOf(second.secret)).not.toBeNull();
    await expect(auth.sessions.signIn({ email: agent.email, password: PASSWORD })).rejects.toMatchObject({ field: 'password' });
    expect(await auth.sessions.signIn({ email: agent.email, password: NEXT })).toMatchObject({ agent: { id: agent.id } });
    await expect(auth.accounts.resetPassword({ token: tokenOf(link.path), password: NEXT })).rejects.toMatchObject({ field: 'token' });
  });

  it('is chosen anew by a link: once, within an hour, ending every session and starting none', async () => {
    const auth = await openAuth();
    const { agent, secret } = await signedInAgent(auth);
    const fresh = async (): Promise<string> => tokenOf((await auth.links.createPasswordLink(ITSELF, agent.id)).path);
    const token = await fresh();
    await expect(auth.accounts.resetPassword({ token, password: 'short' })).rejects.toMatchObject({ field: 'password' });
    const racing = await Promise.allSettled([1, 2].map(() => auth.accounts.resetPassword({ token, password: NEXT })));
    expect(racing.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await auth.sessions.viewerOf(secret)).toBeNull();
    expect(await auth.sessions.signIn({ email: agent.email, password: NEXT })).toMatchObject({ agent: { id: agent.id } });

    const late = await fresh();
    auth.clock.advance(HOUR);
    await expect(auth.accounts.resetPassword({ token: late, password: NEXT })).rejects.toMatchObject({ field: 'token' });
    await expect(auth.links.createPasswordLink(ITSELF, 'nobody')).rejects.toMatchObject({ field: 'agentId' });
  });

  it('R14: has links of its own: an invite sets none, and such a link makes no agent', async () => {
    const auth = await openAuth();
    const { agent } = await signedInAgent(auth);
    const { token: invite } = await auth.links.createInvite(ITSELF, 'admin');
    const link = tokenOf((await auth.links.createPasswordLink(ITSELF, agent.id)).path);
    const asInvite = link.replace('mcp_', 'mci_');
    await expect(auth.accounts.resetPassword({ token: invite, password: NEXT })).rejects.toMatchObject({ field: 'token' });
    for (const token of [link, asInvite]) {
      await expect(auth.sessions.acceptInvite({ token, name: 'Eve', email: 'eve@example.com', password: NEXT })).rejects.toMatchObject({ field: 'token' });
    }
  });

  it('R13: is hashed for nobody who tries links that are none', async () => {
    const { accounts, sessions } = await openAuth();
    const before = process.cpuUsage();
    const unknown = 'x'.repeat(43);
    for (let round = 0; round < 20; round += 1) {
      await expect(sessions.acceptInvite({ token: `mci_${unknown}`, name: 'Eve', email: 'e@example.com', password: NEXT })).rejects.toMatchObject({ field: 'token' });
      await expect(accounts.resetPassword({ token: `mcp_${unknown}`, password: NEXT })).rejects.toMatchObject({ field: 'token' });
    }
    // Forty hashes would take seconds.
    expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
  });
});

describe('own sessions', () => {
  it('are listed by the browser that they are in, without what opens them, and ended one by one', async () => {
    const auth = await openAuth();
    const { agent, secret } = await signedInAgent(auth);
    const signIn = (userAgent: string) => auth.sessions.signIn({ email: agent.email, password: PASSWORD }, userAgent);
    auth.clock.advance(1_000);
    const other = await signIn('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0');
    const current = await hashOf(auth, secret);
    const listed = await auth.accounts.sessions(self(agent), current);
    expect(listed).toMatchObject([{ browser: 'Firefox on Linux', isCurrent: false }, { browser: 'A program', isCurrent: true }]);
    for (const { id } of listed) expect(id).toMatch(/^[0-9a-f]{24}$/);

    const ben = await signedInAgent(auth, 'Ben');
    expect(await auth.accounts.endSession(self(ben.agent), listed[0]!.id)).toBe(false);
    expect(await auth.sessions.viewerOf(other.secret)).not.toBeNull();
    expect(await auth.accounts.endSession(self(agent), listed[0]!.id)).toBe(true);
    expect(await auth.accounts.endSession(self(agent), listed[0]!.id)).toBe(false);
    expect(await auth.sessions.viewerOf(other.secret)).toBeNull();
    expect(await auth.accounts.sessions(self(agent), current)).toMatchObject([{ isCurrent: true }]);
  });

  it.each([
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0', 'Edge on Windows'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15', 'Safari on macOS'],
    ['Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36', 'Chrome on Android'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1', 'Chrome on iPhone'],
    ['curl/8.5.0', 'A program'],
    ['', 'A program'],
  ])('tell a browser by what it calls itself: %s', (header, name) => {
    expect(browserOf(keptUserAgent(header))).toBe(name);
  });
});

describe('what happens', () => {
  it('R114: is in the audit log: who, what, to whom, and nothing that is secret or personal', async () => {
    const auth = await openAuth();
    const ada = (await signedInAgent(auth, 'Ada', 'admin')).agent;
    const { agent: ana } = await signedInAgent(auth);
    await auth.accounts.changePassword(self(ana), '', { password: PASSWORD, newPassword: NEXT });
    await auth.links.createPasswordLink(self(ada), ana.id);
    const { token } = await auth.tokens.create(self(ada), { name: 'Shop', scopes: ['notes', 'messages:write'], days: 7 });
    await auth.tokens.revoke(self(ada), token.id);
    const { key } = await auth.identityKeys.addShared(self(ada));
    await auth.identityKeys.retire(self(ada), key.kid);

    const { items } = await auth.store.audit.page({ action: null, limit: 100, after: null });
    const lines = items.map(({ node: { actor, action, target } }) => [actor.id, action, target?.id ?? null]).reverse();
    expect(lines).toEqual([
      ['minicom', 'agent.invited', null], [ada.id, 'agent.joined', ada.id], [ada.id, 'agent.signed_in', ada.id],
      ['minicom', 'agent.invited', null], [ana.id, 'agent.joined', ana.id], [ana.id, 'agent.signed_in', ana.id],
      [ana.id, 'agent.password_changed', ana.id], [ada.id, 'agent.password_link_made', ana.id],
      [ada.id, 'token.created', token.id], [ada.id, 'token.revoked', token.id],
      [ada.id, 'key.added', key.kid], [ada.id, 'key.retired', key.kid],
    ]);
    expect(items.map(({ node }) => node.detail)).toContainEqual({ scopes: 'messages:write notes', expires: token.expiresAt.toISOString() });
    for (const personal of ['example.com', 'Shop', PASSWORD, NEXT]) expect(JSON.stringify(items)).not.toContain(personal);
  });

  it('R13: tells of a burst of failed sign-ins once an hour, for an account and for all addresses that are nobody’s together', async () => {
    const auth = await openAuth();
    const { agent } = await signedInAgent(auth);
    const throttled = async (): Promise<(string | null)[]> => {
      const { items } = await auth.store.audit.page({ action: 'agent.sign_in_throttled', limit: 100, after: null });
      return items.map(({ node }) => node.target?.id ?? null).reverse();
    };
    const note = (...emails: string[]): void => { for (const email of emails) auth.throttleLog.note(email); };
    note('ANA@example.com', 'ana@example.com', 'eve@example.com', 'mallory@example.com');
    await expect.poll(throttled).toEqual([agent.id, null]);
    auth.clock.advance(HOUR);
    note('ana@example.com');
    await expect.poll(throttled).toEqual([agent.id, null, agent.id]);
  });
});

function tokenOf(path: string): string {
  return path.split('=')[1] ?? '';
}
