import { watchEffect } from 'vue';

/** The window's title, for as long as the caller lives. */
export function useTitle(title: () => string): void {
  watchEffect(() => { document.title = title(); });
}
