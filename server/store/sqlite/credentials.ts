import { and, desc, eq, gt, gte, isNotNull, isNull, ne, or, sql } from 'drizzle-orm';
import { ForbiddenError, InvalidInputError } from '../../domain/errors.ts';
import type { AgentSessionInfo, Credential, NewSession, People, Proof } from '../../domain/ports/people.ts';
import type { ApiToken, Scope } from '../../domain/types.ts';
import { SCOPES } from '../../domain/types.ts';
import { newId } from '../ids.ts';
import { recordAct } from './audit.ts';
import type { Db } from './connection.ts';
import type { StoreContext } from './context.ts';
import { atMost, given, givenRaw, toDate, wholeRow } from './rows.ts';
import { agent, apiToken, customer, recoveryCode, session } from './schema.ts';

type Credentials = Pick<People,
  'startAgentSession' | 'sessionsOf' | 'endSession' | 'credential' | 'touch' | 'revoke' | 'revokedSince'
  | 'createToken' | 'token' | 'tokens' | 'revokeToken'>;

/** Sessions and tokens. Secrets are known here only by their hashes. */
export function createCredentials(context: StoreContext): Credentials {
  const { clock, prepared, read, write } = context;
  return {
    startAgentSession: (agentId, started, proof) => write(() => {
      const at = clock.now();
      const statements = prepared(prepareCredentials);
      const role = statements.roleOf.get({ agentId })?.role;
      if (!role) throw new ForbiddenError();
      if (proof) useProof(statements, { agentId, proof, at });
      const code = proof === null ? 'none' : 'totpStep' in proof ? 'app' : 'recovery';
      recordAct(context, { kind: 'agent', id: agentId, role }, { action: 'agent.signed_in', target: { kind: 'agent', id: agentId }, detail: { code } });
      statements.start.run(sessionRow(started, { agentId, at }));
    }),
    sessionsOf: (agentId) => read(() => prepared(prepareCredentials).sessionsOf.all({ agentId, at: clock.now() }).map(toSessionInfo)),
    endSession: (by, agentId, hash) => write(() => {
      if (prepared(prepareCredentials).endSession.run({ agentId, hash, at: clock.now() }).changes === 0) return false;
      recordAct(context, by, { action: 'agent.session_ended', target: { kind: 'agent', id: agentId } });
      return true;
    }),
    credential: (hash) => read(() => findCredential(prepared(prepareCredentials), hash, clock.now())),
    touch: (hash, expiresAt) => write(() => {
      const statements = prepared(prepareCredentials);
      const at = clock.now();
      statements.slide.run({ hash, at, expiresAt: expiresAt.getTime() });
      statements.touchToken.run({ hash, at });
      statements.touchCustomer.run({ hash, at });
    }),
    revoke: (hash) => write(() => prepared(prepareCredentials).revokeSession.run({ hash, at: clock.now() }).changes > 0),
    revokedSince: (since) => read(() => {
      const { revokedSessions, revokedTokens } = prepared(prepareCredentials);
      const about = { since: since.getTime() };
      return [...revokedSessions.all(about), ...revokedTokens.all(about)].map(({ hash }) => hash);
    }),

    createToken: (by, { hash, name, scopes, expiresAt }) => write(() => {
      const at = clock.now();
      const id = newId(at);
      const detail = { scopes: scopes.join(' '), expires: expiresAt.toISOString() };
      recordAct(context, by, { action: 'token.created', target: { kind: 'token', id }, detail });
      return toToken(prepared(prepareCredentials).createToken.get({
        id, hash, name, scopes: scopes.join(' '), createdAt: at, touchedAt: at, expiresAt: expiresAt.getTime(), revokedAt: null,
        createdBy: by.kind === 'agent' ? by.id : null,
      }));
    }),
    token: (id) => read(() => {
      const found = prepared(prepareCredentials).tokenById.get({ id });
      return found ? toToken(found) : null;
    }),
    tokens: () => read(() => prepared(prepareCredentials).tokens.all().map(toToken)),
    revokeToken: (by, id) => write(() => {
      if (prepared(prepareCredentials).revokeToken.run({ id, at: clock.now() }).changes === 0) return false;
      recordAct(context, by, { action: 'token.revoked', target: { kind: 'token', id } });
      return true;
    }),
  };
}

interface SessionOf { readonly agentId?: string; readonly customerId?: string; readonly at: number }

export function sessionRow(
  { hash, expiresAt, absoluteExpiresAt, userAgent = null, identityKid = null }: NewSession, { agentId, customerId, at }: SessionOf,
): typeof session.$inferSelect {
  return {
    hash, customerId: customerId ?? null, agentId: agentId ?? null, createdAt: at, touchedAt: at, expiresAt: expiresAt.getTime(),
    absoluteExpiresAt: absoluteExpiresAt?.getTime() ?? null, revokedAt: null, userAgent, identityKid,
  };
}

/** @throws InvalidInputError if it was used before, or is none of this agent's */
export function useProof(
  { useStep, useCode }: ReturnType<typeof prepareCredentials>, { agentId, proof, at }: { agentId: string; proof: Proof; at: number },
): void {
  const { changes } = 'totpStep' in proof ? useStep.run({ agentId, step: proof.totpStep }) : useCode.run({ agentId, hash: proof.recoveryHash, at });
  if (changes === 0) throw new InvalidInputError('code', 'This code is not right, or was used before.');
}

