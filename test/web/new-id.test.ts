import { afterEach, expect, it, vi } from 'vitest';
import { newId } from '../../web/src/conversation/newId.ts';
import { range } from '../_util/parallel.ts';

afterEach(() => { vi.useRealTimers(); });

it('R89: a key is a UUIDv7: never the same twice, and in the order of time', () => {
  vi.useFakeTimers();
  const keys = range(1_000).map((n) => {
    vi.setSystemTime(1_790_000_000_000 + n);
    return newId();
  });
  for (const key of keys) expect(key).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(keys.toSorted()).toEqual(keys);
  expect(new Set(range(1_000).map(newId)).size).toBe(1_000);
});
