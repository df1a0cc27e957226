import { expect, it } from 'vitest';
import { SEED } from '../_util/random.ts';
import { scaled } from '../_util/scaled.ts';
import { broken } from './broken.ts';
import { snapshotsPlusStreams } from './snapshot.ts';

it('R94: a snapshot and the stream from there make the later snapshot, for customer and agent', { timeout: 900_000 }, async () => {
  const problems = await snapshotsPlusStreams({ seeds: scaled(500), firstSeed: SEED });
  expect(problems.slice(0, 20)).toEqual([]);
});

it('R94 notices a path on which access is not checked', { timeout: 120_000 }, async () => {
  const problems = await snapshotsPlusStreams({ command: broken('access-missing'), seeds: 5, firstSeed: SEED });
  expect(problems.join('\n')).toContain('was told a note');
});
