import type {
  DocumentNode, ExecutionArgs, ExecutionResult, FieldNode, FragmentDefinitionNode, GraphQLAbstractType, GraphQLField, GraphQLLeafType, GraphQLObjectType,
  GraphQLOutputType, GraphQLResolveInfo, GraphQLSchema, OperationDefinitionNode, SelectionSetNode,
} from 'graphql';
import {
  BREAK, getArgumentValues, getNullableType, getVariableValues, GraphQLError, isAbstractType, isLeafType, isListType, isNonNullType, isObjectType, Kind,
  locatedError, OperationTypeNode, typeFromAST, visit,
} from 'graphql';

/**
 * What graphql-js works out for every field of every execution, worked out once per document: which fields an object of each type has, their resolvers,
 * their types. A plan gives what graphql-js's `execute` gives (test/graphql/plan.test.ts), at a fraction of the cost. Resolvers get no `info`: all they need
 * is in their arguments and the context.
 */
export interface Plan {
  /** The operation with these variables, to be run once, or for each event of a stream; or why they do not fit. */
  bind(args: PlanArgs): ((rootValue: unknown) => ExecutionResult | Promise<ExecutionResult>) | { readonly errors: readonly GraphQLError[] };
}

export type PlanArgs = Pick<ExecutionArgs, 'contextValue' | 'variableValues' | 'hideSuggestions' | 'options'>;

/** Null: the operation uses what is left to graphql-js, introspection or directives. The document must be valid, and have this operation. */
export function planOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Plan | null {
  const type = schema.getRootType(operation.operation);
  if (!type || isBeyondPlans(document)) return null;
  const fragments = new Map(document.definitions.flatMap((definition) => (
    definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : []
  )));
  const fields = fieldsOf({ schema, fragments }, type, [operation.selectionSet]);
  const complete = operation.operation === OperationTypeNode.MUTATION ? inSeries(fields) : asObject(fields);
  return {
    bind({ contextValue: context, variableValues, hideSuggestions, options }) {
      const maxErrors = options?.maxCoercionErrors;
      const variables = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {}, { maxErrors, hideSuggestions: hideSuggestions ?? false });
      if (variables.errors) return { errors: variables.errors };
      const args: Running['args'] = new Map();
      return (rootValue) => {
        const running: Running = { context, variables: variables.coerced, args, errors: [], nulled: new Set() };
        try {
          const data = complete(running, rootValue, undefined);
          return isPromise(data) ? data.then((value) => responseOf(running, value), (error: unknown) => failed(running, error)) : responseOf(running, data);
        } catch (error) {
          return failed(running, error);
        }
      };
    },
  };
}

interface Running {
  readonly context: unknown;
  readonly variables: Record<string, unknown>;
  /** Of fields that were asked for already with these variables. */
  readonly args: Map<FieldNode, Record<string, unknown>>;
  readonly errors: GraphQLError[];
  /** Where null stands for what failed. */
  readonly nulled: Set<Path>;
}

interface Path { readonly prev: Path | undefined; readonly key: string | number }

/** The value of a field, a list item or an object as the answer has it. Throws, or rejects, if there can be none. */
type Complete = (running: Running, value: unknown, path: Path | undefined) => unknown;
type Fields = readonly { readonly key: string; readonly value: (running: Running, source: unknown, path: Path | undefined) => unknown }[];

interface Planning { readonly schema: GraphQLSchema; readonly fragments: ReadonlyMap<string, FragmentDefinitionNode> }

function isBeyondPlans(document: DocumentNode): boolean {
  let isBeyond = false;
  visit(document, {
    Directive: () => { isBeyond = true; return BREAK; },
    Field: ({ name, alias }) => {
      if (alias?.value !== '__proto__' && (name.value === '__typename' || !name.value.startsWith('__'))) return undefined;
      isBeyond = true;
      return BREAK;
    },
  });
  return isBeyond;
}

function responseOf({ errors }: Running, data: unknown): ExecutionResult {
  return errors.length === 0 ? { data: data as ExecutionResult['data'] } : { errors, data: data as ExecutionResult['data'] };
}

function failed(running: Running, error: unknown): ExecutionResult {
  running.errors.push(error as GraphQLError);
  return responseOf(running, null);
}

// ── planning ─────────────────────────────────────────────────────────────────────────────────────

