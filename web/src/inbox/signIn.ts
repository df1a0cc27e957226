import { graphql } from '../graphql/document.ts';
import type { Variables } from '../graphql/document.ts';
import { reasonOf } from '../graphql/errors.ts';
import { post } from '../graphql/http.ts';

const SignIn = graphql(`
  mutation SignIn($input: SignInInput!) {
    signIn(input: $input) {
      __typename
      ... on InvalidInputError { field }
      ... on Error { reason }
    }
  }
`);

const AcceptInvite = graphql(`
  mutation AcceptInvite($input: AcceptInviteInput!) {
    acceptInvite(input: $input) {
      __typename
      ... on InvalidInputError { field }
      ... on Error { reason }
    }
  }
`);

const ResetPassword = graphql(`
  mutation ResetPassword($input: ResetPasswordInput!) {
    resetPassword(input: $input) {
      __typename
      ... on InvalidInputError { field }
      ... on Error { reason }
    }
  }
`);

/** Null: it is done. Else why not, fit to show, and which field is to blame. */
export interface SignInProblem { readonly reason: string; readonly field: string | null }

export function signIn(input: Variables<typeof SignIn>['input']): Promise<SignInProblem | null> {
  return settle(async () => (await post(SignIn, { input })).signIn);
}

export function acceptInvite(input: Variables<typeof AcceptInvite>['input']): Promise<SignInProblem | null> {
  return settle(async () => (await post(AcceptInvite, { input })).acceptInvite);
}

/** Signs nobody in. */
export function resetPassword(input: Variables<typeof ResetPassword>['input']): Promise<SignInProblem | null> {
  return settle(async () => (await post(ResetPassword, { input })).resetPassword);
}

async function settle(ask: () => Promise<{ readonly __typename: string; readonly reason?: string; readonly field?: string }>): Promise<SignInProblem | null> {
  try {
    const { reason, field } = await ask();
    return reason === undefined ? null : { reason, field: field ?? null };
  } catch (error) {
    return { reason: reasonOf(error), field: null };
  }
}
