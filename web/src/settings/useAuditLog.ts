import { computed, ref, shallowRef, watch } from 'vue';
import type { Client } from '../graphql/client.ts';
import type { Result } from '../graphql/document.ts';
import { reasonOf } from '../graphql/errors.ts';
import { useLoaded } from '../ui/useLoaded.ts';
import { AuditLog } from './audit.ts';

type Page = Result<typeof AuditLog>['auditLog'];

/** The audit log from its newest line on, page by page. `action`: as the API takes it, '' for everything. `entries` is null until the first answer. */
export function useAuditLog(client: Client, action: () => string) {
  const further = shallowRef<readonly Page[]>([]);
  const isLoadingMore = ref(false);
  const moreProblem = ref<string | null>(null);

  async function page(of: string, after: string | null = null): Promise<Page> {
    return (await client.execute(AuditLog, { action: of || null, after })).auditLog;
  }

  const { data, problem, reload } = useLoaded(action, async () => {
    const asked = action();
    return { action: asked, first: await page(asked) };
  });
  watch(data, () => { further.value = []; }, { flush: 'sync' });
  // Lines of another filter would be a wrong answer, not an old one.
  const pages = computed(() => (data.value?.action === action() ? [data.value.first, ...further.value] : []));

  async function loadMore(): Promise<void> {
    const began = data.value;
    const after = pages.value.at(-1)?.pageInfo.endCursor;
    if (!began || !after || isLoadingMore.value) return;
    isLoadingMore.value = true;
    moreProblem.value = null;
    try {
      const more = await page(began.action, after);
      if (data.value === began) further.value = [...further.value, more];
    } catch (error) {
      moreProblem.value = reasonOf(error);
    } finally {
      isLoadingMore.value = false;
    }
  }

  return {
    entries: computed(() => (pages.value.length > 0 ? pages.value.flatMap(({ nodes }) => nodes) : null)),
    hasMore: computed(() => pages.value.at(-1)?.pageInfo.hasNextPage ?? false),
    problem, moreProblem, isLoadingMore, loadMore, reload,
  };
}