function fieldsOf(planning: Planning, type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[]): Fields {
  const nodes = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  for (const selectionSet of selectionSets) collect(planning, type, selectionSet, nodes, spread);
  return [...nodes].map(([key, its]) => ({ key, value: valueOf(planning, type, key, its) }));
}

function collect(
  planning: Planning, type: GraphQLObjectType, { selections }: SelectionSetNode, nodes: Map<string, FieldNode[]>, spread: Set<string>,
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      const key = (selection.alias ?? selection.name).value;
      const its = nodes.get(key);
      if (its) its.push(selection);
      else nodes.set(key, [selection]);
      continue;
    }
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      if (spread.has(selection.name.value)) continue;
      spread.add(selection.name.value);
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? planning.fragments.get(selection.name.value) : selection;
    if (fragment && appliesTo(planning, type, fragment.typeCondition)) collect(planning, type, fragment.selectionSet, nodes, spread);
  }
}

function appliesTo({ schema }: Planning, type: GraphQLObjectType, condition: FragmentDefinitionNode['typeCondition'] | undefined): boolean {
  if (!condition) return true;
  const wanted = typeFromAST(schema, condition);
  return wanted === type || (isAbstractType(wanted) && schema.isSubType(wanted, type));
}

function valueOf(planning: Planning, type: GraphQLObjectType, key: string, nodes: readonly FieldNode[]): Fields[number]['value'] {
  const [node] = nodes;
  if (!node || node.name.value === '__typename') return () => type.name;
  const field = type.getFields()[node.name.value];
  if (!field) throw new Error(`${type.name}.${node.name.value} does not exist`);
  const resolve = resolverOf(field);
  const args = argumentsOf(field, node);
  const complete = completed(planning, field.type, nodes, `${type.name}.${field.name}`);
  const isNullable = !isNonNullType(field.type);
  const isLeaf = isLeafType(getNullableType(field.type));
  return (running, source, parent) => {
    // A leaf needs its path only when it fails.
    const path = isLeaf ? undefined : { prev: parent, key };
    const caught = (error: unknown): null => fail(running, error, path ?? { prev: parent, key }, nodes, isNullable);
    try {
      const resolved = resolve(source, args(running), running.context, NO_INFO);
      const value = isPromise(resolved) ? resolved.then((settled) => complete(running, settled, path)) : complete(running, resolved, path);
      return isPromise(value) ? value.then(undefined, caught) : value;
    } catch (error) {
      return caught(error);
    }
  };
}

const NO_INFO = undefined as unknown as GraphQLResolveInfo;

function resolverOf({ resolve, name }: GraphQLField<unknown, unknown>): NonNullable<GraphQLField<unknown, unknown>['resolve']> {
  if (resolve) return resolve;
  return (source, args, context) => {
    const value = Object(source)[name] as unknown;
    return typeof value === 'function' ? value.call(source, args, context) as unknown : value;
  };
}

function argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): (running: Running) => Record<string, unknown> {
  if (field.args.length === 0) {
    const none = Object.freeze({});
    return () => none;
  }
  return ({ variables, args }) => {
    const known = args.get(node) ?? getArgumentValues(field, node, variables);
    args.set(node, known);
    return known;
  };
}

function completed(planning: Planning, type: GraphQLOutputType, nodes: readonly FieldNode[], name: string): Complete {
  if (isNonNullType(type)) {
    const inner = completed(planning, type.ofType as GraphQLOutputType, nodes, name);
    const required = (value: unknown): unknown => {
      if (value === null) throw new Error(`Cannot return null for non-nullable field ${name}.`);
      return value;
    };
    return (running, value, path) => {
      const done = inner(running, value, path);
      return isPromise(done) ? done.then(required) : required(done);
    };
  }
  const inner = isLeafType(type) ? asLeaf(type)
    : isListType(type) ? asList(completed(planning, type.ofType as GraphQLOutputType, nodes, name), type.ofType as GraphQLOutputType, nodes, name)
      : isObjectType(type) ? objectOf(planning, type, nodes)
        : asAbstract(planning, type as GraphQLAbstractType, nodes, name);
  return (running, value, path) => {
    if (value instanceof Error) throw value;
    return value === null || value === undefined ? null : inner(running, value, path);
  };
}

// ── completing ───────────────────────────────────────────────────────────────────────────────────

