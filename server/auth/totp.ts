import { createHmac, timingSafeEqual } from 'node:crypto';

/** Time-based one-time passwords as all authenticator apps make them: RFC 6238 over RFC 4226, with SHA-1, 30 seconds and 6 digits. */

const STEP_S = 30;
const DIGITS = 6;
/** RFC 6238 §5.2 recommends one step of grace, for clocks that differ and for who types slowly. */
const GRACE_STEPS = [0, -1, 1];
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The step whose code this is, within one of now; null: it is none. The caller sees to it that none is taken twice. */
export function stepOf(secret: Buffer, code: string, nowMs: number): number | null {
  const now = Math.floor(nowMs / 1000 / STEP_S);
  return GRACE_STEPS.map((away) => now + away).find((step) => isSame(codeAt(secret, step), code)) ?? null;
}

export function codeAt(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  return String((mac.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 10 ** DIGITS).padStart(DIGITS, '0');
}

/** What an app reads from a QR code. */
export function otpauthUri(secret: Buffer, account: string): string {
  const issuer = 'Minicom';
  return `otpauth://totp/${issuer}:${encodeURIComponent(account)}?secret=${base32(secret)}&issuer=${issuer}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_S}`;
}

/** RFC 4648, without padding. */
export function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
