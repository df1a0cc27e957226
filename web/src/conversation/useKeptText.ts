import type { Ref } from 'vue';
import { ref, watch } from 'vue';
import { tab } from '../session/deviceStorage.ts';

/** What is being written, kept on this device under a key, so that it survives a reload. */
export function useKeptText(key: string): Ref<string> {
  const stored = storedAs(key);
  const text = ref(tab.get(stored) ?? '');
  watch(text, (value) => {
    if (value === '') tab.remove(stored);
    else tab.set(stored, value);
  }, { flush: 'sync' });
  return text;
}

export function forgetText(key: string): void {
  tab.remove(storedAs(key));
}

function storedAs(key: string): string {
  return `minicom.text.${key}`;
}
