import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** How many bytes may pass, each way, before the connection is cut. */
export interface Allowance { readonly up: number; readonly down: number }

export const UNCUT: Allowance = { up: Infinity, down: Infinity };

export interface CutProxyOptions {
  /** Where the server is: an origin such as `http://127.0.0.1:8000`. */
  readonly target: string;
  /** Asked for every new connection. @default everything passes */
  readonly allow?: () => Allowance;
  /** After a cut: true resets the connection, so that even what was sent may not arrive. Asked for every cut. @default never */
  readonly isReset?: () => boolean;
}

export interface CutProxy {
  readonly url: string;
  /** Connections that were cut so far. */
  readonly cuts: number;
  retarget(url: string): void;
  /** What new connections are allowed from now on. Open ones keep what they have. */
  allow(allow: () => Allowance): void;
  /** Cuts every open connection once that many more bytes have passed towards the client: at 0, before the next answer. */
  cutAfter(downBytes: number): void;
  /** From now on nothing of an open connection arrives, either way, and neither side is told: a network that is gone, or a machine without power. */
  silence(): void;
  stop(): Promise<void>;
}

/**
 * A TCP proxy that cuts. It counts bytes and knows nothing of frames, so a cut falls anywhere: in the upgrade, in a frame's header, in a message.
 * The bytes before the cut are delivered (unless it resets), those after it never.
 */
export async function startCutProxy(options: CutProxyOptions): Promise<CutProxy> {
  let target = new URL(options.target);
  let allow = options.allow ?? (() => UNCUT);
  let cuts = 0;
  const links = new Set<Link>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const link: Link = { client, upstream, left: { ...allow() }, isSilent: false };
    links.add(link);
    const cut = (): void => {
      if (!links.delete(link)) return;
      cuts += 1;
      link.left.up = link.left.down = 0;
      for (const socket of [client, upstream]) {
        if (options.isReset?.()) socket.resetAndDestroy();
        else socket.destroySoon();
      }
    };
    const end = (): void => {
      links.delete(link);
      client.destroySoon();
      upstream.destroySoon();
    };
    carry(client, upstream, link, 'up', cut);
    carry(upstream, client, link, 'down', cut);
    for (const socket of [client, upstream]) socket.setNoDelay(true).on('error', end).on('close', end);
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy listens on no port');

  return {
    url: `http://127.0.0.1:${address.port}`,
    get cuts() { return cuts; },
    retarget: (url) => { target = new URL(url); },
    allow: (next) => { allow = next; },
    cutAfter: (downBytes) => { for (const link of links) link.left.down = downBytes; },
    silence: () => { for (const link of links) link.isSilent = true; },
    stop: async () => {
      for (const { client, upstream } of links) {
        client.destroy();
        upstream.destroy();
      }
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}

interface Link { readonly client: Socket; readonly upstream: Socket; readonly left: { up: number; down: number }; isSilent: boolean }

function carry(from: Socket, to: Socket, link: Link, direction: 'up' | 'down', cut: () => void): void {
  from.on('data', (bytes) => {
    if (link.isSilent) return;
    const allowed = link.left[direction];
    if (bytes.length <= allowed) {
      link.left[direction] = allowed - bytes.length;
      if (!to.write(bytes)) {
        from.pause();
        to.once('drain', () => from.resume());
      }
      return;
    }
    if (allowed > 0) to.write(bytes.subarray(0, allowed));
    link.left[direction] = 0;
    cut();
  });
}
