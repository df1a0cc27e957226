import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/** A stream waits while this much is on its way to its client. */
const HIGH_WATER_BYTES = 64 * 1024;
/** Answers and large frames can be more; whoever leaves this much lying for so long has stopped reading. */
const MAX_BUFFERED_BYTES = 1024 * 1024;
const PATIENCE_MS = 10_000;
const LOOK_MS = 1_000;

/**
 * Settles at once while the client keeps up, else when the frame is with the system. A stream reads its next event only then, so a reader that stalls
 * holds back its own streams alone, and holds a page and a bit.
 */
export function send(socket: WebSocket, wire: Duplex, data: string): Promise<void> | undefined {
  // What is sent to a socket in one turn of the event loop leaves in one system call.
  if (wire.writableCorked === 0) {
    wire.cork();
    process.nextTick(() => wire.uncork());
  }
  if (socket.readyState === socket.OPEN && socket.bufferedAmount < HIGH_WATER_BYTES) {
    socket.send(data);
    return undefined;
  }
  return new Promise((resolve, reject) => {
    socket.send(data, (error) => (error ? reject(error) : resolve()));
  });
}

/** Closes, with `close`, whoever has stopped reading: they come back, and resume where they were. Returns what ends the watch. */
export function watchReaders(sockets: ReadonlySet<WebSocket>, close: (socket: WebSocket) => void): () => void {
  let behind = new Map<WebSocket, number>();
  const look = (): void => {
    const now = performance.now();
    const still = [...sockets].filter(({ bufferedAmount }) => bufferedAmount > MAX_BUFFERED_BYTES);
    behind = new Map(still.map((socket) => [socket, behind.get(socket) ?? now]));
    for (const [socket, since] of behind) if (now - since >= PATIENCE_MS) close(socket);
  };
  const timer = setInterval(look, LOOK_MS).unref();
  return () => clearInterval(timer);
}
