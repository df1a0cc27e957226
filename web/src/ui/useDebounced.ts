import type { Ref } from 'vue';
import { onScopeDispose, ref, watch } from 'vue';

/** The value as it was when it last stood still for `ms`. */
export function useDebounced<T>(value: Readonly<Ref<T>>, ms: number): Ref<T> {
  const settled = ref(value.value) as Ref<T>;
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(value, (next) => {
    clearTimeout(timer);
    timer = setTimeout(() => { settled.value = next; }, ms);
  });
  onScopeDispose(() => clearTimeout(timer));
  return settled;
}
