import { canRead } from '../domain/access.ts';
import { findConversation } from '../domain/conversations.ts';
import { ForbiddenError, NotFoundError } from '../domain/errors.ts';
import type { Conversation, Customer } from '../domain/types.ts';
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

export async function requireCustomer({ deps }: Context, id: string): Promise<Customer> {
  const customer = await deps.people.customer(id);
  if (!customer) throw new NotFoundError();
  return customer;
}
