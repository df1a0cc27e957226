import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import { GraphQLError, Kind } from 'graphql';
import type { Context } from './context.ts';
import { isoOf } from './date-time.ts';

export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    Cursor: { Input: string; Output: string };
  };
}>({
  plugins: [ComplexityPlugin],
  defaultFieldNullability: false,
  // Measured once per operation, before it runs (cost.ts), and not in resolvers.
  complexity: { disabled: true, defaultComplexity: 1, defaultListMultiplier: 1 },
});

builder.queryType();
builder.mutationType();
builder.subscriptionType();

builder.scalarType('DateTime', {
  description: 'An RFC 3339 instant in UTC, with milliseconds.',
  serialize: isoOf,
  parseValue: (value) => {
    const date = typeof value === 'string' ? new Date(value) : null;
    if (!date || Number.isNaN(date.getTime())) throw new GraphQLError('Must be an RFC 3339 instant.');
    return date;
  },
});

builder.scalarType('Cursor', {
  description:
    'A position in a stream or a list. Opaque: compare it with nothing, build it from nothing, hand it back. One of the wrong kind is refused.',
  serialize: (cursor) => cursor,
  parseValue: requireString,
  parseLiteral: (node) => requireString(node.kind === Kind.STRING ? node.value : null),
});

function requireString(value: unknown): string {
  if (typeof value !== 'string') throw new GraphQLError('A cursor is a string.');
  return value;
}

/** A page costs its size times what is asked of each item. */
export function pageCost({ first, last }: { first?: number | null; last?: number | null }, fallback: number): { field: number; multiplier: number } {
  return { field: 1, multiplier: Math.min(Math.max(first ?? last ?? fallback, 1), 100) };
}
