import type { Door } from '../_util/graphql-client.ts';
import type { RawSocket } from '../_util/wire.ts';
import { greet, openEvents, post } from '../_util/wire.ts';
import type { Operation } from './operations.ts';

/** One way to ask: the first answer, word for word. */
export type Ask = (door: Door, operation: Operation) => Promise<string>;

const headersOf = ({ url, token, cookie }: Door): Record<string, string> => ({
  ...(token ? { authorization: `Bearer ${token}` } : {}), ...(cookie ? { cookie, origin: url } : {}),
});

export const overHttp: Ask = async (door, operation) => (await post(door.url, operation, headersOf(door))).body;

export const overEvents: Ask = async (door, operation) => {
  const events = await openEvents(door.url, operation, headersOf(door));
  const first = await events.next();
  events.abort();
  return JSON.stringify(first);
};

/** Keeps one socket for each door; whoever makes it closes them. */
export function createSockets(): { ask: Ask; close(): void } {
  const sockets = new Map<string, Promise<RawSocket>>();
  let count = 0;
  const socketOf = (door: Door): Promise<RawSocket> => {
    const key = door.token ?? door.cookie ?? 'nobody';
    const { authorization: _, ...headers } = headersOf(door);
    const open = sockets.get(key) ?? greet(door.url, { headers, payload: door.token ? { token: door.token } : {} });
    sockets.set(key, open);
    return open;
  };
  return {
    async ask(door, operation) {
      const socket = await socketOf(door);
      const id = String(count += 1);
      socket.send({ type: 'subscribe', id, payload: operation });
      for (;;) {
        const frame = await socket.next();
        // What a stream still told when it was ended.
        if (frame.id !== id) continue;
        if (frame.type === 'next') socket.send({ type: 'complete', id });
        return JSON.stringify(frame.type === 'error' ? { errors: frame.payload } : frame.payload);
      }
    },
    close() {
      for (const open of sockets.values()) void open.then(({ socket }) => socket.terminate());
      sockets.clear();
    },
  };
}
