import { computed, ref, shallowRef, watch } from 'vue';
import { reasonOf } from '../graphql/errors.ts';
import { useLoaded } from './useLoaded.ts';

export interface PageOf<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** A list from its beginning on, page by page, anew for each `key`. `nodes` is null until the first answer; they are an answer to `answered`. */
export function usePages<Node>(key: () => string, ask: (key: string, after: string | null) => Promise<PageOf<Node>>) {
  const further = shallowRef<readonly PageOf<Node>[]>([]);
  const isLoadingMore = ref(false);
  const moreProblem = ref<string | null>(null);
  const { data, problem, reload } = useLoaded(key, async () => {
    const asked = key();
    return { key: asked, first: await ask(asked, null) };
  });
  watch(data, () => { further.value = []; }, { flush: 'sync' });
  const pages = computed(() => (data.value ? [data.value.first, ...further.value] : []));

  async function loadMore(): Promise<void> {
    const began = data.value;
    const after = pages.value.at(-1)?.pageInfo.endCursor;
    if (!began || !after || isLoadingMore.value) return;
    isLoadingMore.value = true;
    moreProblem.value = null;
    try {
      const more = await ask(began.key, after);
      if (data.value === began) further.value = [...further.value, more];
    } catch (error) {
      moreProblem.value = reasonOf(error);
    } finally {
      isLoadingMore.value = false;
    }
  }

  return {
    nodes: computed<readonly Node[] | null>(() => (data.value ? pages.value.flatMap(({ nodes }) => nodes) : null)),
    answered: computed(() => data.value?.key ?? null),
    hasMore: computed(() => pages.value.at(-1)?.pageInfo.hasNextPage ?? false),
    problem, moreProblem, isLoadingMore, loadMore, reload,
  };
}
