import { beforeEach, describe, expect, it } from 'vitest';
import { ITSELF } from '../../../server/domain/audit.ts';
import { InvalidInputError } from '../../../server/domain/errors.ts';
import type { Agent, AgentRole } from '../../../server/domain/types.ts';
import type { Open, World } from './world.ts';
import { openWorld, present, session } from './world.ts';

export function describePeople(open: Open): void {
  describe('people', () => {
    let world: World;
    beforeEach(async () => { world = await openWorld(open); });
    const later = (ms: number): Date => new Date(world.clock.now() + ms);
    const hire = async (name: string, role: AgentRole = 'agent'): Promise<Agent> => {
      await world.people.createInvite(ITSELF, { hash: name, role, expiresAt: later(1) });
      return present(await world.people.acceptInvite(name, { name, email: `${name}@Example.com`, passwordHash: `hash of ${name}` }));
    };

    it('makes a visitor with a conversation and a session, and refuses a taken id whole', async () => {
      const at = new Date(world.clock.now());
      const made = await world.people.startVisitor({ id: 'visitor_1', handler: 'queue' }, session(world.clock, 'h1'));
      expect(made).toEqual({ id: 'visitor_1', name: null, email: null, verified: false, createdAt: at, lastSeenAt: at });
      expect(await world.people.customer('visitor_1')).toEqual(made);
      expect(await world.state('visitor_1')).toMatchObject({ status: 'open', handler: 'queue', head: 0, createdAt: at });
      await expect(world.people.startVisitor({ id: 'visitor_1', handler: 'bot' }, session(world.clock, 'h2'))).rejects.toThrow(/unique/i);
      expect(await world.people.credential('h2')).toBeNull();
    });

    it('gets or makes a customer; what is not said stays as it was', async () => {
      const start = (name: string | null, email: string | null, hash: string) => world.people
        .startCustomer({ id: 'alice', name, email, handler: 'bot' }, session(world.clock, hash), null);
      const first = await start('Alice', 'a@example.com', 'h1');
      expect(first).toMatchObject({ customer: { name: 'Alice', email: 'a@example.com', verified: true }, rung: [] });
      const before = await world.state('alice');
      world.clock.advance(1_000);
      expect((await start(null, 'b@example.com', 'h2')).customer).toMatchObject({ name: 'Alice', email: 'b@example.com', lastSeenAt: later(0) });
      expect(await world.state('alice')).toEqual(before);
      expect(await world.people.credential('h1')).toMatchObject({ kind: 'customer', id: 'alice' });
      expect(await world.people.credential('h2')).toMatchObject({ kind: 'customer', id: 'alice' });
      expect(await world.people.customer('ALICE')).toBeNull();
    });

    it('forgets what ended, and customers who never wrote and were not seen since', async () => {
      await world.people.startVisitor({ id: 'silent', handler: 'bot' }, session(world.clock, 'silent', 1_000));
      await world.people.startVisitor({ id: 'wrote', handler: 'bot' }, session(world.clock, 'wrote', 1_000));
      await world.say('wrote', 'hello');
      await world.people.startVisitor({ id: 'seen', handler: 'bot' }, session(world.clock, 'seen', 90_000));
      world.clock.advance(60_000);
      await world.people.touch('seen', later(90_000));

      expect(await world.people.prune(later(-30_000))).toBe(1);
      expect(await world.people.prune(later(-30_000))).toBe(0);
      expect(await world.people.customer('silent')).toBeNull();
      expect(await world.log.find('silent')).toBeNull();
      expect(await world.log.find('wrote')).toMatchObject({ head: 1 });
      expect(await world.people.credential('seen')).not.toBeNull();
    });

    it('R11: knows a session until it expires or is revoked, and slides it', async () => {
      await world.people.startVisitor({ id: 'v', handler: 'bot' }, session(world.clock, 'h', 1_000));
      expect(await world.people.credential('h')).toEqual({
        kind: 'customer', id: 'v', expiresAt: later(1_000), absoluteExpiresAt: null, touchedAt: later(0),
      });
      world.clock.advance(999);
      await world.people.touch('h', later(1_000));
      world.clock.advance(999);
      expect(await world.people.credential('h')).toMatchObject({ touchedAt: later(-999) });
      expect((await world.people.customer('v'))?.lastSeenAt).toEqual(later(-999));

      const since = later(0);
      expect(await world.people.revoke('h')).toBe(true);
      expect(await world.people.revoke('h')).toBe(false);
      expect(await world.people.credential('h')).toBeNull();
      expect(await world.people.revokedSince(since)).toEqual(['h']);
      expect(await world.people.revokedSince(later(1))).toEqual([]);
      await world.people.touch('h', later(1_000));
      expect(await world.people.credential('h')).toBeNull();
    });

    it('R11: ends an expired session, and an agent\'s at its absolute end however it slides', async () => {
      const { id } = await hire('ana');
      await world.people.startAgentSession(id, { hash: 'h', expiresAt: later(1_000), absoluteExpiresAt: later(1_500) }, null);
      expect(await world.people.credential('h')).toMatchObject({ kind: 'agent', id, role: 'agent', absoluteExpiresAt: later(1_500) });
      world.clock.advance(900);
      await world.people.touch('h', later(1_000));
      world.clock.advance(599);
      expect(await world.people.credential('h')).not.toBeNull();
      world.clock.advance(1);
      expect(await world.people.credential('h')).toBeNull();
      await world.people.startAgentSession(id, session(world.clock, 'short', 10), null);
      world.clock.advance(10);
      expect(await world.people.credential('short')).toBeNull();
      expect(await world.people.revoke('short')).toBe(false);
    });

    it('R14: lets an invite make one agent, once and in time', async () => {
      const newcomer = { name: 'Bo', email: 'bo@example.com', passwordHash: 'x' };
      await world.people.createInvite(ITSELF, { hash: 'i', role: 'admin', expiresAt: later(1_000) });
      const results = await Promise.all(['bo@example.com', 'c@example.com'].map((email) => world.people.acceptInvite('i', { ...newcomer, email })));
      expect(results).toEqual([expect.objectContaining({ name: 'Bo', role: 'admin' }), null]);
      expect(await world.people.acceptInvite('unknown', newcomer)).toBeNull();
      await world.people.createInvite(ITSELF, { hash: 'late', role: 'agent', expiresAt: later(1_000) });
      world.clock.advance(1_000);
      expect(await world.people.acceptInvite('late', newcomer)).toBeNull();
    });

    it('R14: lists the invites that can still be used, newest first, and takes one back', async () => {
      const ana = await hire('ana', 'admin');
      const [first, second] = [{ hash: 'first', role: 'viewer', expiresAt: later(1_000) }, { hash: 'second', role: 'admin', expiresAt: later(2_000) }] as const;
      await world.people.createInvite(ITSELF, first);
      world.clock.advance(1);
      await world.people.createInvite({ kind: 'agent', id: ana.id, role: ana.role }, second);
      await world.people.createPasswordLink(ITSELF, { hash: 'password', agentId: ana.id, expiresAt: later(9_000) });
      const listed = { first: { ...first, createdAt: later(-1), createdBy: null }, second: { ...second, createdAt: later(0), createdBy: ana.id } };
      expect(await world.people.invites()).toEqual([listed.second, listed.first]);
      expect(await world.people.revokeInvite(ITSELF, 'password')).toBe(false);
      expect(await world.people.revokeInvite(ITSELF, 'second')).toBe(true);
      expect(await world.people.revokeInvite(ITSELF, 'second')).toBe(false);
      expect(await world.people.acceptInvite('second', { name: 'Eve', email: 'eve@example.com', passwordHash: 'x' })).toBeNull();
      expect(await world.people.invites()).toEqual([listed.first]);
      world.clock.advance(1_000);
      expect(await world.people.invites()).toEqual([]);
      expect(await world.people.isLiveLink('password', 'password')).toBe(true);
    });

    it('finds agents by e-mail whatever its case, and keeps an invite whose e-mail is taken', async () => {
      const ana = await hire('Ana');
      expect(await world.people.secretsOf({ email: 'ANA@example.COM' })).toEqual({ agent: ana, passwordHash: 'hash of Ana', sealedTotpSecret: null });
      expect(await world.people.secretsOf({ id: ana.id })).toMatchObject({ agent: ana });
      expect(await world.people.secretsOf({ email: 'nobody@example.com' })).toBeNull();
      await world.people.createInvite(ITSELF, { hash: 'i', role: 'viewer', expiresAt: later(1) });
      const twin = world.people.acceptInvite('i', { name: 'Ana', email: 'ana@EXAMPLE.com', passwordHash: 'x' });
      await expect(twin).rejects.toThrow(InvalidInputError);
      expect(await world.people.acceptInvite('i', { name: 'Abe', email: 'abe@example.com', passwordHash: 'x' })).not.toBeNull();
      expect((await world.people.agents()).map(({ name }) => name)).toEqual(['Abe', 'Ana']);
      expect(await world.people.agent(ana.id)).toEqual(ana);
      expect(await world.people.agent('unknown')).toBeNull();
    });

    it('keeps tokens with their scopes until they expire or are revoked', async () => {
      const made = await world.people.createToken(ITSELF, { hash: 't', name: 'Shop', scopes: ['notes', 'messages:write'], expiresAt: later(1_000) });
      const { id } = made;
      expect(made).toEqual({
        id, name: 'Shop', scopes: ['messages:write', 'notes'], createdAt: later(0), expiresAt: later(1_000), usedAt: null, createdBy: null,
      });
      expect(await world.people.token(id)).toEqual(made);
      expect(await world.people.credential('t')).toMatchObject({ kind: 'token', id, scopes: ['messages:write', 'notes'], expiresAt: later(1_000) });
      world.clock.advance(1);
      await world.people.touch('t', later(9_000));
      expect(await world.people.credential('t')).toMatchObject({ expiresAt: later(999), usedAt: later(0) });
      expect(await world.people.tokens()).toEqual([{ ...made, usedAt: later(0) }]);
      expect(await world.people.revoke('t')).toBe(false);
      expect(await world.people.revokeToken(ITSELF, id)).toBe(true);
      expect(await world.people.revokeToken(ITSELF, id)).toBe(false);
      expect(await world.people.tokens()).toEqual([]);
      expect(await world.people.credential('t')).toBeNull();
      expect(await world.people.revokedSince(later(0))).toEqual(['t']);
      expect(await world.people.token(id)).not.toBeNull();
    });

    it('keeps identity keys and one id of the installation', async () => {
      const key = { kid: 'k1', algorithm: 'HS256', sealedSecret: 's' } as const;
      const added = { ...key, createdAt: later(0), retiredAt: null };
      expect(await world.people.addIdentityKey(ITSELF, key)).toEqual(added);
      await expect(world.people.addIdentityKey(ITSELF, key)).rejects.toThrow(/unique/i);
      expect(await world.people.identityKeys()).toEqual([added]);
      expect(await world.people.installId()).toMatch(/^[\w-]{16,}$/);
      expect(await world.people.installId()).toBe(await world.people.installId());
    });
  });
}
