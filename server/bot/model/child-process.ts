import { fork } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FromChild, Priority, ToChild } from './child-messages.ts';

/** The process that holds the model, from here. */
export interface Child {
  readonly pid: number;
  send(message: ToChild): void;
  /** SIGKILL. */
  kill(): void;
}

export interface Watching {
  readonly folder: string;
  readonly priority: Priority;
  readonly onMessage: (message: FromChild) => void;
  /** Once, however it ended; `why` in words for operators. */
  readonly onEnd: (why: string) => void;
}

/** The heap of its JavaScript. The weights lie outside it. */
const MAX_HEAP_MB = 256;
const TAIL_CHARS = 2_000;
const MAX_WHY_CHARS = 300;

export function startChild({ folder, priority, onMessage, onEnd }: Watching): Child {
  const isSource = import.meta.url.endsWith('.ts');
  const entry = join(dirname(fileURLToPath(import.meta.url)), isSource ? 'child.ts' : 'model-child.js');
  const child = fork(entry, [folder, priority], {
    // It gets no settings and no secrets.
    env: {},
    // The threads that would help to collect garbage are there before any priority is set, and would keep those of the server from their core.
    execArgv: ['--single-threaded-gc', `--max-old-space-size=${MAX_HEAP_MB}`, ...(isSource ? ['--import', 'tsx'] : [])],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'json',
  });
  let tail = '';
  let hasEnded = false;
  const end = (why: string): void => {
    if (hasEnded) return;
    hasEnded = true;
    onEnd(why);
  };
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => { tail = (tail + chunk).slice(-TAIL_CHARS); });
  child.on('message', (message: FromChild) => {
    // What was printed while it was loaded is no reason for what happens later.
    if (message.type === 'ready') tail = '';
    onMessage(message);
  });
  child.on('error', (error) => end(error.message));
  // Not `exit`: by `close` all that it printed has arrived.
  child.on('close', (code, signal) => end(wordsOf(tail) ?? `it ended with ${signal ?? code}`));
  return {
    pid: child.pid ?? 0,
    send: (message) => { child.send(message, () => undefined); }, // what cannot be sent any more fails with the process
    kill: () => { child.kill('SIGKILL'); },
  };
}

/** What says most: the line that names an error. */
function wordsOf(stderr: string): string | null {
  const lines = stderr.split('\n').map((line) => line.trim());
  return lines.find((line) => /error|terminate called|what\(\)/i.test(line))?.slice(0, MAX_WHY_CHARS) ?? null;
}
