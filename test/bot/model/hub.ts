import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { MODEL } from '../../../server/bot/model/files.ts';

export interface Hub {
  /** What goes into MODEL_HUB. */
  readonly url: string;
  /** `HEAD config.json`, in order. */
  readonly asked: string[];
}

/** Does something else with a request, and says so. */
export type Mischief = (request: IncomingMessage, response: ServerResponse, name: string) => boolean;

/** Serves a model's folder as huggingface.co does: small files itself, under git's hash; large ones by a redirect that names their SHA-256 and size. */
export async function startHub(folder: string, mischief: Mischief = () => false): Promise<Hub & { stop(): Promise<void> }> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://hub');
    const isStored = pathname.startsWith('/storage/');
    const name = pathname.slice(isStored ? '/storage/'.length : `/${MODEL}/resolve/main/`.length);
    if (!isStored) asked.push(`${request.method} ${name}`);
    if (mischief(request, response, name)) return;
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (!found) return void response.writeHead(404).end();
    const content = await readFile(path);
    if (!isStored && name.endsWith('.onnx')) {
      const etag = `"${createHash('sha256').update(content).digest('hex')}"`;
      return void response.writeHead(302, { location: `/storage/${name}?signature=1`, 'x-linked-etag': etag, 'x-linked-size': found.size, etag: '"none"' }).end();
    }
    const etag = isStored ? '"of the storage"' : `W/"${createHash('sha1').update(`blob ${found.size}\0`).update(content).digest('hex')}"`;
    response.writeHead(200, { 'content-length': found.size, etag });
    if (request.method === 'HEAD') response.end();
    else createReadStream(path).pipe(response);
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}

/** As `startHub`, until the end of the test. */
export async function useHub(folder: string, mischief?: Mischief): Promise<Hub> {
  const hub = await startHub(folder, mischief);
  onTestFinished(() => hub.stop());
  return hub;
}
