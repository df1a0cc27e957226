import type {
  DocumentNode, ExecutionArgs, ExecutionResult, FieldNode, FragmentDefinitionNode, GraphQLAbstractType, GraphQLField, GraphQLLeafType, GraphQLObjectType,
  GraphQLOutputType, GraphQLResolveInfo, GraphQLSchema, OperationDefinitionNode, SelectionSetNode,
} from 'graphql';
import {
  BREAK, getArgumentValues, getNullableType, getVariableValues, GraphQLError, isAbstractType, isLeafType, isListType, isNonNullType, isObjectType, Kind,
  OperationTypeNode, typeFromAST, visit,
} from 'graphql';
import type { Complete, Container, Place, Running } from './answer.ts';
import { fail, isPromise, later, responseOf, settled } from './answer.ts';

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
      const known: Running['known'] = { args: null };
      return (rootValue) => {
        const running: Running = { context, variables: variables.coerced, known, errors: [], nulled: new Set(), waits: 0, go: null, isLost: false };
        const respond = (data: unknown): ExecutionResult | Promise<ExecutionResult> =>
          (running.waits === 0 ? responseOf(running, data) : settled(running).then(() => responseOf(running, data)));
        const lose = (error: unknown): ReturnType<typeof respond> => {
          running.errors.push(error as GraphQLError);
          running.isLost = true;
          return respond(null);
        };
        try {
          const data = complete(running, rootValue, undefined);
          return isPromise(data) ? data.then(respond, lose) : respond(data);
        } catch (error) {
          return lose(error);
        }
      };
    },
  };
}

type Fields = readonly { readonly key: string; readonly value: (running: Running, source: unknown, container: Container, parent: Place | undefined) => unknown }[];

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
  if (isLeafType(getNullableType(field.type))) {
    // A leaf needs its place only when it comes late, or fails.
    return (running, source, container, prev) => {
      try {
        const value = resolve(source, args(running), running.context, NO_INFO);
        return isPromise(value) ? later(running, value, { prev, key, container, nodes, isNullable }, complete) : complete(running, value, undefined);
      } catch (error) {
        return fail(running, error, { prev, key, container, nodes, isNullable });
      }
    };
  }
  return (running, source, container, prev) => {
    const place: Place = { prev, key, container, nodes, isNullable };
    try {
      const value = resolve(source, args(running), running.context, NO_INFO);
      return isPromise(value) ? later(running, value, place, complete) : complete(running, value, place);
    } catch (error) {
      return fail(running, error, place);
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
  return ({ variables, known }) => {
    known.args ??= new Map();
    const args = known.args.get(node) ?? getArgumentValues(field, node, variables);
    known.args.set(node, args);
    return args;
  };
}

function completed(planning: Planning, type: GraphQLOutputType, nodes: readonly FieldNode[], name: string): Complete {
  const nullable = getNullableType(type) as GraphQLOutputType;
  const inner = isLeafType(nullable) ? asLeaf(nullable)
    : isListType(nullable) ? asList(completed(planning, nullable.ofType as GraphQLOutputType, nodes, name), nullable.ofType as GraphQLOutputType, nodes, name)
      : isObjectType(nullable) ? objectOf(planning, nullable, nodes)
        : asAbstract(planning, nullable as GraphQLAbstractType, nodes, name);
  const isRequired = isNonNullType(type);
  return (running, value, place) => {
    if (value === null || value === undefined) {
      if (isRequired) throw new Error(`Cannot return null for non-nullable field ${name}.`);
      return null;
    }
    if (value instanceof Error) throw value;
    return inner(running, value, place);
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
  return (running, list, prev) => {
    if (!Array.isArray(list)) throw new GraphQLError(`Expected Iterable, but did not find one for field "${name}".`);
    const container: unknown[] = [];
    for (const [key, value] of list.entries() as ArrayIterator<[number, unknown]>) {
      const place: Place = { prev, key, container, nodes, isNullable };
      try {
        container.push(isPromise(value) ? later(running, value, place, item) : item(running, value, place));
      } catch (error) {
        container.push(fail(running, error, place));
      }
    }
    return container;
  };
}

function objectOf(planning: Planning, type: GraphQLObjectType, nodes: readonly FieldNode[]): Complete {
  if (type.isTypeOf) throw new Error(`${type.name} has isTypeOf, which plans do not ask`);
  let complete: Complete | null = null;
  // Made when first met: a document may name types that nobody ever gets.
  return (running, value, place) => {
    complete ??= asObject(fieldsOf(planning, type, nodes.flatMap(({ selectionSet }) => selectionSet ?? [])));
    return complete(running, value, place);
  };
}

function asObject(fields: Fields): Complete {
  return (running, source, place) => {
    const object: Record<string, unknown> = {};
    const { waits } = running;
    try {
      for (const { key, value } of fields) object[key] = value(running, source, object, place);
      return object;
    } catch (error) {
      // With something to come already, graphql-js takes it for a late failure, and goes on with what stands beside.
      if (place && running.waits > waits) return later(running, Promise.reject(error as Error), place, () => null);
      throw error;
    }
  };
}

/** Fields of a mutation: each is over before the next begins. */
function inSeries(fields: Fields): Complete {
  if (fields.length === 1) return asObject(fields);
  return async (running, source) => {
    const object: Record<string, unknown> = {};
    for (const { key, value } of fields) {
      object[key] = value(running, source, object, undefined);
      if (running.waits > 0) await settled(running);
      if (running.isLost) break;
    }
    return object;
  };
}

function asAbstract(planning: Planning, type: GraphQLAbstractType, nodes: readonly FieldNode[], name: string): Complete {
  const { schema } = planning;
  const members = new Map(schema.getPossibleTypes(type).map((member) => [member.name, objectOf(planning, member, nodes)]));
  const { resolveType } = type;
  if (!resolveType) throw new Error(`${type.name} has no resolveType`);
  return (running, value, place) => {
    const member: unknown = resolveType(value, running.context, NO_INFO, type);
    const known = typeof member === 'string' ? members.get(member) : undefined;
    if (!known) throw new GraphQLError(`Abstract type "${type.name}" must resolve to one of its object types for field "${name}".`, { nodes });
    return known(running, value, place);
  };
}
