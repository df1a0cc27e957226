const SAFE = new Set(['http:', 'https:', 'mailto:']);

/** The address if a link may lead there, else null: anywhere by http or https, to a mailbox, and to this site's own pages by a path. */
export function safeLink(address: string): string | null {
  if (/^\/(?![/\\])/.test(address)) return address;
  return URL.canParse(address) && SAFE.has(new URL(address).protocol) ? address : null;
}
