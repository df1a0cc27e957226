import type { Ref } from 'vue';
import { watch } from 'vue';

/** A field as high as its text, up to the height that its style allows, where the browser does not see to it by `field-sizing`. */
export function useGrowing(field: Readonly<Ref<HTMLTextAreaElement | null>>, text: Readonly<Ref<string>>): void {
  if (CSS.supports('field-sizing', 'content')) return;
  watch([field, text], ([el]) => {
    if (!el) return;
    el.style.blockSize = 'auto';
    el.style.blockSize = `${el.scrollHeight + el.offsetHeight - el.clientHeight}px`;
  }, { flush: 'post', immediate: true });
}
