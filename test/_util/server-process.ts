import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until, within } from './wait.ts';

/** The built server, as an operator runs it. A broken build is another command; it must be one process, or a kill would miss its child. */
export const SERVER: readonly string[] = [process.execPath, 'dist/server/main.js', 'demo'];

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_MS = 60_000;
const TAIL_CHARACTERS = 4_000;

export interface ServerOptions {
  readonly command?: readonly string[];
  readonly dataDir: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ServerProcess {
  /** The origin it printed, without a slash at the end. */
  readonly url: string;
  readonly pid: number;
  /** SIGKILL: what has not reached the file is gone. */
  kill(): Promise<void>;
  /** SIGTERM. @returns the exit code; null if a signal ended it after all. @throws if it has not ended in time */
  stop(deadlineMs?: number): Promise<number | null>;
  /** The end of what it wrote on stderr, for a failure's report. */
  tail(): string;
}

/** Starts it on any free port and waits until it is ready. @throws with the end of its stderr if it ends or is not ready in time */
export async function startServer({ command = SERVER, dataDir, env }: ServerOptions): Promise<ServerProcess> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'], HOME: process.env['HOME'],
      DATA_DIR: dataDir, PORT: '0', RATE_LIMITS: 'off', BOT: 'off', BOT_OFFLINE: '1',
      // Tests leave no core idle, which the text model would wait for.
      MODEL_PRIORITY: 'low', LOG_LEVEL: 'warn', ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const orphan = (): void => { child.kill('SIGKILL'); };
  process.once('exit', orphan);

  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => { stdout = (stdout + chunk).slice(0, TAIL_CHARACTERS * 4); });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => { stderr = (stderr + chunk).slice(-TAIL_CHARACTERS); });
  let failure: Error | null = null;
  let hasEnded = false;
  const ended = new Promise<number | null>((resolve) => {
    const end = (code: number | null): void => {
      hasEnded = true;
      process.removeListener('exit', orphan);
      resolve(code);
    };
    child.once('error', (error) => { failure = error; end(null); });
    child.once('exit', end);
  });

  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  const requireRunning = (): void => {
    if (hasEnded) throw new Error(`${command.join(' ')} ended while starting: ${failure?.message ?? ''}\n${stdout.slice(-1_000)}`);
  };
  try {
    await until('the server to print its address', () => {
      requireRunning();
      return addressIn(stdout) !== null;
    }, START_MS);
    const url = addressIn(stdout) ?? '';
    await until('the server to be ready', () => {
      requireRunning();
      return isReady(url);
    }, START_MS);
    return {
      url,
      pid: child.pid ?? 0,
      kill,
      stop: async (deadlineMs = 30_000) => {
        child.kill('SIGTERM');
        return within('the server to end after SIGTERM', ended, deadlineMs);
      },
      tail: () => stderr,
    };
  } catch (error) {
    await kill();
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${stderr}`, { cause: error });
  }
}

export function makeDataDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'minicom-faults-'));
}

export function removeDataDir(dataDir: string): Promise<void> {
  return rm(dataDir, { recursive: true, force: true });
}

/** Hands a fresh folder to `use`, and removes it. */
export async function withDataDir<T>(use: (dataDir: string) => Promise<T>): Promise<T> {
  const dataDir = await makeDataDir();
  try {
    return await use(dataDir);
  } finally {
    await removeDataDir(dataDir);
  }
}

/** Starts a server on a fresh folder, hands it to `use`, and ends it. A failure reports the end of its stderr. */
export async function withServer<T>(options: Omit<ServerOptions, 'dataDir'>, use: (server: ServerProcess) => Promise<T>): Promise<T> {
  return withDataDir(async (dataDir) => {
    const server = await startServer({ ...options, dataDir });
    try {
      return await use(server);
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : String(error)}\nstderr of the server:\n${server.tail()}`, { cause: error });
    } finally {
      await server.kill();
    }
  });
}

/** Whole lines only, so that a port is never read by half. */
function addressIn(stdout: string): string | null {
  return /https?:\/\/[\w.[\]:-]+:\d+(?=[^\d])/.exec(stdout)?.[0] ?? null;
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(5_000) });
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch (error) {
    // Not listening yet; the deadline of the caller decides how long that may last.
    if (error instanceof Error) return false;
    throw error;
  }
}
