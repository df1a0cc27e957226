import { readdirSync, readFileSync } from 'node:fs';

/** The process that a server, this process if no other, has started for the model in this folder; null: there is none. Looks where Linux tells. */
export function modelProcess(folder: string, server = process.pid): number | null {
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

/** Lets the process run for a tenth of the time, so that what takes it a moment can be interrupted in the middle. @returns what ends it */
export function slowDown(pid: number): () => void {
  let rests = false;
  const toggle = (): void => {
    rests = !rests;
    try {
      process.kill(pid, rests ? 'SIGSTOP' : 'SIGCONT');
    } catch {
      // It is gone, and needs no rest.
      return;
    }
    timer = setTimeout(toggle, rests ? 30 : 4);
  };
  let timer = setTimeout(toggle, 0);
  return () => {
    clearTimeout(timer);
    if (rests) toggle();
    clearTimeout(timer);
  };
}
