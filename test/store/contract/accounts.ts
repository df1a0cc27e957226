import { beforeEach, describe, expect, it } from 'vitest';
import { ITSELF } from '../../../server/domain/audit.ts';
import { BadCursorError, ForbiddenError } from '../../../server/domain/errors.ts';
import type { Actor, Agent, AgentRole } from '../../../server/domain/types.ts';
import type { Open, World } from './world.ts';
import { openWorld, present, session } from './world.ts';

export function describeAccounts(open: Open): void {
  describe('accounts', () => {
    let world: World;
    let ana: Agent;
    beforeEach(async () => {
      world = await openWorld(open);
      ana = await hire('Ana');
    });
    const later = (ms: number): Date => new Date(world.clock.now() + ms);
    const hire = async (name: string, role: AgentRole = 'admin'): Promise<Agent> => {
      await world.people.createInvite(ITSELF, { hash: name, role, expiresAt: later(1) });
      return present(await world.people.acceptInvite(name, { name, email: `${name}@example.com`, passwordHash: 'x' }));
    };
    const by = ({ id, role }: Agent): Actor => ({ kind: 'agent', id, role });
    const newest = async () => present((await world.audit.page({ action: null, limit: 1, after: null })).items[0]).node;

    it('changes an agent by a decision that sees them, all of it or nothing, with its line in the log', async () => {
      const { people } = world;
      await people.startAgentSession(ana.id, session(world.clock, 'kept'), null);
      await people.startAgentSession(ana.id, session(world.clock, 'ended'), null);
      const seen: unknown[] = [];
      const changed = await people.changeAgent(by(ana), ana.id, (now) => {
        seen.push(now);
        return { action: 'agent.password_changed', passwordHash: 'y', endSessions: { butHash: 'kept' }, detail: { why: 'test' } };
      });
      expect(seen[0]).toEqual({ agent: ana, activeAdmins: 1 });
      expect(changed).toEqual(ana);
      expect(await people.secretsOf({ id: ana.id })).toMatchObject({ passwordHash: 'y' });
      expect([await people.credential('kept') !== null, await people.credential('ended')]).toEqual([true, null]);
      expect(await newest()).toMatchObject({ actor: { kind: 'agent', id: ana.id }, action: 'agent.password_changed', target: { kind: 'agent', id: ana.id }, detail: { why: 'test' }, at: later(0) });

      const bob = await hire('Bob', 'agent');
      const before = (await newest()).id;
      expect(await people.changeAgent(by(ana), ana.id, () => null)).toEqual(ana);
      expect(await people.changeAgent(by(ana), 'nobody', () => ({ action: 'agent.deactivated', active: false }))).toBeNull();
      const failing = people.changeAgent(by(ana), ana.id, () => { throw new ForbiddenError(); });
      await expect(failing).rejects.toBeInstanceOf(ForbiddenError);
      const stale = people.changeAgent({ ...by(bob), role: 'admin' } as Actor, ana.id, () => ({ action: 'agent.deactivated', active: false }));
      await expect(stale).rejects.toBeInstanceOf(ForbiddenError);
      expect((await newest()).id).toBe(before);
      expect(await people.agent(ana.id)).toEqual(ana);
    });

    it('uses up a second factor: each step and code once, none after another', async () => {
      const { people } = world;
      const turnOn = { sealedSecret: 's', step: 10, recoveryHashes: ['r1', 'r2'] };
      expect(await people.changeAgent(by(ana), ana.id, () => ({ action: 'agent.second_factor_on', secondFactor: turnOn }))).toMatchObject({ hasSecondFactor: true });
      expect(await people.secretsOf({ id: ana.id })).toMatchObject({ sealedTotpSecret: 's' });
      let count = 0;
      const start = (proof: Parameters<typeof people.startAgentSession>[2]) => people.startAgentSession(ana.id, session(world.clock, `h${count += 1}`), proof);
      for (const proof of [{ totpStep: 10 }, { totpStep: 9 }, { recoveryHash: 'unknown' }]) await expect(start(proof)).rejects.toMatchObject({ field: 'code' });
      expect(await people.sessionsOf(ana.id)).toEqual([]);
      await start({ totpStep: 12 });
      await expect(start({ totpStep: 12 })).rejects.toMatchObject({ field: 'code' });
      await expect(start({ totpStep: 11 })).rejects.toMatchObject({ field: 'code' });
      await start({ recoveryHash: 'r1' });
      await expect(start({ recoveryHash: 'r1' })).rejects.toMatchObject({ field: 'code' });
      expect(await people.recoveryCodesLeft(ana.id)).toBe(1);
      expect(await people.sessionsOf(ana.id)).toHaveLength(2);
      expect(await newest()).toMatchObject({ action: 'agent.signed_in', detail: { code: 'recovery' } });

      const off = { action: 'agent.second_factor_off', secondFactor: null } as const;
      await expect(people.changeAgent(by(ana), ana.id, () => ({ ...off, proof: { totpStep: 12 } }))).rejects.toMatchObject({ field: 'code' });
      expect(await people.changeAgent(by(ana), ana.id, () => ({ ...off, proof: { recoveryHash: 'r2' } }))).toMatchObject({ hasSecondFactor: false });
      expect(await people.recoveryCodesLeft(ana.id)).toBe(0);
      await expect(start({ totpStep: 99 })).rejects.toMatchObject({ field: 'code' });
    });

    it('lists an agent\'s live sessions, the last used first, and ends one of theirs alone', async () => {
      const { people, clock } = world;
      const bob = await hire('Bob');
      await people.startAgentSession(ana.id, { ...session(clock, 'first', 1_000), absoluteExpiresAt: later(1_000), userAgent: 'curl' }, null);
      clock.advance(10);
      await people.startAgentSession(ana.id, { ...session(clock, 'second'), absoluteExpiresAt: later(60_000) }, null);
      expect(await people.sessionsOf(ana.id)).toMatchObject([{ hash: 'second', userAgent: null }, { hash: 'first', userAgent: 'curl', createdAt: later(-10) }]);
      expect(await people.endSession(by(bob), bob.id, 'second')).toBe(false);
      expect(await people.endSession(by(ana), ana.id, 'second')).toBe(true);
      expect(await people.endSession(by(ana), ana.id, 'second')).toBe(false);
      expect(await newest()).toMatchObject({ action: 'agent.session_ended' });
      clock.advance(1_000);
      expect(await people.sessionsOf(ana.id)).toEqual([]);
    });

    it('has two kinds of links, each good once for its own purpose and in time', async () => {
      const { people, clock } = world;
      await people.createInvite(by(ana), { hash: 'invite', role: 'agent', expiresAt: later(1_000) });
      expect(await people.createPasswordLink(by(ana), { hash: 'link', agentId: ana.id, expiresAt: later(1_000) })).toBe(true);
      expect(await people.createPasswordLink(by(ana), { hash: 'none', agentId: 'nobody', expiresAt: later(1_000) })).toBe(false);
      const live = (kind: 'invite' | 'password') => Promise.all(['invite', 'link', 'none'].map((hash) => people.isLiveLink(kind, hash)));
      expect([await live('invite'), await live('password')]).toEqual([[true, false, false], [false, true, false]]);
      expect(await people.acceptInvite('link', { name: 'Eve', email: 'eve@example.com', passwordHash: 'x' })).toBeNull();
      expect(await people.resetPassword('invite', 'x')).toBeNull();

      await people.startAgentSession(ana.id, session(clock, 'h'), null);
      expect(await people.resetPassword('link', 'new')).toEqual(ana);
      expect(await people.resetPassword('link', 'newer')).toBeNull();
      expect(await people.secretsOf({ id: ana.id })).toMatchObject({ passwordHash: 'new' });
      expect(await people.credential('h')).toBeNull();
      clock.advance(1_000);
      expect(await live('invite')).toEqual([false, false, false]);
    });

    it('has two live identity keys at most, and ends with one the sessions that it vouched for', async () => {
      const { people, clock } = world;
      const add = (kid: string) => people.addIdentityKey(ITSELF, { kid, algorithm: 'HS256', sealedSecret: 's' });
      await add('k1');
      await add('k2');
      expect(await add('k3')).toBeNull();
      const start = (id: string, identityKid: string) => people
        .startCustomer({ id, name: null, email: null, handler: 'bot' }, { ...session(clock, id), identityKid }, null);
      await start('alice', 'k1');
      await start('bob', 'k2');
      expect(await people.retireIdentityKey(ITSELF, 'k1')).toBe(true);
      expect(await people.retireIdentityKey(ITSELF, 'k1')).toBe(false);
      expect([await people.credential('alice'), await people.credential('bob') !== null]).toEqual([null, true]);
      expect(await people.revokedSince(later(0))).toEqual(['alice']);
      expect(await newest()).toMatchObject({ action: 'key.retired', target: { kind: 'key', id: 'k1' }, detail: { sessionsEnded: '1' } });
      expect(await add('k3')).toMatchObject({ kid: 'k3', retiredAt: null });
      expect((await people.identityKeys()).map(({ kid, retiredAt }) => [kid, retiredAt])).toEqual([['k1', later(0)], ['k2', null], ['k3', null]]);
    });

    it('R114: keeps what was done, newest first, by pages of its own copy of the data', async () => {
      const { audit } = world;
      for (const id of ['a', 'b:c', 'd']) await audit.record(ITSELF, { action: 'identity.link_made', target: { kind: 'customer', id } });
      const first = await audit.page({ action: 'identity', limit: 2, after: null });
      expect(first.items.map(({ node }) => node.target?.id)).toEqual(['d', 'b:c']);
      const second = await audit.page({ action: 'identity.link_made', limit: 2, after: present(first.items[1]).cursor });
      expect(second.items.map(({ node }) => [node.target?.id, node.detail])).toEqual([['a', {}]]);
      await expect(audit.page({ action: null, limit: 1, after: 'garbage' })).rejects.toBeInstanceOf(BadCursorError);
      await expect(audit.record({ kind: 'agent', id: 'nobody', role: 'admin' }, { action: 'key.added', target: null })).rejects.toBeInstanceOf(ForbiddenError);
    });
  });
}
