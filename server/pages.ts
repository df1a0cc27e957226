import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { headers } from './headers.ts';

export interface Pages {
  serve(request: IncomingMessage, response: ServerResponse, url: URL): void;
}

/** Addresses that the web app answers itself; all else that is no file is not found. */
const APP_PATHS = /^\/(?:$|chat(?:\/[^/]+)?\/?$|help(?:\/[^/]+)?\/?$|inbox(?:\/[^/]+)?\/?$|settings(?:\/[^/]+){0,2}\/?$|join\/?$)/;

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface File { readonly content: Buffer; readonly gzipped: Buffer | null; readonly headers: Readonly<Record<string, string>> }

/**
 * The built web app, held in memory: it is small, it does not change under those who are using it when a new one is built, and a request can name no
 * file but these. @throws if it was not built
 */
export async function createPages(folder: string, isDemo: boolean): Promise<Pages> {
  const files = await readFiles(folder);
  const built = files.get('/index.html');
  if (!built) throw new Error(`${folder} holds no web app. Build it: npm run build`);
  const index = isDemo ? withDemoMark(built) : built;
  files.delete('/index.html');

  return {
    serve(request, response, { pathname }) {
      const file = files.get(pathname);
      if (file) send(request, response, 200, file);
      else send(request, response, APP_PATHS.test(pathname) ? 200 : 404, index);
    },
  };
}

function send({ headers: asked, method }: IncomingMessage, response: ServerResponse, status: number, file: File): void {
  if (status === 200 && asked['if-none-match'] === file.headers['etag']) {
    response.writeHead(304, file.headers).end();
    return;
  }
  const gzipped = asked['accept-encoding']?.includes('gzip') ? file.gzipped : null;
  const body = gzipped ?? file.content;
  response.writeHead(status, { ...file.headers, ...(gzipped ? { 'content-encoding': 'gzip' } : {}), 'content-length': body.length });
  response.end(method === 'HEAD' ? undefined : body);
}

async function readFiles(folder: string): Promise<Map<string, File>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = new Map(await Promise.all(paths.map(async (path) => [`/${relative(folder, path).split(sep).join('/')}`, await readFile(path)] as const)));
  const files = new Map<string, File>();
  for (const [path, content] of contents) {
    const type = TYPES[extname(path)];
    // What the build notes down for itself lies in folders with a dot.
    if (type && !path.includes('/.')) files.set(path, fileOf(path, type, content, contents.get(`${path}.gz`) ?? null));
  }
  return files;
}

function fileOf(path: string, type: string, content: Buffer, gzipped: Buffer | null): File {
  // Names under assets/ carry a hash of what is in them.
  const caching = path.startsWith('/assets/') ? { 'cache-control': 'public, max-age=31536000, immutable' } : {};
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
  return { content, gzipped, headers: { ...headers.app, ...caching, 'content-type': type, etag, vary: 'Accept-Encoding' } };
}

/** Tells the web app that it may ask the demo's doors. */
function withDemoMark({ content }: File): File {
  const html = String(content).replace('<head>', '<head>\n    <meta name="minicom-demo" content="on">');
  return fileOf('/index.html', TYPES['.html'] ?? '', Buffer.from(html), null);
}
