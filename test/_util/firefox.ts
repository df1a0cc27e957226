import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { within } from './wait.ts';

/** Debian's `firefox-esr`. */
const PROGRAM = '/usr/bin/firefox-esr';
export const hasFirefox = existsSync(PROGRAM);

export interface Firefox {
  /** A command of WebDriver BiDi, which every Firefox understands; Playwright wants one that was built for it. @throws with what Firefox says when it refuses */
  send<Result>(method: string, params?: object): Promise<Result>;
  close(): Promise<void>;
}

interface Reply { readonly id?: number; readonly result?: unknown; readonly error?: string; readonly message?: string }

/** A headless Firefox with a profile of its own, which is removed when the caller closes it. */
export async function launchFirefox(): Promise<Firefox> {
  const profile = await mkdtemp(join(tmpdir(), 'minicom-firefox-'));
  // It dies with this process, however that dies.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', PROGRAM, '--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'], {
    env: { PATH: process.env['PATH'], HOME: profile }, stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => { child.once('exit', () => resolve()); });
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    await rm(profile, { recursive: true, maxRetries: 5 });
  };
  try {
    let printed = '';
    const address = await within('Firefox to say where it listens', new Promise<string>((resolve, reject) => {
      child.once('error', reject).once('exit', () => reject(new Error(`Firefox ended: ${printed}`)));
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        printed += chunk;
        const found = /BiDi listening on (ws:\S+)/.exec(printed)?.[1];
        if (found) resolve(found);
      });
    }));
    const send = await connect(`${address}/session`);
    await send('session.new', { capabilities: {} });
    return { send, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function connect(url: string): Promise<Firefox['send']> {
  const socket = new WebSocket(url);
  const waiting = new Map<number, (reply: Reply) => void>();
  await within('Firefox to listen', new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject)));
  socket.on('message', (data) => {
    const reply = JSON.parse(String(data)) as Reply;
    waiting.get(reply.id ?? 0)?.(reply);
  });
  let sent = 0;
  return async <Result>(method: string, params: object = {}) => {
    const id = (sent += 1);
    const { result, error, message } = await within(method, new Promise<Reply>((resolve) => {
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params }));
    }));
    waiting.delete(id);
    if (error !== undefined) throw new Error(`${method}: ${error}: ${message}`);
    return result as Result;
  };
}
