import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createHost } from '../../../server/bot/model/host.ts';
import type { Host } from '../../../server/bot/model/host.ts';
import { promptFor } from '../../../server/bot/model/prompt.ts';
import { makeLargeModel } from '../../bot/model/making/large.ts';
import { httpCall } from '../../_util/graphql-client.ts';
import { inParallel, range } from '../../_util/parallel.ts';
import { until } from '../../_util/wait.ts';
import { numberIn, openClient } from '../client.ts';
import { agent, customer, customerId, makePeople, withFolder } from '../database.ts';
import { openLoop, pick, textOf, uuid } from '../load.ts';
import type { Server } from '../peers.ts';
import { minicom, startPeer } from '../peers.ts';
import type { Options, Row } from '../report.ts';
import { median, percentile, ratio, told } from '../report.ts';

const CONVERSATIONS = 50;
const PER_SECOND = 50;
/** More than the model can answer, so that it always writes. */
const QUESTIONS_PER_SECOND = 1;
const QUESTION = 'Please tell me which of your boats could take my whole family to the moon and back, because we would like to go there?';

/** The text model at distilgpt2's size: what it does, what it takes, and what the chat feels of it. */
export async function model({ quick, log }: Options): Promise<Row[]> {
  const folder = await largeModel();
  const alone = await writeAlone(folder, quick ? 3 : 10);
  log(`model, alone: loaded and first words after ${alone.loadMs.toFixed(0)} ms, ${told({ 'first words': alone.firstMs }, 'ms')}, ${told({ speed: alone.perSecond }, 'tokens/s')}`);
  const beside = await chatBeside(folder, { rounds: quick ? 2 : 5, seconds: quick ? 8 : 15, log });
  const figure = (measure: string, value: number, unit: string, from: string, good: number | null = null): Row => ({ measure, value, unit, good, great: null, from });
  return [
    { ...figure('model: tokens written', median(alone.perSecond), 'tokens/s', told({ alone: alone.perSecond }, 'tokens/s')), moreIsBetter: true },
    figure('model: first words, process warm', median(alone.firstMs), 'ms', told({ alone: alone.firstMs }, 'ms')),
    figure('model: first words, process not there', alone.loadMs, 'ms', 'one start, the library and the weights included'),
    figure('model: memory of its process', alone.rssMb, 'MB', 'after the last reply'),
    figure('model: memory of the server beside it', beside.rssMb, 'MB', 'after the last round'),
    figure('chat p99 while the model writes, × without', ratio(beside.on.p99, beside.off.p99), '×', told({ without: beside.off.p99, with: beside.on.p99 }, 'ms'), 1.2),
    figure('event loop p99 while the model writes', median(beside.on.loop), 'ms', told({ without: beside.off.loop, with: beside.on.loop }, 'ms')),
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
  const host = createHost({ name: 'large', folder, log: { warn: (...line: unknown[]) => console.error(...line) } });
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

interface Felt { readonly p99: number[]; readonly loop: number[] }

/** Chat between people at a fixed rate, round by round without and with customers of the bot's whom the model answers. */
async function chatBeside(folder: string, { rounds, seconds, log }: { rounds: number; seconds: number; log: Options['log'] }): Promise<{ off: Felt; on: Felt; rssMb: number }> {
  return withFolder(async (dataDir) => {
    await makePeople(dataDir, { customers: CONVERSATIONS, agents: 5 });
    const server = await startPeer(minicom, dataDir, { BOT: 'on', MODEL_DIR: folder });
    const due = new Map<number, number>();
    let waits: number[] = [];
    const agents = await inParallel(range(5), 5, async (n) => {
      const client = await openClient(server.url, agent(n));
      client.onNext = (_id, frame) => {
        const dueMs = due.get(numberIn(frame));
        if (dueMs !== undefined) waits.push(performance.now() - dueMs);
      };
      return client;
    });
    const customers = await inParallel(range(CONVERSATIONS), 10, (n) => openClient(server.url, customer(n)));
    for (const n of range(CONVERSATIONS)) pick(agents, n).start(`f${n}`, minicom.dialect.follow(customerId(n)));
    let sent = 0;
    const chat = async (): Promise<{ p99: number; loop: number }> => {
      [waits] = [[]];
      due.clear();
      await server.watchLoop();
      await openLoop(PER_SECOND, seconds, (n, dueMs) => {
        sent += 1;
        due.set(sent, dueMs);
        pick(customers, n).start(`m${sent}`, minicom.dialect.send(customerId(n % CONVERSATIONS), textOf(sent), uuid(sent)));
      });
      await until('the last deliveries', () => waits.length === due.size);
      return { p99: percentile(waits, 0.99), loop: (await server.watchLoop()).loopP99Ms ?? Number.NaN };
    };
    const felt = { off: { p99: [], loop: [] } as Felt, on: { p99: [], loop: [] } as Felt };
    await chat();
    for (const round of range(rounds)) {
      for (const phase of ['off', 'on'] as const) {
        const asking = phase === 'on' ? await keepAskingTheBot(server) : null;
        const { p99, loop } = await chat();
        await asking?.stop();
        felt[phase].p99.push(p99);
        felt[phase].loop.push(loop);
        log(`model, round ${round + 1}, ${phase === 'on' ? `writing for ${asking?.count()} customers` : 'idle'}: chat p99 ${p99.toFixed(1)} ms, event loop p99 ${loop.toFixed(1)} ms`);
      }
    }
    const { rssBytes } = await server.usage();
    for (const client of [...agents, ...customers]) client.close();
    await server.stop();
    return { ...felt, rssMb: rssBytes / 1_024 / 1_024 };
  });
}

/** A new visitor each time, since the bot hands on what the guard holds back. */
async function keepAskingTheBot({ url }: Server): Promise<{ count(): number; stop(): Promise<void> }> {
  let count = 0;
  const ask = async (): Promise<void> => {
    count += 1;
    const started = await httpCall({ url })<{ startVisitorSession: { token: string; customer: { id: string } } }>(
      'mutation { startVisitorSession { ... on CustomerSession { token customer { id } } } }',
    );
    const { token, customer: { id } } = started.data?.startVisitorSession ?? { token: '', customer: { id: '' } };
    const query = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }';
    await httpCall({ url, token })(query, { input: { customerId: id, text: `${QUESTION} ${count}`, clientMessageId: uuid(count) } });
  };
  await ask();
  const pending = new Set<Promise<void>>();
  const timer = setInterval(() => {
    const asked = ask().finally(() => pending.delete(asked));
    pending.add(asked);
  }, 1_000 / QUESTIONS_PER_SECOND);
  return {
    count: () => count,
    async stop() {
      clearInterval(timer);
      await Promise.all(pending);
    },
  };
}
