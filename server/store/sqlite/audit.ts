import { and, desc, eq, lt, or, sql } from 'drizzle-orm';
import { ForbiddenError } from '../../domain/errors.ts';
import type { AuditLog } from '../../domain/ports/people.ts';
import type { Act, Action, Actor, AuditEntry } from '../../domain/types.ts';
import { ROLES } from '../../domain/types.ts';
import { auditCursor, readAuditCursor } from '../cursors.ts';
import type { Db } from './connection.ts';
import type { StoreContext } from './context.ts';
import { given, GIVEN_LIMIT, givenRaw, toAgent } from './rows.ts';
import { agent, auditEntry } from './schema.ts';

export function createAudit(context: StoreContext): AuditLog {
  const { epoch, prepared, read, write } = context;
  return {
    record: (by, act) => write(() => recordAct(context, by, act)),
    page: ({ action, limit, after }) => read(() => {
      const before = after === null ? Number.MAX_SAFE_INTEGER : readAuditCursor(epoch, after);
      const { all, some } = prepared(prepareAudit);
      const found = (action === null ? all : some).all({ before, limit: limit + 1, action, kind: `${action}.` });
      const items = found.slice(0, limit).map((row) => ({ node: toEntry(row), cursor: auditCursor(epoch, row.row) }));
      return { items, hasNextPage: found.length > limit, hasPreviousPage: after !== null };
    }),
  };
}

/** One line of the audit log, within the transaction of the act itself. @throws ForbiddenError if the agent may less by now, or nothing */
export function recordAct({ clock, prepared }: Pick<StoreContext, 'clock' | 'prepared'>, by: Actor, { action, target, detail }: Act): void {
  const { actor, add } = prepared(prepareAudit);
  if (by.kind === 'agent') {
    const row = actor.get({ id: by.id });
    const now = row && toAgent(row);
    if (!now?.active || ROLES.indexOf(now.role) < ROLES.indexOf(by.role)) throw new ForbiddenError();
  }
  const isDetailed = detail !== undefined && Object.keys(detail).length > 0;
  add.run({
    at: clock.now(), actorKind: by.kind, actorId: by.id, action,
    target: target && `${target.kind}:${target.id}`, detail: isDetailed ? JSON.stringify(detail) : null,
  });
}

function prepareAudit(db: Db) {
  const { action, row } = auditEntry;
  const isBefore = lt(row, given('before'));
  const isOfKind = or(eq(action, given('action')), sql`substr(${action}, 1, length(${given('kind')})) = ${given('kind')}`);
  return {
    actor: db.select().from(agent).where(eq(agent.id, given('id'))).prepare(),
    add: db.insert(auditEntry).values({
      at: givenRaw('at'), actorKind: givenRaw('actorKind'), actorId: givenRaw('actorId'), action: givenRaw('action'),
      target: givenRaw('target'), detail: givenRaw('detail'),
    }).prepare(),
    all: db.select().from(auditEntry).where(isBefore).orderBy(desc(row)).limit(GIVEN_LIMIT).prepare(),
    some: db.select().from(auditEntry).where(and(isBefore, isOfKind)).orderBy(desc(row)).limit(GIVEN_LIMIT).prepare(),
  };
}

function toEntry({ row, at, actorKind, actorId, action, target, detail }: typeof auditEntry.$inferSelect): AuditEntry {
  const [kind = '', ...id] = target?.split(':') ?? [];
  return {
    id: String(row),
    at: new Date(at),
    actor: { kind: actorKind, id: actorId },
    action: action as Action,
    target: target === null ? null : { kind: kind as NonNullable<Act['target']>['kind'], id: id.join(':') },
    detail: detail === null ? {} : (JSON.parse(detail) as Record<string, string>),
  };
}
