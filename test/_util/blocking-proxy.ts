import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request as forward } from 'node:http';

/** What becomes of server-sent events: they pass, are cut off after the headers, or are held back for ever, as by a proxy that buffers. */
export type Streams = 'pass' | 'cut' | 'hold';

export interface BlockingProxy {
  readonly url: string;
  /** What was asked for so far, by kind. */
  readonly seen: Record<'sockets' | 'streams' | 'posts', number>;
  allow(passes: { sockets: boolean; streams: Streams }): void;
  stop(): Promise<void>;
}

/** An HTTP proxy of a network that lets no WebSocket through, and maybe no stream. The server takes it for itself: it goes by the server's own name. */
export async function startBlockingProxy(target: string): Promise<BlockingProxy> {
  const { host, hostname, port } = new URL(target);
  const seen = { sockets: 0, streams: 0, posts: 0 };
  let passes: { sockets: boolean; streams: Streams } = { sockets: false, streams: 'pass' };

  const headersOf = ({ headers }: IncomingMessage) => ({ ...headers, host, ...(headers.origin ? { origin: target } : {}) });
  const server = createServer((incoming, outgoing) => {
    const isStream = incoming.headers.accept?.includes('text/event-stream') ?? false;
    if (incoming.method === 'POST') seen[isStream ? 'streams' : 'posts']++;
    const onward = forward({ hostname, port, method: incoming.method, path: incoming.url, headers: headersOf(incoming) }, (answer) => {
      if (isStream && passes.streams === 'hold') return void answer.resume();
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      if (isStream && passes.streams === 'cut') return void outgoing.destroy();
      answer.pipe(outgoing);
    });
    onward.on('error', () => fail(outgoing));
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  server.on('upgrade', (incoming, socket, head) => {
    seen.sockets++;
    socket.on('error', () => socket.destroy());
    if (!passes.sockets) return void socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    const onward = forward({ hostname, port, path: incoming.url, headers: headersOf(incoming) });
    onward.on('upgrade', (answer, upstream, rest) => {
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}\r\n`).join('');
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines}\r\n`);
      socket.write(rest);
      upstream.write(head);
      upstream.on('error', () => socket.destroy()).on('close', () => socket.destroy());
      socket.on('close', () => upstream.destroy());
      upstream.pipe(socket).pipe(upstream);
    });
    onward.on('error', () => socket.destroy());
    onward.end();
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy listens on no port');

  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    allow: (next) => { passes = next; },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}

function fail(outgoing: ServerResponse): void {
  if (!outgoing.headersSent) outgoing.writeHead(502);
  outgoing.end();
}
