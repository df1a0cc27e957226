import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import sirv from 'sirv';
import { headers } from './headers.ts';

export interface Pages {
  serve(request: IncomingMessage, response: ServerResponse, url: URL): void;
}

/** Addresses that the web app answers itself; all else that is no file is not found. */
const APP_PATHS = /^\/(?:|chat(?:\/[^/]+)?\/?|inbox(?:\/[^/]+)?\/?|join)$/;

/** The built web app. @throws if it was not built */
export async function createPages(folder: string, isDemo: boolean): Promise<Pages> {
  const built = await readFile(join(folder, 'index.html'), 'utf8');
  const index = isDemo ? built.replace('<head>', '<head>\n    <meta name="minicom-demo" content="on">') : built;
  const setHeaders = (response: ServerResponse, path: string): void => {
    for (const [name, value] of Object.entries(headers.app)) response.setHeader(name, value);
    // Their names carry a hash of what is in them.
    if (path.startsWith('/assets/')) response.setHeader('cache-control', 'public, max-age=31536000, immutable');
  };
  const files = sirv(folder, { etag: true, gzip: true, dotfiles: false, setHeaders, ignores: false });

  const sendIndex = (response: ServerResponse, status: number): void => {
    response.writeHead(status, { ...headers.app, 'content-type': 'text/html; charset=utf-8' }).end(index);
  };

  return {
    serve(request, response, { pathname }) {
      if (APP_PATHS.test(pathname)) sendIndex(response, 200);
      else if (pathname === '/index.html') sendIndex(response, 404);
      else files(request, response, () => sendIndex(response, 404));
    },
  };
}
