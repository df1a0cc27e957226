import { computed, onScopeDispose, ref, watch, watchEffect } from 'vue';
import { throttle } from '../conversation/throttle.ts';
import type { Conversation } from '../conversation/useConversation.ts';
import { newestSeq } from '../log/messageLog.ts';
import { device } from '../session/deviceStorage.ts';

const KEY = 'minicom.sound';

/** What calls somebody back who looks elsewhere: the number of unread texts in the page's title, and a tone, if they want one. */
export function useAttention(conversation: Conversation, title: string) {
  const hasSound = ref(device.get(KEY) === 'on');
  const { log, state, messages, status } = conversation;

  const unread = computed(() => messages.value.filter(({ seq, senderKey, kind }) => (
    kind === 'TEXT' && senderKey !== log.value.me && seq > (state.value?.seenByCustomer ?? 0)
  )).length);
  watchEffect(() => { document.title = unread.value > 0 ? `(${unread.value}) ${title}` : title; });

  // What is read at the start, or after a reset, is not news.
  let heardSeq: number | null = null;
  watch([() => newestSeq(log.value), status], ([newest, now]) => {
    if (now !== 'ready') { heardSeq = null; return; }
    const isNews = heardSeq !== null && log.value.messages.some(({ seq, senderKey, kind }) => seq > (heardSeq ?? 0) && kind === 'TEXT' && senderKey !== log.value.me);
    heardSeq = newest;
    if (isNews && hasSound.value) ring();
  });

  // Missed texts come in one by one; one tone is enough for them.
  const { request: ring, cancel } = throttle(1_000, () => {
    import('./tone.ts').then(({ playTone }) => playTone()).catch(() => undefined); // no sound is no loss
  });

  function toggleSound(): void {
    hasSound.value = !hasSound.value;
    device.set(KEY, hasSound.value ? 'on' : 'off');
    if (hasSound.value) ring();
  }

  onScopeDispose(() => {
    cancel();
    document.title = title;
  });
  return { hasSound, toggleSound };
}
