import { expect, it } from 'vitest';
import { SEED } from '../_util/random.ts';
import { scaled } from '../_util/scaled.ts';
import { broken } from './broken.ts';
import { followThroughCuts } from './resume.ts';
import { fetchThenFollow } from './seam.ts';

it('R88: followers whose connections are cut hold what the database holds', { timeout: 900_000 }, async () => {
  const problems = await followThroughCuts({ followers: 50, cuts: scaled(300), messages: scaled(5_000), seed: SEED });
  expect(problems.slice(0, 20)).toEqual([]);
});

it.for(['payload-pub-sub', 'heartbeat-ahead'] as const)('R88 notices a server with the fault %s', { timeout: 120_000 }, async (fault) => {
  const problems = await followThroughCuts({ command: broken(fault), followers: 10, cuts: 20, messages: 500, seed: SEED, patienceMs: 3_000 });
  expect(problems.join('\n')).toContain('missing: ');
});

it('R91: fetching and then following under load leaves no seam', { timeout: 900_000 }, async () => {
  const problems = await fetchThenFollow({ trials: scaled(2_000), seed: SEED });
  expect(problems.slice(0, 20)).toEqual([]);
});

it('R91 notices a cursor that is off by one', { timeout: 120_000 }, async () => {
  expect(await fetchThenFollow({ command: broken('cursor-off-by-one'), trials: 100, seed: SEED })).not.toEqual([]);
});
