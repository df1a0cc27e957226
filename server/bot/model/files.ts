import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Config } from '../../config.ts';
import { WEIGHTS } from './weights.ts';

/** The model that comes with the bot: small, free, and able to do little. */
export const MODEL = 'Xenova/distilgpt2';
/** All that is loaded of it. */
export const FILES: readonly string[] = [
  'config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json', WEIGHTS,
];
/** Written last: what is fetched, and was whole then. */
export const MANIFEST = 'fetched.json';
export const FETCH_COMMAND = 'npm run minicom -- model fetch';

/** Where the files lie. */
export interface Place {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** False: an operator's own folder, which is read and nothing else. */
  readonly isOurs: boolean;
}

export function placeOf({ modelDir, dataDir }: Pick<Config, 'modelDir' | 'dataDir'>): Place {
  if (modelDir !== null) return { name: resolve(modelDir), folder: resolve(modelDir), isOurs: false };
  return { name: MODEL, folder: join(resolve(dataDir), 'models', MODEL), isOurs: true };
}

const manifest = z.object({ files: z.array(z.object({ name: z.enum(FILES), size: z.number().int(), sha256: z.string() })) });
export type Manifest = z.infer<typeof manifest>;

/** What keeps the files from being used, in words, by their sizes; null: they are all there. */
export async function findFault({ folder, isOurs }: Place): Promise<string | null> {
  const { files } = isOurs ? (await readManifest(folder) ?? { files: null }) : { files: FILES.map((name) => ({ name, size: null })) };
  if (files === null) return `it is not in ${folder}`;
  for (const { name, size } of files) {
    const found = await sizeOf(join(folder, name));
    // The library does without this one.
    if (found === null && !isOurs && name === 'generation_config.json') continue;
    if (found === null) return `${name} is missing in ${folder}`;
    if (found === 0 || (size !== null && found !== size)) return `${name} in ${folder} has ${found} bytes${size === null ? '' : ` instead of ${size}`}`;
  }
  return null;
}

/** Reads all of it. @returns the names of files that are not what was fetched; none of an operator's own folder */
export async function findDamaged({ folder, isOurs }: Place): Promise<string[]> {
  const known = isOurs ? await readManifest(folder) : null;
  const damaged: string[] = [];
  for (const { name, size, sha256 } of known?.files ?? []) {
    const path = join(folder, name);
    if ((await sizeOf(path)) !== size || (await sha256Of(path)) !== sha256) damaged.push(name);
  }
  return damaged;
}

/** Removes what `findDamaged` finds. @returns the names */
export async function removeDamaged(place: Place): Promise<string[]> {
  const damaged = await findDamaged(place);
  for (const name of damaged.length > 0 ? [...damaged, MANIFEST] : []) await rm(join(place.folder, name), { force: true });
  return damaged;
}

/** Null: there is no such file. */
export async function sizeOf(path: string): Promise<number | null> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ? found.size : null;
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** The package that runs the model is optional. */
export function isRuntimeInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve('@xenova/transformers');
    return true;
  } catch {
    // Its absence is the answer.
    return false;
  }
}

async function readManifest(folder: string): Promise<Manifest | null> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return manifest.parse(JSON.parse(text));
  } catch {
    // As good as none: it is fetched again.
    return null;
  }
}
