import { expect, it } from 'vitest';
import type { CreateGroupCommit } from '../../server/store/sqlite/group-commit.ts';
import { createGroupCommit } from '../../server/store/sqlite/group-commit.ts';
import { createRandom, SEED } from '../_util/random.ts';
import { scaled } from '../_util/scaled.ts';
import { refuseWithinGroups } from './group.ts';

it('R78: a refusal within a group takes back its own steps and nobody else\'s', async () => {
  expect(await refuseWithinGroups({ groups: scaled(1_000), random: createRandom(SEED) })).toEqual([]);
});

it('R78 notices groups without savepoints', async () => {
  const nothing = (): void => undefined;
  const noSavepoint: CreateGroupCommit = (transactions, options) => (
    createGroupCommit({ ...transactions, savepoint: nothing, release: nothing, rollbackToSavepoint: nothing }, options)
  );
  const problems = await refuseWithinGroups({ groupCommit: noSavepoint, groups: 100, random: createRandom(SEED) });
  expect(problems.join('\n')).toContain('was refused, against its own decision');
});
