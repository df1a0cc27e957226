import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { InvalidInputError, RateLimitedError } from '../domain/errors.ts';

/** OWASP's scrypt parameters for 32 MiB: about a quarter of a second of one core. */
const COST = { ln: 15, r: 8, p: 3 };
const KEY_BYTES = 32;
const MAX_MEMORY_BYTES = 64 * 1024 * 1024;
const MAX_WAITING = 8;
const RETRY_AFTER_MS = 1_000;
const MIN_CHARACTERS = 12;
const MAX_CHARACTERS = 256;
const ENCODED = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/;

export interface Passwords {
  /** @throws RateLimitedError while too many wait */
  hash(password: string): Promise<string>;
  /** Null, for nobody's password, takes as long and is false. @throws RateLimitedError while too many wait */
  matches(password: string, encoded: string | null): Promise<boolean>;
}

/** Hashes one password at a time, so that signing in never takes more than a core and 32 MiB from everybody else; at most 8 wait. */
export function createPasswords(): Passwords {
  let unfinished = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (unfinished > MAX_WAITING) throw new RateLimitedError(RETRY_AFTER_MS);
    unfinished += 1;
    const result = last.then(work).finally(() => { unfinished -= 1; });
    // The next in the row only waits for this one; how it ends is for its own caller.
    last = result.catch(() => undefined);
    return result;
  }

  return {
    hash: (password) => inTurn(() => encode(password)),
    matches: (password, encoded) => inTurn(() => compare(password, encoded)),
  };
}

/** 12 to 256 characters, and nothing else: rules about kinds of characters make passwords worse. @throws InvalidInputError */
export function requirePassword(password: string, field = 'password'): string {
  const { length } = [...normalize(password)];
  if (length < MIN_CHARACTERS) throw new InvalidInputError(field, `The password needs at least ${MIN_CHARACTERS} characters.`);
  if (length > MAX_CHARACTERS) throw new InvalidInputError(field, `The password may have at most ${MAX_CHARACTERS} characters.`);
  return password;
}

async function encode(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, COST);
  return `$scrypt$ln=${COST.ln},r=${COST.r},p=${COST.p}$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

async function compare(password: string, encoded: string | null): Promise<boolean> {
  if (encoded === null) {
    await derive(password, Buffer.alloc(16), COST);
    return false;
  }
  const [, ln, r, p, salt, key] = ENCODED.exec(encoded) ?? [];
  if (!salt || !key) throw new Error('A stored password hash has an unknown form.');
  const expected = Buffer.from(key, 'base64url');
  const actual = await derive(password, Buffer.from(salt, 'base64url'), { ln: Number(ln), r: Number(r), p: Number(p) });
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function derive(password: string, salt: Buffer, { ln, r, p }: typeof COST): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** ln, r, p, maxmem: MAX_MEMORY_BYTES };
  return new Promise((resolve, reject) => {
    scrypt(normalize(password), salt, KEY_BYTES, options, (error, key) => { if (error) reject(error); else resolve(key); });
  });
}

/** Keyboards write the same letter in several ways; a password is what people see. */
function normalize(password: string): string {
  return password.normalize('NFKC');
}
