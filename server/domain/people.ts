import { canAdminister, canSeeTeam } from './access.ts';
import type { Deps } from './commit.ts';
import { ForbiddenError, UnauthenticatedError } from './errors.ts';
import type { Agent, Viewer } from './types.ts';

/** As activities tell it. */
export async function nameOf(deps: Pick<Deps, 'people'>, viewer: Viewer): Promise<string> {
  if (viewer.kind === 'customer') return 'the customer';
  const known = viewer.kind === 'agent' ? await deps.people.agent(viewer.id) : await deps.people.token(viewer.id);
  return known?.name ?? 'Somebody';
}

/** The team, by name. @throws UnauthenticatedError, ForbiddenError: agents only, and of who left admins only */
export async function listAgents(deps: Deps, viewer: Viewer | null, { all = false } = {}): Promise<readonly Agent[]> {
  requireRight(viewer, all ? canAdminister(viewer) : canSeeTeam(viewer));
  return deps.people.agents({ all });
}

/** For operations about no particular object: saying that a right is missing reveals nothing. */
export function requireRight(viewer: Viewer | null, right: boolean): void {
  if (right) return;
  throw viewer ? new ForbiddenError() : new UnauthenticatedError();
}
