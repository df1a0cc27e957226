import { graphql } from '../graphql/document.ts';
import type { Result } from '../graphql/document.ts';

export const ApiTokens = graphql(`
  query ApiTokens { apiTokens { id name scopes createdAt expiresAt lastUsedAt createdBy { name } } }
`);

export const CreateApiToken = graphql(`
  mutation CreateApiToken($input: CreateApiTokenInput!) {
    createApiToken(input: $input) {
      __typename
      ... on CreateApiTokenPayload { secret token { name } }
      ... on Error { reason }
      ... on InvalidInputError { field }
    }
  }
`);

export const RevokeApiToken = graphql(`
  mutation RevokeApiToken($input: RevokeApiTokenInput!) {
    revokeApiToken(input: $input) { __typename ... on Error { reason } ... on InvalidInputError { field } }
  }
`);

export type Token = Result<typeof ApiTokens>['apiTokens'][number];

export const SCOPES = [
  { value: 'conversations:read', words: 'Read the inbox, and what customers see of conversations' },
  { value: 'conversations:write', words: 'Take over, hand back, resolve and reopen' },
  { value: 'messages:write', words: 'Write to customers' },
  { value: 'notes', words: 'Read and write the team’s notes' },
  { value: 'customers:read', words: 'Read customers’ e-mail addresses' },
  { value: 'customers:write', words: 'Change customers: nothing needs it yet' },
  { value: 'admin', words: 'All of these, and articles, the bot’s settings and the audit log' },
] as const;
