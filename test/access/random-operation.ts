import type { GraphQLField, GraphQLInputType, GraphQLOutputType } from 'graphql';
import {
  getNamedType, isAbstractType, isEnumType, isInputObjectType, isLeafType, isListType, isNonNullType, isRequiredArgument, isRequiredInputField,
} from 'graphql';
import { schema } from '../../server/graphql/schema/index.ts';
import type { Random } from '../_util/random.ts';
import type { Operation } from './operations.ts';
import { ROOT_FIELDS } from './operations.ts';

const MAX_LEVELS = 6;

/** Values that are worth trying, by the name of their type. */
export type Pool = Readonly<Record<string, readonly unknown[]>>;

/** An operation that the schema accepts, with one root field; what is asked with comes from the pool. */
export function randomOperation(random: Random, pool: Pool): Operation & { readonly kind: keyof typeof ROOT_FIELDS } {
  const kind = random.pick(['query', 'query', 'mutation', 'mutation', 'subscription'] as const);
  const variables: Record<string, unknown> = {};
  const declared: string[] = [];

  function call(field: GraphQLField<unknown, unknown>): string {
    const passed = field.args.filter((arg) => isRequiredArgument(arg) || random.fraction() < 0.5).map(({ name, type }) => {
      const variable = `v${declared.length}`;
      declared.push(`$${variable}: ${type}`);
      variables[variable] = valueOf(random, pool, type);
      return `${name}: $${variable}`;
    });
    return passed.length > 0 ? `${field.name}(${passed.join(', ')})` : field.name;
  }

  function select(type: GraphQLOutputType, levels: number): string {
    const named = getNamedType(type);
    if (isLeafType(named)) return '';
    // One member at a time: fields of the same name may have other types in another.
    if (isAbstractType(named)) {
      const member = random.pick(schema.getPossibleTypes(named));
      return ` { __typename ... on ${member.name}${select(member, levels)} }`;
    }
    const all = Object.values(named.getFields()).filter((field) => levels > 1 || isLeafType(getNamedType(field.type)));
    const chosen = new Set(Array.from({ length: random.int(1, 4) }, () => (all.length > 0 ? random.pick(all) : null)));
    const fields = [...chosen].flatMap((field) => (field ? [call(field) + select(field.type, levels - 1)] : []));
    return ` { ${fields.length > 0 ? fields.join(' ') : '__typename'} }`;
  }

  const root = random.pick(Object.values(ROOT_FIELDS[kind]));
  const body = call(root) + select(root.type, MAX_LEVELS);
  return { kind, query: `${kind} Any${declared.length > 0 ? `(${declared.join(', ')})` : ''} { ${body} }`, variables };
}

function valueOf(random: Random, pool: Pool, type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return valueOf(random, pool, type.ofType) ?? valueOf(random, pool, type);
  if (random.fraction() < 0.1) return null;
  if (isListType(type)) return Array.from({ length: random.int(0, 3) }, () => valueOf(random, pool, type.ofType));
  if (isEnumType(type)) return random.pick(type.getValues()).name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter((field) => isRequiredInputField(field) || random.fraction() < 0.6);
    return Object.fromEntries(fields.map((field) => [field.name, valueOf(random, pool, field.type)]));
  }
  return random.pick(pool[type.name] ?? []);
}
