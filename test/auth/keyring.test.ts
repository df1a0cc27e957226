import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openKeyring } from '../../server/auth/keyring.ts';
import { temporaryFolder } from './temporary-folder.ts';

const secret = Buffer.from('a secret');

describe('the keyring', () => {
  it('makes a root key that only its owner may read, and keeps it', async () => {
    const folder = join(await temporaryFolder(), 'new');
    const sealed = (await openKeyring(folder)).seal('p', 'c', secret);
    const { mode } = await stat(join(folder, 'root.key'));
    expect((mode & 0o777).toString(8)).toBe('600');
    expect(await readdir(folder)).toEqual(['root.key']);
    expect((await openKeyring(folder)).open('p', 'c', sealed)).toEqual(secret);
  });

  it('is one keyring when several processes start at once', async () => {
    const folder = await temporaryFolder();
    const [first, ...others] = await Promise.all(Array.from({ length: 8 }, () => openKeyring(folder)));
    const sealed = first!.seal('p', 'c', secret);
    for (const other of others) expect(other.open('p', 'c', sealed)).toEqual(secret);
    expect(await readdir(folder)).toEqual(['root.key']);
  });

  it('opens only what it sealed, for the same purpose and context, unchanged', async () => {
    const keyring = await openKeyring(await temporaryFolder());
    const stranger = await openKeyring(await temporaryFolder());
    const sealed = keyring.seal('p', 'c', secret);
    const changed = Buffer.from(sealed, 'base64url');
    changed[changed.length - 1]! ^= 1;
    expect(sealed).not.toContain(secret.toString('base64url'));
    expect(keyring.seal('p', 'c', secret)).not.toBe(sealed);
    expect(keyring.open('other', 'c', sealed)).toBeNull();
    expect(keyring.open('p', 'other', sealed)).toBeNull();
    expect(keyring.open('p', 'c', changed.toString('base64url'))).toBeNull();
    expect(keyring.open('p', 'c', sealed.slice(0, 20))).toBeNull();
    expect(keyring.open('p', 'c', '')).toBeNull();
    expect(stranger.open('p', 'c', sealed)).toBeNull();
  });

  it('refuses a damaged root key, by its name, and leaves it alone', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'root.key'), 'abc');
    await expect(openKeyring(folder)).rejects.toThrow('root.key is damaged');
    expect(await readFile(join(folder, 'root.key'), 'utf8')).toBe('abc');
  });
});