export function prepareCredentials(db: Db) {
  const isLive = and(
    isNull(session.revokedAt), gt(session.expiresAt, given('at')), or(isNull(session.absoluteExpiresAt), gt(session.absoluteExpiresAt, given('at'))),
  );
  const isSession = and(eq(session.hash, given('hash')), isLive);
  const isToken = and(eq(apiToken.hash, given('hash')), isNull(apiToken.revokedAt), gt(apiToken.expiresAt, given('at')));
  return {
    start: db.insert(session).values(wholeRow(session)).prepare(),
    session: db.select({ session, role: agent.role }).from(session).leftJoin(agent, eq(agent.id, session.agentId))
      .where(and(isSession, isNull(agent.deactivatedAt))).prepare(),
    tokenByHash: db.select().from(apiToken).where(isToken).prepare(),
    roleOf: db.select({ role: agent.role }).from(agent).where(eq(agent.id, given('agentId'))).prepare(),
    /** True only for a newer step than any before. */
    useStep: db.update(agent).set({ totpLastStep: givenRaw('step') })
      .where(and(eq(agent.id, given('agentId')), isNotNull(agent.sealedTotpSecret), sql`coalesce(${agent.totpLastStep}, 0) < ${given('step')}`)).prepare(),
    useCode: db.update(recoveryCode).set({ usedAt: givenRaw('at') })
      .where(and(eq(recoveryCode.agentId, given('agentId')), eq(recoveryCode.hash, given('hash')), isNull(recoveryCode.usedAt))).prepare(),
    sessionsOf: db.select().from(session).where(and(eq(session.agentId, given('agentId')), isLive))
      .orderBy(desc(session.touchedAt), desc(session.createdAt)).limit(atMost(100)).prepare(),
    endSession: db.update(session).set({ revokedAt: givenRaw('at') }).where(and(isSession, eq(session.agentId, given('agentId')))).prepare(),
    tokenById: db.select().from(apiToken).where(eq(apiToken.id, given('id'))).prepare(),
    tokens: db.select().from(apiToken).where(isNull(apiToken.revokedAt)).orderBy(desc(apiToken.createdAt), desc(apiToken.id)).limit(atMost(500)).prepare(),
    createToken: db.insert(apiToken).values(wholeRow(apiToken)).returning().prepare(),
    slide: db.update(session).set({ expiresAt: givenRaw('expiresAt'), touchedAt: givenRaw('at') }).where(isSession).prepare(),
    touchToken: db.update(apiToken).set({ touchedAt: givenRaw('at') }).where(isToken).prepare(),
    touchCustomer: db.update(customer).set({ lastSeenAt: givenRaw('at') })
      .where(eq(customer.id, sql`(select ${session.customerId} from ${session} where ${session.hash} = ${given('hash')})`)).prepare(),
    revokeSession: db.update(session).set({ revokedAt: givenRaw('at') }).where(isSession).prepare(),
    revokeToken: db.update(apiToken).set({ revokedAt: givenRaw('at') }).where(and(eq(apiToken.id, given('id')), isNull(apiToken.revokedAt))).prepare(),
    revokeCustomer: db.update(session).set({ revokedAt: givenRaw('at') })
      .where(and(eq(session.customerId, given('customerId')), isNull(session.revokedAt))).prepare(),
    revokeAgent: db.update(session).set({ revokedAt: givenRaw('at') })
      .where(and(eq(session.agentId, given('agentId')), isNull(session.revokedAt), ne(session.hash, given('butHash')))).prepare(),
    revokedSessions: db.select({ hash: session.hash }).from(session).where(gte(session.revokedAt, given('since'))).prepare(),
    revokedTokens: db.select({ hash: apiToken.hash }).from(apiToken).where(gte(apiToken.revokedAt, given('since'))).prepare(),
  };
}

function findCredential(statements: ReturnType<typeof prepareCredentials>, hash: string, at: number): Credential | null {
  const found = statements.session.get({ hash, at });
  if (found) {
    const { customerId, agentId, expiresAt, absoluteExpiresAt, touchedAt } = found.session;
    const times = { expiresAt: new Date(expiresAt), absoluteExpiresAt: toDate(absoluteExpiresAt), touchedAt: new Date(touchedAt) };
    if (customerId !== null) return { kind: 'customer', id: customerId, ...times };
    return agentId !== null && found.role !== null ? { kind: 'agent', id: agentId, role: found.role, ...times } : null;
  }
  const token = statements.tokenByHash.get({ hash, at });
  if (!token) return null;
  const { id, scopes, usedAt, expiresAt } = toToken(token);
  return { kind: 'token', id, scopes, expiresAt, usedAt };
}

function toSessionInfo({ hash, createdAt, touchedAt, expiresAt, userAgent }: typeof session.$inferSelect): AgentSessionInfo {
  return { hash, createdAt: new Date(createdAt), touchedAt: new Date(touchedAt), expiresAt: new Date(expiresAt), userAgent };
}

function toToken({ id, name, scopes, createdAt, expiresAt, touchedAt, createdBy }: typeof apiToken.$inferSelect): ApiToken {
  const usedAt = touchedAt === createdAt ? null : new Date(touchedAt);
  return { id, name, scopes: toScopes(scopes), createdAt: new Date(createdAt), expiresAt: new Date(expiresAt), usedAt, createdBy };
}

function toScopes(stored: string): Scope[] {
  const named = stored.split(' ');
  return SCOPES.filter((scope) => named.includes(scope));
}
