import { expect, it } from 'vitest';
import { createBreaker } from '../../../server/bot/model/breaker.ts';
import { createCrashes } from '../../../server/bot/model/crashes.ts';

it('R66: pauses grow with crashes in a row, and after five within ten minutes it is given up for an hour', () => {
  let now = 1_000;
  const crashes = createCrashes([1_000, 5_000, 30_000, 120_000], () => now);
  expect([crashes.words(), crashes.pauseMs()]).toEqual([null, 0]);
  for (const seconds of [1, 5, 30, 120]) {
    crashes.count('it fell');
    expect(crashes.pauseMs()).toBe(seconds * 1_000);
    expect(crashes.words()).toBe(`it fell; it is tried again in ${seconds > 90 ? `${seconds / 60} minutes` : seconds === 1 ? '1 second' : `${seconds} seconds`}`);
    now += seconds * 1_000;
    expect(crashes.pauseMs()).toBe(0);
    expect(crashes.words()).toBe('it fell; it is tried again with the next question');
  }
  crashes.count('it fell');
  expect(crashes.words()).toBe('it fell; it is tried again in 60 minutes');
  crashes.reset();
  expect([crashes.words(), crashes.pauseMs()]).toEqual([null, 0]);
});

it('R66: what worked in between begins with a short pause, and crashes of long ago do not count', () => {
  let now = 1_000;
  const crashes = createCrashes([1_000, 5_000], () => now);
  for (let hours = 0; hours < 20; hours += 1) {
    crashes.count('it fell');
    expect(crashes.pauseMs()).toBe(1_000);
    now += 20 * 60_000;
    crashes.forget();
    expect(crashes.words()).toBeNull();
  }
});

it('R68: after three failures in a row nobody is asked for a minute, and then one may try', () => {
  let now = 1_000;
  const breaker = createBreaker(() => now);
  for (const why of ['a', 'b']) {
    breaker.failed(why);
    expect(breaker.refusal()).toBeNull();
  }
  breaker.failed('c');
  expect(breaker.refusal()).toBe('c');
  now += 60_000;
  expect([breaker.refusal(), breaker.refusal()], 'one, and no other meanwhile').toEqual([null, 'c']);
  breaker.failed('d');
  expect(breaker.refusal()).toBe('d');
  now += 60_000;
  expect(breaker.refusal()).toBeNull();
  breaker.worked();
  expect([breaker.refusal(), breaker.lastFailure()]).toEqual([null, null]);
});
