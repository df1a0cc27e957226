import { canRead } from '../domain/access.ts';
import { findConversation } from '../domain/conversations.ts';
import { ForbiddenError, NotFoundError } from '../domain/errors.ts';
import type { Conversation, Customer, Soon } from '../domain/types.ts';
import type { Context } from './context.ts';

/** Objects behind non-null fields. What is missing here is a fault of ours or an answer that may not be given: both are errors. */

export async function requireConversation({ deps, viewer }: Context, customerId: string): Promise<Conversation> {
  const conversation = await findConversation(deps, viewer, customerId);
  if (!conversation) throw new NotFoundError();
  return conversation;
}

/** What a verb leads to. Who may write and not read gets `FORBIDDEN` here, and what was done stands. */
export function requireReadable({ viewer }: Context, conversation: Conversation): Conversation {
  if (!canRead(viewer, conversation)) throw new ForbiddenError();
  return conversation;
}

export function requireCustomer({ deps }: Context, id: string): Soon<Customer> {
  return atOnce(deps.people.customer(id), (customer) => {
    if (!customer) throw new NotFoundError();
    return customer;
  });
}

/** What comes of a value, without waiting for one that is there. */
export function atOnce<T, U>(value: Soon<T>, then: (value: T) => U): Soon<U> {
  return value instanceof Promise ? value.then(then) : then(value);
}
