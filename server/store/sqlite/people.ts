import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import type { People } from '../../domain/ports/people.ts';
import type { Handler } from '../../domain/types.ts';
import { newId } from '../ids.ts';
import { inBatches } from '../batch.ts';
import type { Db } from './connection.ts';
import type { StoreContext } from './context.ts';
import { prepareCredentials, sessionRow } from './credentials.ts';
import { mergeVisitor } from './merge.ts';
import type { ConversationRow } from './rows.ts';
import { given, givenRaw, isAmong, toCustomer, wholeRow } from './rows.ts';
import { customer, meta, session } from './schema.ts';
import { prepareLog } from './statements.ts';

type Persons = Pick<People, 'startVisitor' | 'startCustomer' | 'customer' | 'installId'>;

/** Customers. A customer and their conversation are made together, so there is never one without the other. */
export function createPeople({ clock, prepared, read, write }: StoreContext): Persons {
  return {
    startVisitor: ({ id, handler }, started) => write(() => {
      const at = clock.now();
      const made = prepared(preparePeople).createCustomer.get({ ...customerRow(id, at), verified: 0 });
      prepared(prepareLog).create.get(freshConversation(id, handler, at));
      prepared(prepareCredentials).start.run(sessionRow(started, { customerId: id, at }));
      return toCustomer(made);
    }),

    startCustomer: ({ id, name, email, handler }, started, visitorHash) => write(() => {
      const at = clock.now();
      const people = prepared(preparePeople);
      const log = prepared(prepareLog);
      const credentials = prepared(prepareCredentials);
      const known = people.identify.get({ id, name, email, at });
      const identified = known ?? people.createCustomer.get({ ...customerRow(id, at), name, email, verified: 1 });
      if (!known) log.create.get(freshConversation(id, handler, at));
      credentials.start.run(sessionRow(started, { customerId: id, at }));

      const visitor = visitorHash === null ? undefined : people.liveVisitor.get({ hash: visitorHash, at });
      const rung = visitor && visitor.id !== id ? mergeVisitor({ log, credentials, at, fresh: freshConversation }, visitor.id, id) : [];
      return { customer: toCustomer(identified), rung };
    }),

    customer: inBatches((ids) => read(() => new Map(prepared(preparePeople).customers.all({ ids: JSON.stringify(ids) }).map((row) => [row.id, toCustomer(row)])))),
    installId: () => read(() => {
      const found = prepared(preparePeople).meta.get({ key: 'install_id' });
      if (!found) throw new Error('the database does not know its installation');
      return found.value;
    }),
  };
}

export function preparePeople(db: Db) {
  return {
    customers: db.select().from(customer).where(isAmong(customer.id)).prepare(),
    createCustomer: db.insert(customer).values(wholeRow(customer)).returning().prepare(),
    /** What is not said of a customer stays as it was. */
    identify: db.update(customer).set({
      name: sql`coalesce(${given('name')}, ${customer.name})`, email: sql`coalesce(${given('email')}, ${customer.email})`,
      verified: sql`1`, lastSeenAt: givenRaw('at'),
    }).where(eq(customer.id, given('id'))).returning().prepare(),
    liveVisitor: db.select({ id: customer.id }).from(session).innerJoin(customer, eq(customer.id, session.customerId)).where(and(
      eq(session.hash, given('hash')), isNull(session.revokedAt), gt(session.expiresAt, given('at')), eq(customer.verified, sql`0`),
    )).prepare(),
    meta: db.select().from(meta).where(eq(meta.key, given('key'))).prepare(),
  };
}

function customerRow(id: string, at: number) {
  return { id, name: null, email: null, createdAt: at, lastSeenAt: at };
}

function freshConversation(customerId: string, handler: Handler, at: number): Omit<ConversationRow, 'row'> {
  return {
    id: newId(at), customerId, status: 'open', handler, assigneeId: null, createdAt: at, seenByCustomer: 0, seenByAgents: 0, waitingSince: null,
    position: 0, head: 0, fence: 0, life: 0, lastCustomerSeq: 0, botDoneSeq: 0, unreadForCustomer: 0, unreadForAgents: 0,
    lastMessageId: null, lastTextAt: null, change: null,
  };
}
