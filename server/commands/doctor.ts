import { statfs, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Config } from '../config.ts';
import { publicUrl, withData } from './open.ts';

const LOW_DISK_BYTES = 500 * 1024 * 1024;

interface Finding { readonly ok: boolean; readonly what: string; readonly mend?: string }

/** Prints what is set, and for what is not right what to do about it. @returns 1 if something has to be mended */
export async function doctor(config: Config): Promise<number> {
  const findings = [
    { ok: true, what: `Node ${process.versions.node}` },
    await dataFolder(config),
    ...(await people(config)),
    address(config),
    { ok: config.rateLimits, what: `rate limits ${config.rateLimits ? 'on' : 'off'}`, mend: 'RATE_LIMITS=off is for load tests. Leave it out.' },
    await running(config),
  ];
  for (const { ok, what, mend } of findings) console.log(`${ok ? 'ok  ' : 'MEND'}  ${what}${ok || !mend ? '' : `\n      ${mend}`}`);
  return findings.every(({ ok }) => ok) ? 0 : 1;
}

async function dataFolder(config: Config): Promise<Finding> {
  const dataDir = resolve(config.dataDir);
  const { bavail, bsize } = await statfs(await stat(dataDir).then(() => dataDir, () => resolve(dataDir, '..')));
  const free = bavail * bsize;
  const what = `data in ${dataDir}, ${Math.round(free / 1024 / 1024)} MiB free`;
  return { ok: free >= LOW_DISK_BYTES, what, mend: 'Make space: when the disk is full, nothing new can be kept.' };
}

async function people(config: Config): Promise<Finding[]> {
  return withData(config, async ({ store }) => {
    const agents = await store.people.agents();
    const mode = (await stat(join(resolve(config.dataDir), 'root.key'))).mode & 0o777;
    return [
      { ok: true, what: `installation ${await store.people.installId()}: the \`aud\` of identity tokens` },
      { ok: (mode & 0o077) === 0, what: `root.key has mode ${mode.toString(8)}`, mend: 'Others may read it: chmod 600 root.key in the data folder.' },
      { ok: agents.length > 0, what: `${agents.length} agents`, mend: 'Make the first admin: npm run minicom -- agent invite admin' },
    ];
  });
}

function address(config: Config): Finding {
  const url = publicUrl(config);
  const isLocal = ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
  const what = `people come to ${url}`;
  return { ok: isLocal || url.startsWith('https:'), what, mend: 'Sessions travel in the clear. Put TLS in front and set PUBLIC_URL to the https address.' };
}

async function running(config: Config): Promise<Finding> {
  const url = `http://127.0.0.1:${config.port}/ready`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(3_000) });
    const { parts } = (await response.json()) as { parts: Record<string, string> };
    const detail = Object.entries(parts).map(([part, state]) => `${part}: ${state}`).join(', ');
    return { ok: response.ok, what: `the server on port ${config.port} is ${response.ok ? 'ready' : 'not ready'} (${detail})`, mend: 'Its log says more.' };
  } catch {
    // Not running is no fault: doctor is also for before the first start.
    return { ok: true, what: `no server answers on port ${config.port}` };
  }
}
