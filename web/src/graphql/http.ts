import type { Operation } from './document.ts';
import { textOf } from './document.ts';
import { ConnectionLostError, RefusedError } from './errors.ts';
import type { WireError } from './errors.ts';

const DEADLINE_MS = 20_000;

/**
 * One operation by POST. For signing in, which is HTTP only, and for what comes before there is a socket.
 * @throws ConnectionLostError, RefusedError
 */
export async function post<Result, Variables>(document: Operation<Result, Variables>, variables: Variables): Promise<Result> {
  const answer = await request(JSON.stringify({ query: textOf(document), variables }));
  if (answer.errors?.length) throw new RefusedError(answer.errors);
  return answer.data as Result;
}

async function request(body: string): Promise<{ data?: unknown; errors?: WireError[] }> {
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json' },
      body,
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    return await response.json();
  } catch (error) {
    throw new ConnectionLostError('No answer.', { cause: error });
  }
}
