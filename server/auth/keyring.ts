import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** What only this installation can read. Losing `root.key` loses what was sealed with it. */
export interface Keyring {
  /** Encrypts for one purpose and binds the result to `context`: it opens under the same two only. */
  seal(purpose: string, context: string, secret: Buffer): string;
  /** Null if it was sealed with another root key, purpose or context, or was changed since. */
  open(purpose: string, context: string, sealed: string): Buffer | null;
  /** 32 bytes that are always the same for a purpose, and known nowhere else. */
  derive(purpose: string): Buffer;
}

/**
 * Reads the root key of a data folder, and makes it at the first start: 32 random bytes as hex, for the owner's eyes only (mode 0600).
 * @throws Error if the file holds anything else
 */
export async function openKeyring(dataDir: string): Promise<Keyring> {
  const path = join(dataDir, 'root.key');
  const text = await readIfThere(path) ?? await create(dataDir, path);
  if (!/^[0-9a-f]{64}\s*$/.test(text)) throw new Error(`${path} is damaged: it must hold 64 hexadecimal digits. Restore it from a copy.`);
  const root = Buffer.from(text.trim(), 'hex');
  const keyFor = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', root, '', `minicom ${purpose}`, 32));

  return {
    derive: keyFor,

    seal(purpose, context, secret) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', keyFor(purpose), iv).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(secret), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
    },

    open(purpose, context, sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length < IV_BYTES + TAG_BYTES) return null;
      const decipher = createDecipheriv('aes-256-gcm', keyFor(purpose), bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      const start = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
      try {
        return Buffer.concat([start, decipher.final()]);
      } catch {
        return null;
      }
    },
  };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Whole or not at all, and the first of two processes wins: a key that was read half would seal what nobody can open again. */
async function create(dataDir: string, path: string): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeDurably(draft, `${randomBytes(32).toString('hex')}\n`);
    await link(draft, path).catch((error: unknown) => { if (codeOf(error) !== 'EEXIST') throw error; });
  } finally {
    await rm(draft, { force: true });
  }
  return readFile(path, 'utf8');
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
