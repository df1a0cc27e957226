import { onScopeDispose, ref } from 'vue';
import { takeSecret } from '../session/secret.ts';

/**
 * The address of the chat: whose conversation (null: this device's anonymous visitor's), and an identity that a link handed over. A link may be
 * opened in a window that shows a chat already: then only the fragment changes, and `onIdentity` is called.
 */
export function useChatAddress(onIdentity: (token: string) => void) {
  const customerId = ref(customerIdOf(location.pathname));
  const identity = takeSecret('identity');

  const onHash = (): void => {
    const token = takeSecret('identity');
    if (token) onIdentity(token);
  };
  const onPop = (): void => { customerId.value = customerIdOf(location.pathname); };
  addEventListener('hashchange', onHash);
  addEventListener('popstate', onPop);
  onScopeDispose(() => {
    removeEventListener('hashchange', onHash);
    removeEventListener('popstate', onPop);
  });

  return {
    customerId, identity,
    goTo: (id: string) => {
      history.replaceState(null, '', `/chat/${encodeURIComponent(id)}`);
      customerId.value = id;
    },
  };
}

/** `/chat/<customer id>`, one percent-encoded segment, with or without a slash at the end. */
export function customerIdOf(pathname: string): string | null {
  const segment = /^\/chat\/([^/]+)\/?$/.exec(pathname)?.[1];
  if (segment === undefined) return null;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // not percent-encoded UTF-8: it is nobody's id, and the server says so
  }
}
