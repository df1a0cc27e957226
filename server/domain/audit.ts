import { canAdminister, canReadAudit } from './access.ts';
import type { Deps } from './commit.ts';
import type { PageArguments } from './conversations.ts';
import { requirePageSize } from './conversations.ts';
import { ForbiddenError, InvalidInputError } from './errors.ts';
import { requireRight } from './people.ts';
import type { Actor, AuditEntry, Page, Viewer } from './types.ts';

/** The product, where nobody else acts. */
export const ITSELF: Actor = { kind: 'system', id: 'minicom' };

/**
 * Who acts, as whoever keeps the act wants to know it. There is no other way from a viewer to an `Actor`, so no act of consequence can be asked for without
 * one of these checks.
 */

/** @throws UnauthenticatedError, ForbiddenError: admins only */
export function asAdmin(viewer: Viewer | null): Actor {
  requireRight(viewer, canAdminister(viewer));
  return actorOf(viewer);
}

/** About oneself. @throws UnauthenticatedError, ForbiddenError: agents only */
export function asAgent(viewer: Viewer | null): Extract<Actor, { kind: 'agent' }> {
  requireRight(viewer, viewer?.kind === 'agent');
  if (viewer?.kind !== 'agent') throw new ForbiddenError();
  return { kind: 'agent', id: viewer.id, role: viewer.role };
}

/** Whose right was found already. @throws ForbiddenError for customers, who do nothing of consequence */
export function actorOf(viewer: Viewer | null): Actor {
  if (viewer?.kind === 'agent') return { kind: 'agent', id: viewer.id, role: viewer.role };
  if (viewer?.kind === 'token') return { kind: 'token', id: viewer.id };
  throw new ForbiddenError();
}

export interface ListAudit extends Pick<PageArguments, 'first' | 'after'> {
  /** Such as `agent.signed_in`; `agent` is all that begins so. */
  readonly action?: string | null;
}

/** Newest first. @throws UnauthenticatedError, ForbiddenError, InvalidInputError, BadCursorError */
export async function listAudit(deps: Deps, viewer: Viewer | null, { first, after, action }: ListAudit): Promise<Page<AuditEntry>> {
  requireRight(viewer, canReadAudit(viewer));
  const isAction = action == null || /^[a-z_.]{1,50}$/.test(action);
  if (!isAction) throw new InvalidInputError('action', 'Must be an action such as agent.signed_in, or a kind such as agent.');
  return deps.audit.page({ action: action ?? null, limit: requirePageSize('first', first), after: after ?? null });
}
