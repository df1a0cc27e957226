import { beforeEach, describe, expect, it } from 'vitest';
import { deactivateAgent, reactivateAgent, setAgentRole } from '../../server/domain/accounts.ts';
import { actorOf, asAdmin, asAgent, listAudit } from '../../server/domain/audit.ts';
import { resolveConversation, takeOver } from '../../server/domain/conversations.ts';
import { ForbiddenError, UnauthenticatedError } from '../../server/domain/errors.ts';
import { removeMessage } from '../../server/domain/messages.ts';
import type { Viewer } from '../../server/domain/types.ts';
import type { World } from './world.ts';
import { agentViewer, openWorld, refusalOf, say, tokenViewer } from './world.ts';

let world: World;
beforeEach(async () => { world = await openWorld(); });

async function actions(): Promise<string[]> {
  const { items } = await world.store.audit.page({ action: null, limit: 100, after: null });
  return items.map(({ node: { actor, action, target } }) => `${actor.id} ${action} ${target?.id ?? ''}`.trim());
}

describe('who acts', () => {
  it('is only who may: admins for others, agents for themselves', () => {
    expect(asAdmin(agentViewer('admin', 'a'))).toEqual({ kind: 'agent', id: 'a', role: 'admin' });
    expect(asAgent(agentViewer('viewer', 'v'))).toEqual({ kind: 'agent', id: 'v', role: 'viewer' });
    expect(() => asAdmin(null)).toThrow(UnauthenticatedError);
    expect(() => asAgent(null)).toThrow(UnauthenticatedError);
    for (const viewer of [agentViewer('agent'), agentViewer('viewer'), tokenViewer(['admin'])]) expect(() => asAdmin(viewer)).toThrow(ForbiddenError);
    expect(() => asAgent(tokenViewer(['admin']))).toThrow(ForbiddenError);
    expect(() => actorOf({ kind: 'customer', id: 'alice', session: tokenViewer([]).session })).toThrow(ForbiddenError);
  });

  it('is looked at again in the transaction: who lost the right meanwhile does nothing', async () => {
    const { ana, ben, deps, hire } = world;
    const cay = await hire('Cay', 'admin');
    const role = { agentId: ben.id, role: 'viewer' } as const;
    await setAgentRole(deps, ana, { agentId: cay.id, role: 'agent' });
    expect(await refusalOf(setAgentRole(deps, cay, role))).toBeInstanceOf(ForbiddenError);
    await deactivateAgent(deps, ana, { agentId: cay.id });
    expect(await refusalOf(world.store.people.createInvite(asAgent(cay), { hash: 'x', role: 'agent', expiresAt: new Date(world.clock.now() + 1) }))).toBeInstanceOf(ForbiddenError);
    expect(await world.store.people.agent(ben.id)).toMatchObject({ role: 'agent' });
    expect((await actions()).filter((line) => line.startsWith(cay.id))).toEqual([`${cay.id} agent.joined ${cay.id}`]);
  });
});

describe('roles', () => {
  it('are given by admins, and asking for what is changes nothing', async () => {
    const { ana, ben, deps } = world;
    expect(await setAgentRole(deps, ana, { agentId: ben.id, role: 'viewer' })).toMatchObject({ id: ben.id, role: 'viewer' });
    const before = await actions();
    expect(await setAgentRole(deps, ana, { agentId: ben.id, role: 'viewer' })).toMatchObject({ role: 'viewer' });
    expect(await actions()).toEqual(before);
    expect(before[0]).toBe(`${ana.id} agent.role_changed ${ben.id}`);
    await expect(setAgentRole(deps, ana, { agentId: 'nobody', role: 'agent' })).rejects.toMatchObject({ field: 'agentId' });
    await expect(setAgentRole(deps, ben, { agentId: ben.id, role: 'admin' })).rejects.toBeInstanceOf(ForbiddenError);
  });

  it('leave at least one active admin, however two admins race', async () => {
    const { ana, deps, hire, store } = world;
    await expect(setAgentRole(deps, ana, { agentId: ana.id, role: 'agent' })).rejects.toMatchObject({ field: 'agentId' });
    await expect(deactivateAgent(deps, ana, { agentId: ana.id })).rejects.toMatchObject({ field: 'agentId' });
    const cay = await hire('Cay', 'admin');
    const racing = await Promise.allSettled([deactivateAgent(deps, ana, { agentId: cay.id }), deactivateAgent(deps, cay, { agentId: ana.id })]);
    expect(racing.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await store.people.agents()).filter(({ role }) => role === 'admin')).toHaveLength(1);
  });

  it('when lost, void the links that were made under them', async () => {
    const { ana, deps, hire, store, clock } = world;
    const cay = await hire('Cay', 'admin');
    const expiresAt = new Date(clock.now() + 1_000);
    await store.people.createInvite(asAdmin(cay), { hash: 'invite', role: 'admin', expiresAt });
    await store.people.createPasswordLink(asAdmin(cay), { hash: 'link', agentId: ana.id, expiresAt });
    await setAgentRole(deps, ana, { agentId: cay.id, role: 'agent' });
    expect(await store.people.acceptInvite('invite', { name: 'Eve', email: 'eve@example.com', passwordHash: 'x' })).toBeNull();
    expect(await store.people.resetPassword('link', 'x')).toBeNull();
  });
});

