import { onScopeDispose, ref } from 'vue';
import { displayName } from '../conversation/fragments.ts';
import { device } from '../session/deviceStorage.ts';
import type { Inbox, InboxRow } from './useInbox.ts';
import { isQueued } from './useInbox.ts';

const SOUND_KEY = 'minicom.handoffSound';
const NOTICE_KEY = 'minicom.handoffNotice';
const AGAIN_MS = 30_000;
/** Ten minutes: whoever has not come by then is not here. */
const MOST_TIMES = 20;

/**
 * Calls the team when a customer begins to wait for a person, and again until somebody takes or reads the conversation. Off until an agent turns it on,
 * for this device. What the bot handles makes no noise. Of several windows, one rings.
 */
export function useHandoffAlerts({ known, onHandoff }: Inbox, open: (customerId: string) => void) {
  const hasSound = ref(device.get(SOUND_KEY) === 'on');
  const hasNotices = ref(device.get(NOTICE_KEY) === 'on' && canNotify() && Notification.permission === 'granted');
  /** Who is called for, by conversation: how often so far, and what agents had seen when they began to wait. */
  const calls = new Map<string, { times: number; readonly seen: number }>();
  const isFirstWindow = ref(!('locks' in navigator));
  let timer: ReturnType<typeof setInterval> | undefined;
  let leave = (): void => undefined;

  if ('locks' in navigator) {
    const left = new Promise<void>((resolve) => { leave = resolve; });
    navigator.locks.request('minicom.handoffs', () => {
      isFirstWindow.value = true;
      return left;
    }).catch(() => { isFirstWindow.value = true; }); // forbidden here: two windows that ring are better than none
  }

  onHandoff((rows) => {
    for (const { id, seenByAgents } of rows) calls.set(id, { times: 0, seen: seenByAgents });
    timer ??= setInterval(call, AGAIN_MS);
    call();
  });

  function call(): void {
    for (const [id, entry] of calls) {
      const row = known.value.get(id);
      if (!row || !isQueued(row) || row.seenByAgents > entry.seen || entry.times === MOST_TIMES) {
        calls.delete(id);
        continue;
      }
      entry.times++;
      if (isFirstWindow.value && hasNotices.value && !document.hasFocus()) notify(row);
    }
    if (calls.size > 0) {
      if (isFirstWindow.value && hasSound.value) ring();
      return;
    }
    clearInterval(timer);
    timer = undefined;
  }

  function notify(row: InboxRow): void {
    const notice = new Notification(`${displayName(row.customer)} waits for a person`, { tag: `minicom ${row.id}` });
    notice.onclick = () => {
      notice.close();
      window.focus();
      open(row.customer.id);
    };
  }

  function toggleSound(): void {
    hasSound.value = !hasSound.value;
    device.set(SOUND_KEY, hasSound.value ? 'on' : 'off');
    if (hasSound.value) ring();
  }

  /** The browser asks, too, the first time; if it forbids it, notices stay off. */
  async function toggleNotices(): Promise<void> {
    hasNotices.value = !hasNotices.value && await Notification.requestPermission() === 'granted';
    device.set(NOTICE_KEY, hasNotices.value ? 'on' : 'off');
  }

  onScopeDispose(() => {
    clearInterval(timer);
    leave();
  });
  return { hasSound, hasNotices, canNotify: canNotify(), toggleSound, toggleNotices };
}

/** On phones the name is there, but only a service worker may notify. */
function canNotify(): boolean {
  return 'Notification' in window && !matchMedia('(pointer: coarse)').matches;
}

function ring(): void {
  import('../chat/tone.ts').then(({ playTone }) => playTone()).catch(() => undefined); // no sound is no loss
}
