import type { DocumentNode, ExecutionArgs, ExecutionResult, GraphQLSchema } from 'graphql';
import {
  execute, getOperationAST, GraphQLError, NoSchemaIntrospectionCustomRule, parse, specifiedRules, subscribe, validate,
} from 'graphql';
import type { Context } from './context.ts';
import { documentLimits, MAX_TOKENS } from './document-limits.ts';
import type { MaskError } from './errors.ts';

/** Documents that one cache keeps, and how long a text may be to be worth keeping. A stranger can fill it, so it is small. */
const CACHED_DOCUMENTS = 500;
const CACHED_CHARACTERS = 10_000;
const MAX_ERRORS = 10;

export interface Engine {
  readonly schema: GraphQLSchema;
  /** Parsed and validated, or why not. Only those who may read the schema get it, and hints towards it, in answers. */
  prepare(source: string, mayReadSchema: boolean): DocumentNode | readonly GraphQLError[];
  /** `contextValue` is a `RequestContext`. */
  execute(args: ExecutionArgs): Promise<ExecutionResult>;
  /** Ends by itself on an error in the stream, which becomes its last result. */
  subscribe(args: ExecutionArgs): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;
}

/** What a transport knows of a request. Resolvers see `context` alone. */
export interface RequestContext {
  readonly context: Context;
  readonly mayReadSchema: boolean;
  readonly requestId: string;
}

/** One way to run an operation, whatever transport it came by: the same limits, the same masking, each text parsed and validated once. */
export function createEngine(schema: GraphQLSchema, mask: MaskError): Engine {
  const caches = { open: new Map<string, DocumentNode>(), closed: new Map<string, DocumentNode>() };

  const masked = (result: ExecutionResult, requestId: string): ExecutionResult =>
    result.errors ? { ...result, errors: result.errors.map((error) => mask(error, requestId)) } : result;

  const open = (args: ExecutionArgs): { inner: ExecutionArgs; requestId: string } => {
    const { context, mayReadSchema, requestId } = args.contextValue as RequestContext;
    const options = { maxCoercionErrors: MAX_ERRORS };
    return { inner: { ...args, contextValue: context, hideSuggestions: !mayReadSchema, options }, requestId };
  };

  return {
    schema,

    prepare(source, mayReadSchema) {
      const cache = mayReadSchema ? caches.open : caches.closed;
      const known = cache.get(source);
      if (known) {
        cache.delete(source);
        cache.set(source, known);
        return known;
      }
      const document = parsed(source);
      if (!('kind' in document)) return document;
      const options = { maxErrors: MAX_ERRORS, hideSuggestions: !mayReadSchema };
      const rules = mayReadSchema ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
      // The limits come first, alone: other rules take time that grows with the square of what they bound.
      const tooLarge = validate(schema, document, [documentLimits], options);
      const errors = tooLarge.length > 0 ? tooLarge : validate(schema, document, rules, options);
      if (errors.length > 0) return errors.slice(0, MAX_ERRORS).map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED'));
      if (source.length <= CACHED_CHARACTERS) {
        const oldest = cache.size >= CACHED_DOCUMENTS ? cache.keys().next().value : undefined;
        if (oldest !== undefined) cache.delete(oldest);
        cache.set(source, document);
      }
      return document;
    },

    async execute(args) {
      const { inner, requestId } = open(args);
      return masked(await execute(inner), requestId);
    },

    async subscribe(args) {
      const { inner, requestId } = open(args);
      const source = await subscribe(inner);
      if (!(Symbol.asyncIterator in source)) return masked(source, requestId);
      return maskedStream(source, (result) => masked(result, requestId), (error) => mask(error, requestId));
    },
  };
}

/** Null: there is no such operation in the document, or it is not clear which one is meant. */
export function operationType(document: DocumentNode, operationName: string | null | undefined): 'query' | 'mutation' | 'subscription' | null {
  return getOperationAST(document, operationName)?.operation ?? null;
}

function parsed(source: string): DocumentNode | readonly GraphQLError[] {
  try {
    return parse(source, { maxTokens: MAX_TOKENS });
  } catch (error) {
    if (error instanceof GraphQLError) return [withCode(error, 'GRAPHQL_PARSE_FAILED')];
    throw error;
  }
}

function withCode({ message, nodes, source, positions, path }: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(message, { nodes, source, positions, path, extensions: { code } });
}

/** Keeps `return()` direct, so that ending never waits for the next event. */
function maskedStream(
  source: AsyncIterable<ExecutionResult>, masked: (result: ExecutionResult) => ExecutionResult, mask: (error: unknown) => GraphQLError,
): AsyncIterableIterator<ExecutionResult> {
  const iterator = source[Symbol.asyncIterator]();
  let failed = false;
  return {
    async next() {
      if (failed) return { done: true, value: undefined };
      try {
        const step = await iterator.next();
        return step.done ? { done: true, value: undefined } : { done: false, value: masked(step.value) };
      } catch (error) {
        failed = true;
        return { done: false, value: { errors: [mask(error)] } };
      }
    },
    async return() {
      await iterator.return?.();
      return { done: true, value: undefined };
    },
    /** NOTE: graphql-ws ends only iterators that have this. */
    throw: (error: unknown) => Promise.reject(error),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
