import { keyOf } from '../conversation/fragments.ts';
import { moveOutbox } from '../conversation/outboxStorage.ts';
import { graphql } from '../graphql/document.ts';
import { ConnectionLostError } from '../graphql/errors.ts';
import { post } from '../graphql/http.ts';
import { isDemo } from './demo.ts';
import { forgetVisitor, keepToken, keepVisitor } from './keptSessions.ts';

const StartVisitorSession = graphql(`
  mutation StartVisitorSession {
    startVisitorSession {
      __typename
      ... on CustomerSession { token customer { id } }
      ... on Error { reason }
    }
  }
`);

const StartCustomerSession = graphql(`
  mutation StartCustomerSession($input: StartCustomerSessionInput!) {
    startCustomerSession(input: $input) {
      __typename
      ... on CustomerSession { token customer { id } }
      ... on Error { reason }
    }
  }
`);

export interface StartedSession { readonly customerId: string; readonly token: string }

/** The server would not start a session; the message is its reason, fit to show. */
export class SessionRefusedError extends Error {
  override name = 'SessionRefusedError';
}

/** @throws SessionRefusedError, ConnectionLostError, RefusedError */
export async function startVisitor(): Promise<StartedSession> {
  const { startVisitorSession: result } = await post(StartVisitorSession, {});
  if (result.__typename !== 'CustomerSession') throw new SessionRefusedError(result.reason);
  keepVisitor(result.customer.id, result.token);
  return { customerId: result.customer.id, token: result.token };
}

/**
 * Exchanges what the embedding site signed. What this device said as `visitor` goes along, sent or not.
 * @throws SessionRefusedError, ConnectionLostError, RefusedError
 */
export async function startCustomer(identityToken: string, visitor: { id: string; token: string } | null): Promise<StartedSession> {
  const { startCustomerSession: result } = await post(StartCustomerSession, { input: { identityToken, visitorToken: visitor?.token ?? null } });
  if (result.__typename !== 'CustomerSession') throw new SessionRefusedError(result.reason);
  const customerId = result.customer.id;
  keepToken(customerId, result.token);
  if (visitor && visitor.id !== customerId) {
    forgetVisitor(visitor);
    const sender = (id: string): string => keyOf({ __typename: 'Customer', id });
    await moveOutbox({ sender: sender(visitor.id), customerId: visitor.id }, { sender: sender(customerId), customerId });
  }
  return { customerId, token: result.token };
}

/** In the demo the server plays the embedding site. Null elsewhere. @throws SessionRefusedError if it does not sign for this id; ConnectionLostError */
export async function demoIdentity(customerId: string): Promise<string | null> {
  if (!isDemo()) return null;
  const response = await fetch(`/demo/identity?customer=${encodeURIComponent(customerId)}`).catch((cause: unknown) => {
    throw new ConnectionLostError('No answer.', { cause });
  });
  if (!response.ok) throw new SessionRefusedError('This address is not one a customer can have.');
  const { identityToken }: { identityToken: string } = await response.json();
  return identityToken;
}
