import { createRandom } from '../../../_util/random.ts';
import { anyMerges, createTokenizer } from './bpe.ts';
import { randomWeights } from './gpt2.ts';
import { writeModel } from './tiny.ts';

/** As distilgpt2 has it. */
const SHAPE = { layers: 6, dim: 768, heads: 12, context: 1_024 } as const;
const MERGES = 50_000;

/** Writes a model of distilgpt2's exact size, quantised as that of the hub is: 121 MB of weights that mean nothing. Takes some ten seconds. */
export async function makeLargeModel(folder: string): Promise<void> {
  const chance = createRandom(11);
  const tokenizer = createTokenizer(anyMerges(MERGES, chance));
  const shape = { ...SHAPE, vocabulary: tokenizer.vocabulary.size };
  await writeModel(folder, shape, tokenizer, randomWeights(shape, chance, 0.02), true);
}
