import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Dialect } from './dialects.ts';
import { floorDialect, minicomDialect, tutorialDialect } from './dialects.ts';

/** A kind of server, each instance a process of its own. */
export interface Peer {
  readonly name: 'floor' | 'floor-group' | 'tutorial' | 'minicom';
  readonly dialect: Dialect;
  readonly command: (dataDir: string) => readonly string[];
}

export interface Usage {
  /** User and system time of all threads since the process began. */
  readonly cpuMicros: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
  /** Sockets, timers and requests that are open. */
  readonly resources: number;
  /** How late its event loop was, in 99 of 100 looks since the last time that this was read. Null: nobody looked before. */
  readonly loopP99Ms: number | null;
}

export interface Server {
  readonly url: string;
  readonly pid: number;
  /** From the start of the process until it was ready. */
  readonly startMs: number;
  /** `collect`: after a garbage collection. */
  usage(collect?: boolean): Promise<Usage>;
  /** As `usage`, and begins to look at the event loop anew, which costs a little. */
  watchLoop(): Promise<Usage>;
  stop(): Promise<void>;
}

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const source = (file: string): string[] => ['--import', 'tsx', join(here, file)];

export const FILE = 'floor.sqlite';

export const floor: Peer = { name: 'floor', dialect: floorDialect, command: (dataDir) => [...source('floor.ts'), join(dataDir, FILE)] };
export const floorGroup: Peer = { name: 'floor-group', dialect: floorDialect, command: (dataDir) => [...floor.command(dataDir), 'group'] };
export const tutorial: Peer = { name: 'tutorial', dialect: tutorialDialect, command: (dataDir) => [...source('tutorial.ts'), join(dataDir, FILE)] };
/** The real build, in production mode: signed in, validated, limited. Only the rates are lifted, since all the load comes from one address. */
export const minicom: Peer = { name: 'minicom', dialect: minicomDialect, command: () => [join(root, 'dist/server/main.js'), 'start'] };

/** @param more settings of this server's own */
export async function startPeer(peer: Peer, dataDir: string, more: Readonly<Record<string, string>> = {}): Promise<Server> {
  const began = performance.now();
  const env = { ...process.env, DATA_DIR: dataDir, PORT: '0', RATE_LIMITS: 'off', BOT: 'off', LOG_LEVEL: 'warn', ...more };
  const child = spawn(process.execPath, ['--expose-gc', '--import', join(here, 'probe.mjs'), ...peer.command(dataDir)], {
    cwd: root, env, stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const orphan = (): void => { child.kill('SIGKILL'); };
  process.once('exit', orphan);
  const ended = new Promise<void>((resolve) => { child.once('exit', () => resolve()); });
  const url = await new Promise<string>((resolve, reject) => {
    let printed = '';
    child.once('exit', (code) => reject(new Error(`${peer.name} ended with ${code}`)));
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk;
      const found = /http:\/\/127\.0\.0\.1:\d+(?=\D)/.exec(printed)?.[0];
      if (found) resolve(found);
    });
  });
  const ask = (what: 'read' | 'collect' | 'watch'): Promise<Usage> => new Promise((resolve) => {
    child.once('message', (usage) => resolve(usage as Usage));
    child.send(what);
  });
  return {
    url,
    pid: child.pid ?? 0,
    startMs: performance.now() - began,
    usage: (collect = false) => ask(collect ? 'collect' : 'read'),
    watchLoop: () => ask('watch'),
    async stop() {
      process.removeListener('exit', orphan);
      child.kill('SIGTERM');
      await ended;
    },
  };
}
