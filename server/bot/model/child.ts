import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants, setPriority } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { FromChild, ToChild } from './child-messages.ts';
import type { Loaded } from './generation.ts';
import { write } from './generation.ts';
import { WEIGHTS } from './weights.ts';

/**
 * The process that holds the text model: `child <folder> <priority>`. Native code that runs for seconds, can abort and cannot be interrupted lives here, where it can be
 * killed. One request at a time; the parent sends the next when it has the outcome.
 */

const MAX_WHY_CHARS = 300;
// Nobody is left to ask. SIGKILL, because native destructors may hang.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
stepBehind(process.argv[3]);

let cancelled = -1;
// The library tells its true reason here, tries another way, and throws what came of that.
let hint = '';
console.warn = (first: unknown) => { hint ||= reasonOf(first); };
const model = await load(process.argv[2] ?? '').catch((error: unknown) => {
  say({ type: 'failed', why: hint || reasonOf(error) });
  process.disconnect();
  throw error;
});
// When it fails, the library prints what it was given, and that is what people wrote.
for (const name of ['log', 'warn', 'error'] as const) console[name] = () => undefined;
process.on('message', (message: ToChild) => {
  if (message.type === 'cancel') cancelled = message.id;
  else void answer(message);
});
say({ type: 'ready' });

async function answer({ id, ...wanted }: Extract<ToChild, { type: 'generate' }>): Promise<void> {
  try {
    const written = await write(model, { ...wanted, isCancelled: () => cancelled === id, onText: (text) => say({ type: 'text', id, text }) });
    say({ type: 'done', id, ...written, rssBytes: process.memoryUsage.rss() });
  } catch (error) {
    // The name alone: the message of a failed run may quote its input.
    say({ type: 'error', id, why: error instanceof Error ? error.name : 'unknown' });
  }
}

/** Behind everything that answers people. */
function stepBehind(priority: string | undefined): void {
  setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);
  // Linux lets whoever computes finish a slice of some milliseconds first, however low its priority, but for SCHED_IDLE. Node has no way to ask for that,
  // nor all systems the command, and then it stays as it is.
  if (priority === 'idle') spawnSync('chrt', ['-i', '-p', '0', String(process.pid)]);
}

async function load(folder: string): Promise<Loaded> {
  useOneThread(join(folder, WEIGHTS));
  const { env, pipeline, Tensor } = await import('@xenova/transformers');
  env.localModelPath = dirname(folder);
  env.allowRemoteModels = false;
  env.useFSCache = false;
  const { tokenizer, model: network } = await pipeline('text-generation', basename(folder));
  const { n_layer: layers, n_positions: contextTokens, eos_token_id: endId } = network.config as unknown as Readonly<Record<string, number>>;
  const { inputNames } = (network as unknown as { session: { inputNames: readonly string[] } }).session;
  if (contextTokens === undefined || endId === undefined) throw new Error('config.json is not that of a GPT-2 model');
  if (inputNames.filter((name) => name.startsWith('past_key_values.')).length !== 2 * (layers ?? 0)) throw new Error('config.json does not fit the model file');

  const integers = (values: readonly number[]) => new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
  let past: unknown = null;
  let length = 0;
  const loaded: Loaded = {
    endId,
    contextTokens,
    encode: (text) => Array.from(tokenizer(text, { add_special_tokens: false }).input_ids.data as BigInt64Array, Number),
    decode: (ids) => tokenizer.decode([...ids], { skip_special_tokens: true, clean_up_tokenization_spaces: false }),
    async next(ids, isFirst) {
      if (isFirst) [past, length] = [null, 0];
      length += ids.length;
      const made = await network.forward({ input_ids: integers(ids), attention_mask: integers(Array<number>(length).fill(1)), past_key_values: past });
      past = made.past_key_values;
      const { data, dims } = made.logits as { data: Float32Array; dims: readonly number[] };
      return data.slice(data.length - (dims.at(-1) ?? 0));
    },
  };
  // The first run takes memory that later ones use again.
  await loaded.next([endId], true);
  return loaded;
}

/**
 * The other cores are for people, and waiting threads of the runtime keep a core busy. The library hands on no options, and the runtime heeds them only for a
 * file that it reads itself; so both are put in below the library.
 */
function useOneThread(weights: string): void {
  const { resolve } = createRequire(import.meta.url);
  const { InferenceSession } = createRequire(resolve('@xenova/transformers'))('onnxruntime-node') as { InferenceSession: { create: CreateSession } };
  const create = InferenceSession.create.bind(InferenceSession);
  InferenceSession.create = () => create(weights, { intraOpNumThreads: 1, interOpNumThreads: 1 });
}

type CreateSession = (weights: string, options: object) => Promise<unknown>;

function say(message: FromChild): void {
  // False when the parent is gone, which ends this process too.
  process.send?.(message);
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, MAX_WHY_CHARS);
}
