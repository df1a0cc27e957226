import { computed, onScopeDispose, shallowRef } from 'vue';
import { displayName, keyOf } from './fragments.ts';

const LAPSE_MS = 6_000;

export interface Typer { readonly key: string; readonly name: string; readonly isBot: boolean }
type TypingSender = { readonly __typename: string; readonly id?: string; readonly name?: string };

/** Who is typing besides `me`: for 6 s after the last sign of it. */
export function useTypers(me: string) {
  const typing = shallowRef<ReadonlyMap<string, Typer>>(new Map());
  const lapses = new Map<string, ReturnType<typeof setTimeout>>();

  function typed(sender: TypingSender, isTyping: boolean): void {
    const key = keyOf(sender);
    if (key === me) return;
    if (!isTyping) return stoppedTyping(key);
    clearTimeout(lapses.get(key));
    lapses.set(key, setTimeout(() => stoppedTyping(key), LAPSE_MS));
    const name = sender.name ?? displayName({ id: sender.id ?? '', name: null });
    typing.value = new Map(typing.value).set(key, { key, name, isBot: sender.__typename === 'Bot' });
  }

  function stoppedTyping(key: string): void {
    clearTimeout(lapses.get(key));
    lapses.delete(key);
    if (!typing.value.has(key)) return;
    const rest = new Map(typing.value);
    rest.delete(key);
    typing.value = rest;
  }

  onScopeDispose(() => { for (const lapse of lapses.values()) clearTimeout(lapse); });
  return { typers: computed(() => [...typing.value.values()]), typed, stoppedTyping };
}
