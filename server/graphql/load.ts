import { findConversation } from '../domain/conversations.ts';
import { NotFoundError } from '../domain/errors.ts';
import type { Conversation, Customer } from '../domain/types.ts';
import type { Context } from './context.ts';

/** Objects behind non-null fields. What is missing here is a fault of ours or an answer that may not be given: both are errors. */

export async function requireConversation({ deps, viewer }: Context, customerId: string): Promise<Conversation> {
  const conversation = await findConversation(deps, viewer, customerId);
  if (!conversation) throw new NotFoundError();
  return conversation;
}

export async function requireCustomer({ deps }: Context, id: string): Promise<Customer> {
  const customer = await deps.people.customer(id);
  if (!customer) throw new NotFoundError();
  return customer;
}
