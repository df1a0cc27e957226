import type { Ref } from 'vue';
import { computed, ref, shallowRef, watch } from 'vue';
import { graphql } from '../graphql/document.ts';
import type { Result, Variables } from '../graphql/document.ts';
import { reasonOf } from '../graphql/errors.ts';
import { useLoaded } from '../ui/useLoaded.ts';

export const ArticleList = graphql(`
  query ArticleList($search: String, $after: Cursor) {
    articles(search: $search, after: $after) {
      nodes { id title published updatedAt }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export type ArticleLine = Result<typeof ArticleList>['articles']['nodes'][number];
type Page = Result<typeof ArticleList>['articles'];
type Ask = (variables: Variables<typeof ArticleList>) => Promise<Result<typeof ArticleList>>;

/** The articles that fit a search (best first), or all by title, page by page. `lines` is null until the first answer. */
export function useArticles(search: Readonly<Ref<string>>, ask: Ask) {
  const further = shallowRef<readonly Page[]>([]);
  const isLoadingMore = ref(false);
  const moreProblem = ref<string | null>(null);
  const { data, problem, reload } = useLoaded(() => search.value, async () => {
    const asked = search.value;
    const { articles } = await ask({ search: asked.trim() || null });
    return { articles, search: asked };
  });
  watch(data, () => { further.value = []; }, { flush: 'sync' });
  const pages = computed(() => (data.value ? [data.value.articles, ...further.value] : []));

  async function loadMore(): Promise<void> {
    const first = data.value;
    const after = pages.value.at(-1)?.pageInfo.endCursor;
    if (!first || !after || isLoadingMore.value) return;
    isLoadingMore.value = true;
    moreProblem.value = null;
    try {
      const { articles } = await ask({ search: first.search.trim() || null, after });
      if (data.value === first) further.value = [...further.value, articles];
    } catch (error) {
      moreProblem.value = reasonOf(error);
    } finally {
      isLoadingMore.value = false;
    }
  }

  return {
    lines: computed<readonly ArticleLine[] | null>(() => (data.value ? pages.value.flatMap(({ nodes }) => nodes) : null)),
    /** What the lines are an answer to; while somebody types it lags behind. */
    answered: computed(() => data.value?.search ?? null),
    hasMore: computed(() => pages.value.at(-1)?.pageInfo.hasNextPage ?? false),
    problem: computed(() => problem.value ?? moreProblem.value),
    isLoadingMore, loadMore, reload,
  };
}
