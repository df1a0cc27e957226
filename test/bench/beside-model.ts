import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { findModelProcess } from '../bot/model/model-process.ts';
import { httpCall } from '../_util/graphql-client.ts';
import { perform } from '../_util/minicom.ts';
import { createRandom, SEED } from '../_util/random.ts';
import { until } from '../_util/wait.ts';
import { openChat, peopleOf } from './chat.ts';
import { agent, makePeople, withFolder } from './database.ts';
import { openLoop, uuid } from './load.ts';
import type { Server } from './peers.ts';
import { minicom, startPeer } from './peers.ts';
import type { Options } from './report.ts';
import { percentile } from './report.ts';

const CHAT = { conversations: 50, perSecond: 100 };
/** More than the model can answer, so that it always writes. */
const QUESTIONS_PER_SECOND = 2;
export const QUESTION = 'Please tell me which of your boats could take my whole family to the moon and back, because we would like to go there?';
/** The bot has the same work with it, but the model, which knows English alone, is not asked. */
const UNASKED = 'Bitte sagen Sie mir, mit welchem Ihrer Boote meine ganze Familie zum Mond und zurück fahren kann, weil wir dort gerne hin möchten?';
/** Of a second, as Linux counts the time of a process. */
const TICKS = 100;
/** Where other programs take more than so many cores, figures are about them. */
const MAX_OTHERS = 0.25;
/** So often may a pair of phases be repeated for that, on the average. */
const MAX_REPEATS = 3;
const TAKE_OVERS_PER_SECOND = 5;
/** After a question: while the bot waits for more of it, while the model writes, or when it has. */
const TAKEN_AFTER_MS = { min: 500, max: 1_500 };

interface Felt { readonly p99: number[]; readonly loop: number[] }

export interface Beside {
  readonly off: Felt;
  readonly on: Felt;
  /** Of the processor, what the model's process took in each round. */
  readonly cores: number[];
  /** Milliseconds of each take-over from the bot. */
  readonly takeOvers: { readonly off: number[]; readonly on: number[] };
  readonly rssMb: number;
}

interface Phase { readonly p99: number; readonly loop: number; readonly modelCores: number; readonly otherCores: number }

/**
 * Chat between people at a fixed rate while others ask the bot, in pairs of phases that begin with the one and the other in turn: in the one the model writes,
 * in the other the bot hands on without it. So the two differ in nothing else, and what drifts touches both. A pair in which other programs of this machine
 * were busy is done again, if that does not go on for ever.
 */
export async function chatBeside(folder: string, { rounds, seconds, log }: { rounds: number; seconds: number; log: Options['log'] }): Promise<Beside> {
  return withFolder(async (dataDir) => {
    await makePeople(dataDir, peopleOf(CHAT.conversations));
    const server = await startPeer(minicom, dataDir, { BOT: 'on', MODEL_DIR: folder });
    const chat = await openChat(server.url, minicom.dialect, CHAT);
    const modelSeconds = (): number => secondsOf(findModelProcess(folder, server.pid));
    const otherSeconds = (): number => busySeconds() - modelSeconds() - secondsOf(server.pid) - secondsOf(process.pid);
    const phase = async (kind: Kind): Promise<Phase> => {
      const stop = keepAskingTheBot(server, kind === 'on' ? QUESTION : UNASKED);
      const [modelBefore, otherBefore, began] = [modelSeconds(), otherSeconds(), performance.now()];
      await server.watchLoop();
      const p99 = percentile((await chat.go(seconds)).waits, 0.99);
      const loop = (await server.watchLoop()).loopP99Ms ?? Number.NaN;
      const took = (performance.now() - began) / 1_000;
      const cores = { modelCores: (modelSeconds() - modelBefore) / took, otherCores: (otherSeconds() - otherBefore) / took };
      await stop();
      await rest(modelSeconds);
      return { p99, loop, ...cores };
    };
    await keepAskingTheBot(server, QUESTION)();
    await until('the model to be there', () => findModelProcess(folder, server.pid) !== null);
    await phase('on');

    const felt = { off: { p99: [], loop: [] } as Felt, on: { p99: [], loop: [] } as Felt, cores: [] as number[] };
    let repeats = MAX_REPEATS * rounds;
    while (felt.cores.length < rounds) {
      const pair = new Map<Kind, Phase>();
      for (const kind of felt.cores.length % 2 === 0 ? ['off', 'on'] as const : ['on', 'off'] as const) pair.set(kind, await phase(kind));
      const isDisturbed = [...pair.values()].some(({ otherCores }) => otherCores > MAX_OTHERS);
      log(`model: ${[...pair].map(([kind, it]) => `${kind} ${told(it)}`).join('; ')}${isDisturbed ? '; others were busy' : ''}`);
      if (isDisturbed && repeats > 0) {
        repeats -= 1;
        continue;
      }
      for (const [kind, { p99, loop }] of pair) {
        felt[kind].p99.push(p99);
        felt[kind].loop.push(loop);
      }
      felt.cores.push(pair.get('on')?.modelCores ?? Number.NaN);
    }
    const takeOvers = { off: await takeOver(server, UNASKED, rounds * seconds / 2), on: await takeOver(server, QUESTION, rounds * seconds / 2) };
    const { rssBytes } = await server.usage();
    chat.close();
    await server.stop();
    return { ...felt, takeOvers, rssMb: rssBytes / 1_024 / 1_024 };
  });
}

