import { builder } from '../builder.ts';
import type { DomainError } from '../../domain/errors.ts';
import {
  AlreadyTakenError, IdempotencyConflictError, InvalidInputError, NotFoundError, RateLimitedError, StaleReplyError,
} from '../../domain/errors.ts';
import { AgentType, MessageType } from './refs.ts';

/** Domain errors as data. A GraphQL type has the name of its class, which is how a union tells its members apart. */

const ErrorInterface = builder.interfaceRef<DomainError>('Error').implement({
  description:
    'A failure that the caller can act on; `reason` is fit to show. (Not `message`: that name is taken by what people write, and one selection may not ' +
    'have it in two shapes.) Everything else is in the top-level `errors`, masked, with `extensions.code`; so is `RATE_LIMITED` with `retryAfterMs` where a ' +
    'result has no member for it.',
  fields: (t) => ({
    reason: t.string({ description: 'What is wrong, in a sentence that may be shown to a person.', resolve: (error) => error.message }),
  }),
});

const shared = { interfaces: [ErrorInterface] };

export const InvalidInputErrorType = builder.objectType(InvalidInputError, {
  ...shared,
  name: 'InvalidInputError',
  description: 'An argument does not fit. Nothing was changed.',
  fields: (t) => ({ field: t.exposeString('field', { description: 'The input field that does not fit.' }) }),
});

export const NotFoundErrorType = builder.objectType(NotFoundError, {
  ...shared,
  name: 'NotFoundError',
  description: 'Unknown and forbidden give the same answer, so nobody can probe for ids.',
});

export const IdempotencyConflictErrorType = builder.objectType(IdempotencyConflictError, {
  ...shared,
  name: 'IdempotencyConflictError',
  description: 'The same `clientMessageId` was used before with another text or kind. The first message stands.',
  fields: (t) => ({ original: t.field({ type: MessageType, description: 'The message that was sent under this key.', resolve: (error) => error.original }) }),
});

export const StaleReplyErrorType = builder.objectType(StaleReplyError, {
  ...shared,
  name: 'StaleReplyError',
  description:
    'Texts after `lastSeenSeq` by anybody but the sender, the bot included, exist. Nothing was sent; `unseen` is what the sender has not read, at most 100.',
  fields: (t) => ({
    unseen: t.field({ type: [MessageType], description: 'Oldest first, at most 100.', resolve: (error) => [...error.unseen] }),
  }),
});

export const AlreadyTakenErrorType = builder.objectType(AlreadyTakenError, {
  ...shared,
  name: 'AlreadyTakenError',
  description: 'Another agent has it. Take it from them with `force`.',
  fields: (t) => ({ assignee: t.field({ type: AgentType, description: 'Who has it.', resolve: (error) => error.assignee }) }),
});

export const RateLimitedErrorType = builder.objectType(RateLimitedError, {
  ...shared,
  name: 'RateLimitedError',
  description: 'Too much in too short a time. Nothing was changed.',
  fields: (t) => ({ retryAfterMs: t.exposeInt('retryAfterMs', { description: 'Milliseconds after which it is worth trying again.' }) }),
});

type ErrorClass<E extends DomainError> = abstract new (...args: never[]) => E;

/** Runs a verb; a failure that the field's union has a member for becomes data, any other is thrown on, to be masked. */
export async function orError<T, Errors extends readonly DomainError[]>(
  work: Promise<T>, ...members: { readonly [Index in keyof Errors]: ErrorClass<Errors[Index]> }
): Promise<T | Errors[number]> {
  try {
    return await work;
  } catch (error) {
    if (members.some((member) => error instanceof member)) return asData(error as Errors[number]);
    throw error;
  }
}

/** graphql-js takes an Error that a resolver returns for one that it threw, so what is returned is a plain copy that names its type. */
function asData<E extends DomainError>(error: E): E {
  return { ...error, message: error.message, __typename: error.name };
}

/** The name of a union's member: an error's own, or the payload's. */
export function memberName(payload: string): (value: object) => string {
  return (value) => ('__typename' in value ? String(value.__typename) : payload);
}
