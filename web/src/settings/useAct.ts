import { computed, ref, shallowRef } from 'vue';
import { reasonOf } from '../graphql/errors.ts';

interface Refusal { readonly reason: string; readonly field?: string }

/** One change at a time, and why it was refused, fit to show: beside one of `fields`, if that is to blame, else in `problem`. */
export function useAct(...fields: readonly string[]) {
  const isBusy = ref(false);
  const refusal = shallowRef<Refusal | null>(null);

  /** Null: it was refused, or another one is under way. */
  async function act<T extends object>(ask: () => Promise<T>): Promise<Exclude<T, Refusal> | null> {
    if (isBusy.value) return null;
    isBusy.value = true;
    refusal.value = null;
    try {
      const outcome: T | Refusal = await ask();
      if (!('reason' in outcome)) return outcome as Exclude<T, Refusal>;
      refusal.value = outcome as Refusal;
    } catch (error) {
      refusal.value = { reason: reasonOf(error) };
    } finally {
      isBusy.value = false;
    }
    return null;
  }

  return {
    act, isBusy, refusal,
    problem: computed(() => (refusal.value && !fields.includes(refusal.value.field ?? '') ? refusal.value.reason : null)),
    errorOf: (field: string): string | null => (refusal.value?.field === field ? refusal.value.reason : null),
    forget: (): void => { refusal.value = null; },
  };
}
