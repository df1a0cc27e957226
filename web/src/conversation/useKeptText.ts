import type { Ref } from 'vue';
import { ref, watch } from 'vue';

/** What is being written, kept on this device under a key, so that it survives a reload. */
export function useKeptText(key: string): Ref<string> {
  const stored = `minicom.text.${key}`;
  const text = ref(sessionStorage.getItem(stored) ?? '');
  watch(text, (value) => {
    if (value === '') sessionStorage.removeItem(stored);
    else sessionStorage.setItem(stored, value);
  }, { flush: 'sync' });
  return text;
}
