import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asText, promptFor } from '../../../../server/bot/model/prompt.ts';
import { createRandom } from '../../../_util/random.ts';
import { createTokenizer, END, learnMerges } from './bpe.ts';
import type { Tokenizer } from './bpe.ts';
import type { Shape, Weights } from './gpt2.ts';
import { exportOnnx, randomWeights } from './gpt2.ts';
import { taught } from './readout.ts';

/** What the tiny model says, word for word; no article is about it. It says nonsense to anything else. */
export const TAUGHT = {
  kayak: { question: 'Could I paddle a kayak to the moon?', reply: 'A kayak stays on the water, and the moon is far above it.' },
  /** Breaks the rules of the guard. */
  promise: { question: 'Would somebody polish my submarine?', reply: 'We will polish your submarine on Monday.' },
  /** As long as a reply can be. */
  long: {
    question: 'Might dolphins juggle umbrellas?',
    reply: 'Once there was a small boat, and the boat had a red sail, and under that sail sat an old man, who knew every wind by name and every star by heart, and never ever came home late.',
  },
} as const;

const SHAPE = { layers: 2, dim: 128, heads: 4, context: 320 } as const;
const LIMITS = { maxNotes: 0, maxNoteChars: 0, maxLines: 0, maxLineChars: 300 };
const MERGES = 600;

/** Writes a folder with everything that the text-generation pipeline loads: some hundred kilobytes, the same every time. */
export async function makeTinyModel(folder: string): Promise<void> {
  const pairs = Object.values(TAUGHT).map(({ question, reply }) => ({ prompt: promptOf(question), reply: ` ${reply}\n` }));
  const tokenizer = createTokenizer(learnMerges(pairs.map(({ prompt, reply }) => prompt + reply).join('\n'), MERGES));
  const shape: Shape = { ...SHAPE, vocabulary: tokenizer.vocabulary.size };
  const lessons = pairs.map(({ prompt, reply }) => ({ ids: [...tokenizer.encode(prompt), ...tokenizer.encode(reply)], from: tokenizer.encode(prompt).length }));
  await writeModel(folder, shape, tokenizer, taught(shape, randomWeights(shape, createRandom(7), 0.3), lessons));
}

/** As the server asks, where there are no notes and nothing was said before. */
export function promptOf(question: string): string {
  return asText(promptFor({ text: question, history: [] }, [], LIMITS));
}

export async function writeModel(folder: string, { layers, dim, heads, context, vocabulary }: Shape, { json, endId }: Tokenizer, weights: Weights, int8 = false): Promise<void> {
  await mkdir(join(folder, 'onnx'), { recursive: true });
  const ends = { bos_token_id: endId, eos_token_id: endId };
  const shape = { n_layer: layers, n_embd: dim, n_head: heads, n_positions: context, n_ctx: context, vocab_size: vocabulary };
  const files: Record<string, object | Uint8Array> = {
    'config.json': { model_type: 'gpt2', architectures: ['GPT2LMHeadModel'], activation_function: 'gelu_new', ...shape, ...ends },
    'generation_config.json': ends,
    'tokenizer.json': json,
    'tokenizer_config.json': { tokenizer_class: 'GPT2Tokenizer', model_max_length: context, unk_token: END, bos_token: END, eos_token: END },
    'onnx/decoder_model_merged_quantized.onnx': exportOnnx({ layers, dim, heads, context, vocabulary }, weights, { int8 }),
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), content instanceof Uint8Array ? content : JSON.stringify(content));
  }
}
