import { fileURLToPath } from 'node:url';

export type Fault = 'ack-before-commit' | 'payload-pub-sub' | 'cursor-off-by-one' | 'heartbeat-ahead' | 'access-missing';

/** The command that runs the server with this part broken: a check that finds nothing wrong with it is no check. */
export function broken(fault: Fault): readonly string[] {
  return [process.execPath, '--import', 'tsx', fileURLToPath(new URL('broken-server.ts', import.meta.url)), fault];
}
