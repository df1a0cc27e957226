import { and, asc, desc, eq, gt, isNotNull, isNull, sql } from 'drizzle-orm';
import { InvalidInputError } from '../../domain/errors.ts';
import type { AgentPatch, AgentSecrets, Invite, People } from '../../domain/ports/people.ts';
import type { Actor, Agent } from '../../domain/types.ts';
import { newId } from '../ids.ts';
import { recordAct } from './audit.ts';
import { inBatches } from '../batch.ts';
import type { Db } from './connection.ts';
import type { StoreContext } from './context.ts';
import { prepareCredentials, useProof } from './credentials.ts';
import type { AgentRow } from './rows.ts';
import { atMost, given, givenRaw, toAgent, wholeRow } from './rows.ts';
import { agent, invite, recoveryCode } from './schema.ts';

type Agents = Pick<People,
  'agents' | 'agent' | 'secretsOf' | 'changeAgent' | 'recoveryCodesLeft'
  | 'createInvite' | 'invites' | 'revokeInvite' | 'createPasswordLink' | 'isLiveLink' | 'acceptInvite' | 'resetPassword'>;

/** The team: who belongs to it, how they come in, and what becomes of them. */
export function createAgents(context: StoreContext): Agents {
  const { clock, prepared, read, write } = context;
  const find = (id: string): AgentRow | undefined => prepared(prepareAgents).byId.get({ id });
  const actorOf = ({ id, role }: Agent): Actor => ({ kind: 'agent', id, role });

  return {
    agents: ({ all = false } = {}) => read(() => prepared(prepareAgents).all.all().map(toAgent).filter(({ active }) => active || all)),
    agent: inBatches((ids) => read(() => new Map(ids.map(find).flatMap((found) => (found ? [[found.id, toAgent(found)]] : []))))),
    secretsOf: (wanted) => read((): AgentSecrets | null => {
      const found = 'id' in wanted ? find(wanted.id) : prepared(prepareAgents).byEmail.get({ emailKey: wanted.email.toLowerCase() });
      if (!found || found.deactivatedAt !== null) return null;
      return { agent: toAgent(found), passwordHash: found.passwordHash, sealedTotpSecret: found.sealedTotpSecret };
    }),
    changeAgent: (by, id, decide) => write(() => {
      const row = find(id);
      if (!row) return null;
      const before = toAgent(row);
      const change = decide({ agent: before, activeAdmins: prepared(prepareAgents).activeAdmins.get()?.count ?? 0 });
      if (!change) return before;
      recordAct(context, by, { action: change.action, target: { kind: 'agent', id }, detail: change.detail });
      return applyPatch(context, row, change);
    }),
    recoveryCodesLeft: (agentId) => read(() => prepared(prepareAgents).codesLeft.get({ agentId })?.count ?? 0),

    createInvite: (by, { hash, role, expiresAt }) => write(() => {
      recordAct(context, by, { action: 'agent.invited', target: null, detail: { role } });
      prepared(prepareAgents).createLink.run(linkRow(by, { hash, role, agentId: null, createdAt: clock.now(), expiresAt: expiresAt.getTime() }));
    }),
    invites: () => read(() => prepared(prepareAgents).invites.all({ at: clock.now() }).map(toInvite)),
    revokeInvite: (by, hash) => write(() => {
      if (!prepared(prepareAgents).useInvite.get({ hash, at: clock.now() })) return false;
      recordAct(context, by, { action: 'agent.invite_revoked', target: null });
      return true;
    }),
    createPasswordLink: (by, { hash, agentId, expiresAt }) => write(() => {
      const row = find(agentId);
      if (!row || row.deactivatedAt !== null) return false;
      recordAct(context, by, { action: 'agent.password_link_made', target: { kind: 'agent', id: agentId } });
      prepared(prepareAgents).createLink.run(linkRow(by, { hash, role: row.role, agentId, createdAt: clock.now(), expiresAt: expiresAt.getTime() }));
      return true;
    }),
    isLiveLink: (kind, hash) => read(() => {
      const found = prepared(prepareAgents).liveLink.get({ hash, at: clock.now() });
      return found !== undefined && (kind === 'password') === (found.agentId !== null);
    }),
    acceptInvite: (hash, { name, email, passwordHash }) => write(() => {
      const statements = prepared(prepareAgents);
      const at = clock.now();
      const used = statements.useInvite.get({ hash, at });
      if (!used) return null;
      const emailKey = email.toLowerCase();
      if (statements.byEmail.get({ emailKey })) throw new InvalidInputError('email', 'Somebody on the team has this e-mail address.');
      const made = toAgent(statements.create.get({
        id: newId(at), name, email, emailKey, role: used.role, passwordHash, createdAt: at, deactivatedAt: null, sealedTotpSecret: null, totpLastStep: null,
      }));
      recordAct(context, actorOf(made), { action: 'agent.joined', target: { kind: 'agent', id: made.id }, detail: { role: made.role } });
      return made;
    }),
    resetPassword: (hash, passwordHash) => write(() => {
      const used = prepared(prepareAgents).usePasswordLink.get({ hash, at: clock.now() });
      const row = used?.agentId ? find(used.agentId) : undefined;
      if (!row || row.deactivatedAt !== null) return null;
      recordAct(context, actorOf(toAgent(row)), { action: 'agent.password_reset', target: { kind: 'agent', id: row.id } });
      return applyPatch(context, row, { passwordHash, endSessions: { butHash: null } });
    }),
  };
}

