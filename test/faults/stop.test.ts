import { expect, it } from 'vitest';
import { scaled } from '../_util/scaled.ts';
import { stopUnderLoad } from './stop.ts';

it('R85: SIGTERM closes every socket with 1012, loses nothing that was acknowledged, and ends in time', { timeout: 300_000 }, async () => {
  const problems = await stopUnderLoad({ sockets: scaled(500), senders: scaled(50) });
  expect(problems.slice(0, 20)).toEqual([]);
});
