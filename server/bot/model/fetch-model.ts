import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Manifest, Place } from './files.ts';
import { FILES, MANIFEST, MODEL, sha256Of, sizeOf } from './files.ts';

export interface Fetching {
  /** An origin that serves models as huggingface.co does. */
  readonly hub: string;
  readonly place: Place;
  /** Bytes that are there, and all together. Called often. */
  readonly onProgress: (doneBytes: number, totalBytes: number) => void;
  readonly signal: AbortSignal;
}

/** The message is for operators. */
export class FetchError extends Error {
  override name = 'FetchError';
}

const ANSWER_MS = 15_000;
/** Without a byte for so long, it is given up. */
const STALLED_MS = 30_000;
const MAX_FILE_BYTES = 1024 ** 3;
const MAX_REDIRECTS = 5;
/** Per file. */
const TRIES = 2;

interface Remote {
  readonly name: string;
  readonly size: number;
  /** As the hub names its content: SHA-256 of large files, git's SHA-1 of small ones. Null: it does not say. */
  readonly hash: { readonly algorithm: 'sha256' | 'git'; readonly hex: string } | null;
}

/**
 * Brings the model's files into their folder. What is there and whole stays. Each is written under another name, checked against the size and the hash that
 * the hub names, and renamed; the list of them comes last. @throws FetchError; the signal's reason when that is aborted
 */
export async function fetchModel({ hub, place: { folder }, onProgress, signal }: Fetching): Promise<void> {
  const files = await Promise.all(FILES.map((name) => lookUp(hub, name, signal)));
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  let doneBytes = 0;
  onProgress(doneBytes, totalBytes);
  const kept: Manifest['files'] = [];
  for (const file of files) {
    const path = join(folder, file.name);
    await mkdir(dirname(path), { recursive: true });
    const before = doneBytes;
    if (!(await isWhole(path, file))) {
      await download({ url: urlOf(hub, file.name), file, path, signal, onBytes: (bytes) => onProgress(before + bytes, totalBytes) });
    }
    doneBytes = before + file.size;
    onProgress(doneBytes, totalBytes);
    kept.push({ name: file.name, size: file.size, sha256: await sha256Of(path) });
  }
  const list = join(folder, MANIFEST);
  await writeFile(`${list}.${process.pid}`, JSON.stringify({ model: MODEL, files: kept }, null, 2));
  await rename(`${list}.${process.pid}`, list);
}

async function lookUp(hub: string, name: string, signal: AbortSignal): Promise<Remote> {
  const { headers } = await ask(urlOf(hub, name), { method: 'HEAD', signal });
  const size = Number(headers.get('x-linked-size') ?? headers.get('content-length') ?? Number.NaN);
  if (!Number.isInteger(size) || size <= 0) throw new FetchError(`${hub} does not say how large ${name} is`);
  if (size > MAX_FILE_BYTES) throw new FetchError(`${name} has ${size} bytes, which is too much`);
  const hex = /^(?:W\/)?"?([0-9a-f]+)"?$/.exec(headers.get('x-linked-etag') ?? headers.get('etag') ?? '')?.[1] ?? '';
  const algorithm = hex.length === 64 ? 'sha256' : hex.length === 40 ? 'git' : null;
  return { name, size, hash: algorithm && { algorithm, hex } };
}

interface Download { readonly url: string; readonly file: Remote; readonly path: string; readonly signal: AbortSignal; readonly onBytes: (bytes: number) => void }

async function download({ url, file, path, signal, onBytes }: Download): Promise<void> {
  const part = `${path}.part-${process.pid}`;
  for (let tries = 1; ; tries += 1) {
    try {
      await save(url, { part, size: file.size, signal, onBytes });
      if (!(await isWhole(part, file))) throw new FetchError(`${file.name} did not arrive as the hub has it`);
      return await rename(part, path);
    } catch (error) {
      await rm(part, { force: true });
      if (tries === TRIES || signal.aborted) throw error;
    }
  }
}

async function save(url: string, { part, size, signal, onBytes }: { part: string; size: number; signal: AbortSignal; onBytes: (bytes: number) => void }): Promise<void> {
  const stalled = new AbortController();
  const { body } = await ask(url, { method: 'GET', signal: AbortSignal.any([signal, stalled.signal]) });
  if (!body) throw new FetchError(`${url} is empty`);
  const file = await open(part, 'w');
  let timer: NodeJS.Timeout | undefined;
  const watch = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => stalled.abort(new FetchError(`nothing more came for ${STALLED_MS / 1000} seconds`)), STALLED_MS).unref();
  };
  let bytes = 0;
  try {
    watch();
    for await (const chunk of body) {
      watch();
      bytes += chunk.length;
      if (bytes > size) throw new FetchError(`${url} is larger than was said`);
      await file.write(chunk);
      onBytes(bytes);
    }
    // The name that counts comes after the bytes, also where the power fails.
    await file.sync();
  } catch (error) {
    throw explained(error, url, signal);
  } finally {
    clearTimeout(timer);
    await file.close();
  }
}

/** Follows redirects itself: the first answer that names size and hash is the hub's, and the last one that of whoever stores it. */
async function ask(url: string, { method, signal }: { method: 'HEAD' | 'GET'; signal: AbortSignal }): Promise<{ headers: Headers; body: ReadableStream<Uint8Array> | null }> {
  let at = url;
  let linked: Headers | null = null;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const response = await answerOf(at, method, signal);
    if (response.headers.has('x-linked-etag')) linked ??= response.headers;
    const location = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && location !== null) {
      await response.body?.cancel();
      if (linked && method === 'HEAD') return { headers: linked, body: null };
      at = new URL(location, at).href;
      if (!/^https?:/.test(at) || (url.startsWith('https:') && !at.startsWith('https:'))) throw new FetchError(`${new URL(url).origin} sends elsewhere, without TLS`);
      continue;
    }
    if (!response.ok) {
      await response.body?.cancel();
      throw new FetchError(`${new URL(at).origin} answered ${response.status}`);
    }
    return { headers: linked ?? response.headers, body: response.body };
  }
  throw new FetchError(`${new URL(url).origin} sends from one address to the next`);
}

/** Its head has to come in time. The body has as long as it needs. */
async function answerOf(url: string, method: string, signal: AbortSignal): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new FetchError(`${new URL(url).origin} did not answer`)), ANSWER_MS);
  try {
    return await fetch(url, { method, redirect: 'manual', headers: { 'accept-encoding': 'identity' }, signal: AbortSignal.any([signal, late.signal]) });
  } catch (error) {
    throw explained(error, url, signal);
  } finally {
    clearTimeout(timer);
  }
}

/** The error of `fetch` says nothing; its cause does. */
function explained(error: unknown, url: string, signal: AbortSignal): unknown {
  if (signal.aborted || error instanceof FetchError || !(error instanceof Error)) return error;
  const { cause } = error;
  const why = cause instanceof Error ? ('code' in cause && typeof cause.code === 'string' ? cause.code : cause.message) : error.message;
  return new FetchError(`${new URL(url).origin} cannot be reached (${why})`, { cause: error });
}

async function isWhole(path: string, { size, hash }: Remote): Promise<boolean> {
  if ((await sizeOf(path)) !== size) return false;
  if (!hash) return true;
  if (hash.algorithm === 'sha256') return (await sha256Of(path)) === hash.hex;
  return createHash('sha1').update(`blob ${size}\0`).update(await readFile(path)).digest('hex') === hash.hex;
}

function urlOf(hub: string, name: string): string {
  return `${hub}/${MODEL}/resolve/main/${name}`;
}
