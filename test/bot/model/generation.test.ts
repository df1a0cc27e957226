import { describe, expect, it } from 'vitest';
import type { Written } from '../../../server/bot/model/child-messages.ts';
import type { Loaded, Writing } from '../../../server/bot/model/generation.ts';
import { write } from '../../../server/bot/model/generation.ts';
import { chooseToken } from '../../../server/bot/model/sampler.ts';
import { createRandom } from '../../_util/random.ts';
import { range } from '../../_util/parallel.ts';

const logitsOf = (shares: readonly number[]): Float32Array => Float32Array.from(shares, Math.log);

describe('the choice of a token', () => {
  it('is a sample of what temperature and the most likely nine tenths leave', () => {
    const { fraction } = createRandom(5);
    const shares = [0.5, 0.3, 0.12, 0.05, 0.03];
    const counts = shares.map(() => 0);
    for (const _ of range(20_000)) counts[chooseToken(logitsOf(shares), [], fraction).token]! += 1;
    const left = shares.slice(0, 3).map((share) => share ** (1 / 0.7));
    const total = left.reduce((sum, share) => sum + share, 0);
    for (const [token, share] of left.entries()) expect(counts[token]! / 20_000).toBeCloseTo(share / total, 1);
    expect(counts.slice(3)).toEqual([0, 0]);
  });

  it('says how likely the model had it, whatever was left out', () => {
    const { token, logProb } = chooseToken(logitsOf([0.95, 0.05]), [0, 1], () => 0.5);
    expect(token).toBe(0);
    expect(logProb).toBeCloseTo(Math.log(0.95), 5);
  });

  it('takes one of the 40 likeliest of a large vocabulary', () => {
    const { fraction } = createRandom(6);
    const logits = Float32Array.from(range(50_257), (token) => (token % 1_000 === 7 ? 5 + token / 100_000 : 0));
    for (const _ of range(20)) expect(chooseToken(logits.slice(), [], fraction).token % 1_000).toBe(7);
  });

  it('never says three in a row again, and says less often what it has said', () => {
    const { fraction } = createRandom(7);
    for (const _ of range(50)) expect(chooseToken(logitsOf([0.98, 0.01, 0.01]), [1, 2, 0, 1, 2], fraction).token).not.toBe(0);
    expect(chooseToken(Float32Array.of(1.1, 1), [0], () => 0.5).token).toBe(1);
    expect(chooseToken(Float32Array.of(1.1, 1), [], () => 0.5).token).toBe(0);
  });
});

describe('writing', () => {
  /** A model that says these bytes, one a token, and then ends. */
  function saying(text: string): Loaded & { readonly asked: number[][] } {
    const bytes = Buffer.from(text);
    const asked: number[][] = [];
    return {
      asked, endId: 256, contextTokens: 100,
      encode: (prompt) => [...Buffer.from(prompt)],
      decode: (ids) => Buffer.from(ids).toString(),
      async next(ids, isFirst) {
        if (isFirst) asked.length = 0;
        asked.push([...ids]);
        const logits = new Float32Array(257).fill(-50);
        logits[bytes[asked.length - 1] ?? 256] = 50;
        return logits;
      },
    };
  }

  function writeWith(model: Loaded, more: Partial<Writing> = {}): Promise<Written> {
    return write(model, { prompt: 'ask', maxTokens: 60, maxMs: 60_000, stops: ['\n', 'Customer:'], isCancelled: () => false, onText: () => undefined, ...more });
  }

  it('ends with the model, or where a stop begins, though it comes in pieces', async () => {
    expect(await writeWith(saying('Yes, it is.'))).toMatchObject({ text: 'Yes, it is.', reason: 'end', tokens: 12 });
    expect(await writeWith(saying('Yes. Customer: and now?'))).toMatchObject({ text: 'Yes. ', reason: 'end', tokens: 14 });
    expect(await writeWith(saying('Yes.\nNo.'))).toMatchObject({ text: 'Yes.', reason: 'end', tokens: 5 });
  });

  it('ends after so many tokens, after so long, and when it is told to', async () => {
    const long = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!?';
    expect(await writeWith(saying(long), { maxTokens: 10 })).toMatchObject({ text: 'abcdefghij', reason: 'length', tokens: 10 });
    expect(await writeWith(saying(long), { maxMs: 0 })).toMatchObject({ text: '', reason: 'time', tokens: 0 });
    let looks = 0;
    expect(await writeWith(saying(long), { isCancelled: () => (looks += 1) > 5 })).toMatchObject({ reason: 'cancelled', tokens: 5 });
  });

  it('shows no half of a character', async () => {
    const shown: string[] = [];
    const { text } = await writeWith(saying('🛶 x'), { onText: (soFar) => shown.push(soFar) });
    expect(text).toBe('🛶 x');
    expect(shown.join('')).not.toContain('\uFFFD');
  });

  it('R71: leaves out the beginning of a prompt that does not fit, and room for the reply', async () => {
    const model = saying('Yes.');
    await writeWith(model, { prompt: `${'x'.repeat(500)}the question` });
    expect(model.asked[0]).toHaveLength(40);
    expect(Buffer.from(model.asked[0] ?? []).toString()).toMatch(/x+the question$/);
  });
});
