import type { Ref } from 'vue';
import { computed, ref } from 'vue';

/** How many messages are on the page at most: enough for any screen, and a page of them costs no time that anybody notices. */
const MOST = 200;
const STEP = 50;

/** The messages that are on the page: the newest, or those around where the reader went back to. */
export function useMessageWindow<M extends { readonly seq: number }>(messages: Readonly<Ref<readonly M[]>>, loadOlder: () => Promise<void>) {
  /** Where it begins while the reader is back; null: it ends with the newest. */
  const firstSeq = ref<number | null>(null);
  const newestStart = computed(() => Math.max(0, messages.value.length - MOST));
  const start = computed(() => {
    const first = firstSeq.value;
    if (first === null) return newestStart.value;
    const at = messages.value.findIndex(({ seq }) => seq >= first);
    return at === -1 ? newestStart.value : Math.min(at, newestStart.value);
  });

  function begin(index: number): void {
    firstSeq.value = messages.value[Math.max(0, index)]?.seq ?? null;
  }

  return {
    shown: computed(() => messages.value.slice(start.value, start.value + MOST)),
    hasNewest: computed(() => start.value === newestStart.value),
    hasEarlier: computed(() => start.value > 0),
    /** Earlier ones come in, read from the server where there are none here. */
    back: async () => {
      if (start.value === 0) {
        const held = messages.value.length;
        await loadOlder();
        if (messages.value.length > held) begin(messages.value.length - held - STEP);
      } else begin(start.value - STEP);
    },
    /** Later ones come in. */
    on: () => { if (start.value < newestStart.value) begin(start.value + STEP); },
    /** Back to where it ends with the newest. */
    follow: () => { firstSeq.value = null; },
  };
}
