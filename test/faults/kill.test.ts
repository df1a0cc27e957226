import { expect, it } from 'vitest';
import { SEED } from '../_util/random.ts';
import { scaled } from '../_util/scaled.ts';
import { broken } from './broken.ts';
import { killUnderLoad } from './kill.ts';

it('R74, R96: loses, doubles and reorders nothing when it is killed under load', { timeout: 1_800_000 }, async () => {
  const problems = await killUnderLoad({ cycles: scaled(100), seed: SEED, maxMs: scaled(3_000) });
  expect(problems.slice(0, 20)).toEqual([]);
});

it('R74 notices a server that answers before it commits', { timeout: 120_000 }, async () => {
  // Followers may notice first: a cycle whose lost messages were not acknowledged yet is followed by another.
  const lost = '(acknowledged) is there 0 times';
  const problems = await killUnderLoad({ command: broken('ack-before-commit'), cycles: 20, seed: SEED, maxMs: 300, untilProblem: lost });
  expect(problems.join('\n')).toContain(lost);
});
