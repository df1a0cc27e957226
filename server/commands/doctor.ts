import type { Config } from '../config.ts';
import type { Finding } from './checks.ts';
import { address, clockOf, database, diskSpace, fileModes, keysOf, limits, peopleOf, proxies, tokensOf } from './checks.ts';
import { textModelOf } from './model.ts';
import { withData } from './open.ts';

const LABELS = { ok: 'ok  ', hint: 'HINT', mend: 'MEND' } as const;

/** Prints what is set and how it stands, and for what is weak what to do about it. @returns 1 if something has to be mended; hints alone give 0 */
export async function doctor(config: Config): Promise<number> {
  const findings: Finding[] = [
    { level: 'ok', what: `Node ${process.versions.node}` },
    await diskSpace(config),
    // Opens the data, and makes it if it is missing, so it comes before what looks at the files.
    ...(await withData(config, async (data) => [
      await peopleOf(data), await tokensOf(data), await keysOf(data), await clockOf(data), await database(config),
    ])).flat(),
    ...(await fileModes(config)),
    address(config),
    ...proxies(config),
    limits(config),
    await textModelOf(config),
    await running(config),
  ];
  for (const { level, what, mend } of findings) console.log(`${LABELS[level]}  ${what}${level === 'ok' || !mend ? '' : `\n      ${mend}`}`);
  return findings.some(({ level }) => level === 'mend') ? 1 : 0;
}

async function running(config: Config): Promise<Finding> {
  const url = `http://127.0.0.1:${config.port}/ready`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(3_000) });
    const { parts } = (await response.json()) as { parts: Record<string, string> };
    const detail = Object.entries(parts).map(([part, state]) => `${part}: ${state}`).join(', ');
    const what = `the server on port ${config.port} is ${response.ok ? 'ready' : 'not ready'} (${detail})`;
    return { level: response.ok ? 'ok' : 'mend', what, mend: 'Its log says more.' };
  } catch {
    // Not running is no fault: doctor is also for before the first start.
    return { level: 'ok', what: `no server answers on port ${config.port}` };
  }
}
