import type { Ref } from 'vue';
import { nextTick, onScopeDispose, ref, watch } from 'vue';

const NEAR_PX = 48;
const MORE_PX = 400;

export interface StickOptions {
  /** What is on the page; another array when it changes. */
  rows: () => readonly unknown[];
  /** False: there is more below than is on the page. */
  hasNewest: () => boolean;
  /** Called when the reader comes near the first row that is there; resolves when there are more, or none. */
  back: () => Promise<void>;
  /** Called when the reader comes near the last row that is there. */
  on: () => void;
  /** Called when the reader wants the newest; the page may drop what is far above. */
  follow: () => void;
}

/**
 * Keeps a list at its end while the reader is there, and moves nothing when not: not when something arrives, not when rows come and go above and below.
 * The list turns the browser's own anchoring off: it does not hold at the very top, and both together would move twice.
 */
export function useStickToEnd(list: Readonly<Ref<HTMLElement | null>>, { rows, hasNewest, back, on, follow }: StickOptions) {
  const isAtEnd = ref(true);

  const resized = new ResizeObserver(() => {
    if (isAtEnd.value) scrollToEnd();
    // A screen that is not full cannot be scrolled.
    if (list.value && list.value.scrollHeight <= list.value.clientHeight) void back();
  });

  let lastTop = 0;

  function onScroll(): void {
    const el = list.value;
    if (!el) return;
    const below = el.scrollHeight - el.scrollTop - el.clientHeight;
    // Only going up leaves the end: what came in below since the last frame has not been scrolled to yet.
    if (below < NEAR_PX) isAtEnd.value = hasNewest();
    else if (el.scrollTop < lastTop) isAtEnd.value = false;
    lastTop = el.scrollTop;
    if (isAtEnd.value) follow();
    else if (below < MORE_PX) on();
    if (el.scrollTop < MORE_PX && el.scrollHeight > el.clientHeight) void back();
  }

  watch(rows, async () => {
    const el = list.value;
    const anchor = el && !isAtEnd.value ? anchorIn(el) : null;
    if (!el || !anchor) return;
    const { bottom } = anchor.getBoundingClientRect();
    await nextTick();
    if (anchor.isConnected) el.scrollTop += anchor.getBoundingClientRect().bottom - bottom;
  }, { flush: 'pre' });

  function scrollToEnd(): void {
    if (list.value) list.value.scrollTop = list.value.scrollHeight;
  }

  async function toEnd(): Promise<void> {
    isAtEnd.value = true;
    follow();
    await nextTick();
    scrollToEnd();
  }

  watch(list, (el, _, onCleanup) => {
    if (!el) return;
    el.addEventListener('scroll', onScroll, { passive: true });
    resized.observe(el);
    for (const child of el.children) resized.observe(child);
    scrollToEnd();
    onCleanup(() => {
      el.removeEventListener('scroll', onScroll);
      resized.disconnect();
    });
  }, { flush: 'post', immediate: true });

  onScopeDispose(() => resized.disconnect());
  return { isAtEnd, toEnd };
}

/** The first bubble in view. It stays when others come and go; its top may not, if it joins a row of others. */
function anchorIn(list: HTMLElement): Element | null {
  const { top } = list.getBoundingClientRect();
  return [...list.querySelectorAll('.MessageItem, .NoteItem')].find((item) => item.getBoundingClientRect().bottom > top) ?? null;
}
