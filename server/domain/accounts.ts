import { asAdmin } from './audit.ts';
import type { Deps } from './commit.ts';
import { commit } from './commit.ts';
import { InvalidInputError } from './errors.ts';
import type { AgentChange, AgentNow } from './ports/people.ts';
import { released } from './turns.ts';
import type { Agent, AgentRole, ConversationStatus, Viewer } from './types.ts';
import { ROLES } from './types.ts';

/** Who belongs to the team, and as what. Admins only; the last admin stays one. What about oneself needs a password is in `server/auth`. */

const BATCH = 100;

/** Who loses rights is signed out in the same commit, so that nothing open goes on with them. @throws UnauthenticatedError, ForbiddenError, InvalidInputError */
export async function setAgentRole(deps: Deps, viewer: Viewer | null, { agentId, role }: { agentId: string; role: AgentRole }): Promise<Agent> {
  return requireAgent(await deps.people.changeAgent(asAdmin(viewer), agentId, (now) => withRole(now, role)));
}

/**
 * Ends the agent's sessions and unused links in the same commit, and then hands whatever the agent had back to the queue. Again for one who is deactivated:
 * hands back what was left over. @throws as `setAgentRole`
 */
export async function deactivateAgent(deps: Deps, viewer: Viewer | null, { agentId }: { agentId: string }): Promise<Agent> {
  const agent = requireAgent(await deps.people.changeAgent(asAdmin(viewer), agentId, deactivated));
  await releaseAll(deps, agent, 'open');
  await releaseAll(deps, agent, 'snoozed');
  return agent;
}

/** With the password and second factor from before. @throws as `setAgentRole` */
export async function reactivateAgent(deps: Deps, viewer: Viewer | null, { agentId }: { agentId: string }): Promise<Agent> {
  return requireAgent(await deps.people.changeAgent(asAdmin(viewer), agentId, reactivated));
}

/** @throws InvalidInputError */
export function requireAgent(agent: Agent | null): Agent {
  if (!agent) throw noSuchAgent();
  return agent;
}

export function noSuchAgent(): InvalidInputError {
  return new InvalidInputError('agentId', 'There is no such agent, or not any more.');
}

function withRole(now: AgentNow, role: AgentRole): AgentChange | null {
  const from = now.agent.role;
  if (from === role) return null;
  if (from === 'admin') requireOtherAdmin(now);
  const isLess = ROLES.indexOf(role) < ROLES.indexOf(from);
  return { action: 'agent.role_changed', detail: { from, to: role }, role, ...(isLess ? { endSessions: { butHash: null }, endLinks: true } : {}) };
}

function deactivated(now: AgentNow): AgentChange | null {
  if (!now.agent.active) return null;
  if (now.agent.role === 'admin') requireOtherAdmin(now);
  return { action: 'agent.deactivated', active: false, endSessions: { butHash: null }, endLinks: true };
}

function reactivated({ agent }: AgentNow): AgentChange | null {
  return agent.active ? null : { action: 'agent.reactivated', active: true };
}

function requireOtherAdmin({ agent, activeAdmins }: AgentNow): void {
  if (agent.active && activeAdmins <= 1) throw new InvalidInputError('agentId', 'This is the only admin. Make somebody else one first.');
}

/** Each that is released leaves the list; one that somebody else took meanwhile has left it by itself. */
async function releaseAll(deps: Deps, { id, name }: Agent, status: ConversationStatus): Promise<void> {
  for (;;) {
    const { items } = await deps.log.list({ filter: { assigneeId: id, status }, order: 'newest_activity', limit: BATCH, after: null });
    const releasing = items.map(({ node }) => commit(deps, { customerId: node.customerId }, (now) => released(now, id, name)));
    const results = await Promise.all(releasing);
    if (!results.some(({ changed }) => changed)) return;
  }
}
