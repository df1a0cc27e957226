import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** The process that a server, this process if no other, has started for the model in this folder; null: there is none. Looks where Linux tells. */
export function findModelProcess(folder: string, server = process.pid): number | null {
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const [parent] = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ').slice(1) ?? [];
      if (Number(parent) === server && readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').includes(folder)) return Number(name);
    } catch {
      // It ended meanwhile.
      continue;
    }
  }
  return null;
}

/** The same where there has to be one: 0 in its place would be all processes of this run. */
export function modelProcess(folder: string, server?: number): number {
  const pid = findModelProcess(folder, server);
  if (pid === null) throw new Error(`no process has the model in ${folder}`);
  return pid;
}

/** Stops and wakes a process in turn, until it or whoever wants this is gone. */
const THROTTLE = `
  const [pid, runMs, restMs] = process.argv.slice(1).map(Number);
  let rests = false;
  const end = () => { try { process.kill(pid, 'SIGCONT'); } finally { process.exit(); } };
  process.stdin.resume().on('end', end);
  (function toggle() {
    rests = !rests;
    try { process.kill(pid, rests ? 'SIGSTOP' : 'SIGCONT'); } catch { process.exit(); }
    setTimeout(toggle, rests ? restMs : runMs);
  })();
`;

/**
 * Lets the process run for a small part of the time, so that what takes it a moment can be interrupted in the middle. A process of its own sees to that: in
 * this one, which is also the server, a busy moment would be a long run. @returns what ends it
 */
export function slowDown(pid: number, { runMs = 4, restMs = 30 } = {}): () => Promise<void> {
  const throttle = spawn(process.execPath, ['-e', THROTTLE, String(pid), String(runMs), String(restMs)], { stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = new Promise<void>((resolve) => { throttle.once('exit', () => resolve()); });
  return () => {
    throttle.stdin.end();
    return ended;
  };
}