function asLeaf(type: GraphQLLeafType): Complete {
  return (_running, value) => {
    const serialized: unknown = type.serialize(value);
    if (serialized === null || serialized === undefined) throw new Error(`Expected \`${type.name}.serialize\` to return non-nullable value.`);
    return serialized;
  };
}

function asList(item: Complete, itemType: GraphQLOutputType, nodes: readonly FieldNode[], name: string): Complete {
  const isNullable = !isNonNullType(itemType);
  const one = (running: Running, value: unknown, path: Path): unknown => {
    try {
      const done = isPromise(value) ? value.then((settled) => item(running, settled, path)) : item(running, value, path);
      return isPromise(done) ? done.then(undefined, (error: unknown) => fail(running, error, path, nodes, isNullable)) : done;
    } catch (error) {
      return fail(running, error, path, nodes, isNullable);
    }
  };
  return (running, value, path) => {
    if (!Array.isArray(value)) throw new GraphQLError(`Expected Iterable, but did not find one for field "${name}".`);
    const items = value.map((each: unknown, index) => one(running, each, { prev: path, key: index }));
    return items.some(isPromise) ? Promise.all(items) : items;
  };
}

function objectOf(planning: Planning, type: GraphQLObjectType, nodes: readonly FieldNode[]): Complete {
  if (type.isTypeOf) throw new Error(`${type.name} has isTypeOf, which plans do not ask`);
  let complete: Complete | null = null;
  // Made when first met: a document may name types that nobody ever gets.
  return (running, value, path) => {
    complete ??= asObject(fieldsOf(planning, type, nodes.flatMap(({ selectionSet }) => selectionSet ?? [])));
    return complete(running, value, path);
  };
}

function asObject(fields: Fields): Complete {
  return (running, source, path) => {
    const object: Record<string, unknown> = {};
    let pending: Promise<void>[] | null = null;
    for (const { key, value } of fields) {
      try {
        const done = value(running, source, path);
        object[key] = done;
        if (isPromise(done)) (pending ??= []).push(done.then((settled) => { object[key] = settled; }));
      } catch (error) {
        // What is under way is waited for, as its failure would otherwise be nobody's.
        if (pending) return Promise.allSettled(pending).then(() => { throw error; });
        throw error;
      }
    }
    return pending ? Promise.all(pending).then(() => object) : object;
  };
}

/** Fields of a mutation: each is over before the next begins. */
function inSeries(fields: Fields): Complete {
  if (fields.length === 1) return asObject(fields);
  return async (running, source, path) => {
    const object: Record<string, unknown> = {};
    for (const { key, value } of fields) object[key] = await value(running, source, path);
    return object;
  };
}

function asAbstract(planning: Planning, type: GraphQLAbstractType, nodes: readonly FieldNode[], name: string): Complete {
  const { schema } = planning;
  const members = new Map(schema.getPossibleTypes(type).map((member) => [member.name, objectOf(planning, member, nodes)]));
  const { resolveType } = type;
  if (!resolveType) throw new Error(`${type.name} has no resolveType`);
  const complete = (running: Running, member: unknown, value: unknown, path: Path | undefined): unknown => {
    const known = typeof member === 'string' ? members.get(member) : undefined;
    if (!known) throw new GraphQLError(`Abstract type "${type.name}" must resolve to one of its object types for field "${name}".`, { nodes });
    return known(running, value, path);
  };
  return (running, value, path) => {
    const member: unknown = resolveType(value, running.context, NO_INFO, type);
    return isPromise(member) ? member.then((settled) => complete(running, settled, value, path)) : complete(running, member, value, path);
  };
}

/** Where nothing can stand, null stands if it may; else the parent cannot stand either. */
function fail({ errors, nulled }: Running, error: unknown, path: Path, nodes: readonly FieldNode[], isNullable: boolean): null {
  const located = locatedError(error, nodes, keysOf(path));
  if (!isNullable) throw located;
  if (!isWithin(nulled, path)) {
    nulled.add(path);
    errors.push(located);
  }
  return null;
}

function isWithin(nulled: ReadonlySet<Path>, path: Path | undefined): boolean {
  return path !== undefined && (nulled.has(path) || isWithin(nulled, path.prev));
}

function keysOf(path: Path | undefined): (string | number)[] {
  return path ? [...keysOf(path.prev), path.key] : [];
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}
