const SAFE = new Set(['http:', 'https:', 'mailto:']);

/** The address if a link may lead there, else null: anywhere by http or https, to a mailbox, and to this site's own pages by a path. */
export function safeLink(address: string): string | null {
  if (address.startsWith('/')) return isOwnPath(address) ? address : null;
  return URL.canParse(address) && SAFE.has(new URL(address).protocol) ? address : null;
}

/** Read as a browser reads it, which drops tabs and takes `\` for `/`: then `//` names another host. */
function isOwnPath(path: string): boolean {
  const here = 'https://here.invalid';
  return URL.canParse(path, here) && new URL(path, here).origin === here;
}
