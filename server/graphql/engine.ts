import type { DocumentNode, ExecutionArgs, ExecutionResult, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import {
  createSourceEventStream, execute, getOperationAST, GraphQLError, NoSchemaIntrospectionCustomRule, parse, specifiedRules, validate,
} from 'graphql';
import type { Context } from './context.ts';
import { costLimitOf } from './cost.ts';
import { documentLimits, MAX_TOKENS } from './document-limits.ts';
import type { MaskError } from './errors.ts';
import { planOf } from './plan.ts';

/** Documents that one cache keeps, and how long a text may be to be worth keeping. A stranger can fill it, so it is small. */
const CACHED_DOCUMENTS = 500;
const CACHED_CHARACTERS = 10_000;
const MAX_ERRORS = 5;

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
  /** Null: it gets one if there is something to log. */
  readonly requestId: string | null;
}

/** One way to run an operation, whatever transport it came by: the same limits, the same masking, each text parsed and validated once. */
export function createEngine(schema: GraphQLSchema, mask: MaskError): Engine {
  const caches = { open: new Map<string, DocumentNode>(), closed: new Map<string, DocumentNode>() };

  const open = (args: ExecutionArgs): { inner: ExecutionArgs; masked: Masked } => {
    const { context, mayReadSchema, requestId } = args.contextValue as RequestContext;
    const options = { maxCoercionErrors: MAX_ERRORS };
    const masked: Masked = (result) => (
      result.errors ? { ...result, errors: result.errors.map((error) => mask(error, requestId)) } : result
    );
    return { inner: { ...args, contextValue: context, hideSuggestions: !mayReadSchema, options }, masked };
  };

  const operations = new WeakMap<OperationDefinitionNode, Operation>();

  /** What an operation needs to run, made when it first runs. */
  const operationOf = ({ document, operationName }: ExecutionArgs): Operation => {
    const node = getOperationAST(document, operationName);
    if (!node) return leftToGraphQL;
    const operation = operations.get(node) ?? createOperation(schema, document, node);
    operations.set(node, operation);
    return operation;
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
      const { inner, masked } = open(args);
      const run = operationOf(args)(inner);
      return masked(typeof run === 'function' ? await run(args.rootValue) : run);
    },

    async subscribe(args) {
      const { inner, masked } = open(args);
      const run = operationOf(args)(inner);
      if (typeof run !== 'function') return masked(run);
      const source = await createSourceEventStream(inner);
      if (!(Symbol.asyncIterator in source)) return masked(source);
      return new ToldStream(source[Symbol.asyncIterator](), run, masked);
    },
  };
}

/** Binds an operation to a request: what runs it, for each event of a stream anew; or why it may not run. */
type Operation = (args: ExecutionArgs) => Run | { readonly errors: readonly GraphQLError[] };

const leftToGraphQL: Operation = (args) => (rootValue) => execute({ ...args, rootValue });

function createOperation(schema: GraphQLSchema, document: DocumentNode, node: OperationDefinitionNode): Operation {
  const plan = planOf(schema, document, node);
  const refuse = costLimitOf(schema, document, node);
  return (args) => {
    const refusal = refuse(args.variableValues ?? {});
    if (refusal) return { errors: [refusal] };
    return plan ? plan.bind(args) : leftToGraphQL(args);
  };
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

type Run = (rootValue: unknown) => ExecutionResult | Promise<ExecutionResult>;
/** As callers may see it. */
type Masked = (result: ExecutionResult) => ExecutionResult;

/** Each event of a stream, as the operation asks for it. `return()` goes straight to the source, so that ending never waits for the next event. */
class ToldStream implements AsyncIterableIterator<ExecutionResult> {
  readonly #source: AsyncIterator<unknown>;
  readonly #run: Run;
  readonly #masked: Masked;
  #failed = false;

  constructor(source: AsyncIterator<unknown>, run: Run, masked: Masked) {
    this.#source = source;
    this.#run = run;
    this.#masked = masked;
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    if (this.#failed) return { done: true, value: undefined };
    try {
      const step = await this.#source.next();
      return step.done ? { done: true, value: undefined } : { done: false, value: this.#masked(await this.#run(step.value)) };
    } catch (error) {
      this.#failed = true;
      return { done: false, value: this.#masked({ errors: [error as GraphQLError] }) };
    }
  }

  async return(): Promise<IteratorResult<ExecutionResult>> {
    await this.#source.return?.();
    return { done: true, value: undefined };
  }

  /** NOTE: graphql-ws ends only iterators that have this. */
  throw(error: unknown): Promise<never> {
    return Promise.reject(error as Error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
