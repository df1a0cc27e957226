import { onScopeDispose, ref } from 'vue';

/** The time of day in milliseconds, for what is shown relative to it. */
export function useNow(everyMs = 15_000) {
  const now = ref(Date.now());
  const timer = setInterval(() => { now.value = Date.now(); }, everyMs);
  onScopeDispose(() => clearInterval(timer));
  return now;
}
