import type { Page } from '../../domain/types.ts';
import { builder } from '../builder.ts';

/** Relay's connection shape over a domain page. */

interface Edge<T> { readonly node: T; readonly cursor: string }

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

export interface ConnectionShape<T> {
  readonly edges: readonly Edge<T>[];
  readonly pageInfo: PageInfo;
  /** Only of lists that have a stream of their own. */
  readonly cursor?: string;
}

export function pageInfoOf<T>({ items, hasNextPage, hasPreviousPage }: Page<T>): ConnectionShape<T> {
  const pageInfo = { hasNextPage, hasPreviousPage, startCursor: items[0]?.cursor ?? null, endCursor: items.at(-1)?.cursor ?? null };
  return { edges: items, pageInfo };
}

const PageInfoType = builder.objectRef<PageInfo>('PageInfo').implement({
  description: 'Where a page lies in its list.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', { description: 'There is something after the last edge.' }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', { description: 'There is something before the first edge.' }),
    startCursor: t.expose('startCursor', { type: 'Cursor', nullable: true, description: 'Of the first edge; null on an empty page.' }),
    endCursor: t.expose('endCursor', { type: 'Cursor', nullable: true, description: 'Of the last edge; null on an empty page.' }),
  }),
});

export function connectionOf<T>(name: string, node: ReturnType<typeof builder.objectRef<T>>, description: string) {
  const Edge = builder.objectRef<Edge<T>>(`${name}Edge`).implement({
    description: 'One item and where it stands.',
    fields: (t) => ({
      node: t.field({ type: node, description: 'The item.', resolve: (edge) => edge.node as never }),
      cursor: t.expose('cursor', { type: 'Cursor', description: 'For `after` and `before` of this list alone.' }),
    }),
  });
  const Connection = builder.objectRef<ConnectionShape<T>>(`${name}Connection`).implement({
    description,
    fields: (t) => ({
      edges: t.field({ type: [Edge], description: 'Items with their cursors.', resolve: (page) => [...page.edges] }),
      nodes: t.field({ type: [node], description: 'The same items, without.', resolve: (page) => page.edges.map((edge) => edge.node) as never }),
      pageInfo: t.field({ type: PageInfoType, description: 'What lies around this page.', resolve: (page) => page.pageInfo }),
    }),
  });
  return { Connection };
}
