import type { Ref } from 'vue';
import { nextTick, onScopeDispose, ref, watch } from 'vue';

const NEAR_PX = 48;
const OLDER_PX = 400;

export interface StickOptions {
  /** Changes when rows are put in above those that are there. */
  firstKey: () => string | undefined;
  /** Called when the reader comes near the beginning of what is loaded; resolves when older messages are in. */
  loadOlder: () => Promise<void>;
}

/**
 * Keeps a list at its end while the reader is there, and moves nothing when not: not when something arrives, not when older rows come in above.
 */
export function useStickToEnd(list: Readonly<Ref<HTMLElement | null>>, { firstKey, loadOlder }: StickOptions) {
  const isAtEnd = ref(true);

  const resized = new ResizeObserver(() => { if (isAtEnd.value) toEnd(); });

  function onScroll(): void {
    const el = list.value;
    if (!el) return;
    isAtEnd.value = el.scrollHeight - el.scrollTop - el.clientHeight < NEAR_PX;
    if (el.scrollTop < OLDER_PX && el.scrollHeight > el.clientHeight) void loadOlder();
  }

  // The list turns the browser's own anchoring off: it does not hold at the very top, and both together would move twice.
  watch(firstKey, async () => {
    const el = list.value;
    if (!el || isAtEnd.value) return;
    const fromEnd = el.scrollHeight - el.scrollTop;
    await nextTick();
    el.scrollTop = el.scrollHeight - fromEnd;
  }, { flush: 'pre' });

  function toEnd(): void {
    const el = list.value;
    if (!el) return;
    el.scrollTop = el.scrollHeight;
    isAtEnd.value = true;
  }

  watch(list, (el, _, onCleanup) => {
    if (!el) return;
    el.addEventListener('scroll', onScroll, { passive: true });
    resized.observe(el);
    for (const child of el.children) resized.observe(child);
    toEnd();
    onCleanup(() => {
      el.removeEventListener('scroll', onScroll);
      resized.disconnect();
    });
  }, { flush: 'post', immediate: true });

  onScopeDispose(() => resized.disconnect());
  return { isAtEnd, toEnd };
}
