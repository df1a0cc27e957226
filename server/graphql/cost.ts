import { complexityFromQuery } from '@pothos/plugin-complexity';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { GraphQLError, Kind, print } from 'graphql';

/**
 * What one operation may cost: every field counts one, times the page sizes above it. The heaviest operation of our own apps, an inbox page of 100 and
 * a thread of 100, stays under a fifth of it (test/graphql/limits.test.ts).
 */
export const MAX_COST = 25_000;

const MAX_INT = 2 ** 31 - 1;
const TOO_MUCH = 'The operation asks for too much at once. Ask for smaller pages.';

/** Refuses an operation, before any of it runs, that costs too much with these variables. */
export function costLimitOf(
  schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode,
): (variables: Readonly<Record<string, unknown>>) => GraphQLError | null {
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const costOf = (node: OperationDefinitionNode, variables: Record<string, unknown>): number =>
    complexityFromQuery({ kind: Kind.DOCUMENT, definitions: [node, ...fragments] }, { schema, variables, ctx: {} }).complexity;

  // Page sizes are all that a cost depends on, so an operation that is cheap with the largest is cheap with any, and is measured once.
  const sizes = (operation.variableDefinitions ?? []).filter(({ type }) => ['Int', 'Int!'].includes(print(type)));
  const largest = Object.fromEntries(sizes.map(({ variable }) => [variable.name.value, MAX_INT]));
  const most = unlessUnfit(() => costOf({ ...operation, variableDefinitions: sizes }, largest));
  if (most !== null && most <= MAX_COST) return () => null;

  return (variables) => {
    // Variables that do not fit are refused, and told so, by whoever runs the operation.
    const cost = unlessUnfit(() => costOf(operation, variables));
    return cost === null || cost <= MAX_COST ? null : new GraphQLError(TOO_MUCH, { extensions: { code: 'BAD_USER_INPUT' } });
  };
}

/** Null: an argument that a size stands beside is missing or does not fit. */
function unlessUnfit(measure: () => number): number | null {
  try {
    return measure();
  } catch (error) {
    if (error instanceof GraphQLError) return null;
    throw error;
  }
}
