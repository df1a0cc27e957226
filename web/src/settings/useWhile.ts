import { onScopeDispose, watch } from 'vue';

/** Does `work` every `ms` while `isOn`, never twice at a time. What fails is tried at the next turn. */
export function useWhile(isOn: () => boolean, work: () => Promise<void>, ms: number): void {
  let timer: ReturnType<typeof setTimeout> | undefined;

  function next(): void {
    timer = setTimeout(() => {
      void work().catch(() => undefined).finally(() => { if (isOn()) next(); });
    }, ms);
  }

  watch(isOn, (on) => {
    clearTimeout(timer);
    if (on) next();
  }, { immediate: true });
  onScopeDispose(() => clearTimeout(timer));
}
