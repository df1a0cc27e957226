/** Chooses the next token. Temperature, top-k and top-p by Gumbel noise: the greatest of the noised is an exact sample of what is left. */

const TOP_K = 40;
const TOP_P = 0.9;
const TEMPERATURE = 0.7;
/** Against saying the same again. Only the reply counts, or the notes in the prompt could not be quoted. */
const REPETITION_PENALTY = 1.2;
const NO_REPEAT = 3;

export interface Choice {
  readonly token: number;
  /** As the model has it, before anything is left out. */
  readonly logProb: number;
}

/** `logits` are changed. `random` gives 0 <= x < 1. */
export function chooseToken(logits: Float32Array, reply: readonly number[], random: () => number): Choice {
  const total = logSumExp(logits);
  const whole = logits.slice();
  for (const token of new Set(reply)) {
    const logit = logits[token] ?? 0;
    logits[token] = logit > 0 ? logit / REPETITION_PENALTY : logit * REPETITION_PENALTY;
  }
  for (const token of repeating(reply)) logits[token] = -Infinity;

  const best = topOf(logits);
  const left = logSumExp(Float32Array.from(best, (token) => logits[token] ?? -Infinity));
  let token = best[0] ?? 0;
  let most = -Infinity;
  let mass = 0;
  for (const candidate of best) {
    const logit = logits[candidate] ?? -Infinity;
    const noised = logit / TEMPERATURE - Math.log(-Math.log(random() || Number.MIN_VALUE));
    if (noised > most) [most, token] = [noised, candidate];
    mass += Math.exp(logit - left);
    if (mass >= TOP_P) break;
  }
  return { token, logProb: (whole[token] ?? -Infinity) - total };
}

/** Tokens that would say three in a row again. */
function repeating(reply: readonly number[]): number[] {
  const end = reply.slice(1 - NO_REPEAT);
  if (end.length < NO_REPEAT - 1) return [];
  return reply.flatMap((_, at) => {
    const next = reply[at + end.length];
    return next !== undefined && end.every((token, offset) => reply[at + offset] === token) ? [next] : [];
  });
}

/** The `TOP_K` greatest, greatest first. Sorting the whole vocabulary for each token would take longer than the model does. */
function topOf(logits: Float32Array): number[] {
  const best: number[] = [];
  let least = -Infinity;
  for (let token = 0; token < logits.length; token += 1) {
    const logit = logits[token] ?? -Infinity;
    if (best.length === TOP_K && logit <= least) continue;
    let at = best.length;
    while (at > 0 && (logits[best[at - 1] ?? 0] ?? -Infinity) < logit) at -= 1;
    best.splice(at, 0, token);
    if (best.length > TOP_K) best.pop();
    least = logits[best.at(-1) ?? 0] ?? -Infinity;
  }
  return best;
}

function logSumExp(logits: Float32Array): number {
  let most = -Infinity;
  for (const logit of logits) if (logit > most) most = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - most);
  return most + Math.log(sum);
}
