import fc from 'fast-check';
import type { GraphQLSchema } from 'graphql';
import { buildSchema, execute, getOperationAST, isInterfaceType, isUnionType, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { planOf } from '../../server/graphql/plan.ts';
import { scaled } from '../_util/scaled.ts';

/** Every shape that a field can have: leaf, list, object, interface, union; each required and not; with arguments. */
const schema = withTypes(buildSchema(`
  interface Named { name: String! other: Named }
  type Cat implements Named { name: String! other: Named lives: Int friend: Pet }
  type Dog implements Named { name: String! other: Named barks: Boolean! friend: Pet }
  union Pet = Cat | Dog
  enum Mood { GOOD BAD }
  input Wish { mood: Mood = GOOD size: Int! }
  type Query {
    text: String needed: String! texts: [String] allTexts: [String!]! matrix: [[Int!]]
    mood: Mood named: Named! pet: Pet pets: [Pet] allPets: [Pet!]! cat: Cat again: Query! perhaps: Query
    echo(size: Int = 3, wish: Wish, texts: [String!]): String
  }
  type Mutation { first(n: Int): Query! second(n: Int): Query }
`));

function withTypes(built: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(built.getTypeMap())) {
    if (isInterfaceType(type) || isUnionType(type)) type.resolveType = (value: { kind: string }) => value.kind;
  }
  return built;
}

/** How a field answers. */
type Shape = 'sync' | 'null' | 'throws' | 'error' | 'wrong' | 'async' | 'rejects';
const AT_ONCE: readonly Shape[] = ['sync', 'sync', 'sync', 'null', 'throws', 'error', 'wrong'];
const LATER: readonly Shape[] = [...AT_ONCE, 'async', 'async', 'async', 'rejects'];

/** An object with every field. How one answers depends on where it stands, not on when it is asked. */
function rootOf(shapes: readonly Shape[], asked: string[]): object {
  const as = (shape: Shape, value: unknown, wrong: unknown): unknown => {
    if (shape === 'throws') throw new Error('thrown');
    if (shape === 'rejects') return Promise.reject(new Error('rejected'));
    if (shape === 'error') return new Error('returned');
    if (shape === 'null') return null;
    if (shape === 'wrong') return wrong;
    return shape === 'async' ? Promise.resolve(value) : value;
  };
  const fieldsAt = (place: string) => (name: string, value: (place: string) => unknown, wrong: unknown = { kind: 'Bird' }) => (args: object): unknown => {
    const here = `${place}/${name} ${JSON.stringify(args)}`;
    asked.push(here);
    return as(shapes[numberOf(here) % shapes.length] ?? 'sync', value(here), wrong);
  };
  const pet = (place: string): object => {
    const field = fieldsAt(place);
    return {
      kind: numberOf(place) % 2 ? 'Cat' : 'Dog', name: field('name', () => 'Tom'), other: field('other', pet), lives: field('lives', () => 9, 'nine'),
      barks: field('barks', () => true, 'yes'), friend: field('friend', pet),
    };
  };
  const pets = (place: string): unknown[] => [pet(`${place}/0`), Promise.resolve(pet(`${place}/1`)), null];
  const query = (place: string): object => {
    const field = fieldsAt(place);
    return {
      text: field('text', () => 'a'), needed: field('needed', () => 'b'), texts: field('texts', () => ['c', null, 'd'], 'none'),
      allTexts: field('allTexts', () => ['e', 'f'], ['g', null]), matrix: field('matrix', () => [[1, 2], null, [3]], [[null], [1]]),
      mood: field('mood', () => 'GOOD', 'AWFUL'), named: field('named', pet), pet: field('pet', pet),
      pets: field('pets', (at) => (shapes.includes('async') ? pets(at) : [pet(at), null])), allPets: field('allPets', (at) => [pet(at)], [null]),
      cat: field('cat', (at) => ({ ...pet(at), kind: 'Cat' })), again: field('again', query, null), perhaps: field('perhaps', query, null),
      echo: field('echo', () => 'echo'), first: field('first', query, null), second: field('second', query, null),
    };
  };
  return query('');
}

function numberOf(text: string): number {
  return [...text].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003, 7);
}

