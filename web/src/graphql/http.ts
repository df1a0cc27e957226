import type { Operation } from './document.ts';
import { textOf } from './document.ts';
import { ConnectionLostError, RefusedError } from './errors.ts';
import type { WireError } from './errors.ts';

const DEADLINE_MS = 20_000;
const JSON_TYPES = 'application/graphql-response+json, application/json';

/** What goes over a wire: a document's text, and its variables. */
export interface WireRequest { readonly query: string; readonly variables?: Record<string, unknown> }
export interface WireResult { readonly data?: unknown; readonly errors?: readonly WireError[] }

/**
 * One operation by POST. For signing in, which is HTTP only, and for what comes before there is a connection.
 * @throws ConnectionLostError, RefusedError
 */
export async function post<Result, Variables>(document: Operation<Result, Variables>, variables: Variables): Promise<Result> {
  const { data, errors } = await ask({ query: textOf(document), variables: variables as Record<string, unknown> }, null, AbortSignal.timeout(DEADLINE_MS));
  if (errors?.length) throw new RefusedError(errors);
  return data as Result;
}

/** @throws ConnectionLostError if no answer of this API came */
export async function ask(request: WireRequest, token: string | null, signal: AbortSignal): Promise<WireResult> {
  try {
    const response = await send(request, token, JSON_TYPES, signal);
    return await response.json();
  } catch (error) {
    throw new ConnectionLostError('No answer.', { cause: error });
  }
}

/** Without a token the browser adds the agents' cookie, if it has one. */
export function send(request: WireRequest, token: string | null, accept: string, signal: AbortSignal): Promise<Response> {
  return fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(request),
    signal,
  });
}
