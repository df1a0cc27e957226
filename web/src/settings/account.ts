import { graphql } from '../graphql/document.ts';
import type { Result } from '../graphql/document.ts';

export const AccountQuery = graphql(`
  query Account {
    viewer { __typename ... on Agent { id name email role hasSecondFactor recoveryCodesLeft } }
    mySessions { id browser createdAt lastUsedAt isCurrent }
  }
`);

export const RevokeSession = graphql(`
  mutation RevokeSession($input: RevokeSessionInput!) { revokeSession(input: $input) }
`);

export const ChangePassword = graphql(`
  mutation ChangePassword($input: ChangePasswordInput!) {
    changePassword(input: $input) { __typename ... on Error { reason } ... on InvalidInputError { field } }
  }
`);

export const EnrolSecondFactor = graphql(`
  mutation EnrolSecondFactor($input: EnrolSecondFactorInput!) {
    enrolSecondFactor(input: $input) {
      __typename
      ... on EnrolSecondFactorPayload { enrolment secret uri }
      ... on Error { reason }
      ... on InvalidInputError { field }
    }
  }
`);

export const ConfirmSecondFactor = graphql(`
  mutation ConfirmSecondFactor($input: ConfirmSecondFactorInput!) {
    confirmSecondFactor(input: $input) {
      __typename
      ... on ConfirmSecondFactorPayload { recoveryCodes }
      ... on Error { reason }
      ... on InvalidInputError { field }
    }
  }
`);

export const DisableSecondFactor = graphql(`
  mutation DisableSecondFactor($input: DisableSecondFactorInput!) {
    disableSecondFactor(input: $input) { __typename ... on Error { reason } ... on InvalidInputError { field } }
  }
`);

export type Account = Extract<Result<typeof AccountQuery>['viewer'], { __typename: 'Agent' }>;
export type Session = Result<typeof AccountQuery>['mySessions'][number];