const petFields = fc.subarray(['__typename', 'name', 'nick: name', '... on Cat { lives friend { ... on Dog { barks } } }', '... on Dog { barks }', '...OfPet'], { minLength: 1 });
const selection = fc.letrec<{ fields: string; field: string }>((tie) => ({
  field: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom('__typename', 'text', 'alias: text', 'needed', 'texts', 'allTexts', 'matrix', 'mood', 'echo', 'echo1: echo(size: 4)',
      'echo2: echo(size: $size, wish: { size: 1 })', 'echo3: echo(wish: $wish, texts: ["x"])', '...OfQuery'),
    petFields.map((fields) => `named { ${fields.filter((field) => !field.startsWith('... on')).join(' ')} other { name } }`.replace('...OfPet', '... on Cat { lives }')),
    petFields.map((fields) => `pet { ${fields.filter((field) => !field.includes('name')).join(' ')} __typename }`),
    petFields.map((fields) => `pets { __typename ... on Named { ${fields.filter((field) => !field.startsWith('...')).join(' ')} name } }`),
    petFields.map((fields) => `allPets { ...OfPet ${fields.filter((field) => field.startsWith('... on')).join(' ')} }`),
    tie('fields').map((fields) => `again { ${fields} }`),
    tie('fields').map((fields) => `perhaps { ${fields} }`),
    tie('fields').map((fields) => `... { ${fields} }`),
    tie('fields').map((fields) => `cat { name } again { ${fields} } again { text }`),
  ),
  fields: fc.array(tie('field') as fc.Arbitrary<string>, { minLength: 1, maxLength: 5 }).map((fields) => fields.join(' ')),
})).fields;

const FRAGMENTS = 'fragment OfPet on Pet { __typename ... on Cat { lives } ... on Dog { barks name } } fragment OfQuery on Query { text again { mood } pet { ...OfPet } }';

async function bothWays(source: string, shapes: readonly Shape[], variableValues: Record<string, unknown>) {
  const document = parse(`${source} ${FRAGMENTS}`);
  const errors = validate(schema, document).filter(({ message }) => !/is never used/.test(message));
  if (errors.length > 0) throw new Error(`${source}: ${String(errors[0])}`);
  const operation = getOperationAST(document)!;
  const bound = planOf(schema, document, operation)!.bind({ contextValue: {}, variableValues });
  const [asked, askedToo]: [string[], string[]] = [[], []];
  const planned = typeof bound === 'function' ? await bound(rootOf(shapes, asked)) : bound;
  const executed = await execute({ schema, document, rootValue: rootOf(shapes, askedToo), contextValue: {}, variableValues });
  return { planned: summary(planned), executed: summary(executed), asked, askedToo };
}

/** Texts of errors may differ; where they are, and in which order, may not. As text, because keys have an order. */
function summary({ data, errors = [] }: { data?: unknown; errors?: readonly { path?: unknown; locations?: unknown }[] }): { data: string; errors: string[] } {
  return { data: JSON.stringify(data), errors: errors.map(({ path, locations }) => JSON.stringify([path, locations])) };
}

const anOperation = fc.tuple(selection, fc.boolean()).map(([fields, isMutation]) => (
  isMutation ? `mutation ($size: Int, $wish: Wish) { first { ${fields} } second(n: 2) { ${fields} } }` : `query ($size: Int, $wish: Wish) { ${fields} }`
));
const VARIABLES = { size: 5, wish: { size: 2 } };

describe('a plan', () => {
  it('answers what graphql-js answers, asks the same of resolvers in the same order, and fails where it fails', async () => {
    await fc.assert(fc.asyncProperty(anOperation, fc.array(fc.constantFrom(...AT_ONCE), { minLength: 1, maxLength: 20 }), async (source, shapes) => {
      const { planned, executed, asked, askedToo } = await bothWays(source, shapes, VARIABLES);
      expect(planned).toEqual(executed);
      expect(asked).toEqual(askedToo);
    }), { numRuns: scaled(5_000) });
  });

  it('does so too where resolvers take their time: then only which of several failures is told first may differ', async () => {
    await fc.assert(fc.asyncProperty(anOperation, fc.array(fc.constantFrom(...LATER), { minLength: 1, maxLength: 20 }), async (source, shapes) => {
      const { planned, executed, asked, askedToo } = await bothWays(source, shapes, VARIABLES);
      expect(planned.data).toBe(executed.data);
      expect(planned.errors.length > 0).toBe(executed.errors.length > 0);
      expect(new Set(asked)).toEqual(new Set(askedToo));
    }), { numRuns: scaled(5_000) });
  });

  it.each([
    [{ size: 'many' }], [{ wish: { size: 1, more: 1 } }], [{ wish: {} }], [{ size: null }], [{}],
  ])('takes and refuses the variables that graphql-js does: %j', async (variables) => {
    const { planned, executed } = await bothWays('query ($size: Int, $wish: Wish) { echo(size: $size, wish: $wish) ...OfQuery again { allPets { ...OfPet } } }', ['sync'], variables);
    expect(planned).toEqual(executed);
  });

  it.each(['{ __schema { types { name } } }', '{ __type(name: "Cat") { name } }', '{ text @skip(if: true) }', '{ ... @include(if: true) { text } }', '{ __proto__: text }'])(
    'leaves this to graphql-js: %s', (source) => {
      const document = parse(source);
      expect(planOf(schema, document, getOperationAST(document)!)).toBeNull();
    },
  );
});
