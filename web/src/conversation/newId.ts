/**
 * A UUIDv7 (RFC 9562): it begins with the time, and new ones stand together in the server's index. `crypto.randomUUID` would make one without, and exists on
 * secure origins only; an intranet may have none.
 */
export function newId(): string {
  const random = [...crypto.getRandomValues(new Uint8Array(10))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const time = Date.now().toString(16).padStart(12, '0');
  const variant = '89ab'.charAt(Number.parseInt(random.charAt(0), 16) % 4);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(1, 4)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`;
}