describe('deactivating', () => {
  it('R11: ends the sessions in the same commit, and lets nobody sign in', async () => {
    const { ana, ben, clock, deps, store } = world;
    const expiresAt = new Date(clock.now() + 60_000);
    await store.people.startAgentSession(ben.id, { hash: 'of ben', expiresAt, absoluteExpiresAt: expiresAt }, null);
    await deactivateAgent(deps, ana, { agentId: ben.id });
    expect(await store.people.credential('of ben')).toBeNull();
    expect(await store.people.revokedSince(new Date(clock.now()))).toEqual(['of ben']);
    expect(await store.people.secretsOf({ id: ben.id })).toBeNull();
    await expect(store.people.startAgentSession(ben.id, { hash: 'next', expiresAt, absoluteExpiresAt: expiresAt }, null)).rejects.toBeInstanceOf(ForbiddenError);
    expect((await store.people.agents()).map(({ id }) => id)).not.toContain(ben.id);
    expect(await reactivateAgent(deps, ana, { agentId: ben.id })).toMatchObject({ active: true });
    expect(await store.people.credential('of ben')).toBeNull();
    expect(await store.people.secretsOf({ id: ben.id })).not.toBeNull();
  });

  it('puts what the agent had into the queue, more than one page of it, and leaves what is resolved or another’s', async () => {
    const { ana, ben, deps } = world;
    const names = Array.from({ length: 130 }, (_, index) => `c${index}`);
    for (const name of [...names, 'resolved', 'hers']) await say(world, await world.meet(name), 'Hello');
    await Promise.all([...names, 'resolved'].map((customerId) => takeOver(deps, ben, { customerId, force: false })));
    await takeOver(deps, ana, { customerId: 'hers', force: false });
    await resolveConversation(deps, ben, { customerId: 'resolved' });
    const before = await world.state('c7');

    await deactivateAgent(deps, ana, { agentId: ben.id });
    const states = await Promise.all(names.map((name) => world.state(name)));
    expect(new Set(states.map(({ status, handler, assigneeId }) => `${status} ${handler} ${assigneeId}`))).toEqual(new Set(['open queue null']));
    expect((await world.state('c7')).fence).toBe(before.fence + 1);
    expect((await world.history('c7')).at(-1)).toMatchObject({ kind: 'activity', text: 'Ben left' });
    expect(await world.state('resolved')).toMatchObject({ status: 'resolved', assigneeId: ben.id });
    expect(await world.state('hers')).toMatchObject({ handler: 'agent', assigneeId: ana.id });
  });

  it('again, hands back what came to the agent since', async () => {
    const { ana, ben, deps } = world;
    await say(world, await world.meet('alice'), 'Hello');
    await deactivateAgent(deps, ana, { agentId: ben.id });
    await takeOver(deps, ben, { customerId: 'alice', force: false });
    await deactivateAgent(deps, ana, { agentId: ben.id });
    expect(await world.state('alice')).toMatchObject({ handler: 'queue', assigneeId: null });
  });
});

describe('the audit log', () => {
  it('R114: tells of a removal of somebody else’s message, and not of one’s own', async () => {
    const { ana, deps } = world;
    const alice = await world.meet('alice');
    const hers = await say(world, alice, 'secret words');
    const own = await say(world, ana, 'mine', 'alice');
    await removeMessage(deps, ana, { customerId: 'alice', messageId: own.message.id });
    await removeMessage(deps, ana, { customerId: 'alice', messageId: hers.message.id });
    await removeMessage(deps, ana, { customerId: 'alice', messageId: hers.message.id });
    const { items } = await world.store.audit.page({ action: 'message', limit: 10, after: null });
    expect(items.map(({ node }) => node)).toMatchObject([{
      actor: { kind: 'agent', id: ana.id }, action: 'message.removed', target: { kind: 'message', id: hers.message.id }, detail: { customerId: 'alice' },
    }]);
    expect(JSON.stringify(items)).not.toContain('secret words');
  });

  it('is read by admins and tokens with admin, page by page, by action and by kind', async () => {
    const { ana, ben, deps } = world;
    for (const role of ['viewer', 'agent', 'viewer'] as const) await setAgentRole(deps, ana, { agentId: ben.id, role });
    const read = async (viewer: Viewer | null, input: Parameters<typeof listAudit>[2]) => listAudit(deps, viewer, input);
    const first = await read(ana, { first: 2, action: 'agent.role_changed' });
    expect([first.items.length, first.hasNextPage]).toEqual([2, true]);
    const second = await read(tokenViewer(['admin']), { first: 2, after: first.items.at(-1)?.cursor, action: 'agent.role_changed' });
    expect([second.items.length, second.hasNextPage, second.hasPreviousPage]).toEqual([1, false, true]);
    expect([...first.items, ...second.items].map(({ node }) => node.detail['to'])).toEqual(['viewer', 'agent', 'viewer']);
    const kinds = (await read(ana, { action: 'agent' })).items.map(({ node }) => node.action);
    expect(new Set(kinds)).toEqual(new Set(['agent.role_changed', 'agent.joined', 'agent.invited']));
    expect((await read(ana, { action: 'agen' })).items).toEqual([]);
    await expect(read(ana, { action: 'a%' })).rejects.toMatchObject({ field: 'action' });
    await expect(read(ana, { first: 101 })).rejects.toMatchObject({ field: 'first' });
    for (const viewer of [agentViewer('agent'), agentViewer('viewer'), tokenViewer(['conversations:read'])]) {
      await expect(read(viewer, {})).rejects.toBeInstanceOf(ForbiddenError);
    }
    await expect(read(null, {})).rejects.toBeInstanceOf(UnauthenticatedError);
  });
});
