import { readFileSync } from 'node:fs';
import { buildSchema, DangerousChangeType, findBreakingChanges, findDangerousChanges } from 'graphql';
import { isEnumType, isInputObjectType, isInterfaceType, isObjectType, isSpecifiedScalarType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../server/graphql/schema/index.ts';

/** What others build on: the contract as it was published. It may grow; the file changes with a new major version only. */
const contract = buildSchema(readFileSync(new URL('contract.graphql', import.meta.url), 'utf8'));

/** A client that lists the members of a union or an enum is broken by another one, so these are breaking here too. */
const HARMLESS = new Set<string>([
  DangerousChangeType.OPTIONAL_ARG_ADDED, DangerousChangeType.OPTIONAL_INPUT_FIELD_ADDED, DangerousChangeType.IMPLEMENTED_INTERFACE_ADDED,
]);

describe('the public contract', () => {
  it('is offered whole: every name, argument, default, nullability and member', () => {
    const dangerous = findDangerousChanges(contract, schema).filter(({ type }) => !HARMLESS.has(type));
    expect([...findBreakingChanges(contract, schema), ...dangerous].map(({ description }) => description)).toEqual([]);
  });

  it('would be broken by any of these', () => {
    const edits: [string, string][] = [
      ['reason: String!', 'reason: String'],
      ['first: Int = 100', 'first: Int = 50'],
      ['enum AgentRole { ADMIN AGENT VIEWER }', 'enum AgentRole { ADMIN AGENT VIEWER OWNER }'],
      ['union Viewer = Customer | Agent | ApiToken', 'union Viewer = Customer | Agent | ApiToken | Bot'],
      ['input MarkReadInput { customerId: ID! seq: Int! }', 'input MarkReadInput { customerId: ID! seq: Int! at: Int! }'],
      ['hasMore: Boolean!', ''],
    ];
    const text = readFileSync(new URL('contract.graphql', import.meta.url), 'utf8');
    for (const [from, to] of edits) {
      expect(text, from).toContain(from);
      const edited = buildSchema(text.replace(from, to), { assumeValid: true });
      const changes = [...findBreakingChanges(contract, edited), ...findDangerousChanges(contract, edited).filter(({ type }) => !HARMLESS.has(type))];
      expect(changes, from).not.toEqual([]);
    }
  });
});

describe('descriptions', () => {
  it('are there for every type, field, argument and value', () => {
    const missing: string[] = [];
    const check = (name: string, { description }: { description?: string | null }): void => {
      if (!description?.trim()) missing.push(name);
    };
    for (const type of Object.values(schema.getTypeMap())) {
      if (type.name.startsWith('__') || isSpecifiedScalarType(type)) continue;
      if (type !== schema.getQueryType() && type !== schema.getMutationType() && type !== schema.getSubscriptionType()) check(type.name, type);
      if (isEnumType(type)) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value);
      if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) check(`${type.name}.${field.name}`, field);
      if (!isObjectType(type) && !isInterfaceType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        check(`${type.name}.${field.name}`, field);
        for (const argument of field.args) check(`${type.name}.${field.name}(${argument.name}:)`, argument);
      }
    }
    expect(missing).toEqual([]);
  });
});
