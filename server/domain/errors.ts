import type { Agent, Message } from './types.ts';

/** A refusal that the caller can act on. `message` is fit to show to anybody who may see the operation fail. */
export abstract class DomainError extends Error {}

export class InvalidInputError extends DomainError {
  override name = 'InvalidInputError';
  readonly field: string;
  constructor(field: string, reason: string) {
    super(reason);
    this.field = field;
  }
}

/** Unknown and forbidden are this one answer, so nobody can probe for ids. */
export class NotFoundError extends DomainError {
  override name = 'NotFoundError';
  constructor(what: 'conversation' | 'article' = 'conversation') { super(`No such ${what}. It does not exist, or you may not see it.`); }
}

export class IdempotencyConflictError extends DomainError {
  override name = 'IdempotencyConflictError';
  readonly original: Message;
  constructor(original: Message) {
    super('This clientMessageId was used before for something else. The first message stands.');
    this.original = original;
  }
}

export class StaleReplyError extends DomainError {
  override name = 'StaleReplyError';
  readonly unseen: readonly Message[];
  constructor(unseen: readonly Message[]) {
    super('There is something newer that you have not read. Nothing was sent.');
    this.unseen = unseen;
  }
}

export class AlreadyTakenError extends DomainError {
  override name = 'AlreadyTakenError';
  readonly assignee: Agent;
  constructor(assignee: Agent) {
    super(`${assignee.name} has this conversation.`);
    this.assignee = assignee;
  }
}

export class RateLimitedError extends DomainError {
  override name = 'RateLimitedError';
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number) {
    super(`Too many requests. Try again in ${Math.ceil(retryAfterMs / 1000)} s.`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The caller lacks the right, and saying so reveals nothing: the operation is about no particular object. */
export class ForbiddenError extends DomainError {
  override name = 'ForbiddenError';
  constructor() { super('You may not do this.'); }
}

export class UnauthenticatedError extends DomainError {
  override name = 'UnauthenticatedError';
  constructor(reason = 'Sign in first.') { super(reason); }
}

/** A cursor that was never handed out, or one of another kind. */
export class BadCursorError extends DomainError {
  override name = 'BadCursorError';
  constructor() { super('This is not a cursor for this field.'); }
}

/**
 * The store could not say that it kept the change. Its outcome is unknown, so the caller may try again with the same key:
 * if it was kept after all, the retry returns it.
 */
export class UnavailableError extends DomainError {
  override name = 'UnavailableError';
  readonly code: 'STORAGE_FULL' | 'TRY_AGAIN' | 'OVERLOADED';
  readonly retryAfterMs: number;
  constructor(code: UnavailableError['code'], retryAfterMs: number, options?: ErrorOptions) {
    super(REASONS[code], options);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

const REASONS = {
  STORAGE_FULL: 'The disk is full. Nothing new can be kept until there is space.',
  TRY_AGAIN: 'This could not be kept just now. Try again.',
  OVERLOADED: 'Too much is waiting to be kept. Try again.',
};
