import { graphql } from '../graphql/document.ts';
import type { Result } from '../graphql/document.ts';

export const Team = graphql(`
  query Team {
    agents(all: true) { id name email role active online hasSecondFactor }
    pendingInvites { id role createdAt expiresAt createdBy { name } }
  }
`);

export const InviteAgent = graphql(`
  mutation InviteAgent($input: InviteAgentInput!) {
    inviteAgent(input: $input) { __typename ... on LinkPayload { link expiresAt } ... on Error { reason } ... on InvalidInputError { field } }
  }
`);

export const RevokeInvite = graphql(`
  mutation RevokeInvite($input: RevokeInviteInput!) { revokeInvite(input: $input) }
`);

export const CreatePasswordLink = graphql(`
  mutation CreatePasswordLink($input: CreatePasswordLinkInput!) {
    createPasswordLink(input: $input) { __typename ... on LinkPayload { link expiresAt } ... on Error { reason } ... on InvalidInputError { field } }
  }
`);

export const SetAgentRole = graphql(`
  mutation SetAgentRole($input: SetAgentRoleInput!) {
    setAgentRole(input: $input) { __typename ... on Error { reason } ... on InvalidInputError { field } }
  }
`);

export const DeactivateAgent = graphql(`
  mutation DeactivateAgent($input: DeactivateAgentInput!) {
    deactivateAgent(input: $input) { __typename ... on Error { reason } ... on InvalidInputError { field } }
  }
`);

export const ReactivateAgent = graphql(`
  mutation ReactivateAgent($input: ReactivateAgentInput!) {
    reactivateAgent(input: $input) { __typename ... on Error { reason } ... on InvalidInputError { field } }
  }
`);

export const ResetSecondFactor = graphql(`
  mutation ResetSecondFactor($input: ResetSecondFactorInput!) {
    resetSecondFactor(input: $input) { __typename ... on Error { reason } ... on InvalidInputError { field } }
  }
`);

export type Member = Result<typeof Team>['agents'][number];
export type PendingInvite = Result<typeof Team>['pendingInvites'][number];
export type Role = NonNullable<Member['role']>;

export const ROLES: readonly { readonly value: Role; readonly label: string; readonly hint: string }[] = [
  { value: 'AGENT', label: 'Agent', hint: 'Answers customers and writes articles.' },
  { value: 'VIEWER', label: 'Viewer', hint: 'Reads along, and changes nothing.' },
  { value: 'ADMIN', label: 'Admin', hint: 'Everything, with the team, tokens, keys and the bot.' },
];

export function roleName(role: Role | null): string {
  return ROLES.find(({ value }) => value === role)?.label ?? '';
}
