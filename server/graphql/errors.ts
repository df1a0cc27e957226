import { randomUUID } from 'node:crypto';
import { GraphQLError, Kind } from 'graphql';
import type { Logger } from 'pino';
import {
  BadCursorError, DomainError, ForbiddenError, InvalidInputError, NotFoundError, RateLimitedError, UnauthenticatedError, UnavailableError,
} from '../domain/errors.ts';

/** `id`: of the request; null if it has none yet. */
export type MaskError = (error: unknown, id: string | null) => GraphQLError;

/**
 * What callers may learn of a failure: a code, and a reason only where it was meant for them. All else is logged, once, under the request's id,
 * and becomes "Unexpected error.".
 */
export function createMaskError(log: Pick<Logger, 'error'>): MaskError {
  return (error, id) => {
    const cause = rootCause(error);
    const locations = error instanceof GraphQLError ? { nodes: error.nodes, source: error.source, positions: error.positions, path: error.path } : {};
    if (cause instanceof DomainError) return new GraphQLError(cause.message, { ...locations, extensions: extensionsOf(cause) });
    if (cause instanceof GraphQLError && isAboutRequest(error, cause)) {
      return new GraphQLError(explained(error, cause), { ...locations, extensions: { code: 'BAD_USER_INPUT', ...cause.extensions } });
    }
    const requestId = id ?? randomUUID();
    log.error({ err: cause, requestId }, 'unexpected error');
    return new GraphQLError('Unexpected error.', { ...locations, extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } });
  };
}

/**
 * Of graphql-js' own errors: those before execution, which have no path, those that point at an argument, and those that we gave a code. Another is
 * about a value of ours that does not fit its type.
 */
function isAboutRequest(error: unknown, cause: GraphQLError): boolean {
  return (error instanceof GraphQLError && !error.path) || cause.nodes !== undefined || 'code' in cause.extensions;
}

/** Names the variable, and leaves out its value: graphql-js would repeat it whole, once for each thing that is wrong with it. */
function explained(error: unknown, cause: GraphQLError): string {
  const node = error instanceof GraphQLError && error !== cause ? error.nodes?.[0] : undefined;
  return node?.kind === Kind.VARIABLE_DEFINITION ? `Variable "$${node.variable.name.value}": ${cause.message}` : cause.message;
}

function rootCause(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? rootCause(error.originalError) : error;
}

function extensionsOf(error: DomainError): Record<string, unknown> {
  if (error instanceof InvalidInputError) return { code: 'BAD_USER_INPUT', field: error.field };
  if (error instanceof BadCursorError) return { code: 'BAD_USER_INPUT' };
  if (error instanceof NotFoundError) return { code: 'NOT_FOUND' };
  if (error instanceof ForbiddenError) return { code: 'FORBIDDEN' };
  if (error instanceof UnauthenticatedError) return { code: 'UNAUTHENTICATED' };
  if (error instanceof RateLimitedError) return { code: 'RATE_LIMITED', retryAfterMs: error.retryAfterMs };
  if (error instanceof UnavailableError) return { code: error.code, retryable: true, retryAfterMs: error.retryAfterMs };
  return { code: 'BAD_USER_INPUT' };
}
