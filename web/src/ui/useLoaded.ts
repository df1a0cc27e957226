import { onScopeDispose, ref, shallowRef, watch } from 'vue';
import { backoffMs } from '../graphql/backoff.ts';
import { heals, reasonOf } from '../graphql/errors.ts';

/**
 * What `ask` answers, asked anew whenever `key` changes; an answer to an older question counts no more. `data` stays while it is asked again. What may
 * heal by itself is tried again by itself, at once when the network is back. `problem` is fit to show. Whoever waits for `reload` waits for the newest
 * answer, also where somebody asked anew meanwhile.
 */
export function useLoaded<T>(key: () => unknown, ask: () => Promise<T>) {
  const data = shallowRef<T | null>(null);
  const problem = ref<string | null>(null);
  let life = 0;
  let newest = Promise.resolve();
  let retry: ReturnType<typeof setTimeout> | undefined;

  function load(attempt = 0): Promise<void> {
    clearTimeout(retry);
    newest = settle(++life, attempt);
    return newest;
  }

  async function settle(mine: number, attempt: number): Promise<void> {
    try {
      const answer = await ask();
      if (mine !== life) return await newest;
      data.value = answer;
      problem.value = null;
    } catch (error) {
      if (mine !== life) return await newest;
      problem.value = reasonOf(error);
      if (heals(error)) retry = setTimeout(() => { void load(attempt + 1); }, backoffMs(attempt));
    }
  }

  const onOnline = (): void => { if (problem.value !== null) void load(); };
  addEventListener('online', onOnline);
  watch(key, () => { void load(); }, { immediate: true });
  onScopeDispose(() => {
    life++;
    newest = Promise.resolve();
    clearTimeout(retry);
    removeEventListener('online', onOnline);
  });
  return { data, problem, reload: () => load() };
}
