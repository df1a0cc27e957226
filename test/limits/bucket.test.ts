import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBucket, MAX_KEYS } from '../../server/limits/bucket.ts';
import { RATES } from '../../server/limits/rates.ts';
import { createLimits } from '../../server/limits/limits.ts';
import { range } from '../_util/parallel.ts';

describe('a bucket', () => {
  it('never grants more than the burst and what time brought since', () => {
    const step = fc.record({ afterMs: fc.nat(400), wanted: fc.integer({ min: 1, max: 8 }) });
    fc.assert(fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 300 }), fc.array(step, { maxLength: 60 }), (burst, everyMs, steps) => {
      const bucket = createBucket({ everyMs, burst });
      const granted: number[] = [];
      let nowMs = 0;
      for (const { afterMs, wanted } of steps) {
        nowMs += afterMs;
        for (const _ of range(wanted)) {
          if (bucket.waitMs('a', nowMs) > 0) continue;
          bucket.take('a', nowMs);
          granted.push(nowMs);
        }
      }
      for (const [first, from] of granted.entries()) {
        const inWindow = granted.slice(first).map((at, index) => index + 1 <= burst + (at - from) / everyMs);
        expect(inWindow.every(Boolean)).toBe(true);
      }
    }));
  });

  it('says after how long the next one is due, to the millisecond', () => {
    const bucket = createBucket({ everyMs: 2_000, burst: 2 });
    bucket.take('a', 0);
    expect(bucket.waitMs('a', 0)).toBe(0);
    bucket.take('a', 0);
    expect(bucket.waitMs('a', 0)).toBe(2_000);
    expect(bucket.waitMs('a', 1_999)).toBe(1);
    expect(bucket.waitMs('a', 2_000)).toBe(0);
    expect(bucket.waitMs('b', 0)).toBe(0);
  });

  it('takes back what turned out to cost nothing', () => {
    const bucket = createBucket({ everyMs: 1_000, burst: 1 });
    bucket.take('a', 0);
    bucket.giveBack('a');
    expect(bucket.waitMs('a', 0)).toBe(0);
  });

  it('R102 forgets who was quiet while many others came, and nobody who was not', () => {
    const bucket = createBucket({ everyMs: 1_000_000, burst: 1 }, 100);
    for (const key of ['quiet', 'busy']) bucket.take(key, 0);
    for (const index of range(1_000)) {
      bucket.take(`other ${index}`, index);
      if (index % 10 === 0) bucket.take('busy', index);
      expect(bucket.size).toBeLessThanOrEqual(100);
    }
    expect(bucket.waitMs('busy', 1_000)).toBeGreaterThan(0);
    expect(bucket.waitMs('quiet', 1_000)).toBe(0);
  });
});

describe('the limits', () => {
  it('R102 remember a bounded number of addresses in less than 20 MB, however many come', () => {
    let nowMs = 0;
    const before = heapBytes();
    const limits = createLimits(() => nowMs);
    for (const index of range(100_000)) {
      nowMs += 0.01;
      const address = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
      for (const what of ['request', 'connection', 'field', 'change', 'visitor', 'identify', 'signIn'] as const) limits.take(what, { address, account: address });
    }
    // Seven kinds by address, one by account, one for the whole server.
    expect(limits.size).toBeLessThanOrEqual(8 * MAX_KEYS + 1);
    expect(heapBytes() - before).toBeLessThan(20_000_000);
    // Asked again, so that it was not collected as well.
    expect(limits.size).toBeGreaterThan(MAX_KEYS);
  });

  it('take of every share or of none: who is refused at his address has not used up what the server has', () => {
    const limits = createLimits(() => 0);
    const from = (address: string): number => limits.take('visitor', { address }).retryAfterMs;
    const { address: { burst }, server } = RATES.visitor;
    expect(range(burst).map(() => from('10.0.0.1'))).toEqual(range(burst).map(() => 0));
    for (const _ of range(2 * server.burst)) expect(from('10.0.0.1')).toBeGreaterThan(0);
    for (const index of range(server.burst - burst)) expect(from(`10.0.1.${index}`)).toBe(0);
  });

  it('count a customer, an agent and a token of the same id apart, and nobody by his address', () => {
    const limits = createLimits(() => 0);
    const session = { hash: '', expiresAt: new Date(0) };
    const customer = { kind: 'customer', id: 'x', session } as const;
    for (const _ of range(RATES.send.customer.burst)) expect(limits.take('send', { viewer: customer }).retryAfterMs).toBe(0);
    expect(limits.take('send', { viewer: customer }).retryAfterMs).toBe(2_000);
    expect(limits.take('send', { viewer: { kind: 'agent', id: 'x', role: 'agent', session } }).retryAfterMs).toBe(0);
    expect(limits.take('send', { viewer: { kind: 'token', id: 'x', scopes: [], session } }).retryAfterMs).toBe(0);
    for (const _ of range(200)) limits.take('field', { viewer: null, address: '10.0.0.1' });
    expect(limits.take('field', { viewer: null, address: '10.0.0.1' }).retryAfterMs).toBeGreaterThan(0);
    expect(limits.take('field', { viewer: customer, address: '10.0.0.1' }).retryAfterMs).toBe(0);
    expect(limits.take('field', { viewer: null, address: '10.0.0.2' }).retryAfterMs).toBe(0);
  });
});

/** After a garbage collection. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
