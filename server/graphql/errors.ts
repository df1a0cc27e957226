import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import {
  BadCursorError, DomainError, ForbiddenError, InvalidInputError, NotFoundError, RateLimitedError, UnauthenticatedError, UnavailableError,
} from '../domain/errors.ts';

export type MaskError = (error: unknown, requestId: string) => GraphQLError;

/**
 * What callers may learn of a failure: a code, and a reason only where it was meant for them. All else is logged, once, under the request's id,
 * and becomes "Unexpected error.".
 */
export function createMaskError(log: Pick<Logger, 'error'>): MaskError {
  return (error, requestId) => {
    const cause = rootCause(error);
    const locations = error instanceof GraphQLError ? { nodes: error.nodes, source: error.source, positions: error.positions, path: error.path } : {};
    if (cause instanceof DomainError) return new GraphQLError(cause.message, { ...locations, extensions: extensionsOf(cause) });
    if (cause instanceof GraphQLError) {
      return new GraphQLError(cause.message, { ...locations, extensions: { code: 'BAD_USER_INPUT', ...cause.extensions } });
    }
    log.error({ err: cause, requestId }, 'unexpected error');
    return new GraphQLError('Unexpected error.', { ...locations, extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } });
  };
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
