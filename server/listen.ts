import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from './config.ts';

/** How many ports the demo tries, one after the other. */
const MAX_PORTS = 20;

/** @returns the port. In the demo the next free one will do. @throws the system's error, such as EADDRINUSE */
export async function listen(server: Server, { host, port, mode }: Pick<Config, 'host' | 'port' | 'mode'>): Promise<number> {
  for (let offset = 0; ; offset += 1) {
    try {
      await new Promise<void>((done, fail) => {
        server.once('error', fail);
        server.listen(port === 0 ? 0 : port + offset, host, () => {
          server.removeListener('error', fail);
          done();
        });
      });
      return (server.address() as AddressInfo).port;
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!isTaken || mode !== 'demo' || offset >= MAX_PORTS) throw error;
    }
  }
}
