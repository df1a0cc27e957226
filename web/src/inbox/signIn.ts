import { graphql } from '../graphql/document.ts';
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

/** Null: signed in. Else why not, fit to show, and which field is to blame. */
export interface SignInProblem { readonly reason: string; readonly field: string | null }

export function signIn(input: { email: string; password: string }): Promise<SignInProblem | null> {
  return settle(async () => (await post(SignIn, { input })).signIn);
}

export function acceptInvite(input: { token: string; name: string; email: string; password: string }): Promise<SignInProblem | null> {
  return settle(async () => (await post(AcceptInvite, { input })).acceptInvite);
}

async function settle(ask: () => Promise<{ __typename: string; reason?: string; field?: string }>): Promise<SignInProblem | null> {
  try {
    const result = await ask();
    return result.__typename === 'SignInPayload' ? null : { reason: result.reason ?? 'Not signed in.', field: result.field ?? null };
  } catch (error) {
    return { reason: reasonOf(error), field: null };
  }
}
