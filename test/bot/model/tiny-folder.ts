import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { makeTinyModel } from './making/tiny.ts';

/** A folder of the test's own, and beside it the tiny model, for all tests of a file. The model is every file's: it is only read. */
export function useTinyFolder(): { readonly folder: string; readonly tiny: string } {
  let folder = '';
  let tiny = '';
  beforeAll(async () => {
    [folder, tiny] = await Promise.all([mkdtemp(join(tmpdir(), 'minicom-model-')), tinyModel()]);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return {
    get folder() { return folder; },
    get tiny() { return tiny; },
  };
}

/** The tiny model, made once for each state of what makes it. Two who make it at once have the same. */
export async function tinyModel(): Promise<string> {
  const made = join(tmpdir(), `minicom-tiny-${await hashOfSources()}`);
  if (existsSync(made)) return made;
  const unfinished = await mkdtemp(join(tmpdir(), 'minicom-tiny-unfinished-'));
  await makeTinyModel(unfinished);
  await rename(unfinished, made).catch(async (error: unknown) => {
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(made)) throw error;
  });
  return made;
}

async function hashOfSources(): Promise<string> {
  const making = fileURLToPath(new URL('making', import.meta.url));
  const elsewhere = ['../../../server/bot/model/prompt.ts', '../../_util/random.ts'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  const paths = [...(await readdir(making)).sort().map((name) => join(making, name)), ...elsewhere];
  const hash = createHash('sha256');
  for (const path of paths) hash.update(await readFile(path));
  return hash.digest('hex').slice(0, 16);
}