type Kind = 'off' | 'on';

function told({ p99, loop, modelCores, otherCores }: Phase): string {
  return `chat p99 ${p99.toFixed(1)} ms, event loop p99 ${loop.toFixed(1)} ms, cores of the model ${modelCores.toFixed(2)}, of others ${otherCores.toFixed(2)}`;
}

/** A new visitor each time, since the bot hands on what the guard holds back. @returns what ends it, once the last is sent */
function keepAskingTheBot({ url }: Server, question: string): () => Promise<void> {
  const pending = new Set<Promise<string>>();
  const ask = (): void => {
    const asked = askOnce(url, question).finally(() => pending.delete(asked));
    pending.add(asked);
  };
  ask();
  const timer = setInterval(ask, 1_000 / QUESTIONS_PER_SECOND);
  return async () => {
    clearInterval(timer);
    await Promise.all(pending);
  };
}

/** From one visitor after the other who has just asked. */
async function takeOver({ url }: Server, question: string, seconds: number): Promise<number[]> {
  const call = httpCall({ url, ...agent(0) });
  const chance = createRandom(SEED);
  const takes: Promise<number>[] = [];
  await openLoop(TAKE_OVERS_PER_SECOND, seconds, () => takes.push((async () => {
    const customerId = await askOnce(url, question);
    await delay(chance.int(TAKEN_AFTER_MS.min, TAKEN_AFTER_MS.max));
    const began = performance.now();
    const { __typename } = await perform(call, 'takeOver', { customerId });
    if (__typename !== 'ConversationPayload') throw new Error(`not taken over: ${__typename}`);
    return performance.now() - began;
  })()));
  return Promise.all(takes);
}

/** @returns the id of the visitor who asked */
async function askOnce(url: string, text: string): Promise<string> {
  const started = await httpCall({ url })<{ startVisitorSession: { token: string; customer: { id: string } } }>(
    'mutation { startVisitorSession { ... on CustomerSession { token customer { id } } } }',
  );
  const { token, customer: { id } } = started.data?.startVisitorSession ?? { token: '', customer: { id: '' } };
  const query = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }';
  await httpCall({ url, token })(query, { input: { customerId: id, text, clientMessageId: uuid(0) } });
  return id;
}

/** Until the model has nothing to write any more. */
async function rest(modelSeconds: () => number): Promise<void> {
  let [seen, since] = [modelSeconds(), performance.now()];
  await until('the model to be idle', () => {
    if (modelSeconds() !== seen) [seen, since] = [modelSeconds(), performance.now()];
    return performance.now() - since > 1_000;
  });
}

/** What a process has used of the processor. */
function secondsOf(pid: number | null): number {
  return pid === null ? 0 : sumOf(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ').slice(11, 13) ?? []);
}

/** What all processes have used of it, and the system for them: all but idling and waiting for disks. */
function busySeconds(): number {
  const [user = '0', nice = '0', system = '0', , , irq = '0', softIrq = '0', steal = '0'] = readFileSync('/proc/stat', 'utf8').split('\n')[0]?.split(/ +/).slice(1) ?? [];
  return sumOf([user, nice, system, irq, softIrq, steal]);
}

function sumOf(ticks: readonly string[]): number {
  return ticks.reduce((sum, count) => sum + Number(count), 0) / TICKS;
}
