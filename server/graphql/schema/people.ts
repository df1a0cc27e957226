import { canSeeAccount, canSeeEmail, canSeeTeamDetails } from '../../domain/access.ts';
import { listAgents } from '../../domain/people.ts';
import type { Agent, ApiToken, Customer, Sender, Soon, Viewer } from '../../domain/types.ts';
import { builder } from '../builder.ts';
import type { Context } from '../context.ts';
import { atOnce, requireConversation } from '../load.ts';
import { AgentType, ApiTokenType, ConversationType, CustomerType } from './refs.ts';

export const AgentRole = builder.enumType('AgentRole', {
  description: 'What an agent may do.',
  values: {
    ADMIN: { value: 'admin', description: 'Everything.' },
    AGENT: { value: 'agent', description: 'Answers customers.' },
    VIEWER: { value: 'viewer', description: 'Reads along, and changes nothing.' },
  } as const,
});

CustomerType.implement({
  description: 'Somebody who asks. A customer has exactly one conversation, for life.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id your own system knows this person by, or a generated one for an anonymous visitor.' }),
    name: t.exposeString('name', { nullable: true, description: 'As the identity token gave it.' }),
    email: t.string({
      nullable: true,
      description: 'As the identity token gave it. The customer, agents, and tokens with `customers:read`; null for others.',
      resolve: ({ id, email }, _args, { viewer }) => (canSeeEmail(viewer, id) ? email : null),
    }),
    verified: t.exposeBoolean('verified', { description: 'True once a signed identity token vouched for this id.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the first session began.' }),
    lastSeenAt: t.expose('lastSeenAt', { type: 'DateTime', nullable: true, description: 'When a session was last used; minutes old at most.' }),
    conversation: t.field({
      type: ConversationType,
      description: 'The one conversation.',
      resolve: (customer, _args, context) => requireConversation(context, customer.id),
    }),
  }),
});

AgentType.implement({
  description: 'A member of the team, as a person answers.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Opaque.' }),
    name: t.exposeString('name', { description: 'As customers see it.' }),
    online: t.boolean({ description: 'Has the inbox open somewhere right now.', resolve: (agent, _args, { deps }) => deps.isOnline(agent.id) }),
    role: t.field({
      type: AgentRole,
      nullable: true,
      description: 'Null for customers.',
      resolve: (agent, _args, { viewer }) => (canSeeTeamDetails(viewer) ? agent.role : null),
    }),
    active: t.boolean({
      nullable: true,
      description: 'False: signs in no more. Null for customers.',
      resolve: (agent, _args, { viewer }) => (canSeeTeamDetails(viewer) ? agent.active : null),
    }),
    email: t.string({
      nullable: true,
      description: 'To sign in with. The agent, and admins; null for others.',
      resolve: ({ id, email }, _args, { viewer }) => (canSeeAccount(viewer, id) ? email : null),
    }),
    hasSecondFactor: t.boolean({
      nullable: true,
      description: 'Signs in with a code beside the password. The agent, and admins; null for others.',
      resolve: ({ id, hasSecondFactor }, _args, { viewer }) => (canSeeAccount(viewer, id) ? hasSecondFactor : null),
    }),
    recoveryCodesLeft: t.int({
      nullable: true,
      description: 'How many recovery codes were not used yet; 0 without a second factor. The agent, and admins; null for others.',
      resolve: ({ id }, _args, { deps, viewer }) => (canSeeAccount(viewer, id) ? deps.people.recoveryCodesLeft(id) : null),
    }),
  }),
});

const BotType = builder.objectRef<{ name: string }>('Bot').implement({
  description: 'What answers by itself until a person takes over.',
  fields: (t) => ({ name: t.exposeString('name', { description: 'As customers see it.' }) }),
});

const SystemType = builder.objectRef<{ name: string }>('System').implement({
  description: "The product itself: 'Ana took over', 'Resolved'.",
  fields: (t) => ({ name: t.exposeString('name', { description: 'Always the same.' }) }),
});

type Named<T, Name extends string> = T & { readonly __typename: Name };
type SenderValue =
  | Named<Customer, 'Customer'> | Named<Agent, 'Agent'> | Named<ApiToken, 'ApiToken'> | Named<{ name: string }, 'Bot'> | Named<{ name: string }, 'System'>;

export const SenderUnion = builder.unionType('Sender', {
  description: 'Who wrote a message, or is typing.',
  types: [CustomerType, BotType, AgentType, ApiTokenType, SystemType],
  resolveType: (value) => (value as SenderValue).__typename,
});

const ViewerUnion = builder.unionType('Viewer', {
  description: 'The authenticated caller.',
  types: [CustomerType, AgentType, ApiTokenType],
  resolveType: (value) => (value as SenderValue).__typename,
});

/** Not async: whoever is at hand already is no promise, of which a list would make one for each of its rows. */
export function loadSender({ deps }: Context, { kind, id }: Sender): Soon<SenderValue> {
  if (kind === 'bot') return BOT;
  return kind === 'system' ? SYSTEM : atOnce(loadPerson(deps, { kind, id }), (found) => found ?? SYSTEM);
}

const BOT: SenderValue = { __typename: 'Bot', name: 'Bot' };
const SYSTEM: SenderValue = { __typename: 'System', name: 'Minicom' };

type Person = Named<Customer, 'Customer'> | Named<Agent, 'Agent'> | Named<ApiToken, 'ApiToken'>;

function loadPerson({ people }: Pick<Context['deps'], 'people'>, { kind, id }: Pick<Viewer, 'kind' | 'id'>): Soon<Person | null> {
  if (kind === 'customer') return atOnce(people.customer(id), (found) => found && { ...found, __typename: 'Customer' });
  if (kind === 'agent') return atOnce(people.agent(id), (found) => found && { ...found, __typename: 'Agent' });
  return atOnce(people.token(id), (found) => found && { ...found, __typename: 'ApiToken' });
}

builder.queryFields((t) => ({
  viewer: t.field({
    type: ViewerUnion,
    nullable: true,
    description: 'Who is asking, or null when nobody is signed in.',
    resolve: (_root, _args, context) => context.viewer && loadPerson(context.deps, context.viewer),
  }),
  agents: t.field({
    type: [AgentType],
    description: 'The team, by name. Agents only; with those who left, admins only.',
    args: { all: t.arg.boolean({ defaultValue: false, required: true, description: 'Those who were deactivated, too.' }) },
    resolve: async (_root, { all }, { deps, viewer }) => [...(await listAgents(deps, viewer, { all }))],
  }),
}));
