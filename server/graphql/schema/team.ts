import type { Link, PendingInvite } from '../../auth/links.ts';
import { deactivateAgent, reactivateAgent, setAgentRole } from '../../domain/accounts.ts';
import { asAdmin } from '../../domain/audit.ts';
import { InvalidInputError, RateLimitedError } from '../../domain/errors.ts';
import type { Agent } from '../../domain/types.ts';
import { builder } from '../builder.ts';
import type { Context } from '../context.ts';
import { InvalidInputErrorType, memberName, orError, RateLimitedErrorType } from './errors.ts';
import { AgentRole } from './people.ts';
import { AgentType } from './refs.ts';

/** What admins do about others. */

const AgentPayload = builder.objectRef<{ agent: Agent }>('AgentPayload').implement({
  description: 'It is kept.',
  fields: (t) => ({ agent: t.field({ type: AgentType, description: 'As they are now.', resolve: (payload) => payload.agent }) }),
});

export const AgentResult = builder.unionType('AgentResult', {
  description: 'What came of changing an agent.',
  types: [AgentPayload, InvalidInputErrorType, RateLimitedErrorType],
  resolveType: memberName('AgentPayload'),
});

const LinkPayload = builder.objectRef<Link>('LinkPayload').implement({
  description: 'A link that works once. Whoever has it can use it, so hand it to nobody else.',
  fields: (t) => ({
    link: t.string({ description: 'Told this once.', resolve: ({ path }, _args, { url }) => url + path }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'An hour later.' }),
  }),
});

const LinkResult = builder.unionType('LinkResult', {
  description: 'What came of asking for a link.',
  types: [LinkPayload, InvalidInputErrorType, RateLimitedErrorType],
  resolveType: memberName('LinkPayload'),
});

const InviteAgentInput = builder.inputType('InviteAgentInput', {
  description: 'Who is to join.',
  fields: (t) => ({ role: t.field({ type: AgentRole, required: true, description: 'As what.' }) }),
});

const InviteType = builder.objectRef<PendingInvite>('Invite').implement({
  description: 'A link for a new agent that nobody has used yet.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Names it; opens nothing.' }),
    role: t.expose('role', { type: AgentRole, description: 'As what somebody would join.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until when it works.' }),
    createdBy: t.field({
      type: AgentType,
      nullable: true,
      description: 'Who made it; null for a command.',
      resolve: ({ createdBy }, _args, { deps }) => (createdBy === null ? null : deps.people.agent(createdBy)),
    }),
  }),
});

builder.queryField('pendingInvites', (t) => t.field({
  type: [InviteType],
  description: 'Links for new agents that can still be used, the newest first, at most 100. Admins only.',
  resolve: async (_root, _args, { auth, viewer }) => {
    asAdmin(viewer);
    return [...(await auth.links.pendingInvites())];
  },
}));

const RevokeInviteInput = builder.inputType('RevokeInviteInput', {
  description: 'Which invite.',
  fields: (t) => ({ inviteId: t.id({ required: true, description: 'As `pendingInvites` names it.' }) }),
});

const SetAgentRoleInput = builder.inputType('SetAgentRoleInput', {
  description: 'What an agent may do from now on.',
  fields: (t) => ({
    agentId: t.id({ required: true, description: 'Who.' }),
    role: t.field({ type: AgentRole, required: true, description: 'As what.' }),
  }),
});

const inputAbout = (name: string) => builder.inputType(name, {
  description: 'Which agent.',
  fields: (t) => ({ agentId: t.id({ required: true, description: 'Who.' }) }),
});

const DeactivateAgentInput = inputAbout('DeactivateAgentInput');
const ReactivateAgentInput = inputAbout('ReactivateAgentInput');
const CreatePasswordLinkInput = inputAbout('CreatePasswordLinkInput');
const ResetSecondFactorInput = inputAbout('ResetSecondFactorInput');

builder.mutationFields((t) => ({
  inviteAgent: t.field({
    type: LinkResult,
    description:
      'A one-time link for one new agent, who chooses name, e-mail address and password. Void once who made it is an admin no more. Admins only.',
    args: { input: t.arg({ type: InviteAgentInput, required: true, description: 'As what.' }) },
    resolve: (_root, { input: { role } }, { auth, viewer }) => auth.links.createInvite(asAdmin(viewer), role),
  }),
  revokeInvite: t.boolean({
    description: 'Its link works no more. False: there is none like it, or it was used. Admins only.',
    args: { input: t.arg({ type: RevokeInviteInput, required: true, description: 'Which one.' }) },
    resolve: async (_root, { input: { inviteId } }, { auth, viewer }) => auth.links.revokeInvite(asAdmin(viewer), inviteId),
  }),
  setAgentRole: t.field({
    type: AgentResult,
    description: 'More rights count within a minute; who loses rights is signed out at once. The only admin stays one. Admins only.',
    args: { input: t.arg({ type: SetAgentRoleInput, required: true, description: 'Who, as what.' }) },
    resolve: (_root, { input: given }, context) => settled(ending(context, given.agentId, setAgentRole(context.deps, context.viewer, given))),
  }),
  deactivateAgent: t.field({
    type: AgentResult,
    description:
      'Ends the sessions and unused links of the agent at once, closes their sockets, and puts their open conversations into the queue. The only admin stays. ' +
      'API tokens that the agent made live on: see `apiTokens`. Admins only.',
    args: { input: t.arg({ type: DeactivateAgentInput, required: true, description: 'Who.' }) },
    resolve: (_root, { input: given }, context) => settled(ending(context, given.agentId, deactivateAgent(context.deps, context.viewer, given))),
  }),
  reactivateAgent: t.field({
    type: AgentResult,
    description: 'Lets the agent sign in again, with the password and second factor from before. Admins only.',
    args: { input: t.arg({ type: ReactivateAgentInput, required: true, description: 'Who.' }) },
    resolve: (_root, { input: given }, { deps, viewer }) => settled(reactivateAgent(deps, viewer, given)),
  }),
  createPasswordLink: t.field({
    type: LinkResult,
    description: 'A one-time link with which the agent chooses a new password. Admins only.',
    args: { input: t.arg({ type: CreatePasswordLinkInput, required: true, description: 'Who.' }) },
    resolve: async (_root, { input: { agentId } }, { auth, viewer }) => orError(auth.links.createPasswordLink(asAdmin(viewer), agentId), InvalidInputError),
  }),
  resetSecondFactor: t.field({
    type: AgentResult,
    description: 'For somebody who lost device and recovery codes: the password is enough from now on. Not for oneself. Admins only.',
    args: { input: t.arg({ type: ResetSecondFactorInput, required: true, description: 'Who.' }) },
    resolve: async (_root, { input: { agentId } }, { auth, viewer }) => settled(auth.secondFactor.reset(asAdmin(viewer), agentId)),
  }),
}));

export function settled(changing: Promise<Agent>) {
  return orError(changing.then((agent) => ({ agent })), InvalidInputError, RateLimitedError);
}

/** Answers once the agent's sockets are closed; who ends their own session is answered first. */
async function ending({ auth, viewer }: Context, agentId: string, changing: Promise<Agent>): Promise<Agent> {
  const agent = await changing;
  if (viewer?.id !== agentId) await auth.live.hasten();
  return agent;
}
