import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Written } from './child-messages.ts';
import { chooseToken } from './sampler.ts';

/** One model, loaded. */
export interface Loaded {
  readonly endId: number;
  /** Prompt and reply together have at most so many tokens. */
  readonly contextTokens: number;
  encode(text: string): number[];
  decode(ids: readonly number[]): string;
  /** The logits after these tokens, which follow those of the calls before. `isFirst` begins anew. */
  next(ids: readonly number[], isFirst: boolean): Promise<Float32Array>;
}

export interface Writing {
  readonly prompt: string;
  readonly maxTokens: number;
  readonly maxMs: number;
  readonly stops: readonly string[];
  readonly isCancelled: () => boolean;
  readonly onText: (soFar: string) => void;
}

const SHOWN_EVERY_MS = 100;

/** Writes a reply token by token; between two it looks whether it is still wanted. The same prompt gets the same reply. */
export async function write(model: Loaded, { prompt, maxTokens, maxMs, stops, isCancelled, onText }: Writing): Promise<Written> {
  const began = performance.now();
  const random = randomOf(prompt);
  // The end of the prompt is the question: where it does not fit, the beginning goes.
  let ids = model.encode(prompt).slice(-(model.contextTokens - maxTokens));
  const reply: number[] = [];
  let [text, logProbs, tokens, shownAt] = ['', 0, 0, -Infinity];
  const written = (reason: Written['reason']): Written => ({ text, reason, avgLogProb: tokens === 0 ? 0 : logProbs / tokens, tokens });

  while (tokens < maxTokens) {
    // A message that says that it is not wanted any more arrives only while nothing runs.
    await nextTurn();
    if (isCancelled()) return written('cancelled');
    if (performance.now() - began >= maxMs) return written('time');
    const { token, logProb } = chooseToken(await model.next(ids, tokens === 0), reply, random);
    tokens += 1;
    logProbs += logProb;
    if (token === model.endId) return written('end');
    reply.push(token);
    ids = [token];
    const decoded = model.decode(reply);
    const end = Math.min(...stops.map((stop) => decoded.indexOf(stop)).filter((at) => at >= 0));
    if (end < Infinity) {
      text = decoded.slice(0, end);
      return written('end');
    }
    text = decoded.replace(/\uFFFD+$/, ''); // half a character: the rest is in the next token
    if (performance.now() - shownAt < SHOWN_EVERY_MS) continue;
    shownAt = performance.now();
    onText(text);
  }
  return written('length');
}

/** Numbers that the prompt decides. */
function randomOf(prompt: string): () => number {
  let state = createHash('sha256').update(prompt).digest().readUInt32LE();
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
