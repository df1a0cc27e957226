import type { ExecutionResult } from 'graphql';
import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin, YogaServerInstance } from 'graphql-yoga';
import { createYoga } from 'graphql-yoga';
import type { Engine, RequestContext } from './engine.ts';
import { operationType } from './engine.ts';
import type { MaskError } from './errors.ts';

/**
 * GraphQL over HTTP: JSON for queries and mutations, server-sent events for subscriptions. Yoga owns the protocol; the engine owns what is run.
 * Origin, size and content type were checked before (server/http.ts), so Yoga's own CORS, GraphiQL, form parsing and body limit stay off.
 */
export function createGraphQLOverHttp(engine: Engine, mask: MaskError): YogaServerInstance<RequestContext, object> {
  const plugin: Plugin<object, RequestContext> = {
    onParams({ setParamsHandler }) {
      setParamsHandler(({ params, context }) => run(engine, params, context));
    },
  };
  return createYoga<RequestContext>({
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

async function run(
  engine: Engine, { query, operationName, variables }: GraphQLParams, { context, mayReadSchema, requestId }: RequestContext,
): Promise<ExecutionResult | AsyncIterable<ExecutionResult>> {
  const document = engine.prepare(query ?? '', mayReadSchema);
  if (!('kind' in document)) return asBadRequest({ errors: document });
  const contextValue: RequestContext = { context, mayReadSchema, requestId };
  const args = { schema: engine.schema, document, operationName, variableValues: variables, contextValue };
  if (operationType(document, operationName) === 'subscription') return engine.subscribe(args);
  return asBadRequest(await engine.execute(args));
}

/** A result without `data` was never executed: status 400, but for clients that ask for `application/json`, which get 200 as the specification says. */
function asBadRequest(result: ExecutionResult): ExecutionResult {
  if ('data' in result || !result.errors) return result;
  const http = { spec: true, status: 400 };
  return { errors: result.errors.map((error) => new GraphQLError(error.message, { ...error, extensions: { ...error.extensions, http } })) };
}
