import { and, eq, isNull, lt, sql } from 'drizzle-orm';
import type { People } from '../../domain/ports/people.ts';
import type { Db } from './connection.ts';
import type { StoreContext } from './context.ts';
import { given, GIVEN_LIMIT } from './rows.ts';
import { botTurn, conversation, customer, invite, session } from './schema.ts';

/** How many customers go at once: a group waits for it. */
const MAX_AT_ONCE = 200;

export function createPruning({ prepared, write }: StoreContext): Pick<People, 'prune'> {
  return {
    prune: (before) => write(() => {
      const statements = prepared(preparePruning);
      const at = before.getTime();
      statements.sessions.run({ at });
      statements.invites.run({ at });
      const silent = statements.silent.all({ at, limit: MAX_AT_ONCE });
      for (const { id } of silent) {
        statements.sessionsOf.run({ id });
        statements.turnsOf.run({ id });
        statements.conversationOf.run({ id });
        statements.customer.run({ id });
      }
      return silent.length;
    }),
  };
}

function preparePruning(db: Db) {
  return {
    sessions: db.delete(session).where(lt(session.expiresAt, given('at'))).prepare(),
    invites: db.delete(invite).where(lt(invite.expiresAt, given('at'))).prepare(),
    silent: db.select({ id: customer.id }).from(conversation).innerJoin(customer, eq(customer.id, conversation.customerId))
      .where(and(isNull(conversation.lastTextAt), lt(conversation.createdAt, given('at')), sql`coalesce(${customer.lastSeenAt}, 0) < ${given('at')}`))
      .limit(GIVEN_LIMIT).prepare(),
    sessionsOf: db.delete(session).where(eq(session.customerId, given('id'))).prepare(),
    /** The bot may have begun a turn on what has moved to another customer since. */
    turnsOf: db.delete(botTurn).where(sql`${botTurn.conversationRow} in (
      select ${conversation.row} from ${conversation} where ${conversation.customerId} = ${given('id')}
    )`).prepare(),
    conversationOf: db.delete(conversation).where(eq(conversation.customerId, given('id'))).prepare(),
    customer: db.delete(customer).where(eq(customer.id, given('id'))).prepare(),
  };
}
