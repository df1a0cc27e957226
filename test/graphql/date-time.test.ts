import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoOf } from '../../server/graphql/date-time.ts';
import { scaled } from '../_util/scaled.ts';

describe('isoOf', () => {
  it('says of every instant what toISOString says', () => {
    fc.assert(fc.property(fc.date({ noInvalidDate: true }), (date) => {
      expect(isoOf(date)).toBe(date.toISOString());
    }), { numRuns: scaled(20_000) });
  });

  it.each([0, -1, 1, 86_399_999, 86_400_000, 951_782_399_999, 951_782_400_000, 8.64e15, -8.64e15])('at the edge of a day: %d', (ms) => {
    for (const near of [ms, ms, ms - Math.sign(ms)]) expect(isoOf(new Date(near))).toBe(new Date(near).toISOString());
  });

  it('refuses what is no instant, as toISOString does', () => {
    expect(() => isoOf(new Date(Number.NaN))).toThrow(RangeError);
  });
});
