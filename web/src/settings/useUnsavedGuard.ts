import type { Ref } from 'vue';
import { onScopeDispose, ref } from 'vue';
import type { NavigationGuardReturn } from 'vue-router';
import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router';

/** Nobody leaves what is not saved by accident. While `isAsking`, whoever wanted to leave is asked, and `answer` says what came of it. */
export function useUnsavedGuard(isDirty: Readonly<Ref<boolean>>) {
  const isAsking = ref(false);
  let decide: ((leaves: boolean) => void) | null = null;

  async function ask(): Promise<NavigationGuardReturn> {
    if (!isDirty.value) return true;
    answer(false);
    isAsking.value = true;
    return new Promise((resolve) => { decide = resolve; });
  }

  function answer(leaves: boolean): void {
    isAsking.value = false;
    decide?.(leaves);
    decide = null;
  }

  const onUnload = (event: BeforeUnloadEvent): void => { if (isDirty.value) event.preventDefault(); };
  onBeforeRouteLeave(ask);
  onBeforeRouteUpdate(ask);
  addEventListener('beforeunload', onUnload);
  onScopeDispose(() => removeEventListener('beforeunload', onUnload));
  return { isAsking, answer };
}
