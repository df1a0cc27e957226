import type { ExecutionResult } from 'graphql';
import { getOperationAST, GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin, YogaServerInstance } from 'graphql-yoga';
import { createYoga } from 'graphql-yoga';
import type { Admission } from '../admission.ts';
import { OVERLOADED, workOf } from '../admission.ts';
import type { Engine, RequestContext } from './engine.ts';
import type { MaskError } from './errors.ts';

export const EVENTS = 'text/event-stream';

export interface HttpRequestContext extends RequestContext {
  /** Aborted when the connection has closed. */
  readonly closed: AbortSignal;
}

/**
 * GraphQL over HTTP: JSON for queries and mutations, server-sent events for subscriptions. Yoga owns the protocol; the engine owns what is run.
 * Origin, size and content type were checked before (server/http.ts), so Yoga's own CORS, GraphiQL, form parsing and body limit stay off.
 */
export function createGraphQLOverHttp(engine: Engine, admission: Admission, mask: MaskError): YogaServerInstance<HttpRequestContext, object> {
  const plugin: Plugin<object, HttpRequestContext> = {
    onParams({ request, setParamsHandler }) {
      const canStream = request.headers.get('accept')?.includes(EVENTS) ?? false;
      setParamsHandler(({ params, context }) => run({ engine, admission }, params, context, canStream));
    },
  };
  return createYoga<HttpRequestContext>({
    schema: engine.schema,
    graphqlEndpoint: '/graphql',
    cors: false,
    graphiql: false,
    landingPage: false,
    batching: false,
    multipart: false,
    maxRequestBodySize: false,
    parserAndValidationCache: false,
    maskedErrors: { maskError: (error) => mask(error, 'none') },
    logging: false,
    plugins: [plugin],
  });
}

interface Running { readonly engine: Engine; readonly admission: Admission }

async function run(
  { engine, admission }: Running, { query, operationName, variables }: GraphQLParams, { context, mayReadSchema, requestId, closed }: HttpRequestContext, canStream: boolean,
): Promise<ExecutionResult | AsyncIterable<ExecutionResult>> {
  const document = engine.prepare(query ?? '', mayReadSchema);
  if (!('kind' in document)) return asBadRequest({ errors: document });
  const contextValue: RequestContext = { context, mayReadSchema, requestId };
  const args = { schema: engine.schema, document, operationName, variableValues: variables, contextValue };
  const operation = getOperationAST(document, operationName);
  if (operation && !admission.admits(workOf(operation))) return { errors: [new GraphQLError(...TOO_MUCH)] };
  if (operation?.operation !== 'subscription') {
    admission.begin();
    return asBadRequest(await engine.execute(args).finally(admission.end));
  }
  if (!canStream) return { errors: [new GraphQLError(...NO_STREAM)] };
  const stream = await engine.subscribe(args);
  if (Symbol.asyncIterator in stream) endWith(closed, () => stream.return?.());
  return stream;
}

/** Yoga does not end a stream whose connection closed before it had begun. */
function endWith(closed: AbortSignal, end: () => unknown): void {
  if (closed.aborted) end();
  else closed.addEventListener('abort', end, { once: true });
}

const TOO_MUCH = [
  OVERLOADED.message, { extensions: { ...OVERLOADED.extensions, http: { status: 503, headers: { 'retry-after': '1' } } } },
] as const;

/** Asked here, since a stream that Yoga finds unacceptable once it has begun is never ended. */
const NO_STREAM = [`Subscriptions are answered with ${EVENTS}: accept it.`, { extensions: { code: 'NOT_ACCEPTABLE', http: { status: 406 } } }] as const;

/** A result without `data` was never executed: status 400, but for clients that ask for `application/json`, which get 200 as the specification says. */
function asBadRequest(result: ExecutionResult): ExecutionResult {
  if ('data' in result || !result.errors) return result;
  const http = { spec: true, status: 400 };
  return { errors: result.errors.map((error) => new GraphQLError(error.message, { ...error, extensions: { ...error.extensions, http } })) };
}
