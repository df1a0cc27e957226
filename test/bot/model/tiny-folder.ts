import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { makeTinyModel } from './making/tiny.ts';

/** A folder of the test's own, with the tiny model in `tiny`, for all tests of a file. */
export function useTinyFolder(): { readonly folder: string; readonly tiny: string } {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minicom-model-'));
    await makeTinyModel(join(folder, 'tiny'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return {
    get folder() { return folder; },
    get tiny() { return join(folder, 'tiny'); },
  };
}
