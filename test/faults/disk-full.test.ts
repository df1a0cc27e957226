import { expect, it } from 'vitest';
import { fillTheDisk, whyNoSmallDisk } from './disk-full.ts';

it('T14, R78: a full disk loses nothing, stops no reader, and heals without a restart', { timeout: 300_000 }, async ({ skip }) => {
  const reason = await whyNoSmallDisk();
  if (reason !== null) skip(`no small disk can be mounted here: ${reason}`);
  const problems = await fillTheDisk({});
  expect(problems.slice(0, 20)).toEqual([]);
});
