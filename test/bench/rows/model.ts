import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createHost } from '../../../server/bot/model/host.ts';
import type { Host } from '../../../server/bot/model/host.ts';
import { promptFor } from '../../../server/bot/model/prompt.ts';
import { makeLargeModel } from '../../bot/model/making/large.ts';
import { range } from '../../_util/parallel.ts';
import { chatBeside, QUESTION } from '../beside-model.ts';
import type { Options, Row } from '../report.ts';
import { median, percentile, ratio, told } from '../report.ts';

/** The text model at distilgpt2's size: what it does, what it takes, and what the chat feels of it. */
export async function model({ quick, log }: Options): Promise<Row[]> {
  const folder = await largeModel();
  const alone = await writeAlone(folder, quick ? 3 : 10);
  log(`model, alone: loaded and first words after ${alone.loadMs.toFixed(0)} ms, ${told({ 'first words': alone.firstMs }, 'ms')}, ${told({ speed: alone.perSecond }, 'tokens/s')}`);
  const beside = await chatBeside(folder, { rounds: quick ? 4 : 20, seconds: quick ? 5 : 8, log });
  const figure = (measure: string, value: number, unit: string, from: string, good: number | null = null): Row => ({ measure, value, unit, good, great: null, from });
  return [
    { ...figure('model: tokens written', median(alone.perSecond), 'tokens/s', told({ alone: alone.perSecond }, 'tokens/s')), moreIsBetter: true },
    figure('model: first words, process warm', median(alone.firstMs), 'ms', told({ alone: alone.firstMs }, 'ms')),
    figure('model: first words, process not there', alone.loadMs, 'ms', 'one start, the library and the weights included'),
    figure('model: memory of its process', alone.rssMb, 'MB', 'after the last reply'),
    figure('model: memory of the server beside it', beside.rssMb, 'MB', 'after the last round'),
    figure('model: what it took while people chatted', median(beside.cores), 'cores', told({ writing: beside.cores }, 'cores')),
    figure('chat p99 while the model writes, × without', ratio(beside.on.p99, beside.off.p99), '×', told({ without: beside.off.p99, with: beside.on.p99 }, 'ms'), 1.2),
    figure('event loop p99 while the model writes', median(beside.on.loop), 'ms', told({ without: beside.off.loop, with: beside.on.loop }, 'ms')),
    figure('take-over p99 while the model writes', percentile(beside.takeOvers.on, 0.99), 'ms', told({ without: beside.takeOvers.off, with: beside.takeOvers.on }, 'ms'), 50),
  ];
}

/** Made once per state of its sources. */
async function largeModel(): Promise<string> {
  const folder = fileURLToPath(new URL('../.cache/model', import.meta.url));
  if (existsSync(folder)) return folder;
  console.error('Making a model of 121 MB, once.');
  rmSync(`${folder}.unfinished`, { recursive: true, force: true });
  await makeLargeModel(`${folder}.unfinished`);
  renameSync(`${folder}.unfinished`, folder);
  return folder;
}

interface Alone { readonly loadMs: number; readonly firstMs: number[]; readonly perSecond: number[]; readonly rssMb: number }

async function writeAlone(folder: string, replies: number): Promise<Alone> {
  const host = createHost({ name: 'large', folder, priority: 'idle', log: { warn: (...line: unknown[]) => console.error(...line) } });
  const loadMs = (await timed(host)).firstMs;
  const runs = [];
  for (const _ of range(replies)) runs.push(await timed(host));
  const rssMb = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${host.pid()}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1_024;
  await host.close();
  return { loadMs, firstMs: runs.map(({ firstMs }) => firstMs), perSecond: runs.map(({ perSecond }) => perSecond), rssMb };
}

async function timed(host: Host): Promise<{ firstMs: number; perSecond: number }> {
  const began = performance.now();
  let firstMs = Number.NaN;
  const onText = (): void => { if (Number.isNaN(firstMs)) firstMs = performance.now() - began; };
  const prompt = promptFor({ text: QUESTION, history: [] }, [], host.limits);
  const { tokens } = await host.generate(prompt, { maxMs: 60_000, onText, signal: new AbortController().signal });
  return { firstMs, perSecond: (tokens - 1) / ((performance.now() - began - firstMs) / 1_000) };
}
