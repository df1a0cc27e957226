/**
 * Takes what a link handed over in its fragment, and takes it out of the address at once, so that it is not in the history either. Fragments reach
 * no server and no log. Null if there is none.
 */
export function takeSecret(name: 'identity' | 'invite' | 'password'): string | null {
  const prefix = `#${name}=`;
  if (!location.hash.startsWith(prefix)) return null;
  const secret = location.hash.slice(prefix.length);
  history.replaceState(history.state, '', location.pathname + location.search);
  return secret;
}
