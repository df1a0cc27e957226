import { and, eq, isNull, sql } from 'drizzle-orm';
import { MAX_LIVE_KEYS } from '../../domain/limits.ts';
import type { IdentityKey, People } from '../../domain/ports/people.ts';
import { recordAct } from './audit.ts';
import type { Db } from './connection.ts';
import type { StoreContext } from './context.ts';
import { given, givenRaw, toDate, wholeRow } from './rows.ts';
import { identityKey, session } from './schema.ts';

/** The keys that sites sign identity tokens with. */
export function createKeys(context: StoreContext): Pick<People, 'identityKeys' | 'addIdentityKey' | 'retireIdentityKey'> {
  const { clock, prepared, read, write } = context;
  return {
    identityKeys: () => read(() => prepared(prepareKeys).all.all().map(toKey)),
    addIdentityKey: (by, { kid, algorithm, sealedSecret }) => write(() => {
      const { live, add } = prepared(prepareKeys);
      if ((live.get()?.count ?? 0) >= MAX_LIVE_KEYS) return null;
      recordAct(context, by, { action: 'key.added', target: { kind: 'key', id: kid }, detail: { algorithm } });
      return toKey(add.get({ kid, algorithm, sealedSecret, createdAt: clock.now(), retiredAt: null }));
    }),
    retireIdentityKey: (by, kid) => write(() => {
      const { retire, endSessions } = prepared(prepareKeys);
      const at = clock.now();
      if (retire.run({ kid, at }).changes === 0) return false;
      const ended = endSessions.run({ kid, at }).changes;
      recordAct(context, by, { action: 'key.retired', target: { kind: 'key', id: kid }, detail: { sessionsEnded: String(ended) } });
      return true;
    }),
  };
}

function prepareKeys(db: Db) {
  return {
    all: db.select().from(identityKey).orderBy(identityKey.createdAt, identityKey.kid).prepare(),
    live: db.select({ count: sql<number>`count(*)` }).from(identityKey).where(isNull(identityKey.retiredAt)).prepare(),
    add: db.insert(identityKey).values(wholeRow(identityKey)).returning().prepare(),
    retire: db.update(identityKey).set({ retiredAt: givenRaw('at') }).where(and(eq(identityKey.kid, given('kid')), isNull(identityKey.retiredAt))).prepare(),
    endSessions: db.update(session).set({ revokedAt: givenRaw('at') }).where(and(eq(session.identityKid, given('kid')), isNull(session.revokedAt))).prepare(),
  };
}

function toKey({ createdAt, retiredAt, ...row }: typeof identityKey.$inferSelect): IdentityKey {
  return { ...row, createdAt: new Date(createdAt), retiredAt: toDate(retiredAt) };
}
