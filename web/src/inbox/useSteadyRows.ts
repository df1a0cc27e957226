import { onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { View } from '../log/inboxLog.ts';
import type { SteadyRows } from '../log/steadyRows.ts';
import { steadyRows } from '../log/steadyRows.ts';
import type { Inbox, InboxRow } from './useInbox.ts';

/**
 * The rows as the list shows them: nothing moves while somebody points at it or has the focus in it. `listeners` belong on the list. A pointer that was
 * left there by hands which type elsewhere points at nothing until it moves again.
 */
export function useSteadyRows({ rows, known }: Inbox, view: () => View, open: () => string | null) {
  const shown = shallowRef<SteadyRows<InboxRow>>({ rows: [], held: 0 });
  const isPointed = ref(false);
  const hasFocus = ref(false);
  const isVisible = ref(document.visibilityState === 'visible');

  function arrange(isOn: boolean): void {
    shown.value = steadyRows(shown.value.rows.map(({ id }) => id), rows.value, known.value, { isOn, open: open() });
  }

  watch([rows, isPointed, hasFocus, isVisible, open, view], (now, before) => {
    if (now[5] !== before[5]) shown.value = { rows: [], held: 0 };
    arrange((isPointed.value || hasFocus.value) && isVisible.value);
  }, { immediate: true });

  const onVisibility = (): void => { isVisible.value = document.visibilityState === 'visible'; };
  const onKey = (): void => { if (!hasFocus.value) isPointed.value = false; };
  document.addEventListener('visibilitychange', onVisibility);
  document.addEventListener('keydown', onKey);
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', onVisibility);
    document.removeEventListener('keydown', onKey);
  });

  return {
    shown,
    /** Brings in what is held, whatever is under a hand. */
    letIn: () => arrange(false),
    listeners: {
      pointermove: () => { isPointed.value = true; },
      pointerleave: () => { isPointed.value = false; },
      focusin: () => { hasFocus.value = true; },
      focusout: () => { hasFocus.value = false; },
    },
  };
}
