import { computed } from 'vue';
import type { Client } from '../graphql/client.ts';
import { usePages } from '../ui/usePages.ts';
import { AuditLog } from './audit.ts';

/** The audit log from its newest line on, page by page. `action`: as the API takes it, '' for everything. `entries` is null until the first answer. */
export function useAuditLog(client: Client, action: () => string) {
  const { nodes, answered, hasMore, ...rest } = usePages(action, async (of, after) => (await client.execute(AuditLog, { action: of || null, after })).auditLog);
  // Lines of another filter would be a wrong answer, not an old one.
  const isCurrent = computed(() => answered.value === action());
  return { ...rest, entries: computed(() => (isCurrent.value ? nodes.value : null)), hasMore: computed(() => isCurrent.value && hasMore.value) };
}
