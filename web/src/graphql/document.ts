import type { initGraphQLTada, ResultOf, TadaDocumentNode, VariablesOf } from 'gql.tada';
import type { introspection } from './graphql-env.d.ts';

export type { FragmentOf, ResultOf, VariablesOf } from 'gql.tada';

type Graphql = ReturnType<typeof initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: { DateTime: string; Cursor: string };
}>>;

/** An operation with its types. What a document is at run time only `textOf` knows. */
export type Operation<Result, Variables> = TadaDocumentNode<Result, Variables>;
export type { ResultOf as Result, VariablesOf as Variables };

interface Parts { readonly parts: ReadonlySet<string> }

/**
 * Types an operation or a fragment by schema.graphql. In the browser a document is no more than its text and that of its fragments, so nothing
 * has to parse or print GraphQL there.
 */
export const graphql = function graphql(source: string, fragments: readonly unknown[] = []): Parts {
  return { parts: new Set([source, ...fragments.flatMap((fragment) => [...(fragment as Parts).parts])]) };
} as unknown as Graphql;

/** The text to send: each fragment once. */
export function textOf(document: Operation<unknown, never>): string {
  return [...(document as unknown as Parts).parts].join('\n');
}
