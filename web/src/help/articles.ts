import type { Ref } from 'vue';
import { computed } from 'vue';
import { graphql } from '../graphql/document.ts';
import type { Result, Variables } from '../graphql/document.ts';
import { usePages } from '../ui/usePages.ts';

export const ArticleList = graphql(`
  query ArticleList($search: String, $after: Cursor) {
    articles(search: $search, after: $after) {
      nodes { id title published updatedAt }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export type ArticleLine = Result<typeof ArticleList>['articles']['nodes'][number];
type Ask = (variables: Variables<typeof ArticleList>) => Promise<Result<typeof ArticleList>>;

/** The articles that fit a search (best first), or all by title, page by page. `lines` is null until the first answer; while somebody types it lags behind. */
export function useArticles(search: Readonly<Ref<string>>, ask: Ask) {
  const { nodes: lines, problem, moreProblem, ...rest } = usePages(() => search.value, async (asked, after) => (await ask({ search: asked.trim() || null, after })).articles);
  return { ...rest, lines, problem: computed(() => problem.value ?? moreProblem.value) };
}
