import type { GraphQLField, GraphQLSchema } from 'graphql';
import { getNullableType, isUnionType } from 'graphql';
import { RateLimitedError } from '../domain/errors.ts';
import { requireShare } from '../domain/share.ts';
import type { Limited } from '../limits/rates.ts';
import type { Context } from './context.ts';
import { orError } from './schema/errors.ts';

/** What a field of Mutation counts as. Those not named here: `change`. */
const COUNTS_AS: Readonly<Record<string, Limited | null>> = {
  // Counted where it is known whether a text was kept before (domain/messages.ts), and whether a sign-in failed (schema/sessions.ts).
  sendMessage: null,
  addNote: null,
  signIn: null,
  acceptInvite: null,
  startVisitorSession: 'visitor',
  startCustomerSession: 'identify',
  markRead: 'signal',
  setTyping: 'signal',
};

/**
 * Counts every field of Query, Mutation and Subscription against its caller before it runs: whatever transport it comes by, and each of
 * several in one document. Too many is data where the result has a member for it, else an error with `RATE_LIMITED`.
 */
export function limited(schema: GraphQLSchema): GraphQLSchema {
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) limit(field, type === schema.getMutationType() ? changeOf(field.name) : null);
  }
  return schema;
}

function changeOf(mutation: string): Limited | null {
  const as = COUNTS_AS[mutation];
  return as === undefined ? 'change' : as;
}

function limit(field: GraphQLField<unknown, Context>, as: Limited | null): void {
  const result = getNullableType(field.type);
  const hasMember = isUnionType(result) && result.getTypes().some(({ name }) => name === RateLimitedError.name);
  const step = field.subscribe ? 'subscribe' : 'resolve';
  const inner = field[step];
  if (!inner) throw new Error(`${field.name} has no resolver to count`);
  field[step] = (root, args, context, info) => {
    try {
      take(context, 'field');
      if (as) take(context, as);
    } catch (error) {
      if (!hasMember) throw error;
      return orError(Promise.reject(error), RateLimitedError);
    }
    return inner(root, args, context, info);
  };
}

function take({ limits, viewer, address }: Context, what: Limited): void {
  requireShare(limits.take(what, { viewer, address }));
}