function applyPatch({ clock, prepared }: StoreContext, row: AgentRow, patch: AgentPatch): Agent {
  const statements = prepared(prepareAgents);
  const { proof, role, active, passwordHash, secondFactor, endSessions, endLinks } = patch;
  const at = clock.now();
  if (proof) useProof(prepared(prepareCredentials), { agentId: row.id, proof, at });
  const after: AgentRow = { ...row, role: role ?? row.role, passwordHash: passwordHash ?? row.passwordHash };
  if (active !== undefined) after.deactivatedAt = active ? null : at;
  if (secondFactor !== undefined) {
    after.sealedTotpSecret = secondFactor?.sealedSecret ?? null;
    after.totpLastStep = secondFactor?.step ?? null;
    statements.dropCodes.run({ agentId: row.id });
    for (const hash of secondFactor?.recoveryHashes ?? []) statements.addCode.run({ hash, agentId: row.id, usedAt: null });
  }
  statements.save.run(after);
  if (endSessions) prepared(prepareCredentials).revokeAgent.run({ agentId: row.id, butHash: endSessions.butHash ?? '', at });
  // A password link lets in, so it ends with whatever else lets in.
  if (endSessions) statements.endLinksTo.run({ agentId: row.id, at });
  if (endLinks) statements.endLinksBy.run({ agentId: row.id, at });
  return toAgent(after);
}

function prepareAgents(db: Db) {
  const isUnused = and(isNull(invite.usedAt), gt(invite.expiresAt, given('at')));
  const isLive = and(eq(invite.hash, given('hash')), isUnused);
  const ofAgent = eq(recoveryCode.agentId, given('agentId'));
  const { id: _id, createdAt: _createdAt, ...mutable } = wholeRow(agent);
  return {
    all: db.select().from(agent).orderBy(asc(agent.name), asc(agent.id)).prepare(),
    byId: db.select().from(agent).where(eq(agent.id, given('id'))).prepare(),
    byEmail: db.select().from(agent).where(eq(agent.emailKey, given('emailKey'))).prepare(),
    activeAdmins: db.select({ count: sql<number>`count(*)` }).from(agent).where(and(eq(agent.role, sql`'admin'`), isNull(agent.deactivatedAt))).prepare(),
    create: db.insert(agent).values(wholeRow(agent)).returning().prepare(),
    save: db.update(agent).set(mutable).where(eq(agent.id, given('id'))).prepare(),
    codesLeft: db.select({ count: sql<number>`count(*)` }).from(recoveryCode).where(and(ofAgent, isNull(recoveryCode.usedAt))).prepare(),
    addCode: db.insert(recoveryCode).values(wholeRow(recoveryCode)).prepare(),
    dropCodes: db.delete(recoveryCode).where(ofAgent).prepare(),
    createLink: db.insert(invite).values(wholeRow(invite)).prepare(),
    invites: db.select().from(invite).where(and(isUnused, isNull(invite.agentId))).orderBy(desc(invite.createdAt)).limit(atMost(100)).prepare(),
    liveLink: db.select({ agentId: invite.agentId }).from(invite).where(isLive).prepare(),
    useInvite: db.update(invite).set({ usedAt: givenRaw('at') }).where(and(isLive, isNull(invite.agentId))).returning().prepare(),
    usePasswordLink: db.update(invite).set({ usedAt: givenRaw('at') }).where(and(isLive, isNotNull(invite.agentId))).returning().prepare(),
    endLinksTo: db.update(invite).set({ usedAt: givenRaw('at') }).where(and(eq(invite.agentId, given('agentId')), isUnused)).prepare(),
    endLinksBy: db.update(invite).set({ usedAt: givenRaw('at') }).where(and(eq(invite.createdBy, given('agentId')), isUnused)).prepare(),
  };
}

function toInvite({ hash, role, createdAt, expiresAt, createdBy }: typeof invite.$inferSelect): Invite {
  return { hash, role, createdAt: new Date(createdAt), expiresAt: new Date(expiresAt), createdBy };
}

function linkRow(by: Actor, link: Omit<typeof invite.$inferSelect, 'usedAt' | 'createdBy'>): typeof invite.$inferSelect {
  return { ...link, usedAt: null, createdBy: by.kind === 'agent' ? by.id : null };
}
