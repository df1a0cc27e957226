import { graphql } from '../graphql/document.ts';
import type { Result } from '../graphql/document.ts';

export const IdentityAudience = graphql(`
  query IdentityAudience { identityAudience }
`);

export const IdentityKeys = graphql(`
  query IdentityKeys { identityKeys { kid algorithm createdAt retiredAt } }
`);

export const AddIdentityKey = graphql(`
  mutation AddIdentityKey($input: AddIdentityKeyInput!) {
    addIdentityKey(input: $input) {
      __typename
      ... on AddIdentityKeyPayload { secret key { kid algorithm } }
      ... on Error { reason }
      ... on InvalidInputError { field }
    }
  }
`);

export const RetireIdentityKey = graphql(`
  mutation RetireIdentityKey($input: RetireIdentityKeyInput!) {
    retireIdentityKey(input: $input) { __typename ... on Error { reason } ... on InvalidInputError { field } }
  }
`);

export const CheckIdentityToken = graphql(`
  query CheckIdentityToken($token: String!) {
    checkIdentityToken(token: $token) { valid customerId name email checks { name passed detail } }
  }
`);

export type IdentityKey = Result<typeof IdentityKeys>['identityKeys'][number];
export type IdentityCheck = Result<typeof CheckIdentityToken>['checkIdentityToken'];
export interface AddedKey { readonly secret: string | null; readonly key: { readonly kid: string; readonly algorithm: string } }
