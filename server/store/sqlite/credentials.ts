import { and, eq, gt, gte, isNull, or, sql } from 'drizzle-orm';
import type { Credential, NewSession, People } from '../../domain/ports.ts';
import { SCOPES } from '../../domain/types.ts';
import type { Scope } from '../../domain/types.ts';
import { newId } from '../ids.ts';
import type { Db } from './connection.ts';
import type { StoreContext } from './context.ts';
import { given, givenRaw, toDate, wholeRow } from './rows.ts';
import { agent, apiToken, customer, identityKey, session } from './schema.ts';

type Credentials = Pick<People,
  'startAgentSession' | 'credential' | 'touch' | 'revoke' | 'revokedSince' | 'createToken' | 'token' | 'identityKeys' | 'addIdentityKey'>;

/** Sessions, tokens and keys. Secrets are known here only by their hashes. */
export function createCredentials({ clock, prepared, read, write }: StoreContext): Credentials {
  return {
    startAgentSession: (agentId, started) => write(() => {
      prepared(prepareCredentials).start.run(sessionRow(started, { agentId, customerId: null, at: clock.now() }));
    }),
    credential: (hash) => read(() => findCredential(prepared(prepareCredentials), hash, clock.now())),
    touch: (hash, expiresAt) => write(() => {
      const statements = prepared(prepareCredentials);
      const at = clock.now();
      statements.slide.run({ hash, at, expiresAt: expiresAt.getTime() });
      statements.touchToken.run({ hash, at });
      statements.touchCustomer.run({ hash, at });
    }),
    revoke: (hash) => write(() => {
      const { revokeSession, revokeToken } = prepared(prepareCredentials);
      const about = { hash, at: clock.now() };
      return revokeSession.run(about).changes + revokeToken.run(about).changes > 0;
    }),
    revokedSince: (since) => read(() => {
      const { revokedSessions, revokedTokens } = prepared(prepareCredentials);
      const about = { since: since.getTime() };
      return [...revokedSessions.all(about), ...revokedTokens.all(about)].map(({ hash }) => hash);
    }),
    createToken: ({ hash, name, scopes, expiresAt }) => write(() => {
      const at = clock.now();
      const id = newId(at);
      prepared(prepareCredentials).createToken.run({
        id, hash, name, scopes: scopes.join(' '), createdAt: at, touchedAt: at, expiresAt: expiresAt.getTime(), revokedAt: null, createdBy: null,
      });
      return id;
    }),
    token: (id) => read(() => {
      const found = prepared(prepareCredentials).tokenById.get({ id });
      return found ? { id, name: found.name, scopes: toScopes(found.scopes) } : null;
    }),
    identityKeys: () => read(() => prepared(prepareCredentials).keys.all()),
    addIdentityKey: (key) => write(() => {
      prepared(prepareCredentials).addKey.run({ ...key, createdAt: clock.now(), retiredAt: null });
    }),
  };
}

interface SessionOf { readonly agentId: string | null; readonly customerId: string | null; readonly at: number }

export function sessionRow({ hash, expiresAt, absoluteExpiresAt }: NewSession, { agentId, customerId, at }: SessionOf): typeof session.$inferSelect {
  return {
    hash, customerId, agentId, createdAt: at, touchedAt: at, expiresAt: expiresAt.getTime(),
    absoluteExpiresAt: absoluteExpiresAt?.getTime() ?? null, revokedAt: null, userAgent: null, identityKid: null,
  };
}

export function prepareCredentials(db: Db) {
  const isSession = and(
    eq(session.hash, given('hash')), isNull(session.revokedAt), gt(session.expiresAt, given('at')),
    or(isNull(session.absoluteExpiresAt), gt(session.absoluteExpiresAt, given('at'))),
  );
  const isToken = and(eq(apiToken.hash, given('hash')), isNull(apiToken.revokedAt), gt(apiToken.expiresAt, given('at')));
  return {
    start: db.insert(session).values(wholeRow(session)).prepare(),
    session: db.select({ session, role: agent.role }).from(session).leftJoin(agent, eq(agent.id, session.agentId))
      .where(and(isSession, isNull(agent.deactivatedAt))).prepare(),
    tokenByHash: db.select().from(apiToken).where(isToken).prepare(),
    tokenById: db.select().from(apiToken).where(eq(apiToken.id, given('id'))).prepare(),
    createToken: db.insert(apiToken).values(wholeRow(apiToken)).prepare(),
    slide: db.update(session).set({ expiresAt: givenRaw('expiresAt'), touchedAt: givenRaw('at') }).where(isSession).prepare(),
    touchToken: db.update(apiToken).set({ touchedAt: givenRaw('at') }).where(isToken).prepare(),
    touchCustomer: db.update(customer).set({ lastSeenAt: givenRaw('at') })
      .where(eq(customer.id, sql`(select ${session.customerId} from ${session} where ${session.hash} = ${given('hash')})`)).prepare(),
    revokeSession: db.update(session).set({ revokedAt: givenRaw('at') }).where(isSession).prepare(),
    revokeToken: db.update(apiToken).set({ revokedAt: givenRaw('at') }).where(isToken).prepare(),
    revokeCustomer: db.update(session).set({ revokedAt: givenRaw('at') })
      .where(and(eq(session.customerId, given('customerId')), isNull(session.revokedAt))).prepare(),
    revokedSessions: db.select({ hash: session.hash }).from(session).where(gte(session.revokedAt, given('since'))).prepare(),
    revokedTokens: db.select({ hash: apiToken.hash }).from(apiToken).where(gte(apiToken.revokedAt, given('since'))).prepare(),
    keys: db.select({ kid: identityKey.kid, algorithm: identityKey.algorithm, sealedSecret: identityKey.sealedSecret }).from(identityKey)
      .orderBy(identityKey.createdAt, identityKey.kid).prepare(),
    addKey: db.insert(identityKey).values(wholeRow(identityKey)).prepare(),
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
  const { id, scopes, expiresAt, touchedAt } = token;
  return { kind: 'token', id, scopes: toScopes(scopes), expiresAt: new Date(expiresAt), touchedAt: new Date(touchedAt) };
}

function toScopes(stored: string): Scope[] {
  const named = stored.split(' ');
  return SCOPES.filter((scope) => named.includes(scope));
}
