import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../server/domain/errors.ts';
import { createUsualWait } from '../../server/domain/usual-wait.ts';
import { range } from '../_util/parallel.ts';
import { answerAsPerson, handOn, recordHandOff } from '../_util/waits.ts';
import type { World } from './world.ts';
import { openWorld, refusalOf } from './world.ts';

const MINUTE = 60_000;

/** Customers who are handed on now, and get a person after so many milliseconds, shortest first. */
async function wait({ store, clock }: World, ...ms: readonly number[]): Promise<string[]> {
  const began = clock.now();
  const ids = ms.map((_, index) => `${began}-${index}`);
  for (const id of ids) await handOn(store, id);
  for (const [index, id] of ids.entries()) {
    clock.advance(began + (ms[index] ?? 0) - clock.now());
    await answerAsPerson(store, id);
  }
  return ids;
}

describe('C22 C24: how long customers usually wait for a person', () => {
  it('is the median of what was measured, in whole minutes, rounded up', async () => {
    const world = await openWorld();
    await wait(world, 10_000, 20_000, 4 * MINUTE + 1, 9 * MINUTE, 60 * MINUTE);
    expect(await createUsualWait(world.deps)()).toBe(5 * MINUTE);
    await wait(world, 30_000);
    expect(await createUsualWait(world.deps)(), 'of an even number, the lower of the two in the middle').toBe(MINUTE);
    await wait(world, 0, 0, 0);
    expect(await createUsualWait(world.deps)(), 'never none').toBe(MINUTE);
  });

  it('is not known of fewer than five customers, however often they waited', async () => {
    const world = await openWorld();
    for (const id of await wait(world, 1_000, 2_000, 3_000, 4_000)) {
      await recordHandOff(world.store.botTurns, id);
      await answerAsPerson(world.store, id);
    }
    await handOn(world.store, 'eve');
    expect(await createUsualWait(world.deps)(), 'eve has nobody yet').toBeNull();
    await answerAsPerson(world.store, 'eve');
    expect(await createUsualWait(world.deps)()).toBe(MINUTE);
  });

  it('forgets what is older than 14 days', async () => {
    const world = await openWorld();
    await wait(world, 0, 0, 0, 0, 0);
    const handedOnAt = world.clock.now();
    world.clock.advance(14 * 24 * 60 * MINUTE);
    expect(await createUsualWait(world.deps)()).toBe(MINUTE);
    world.clock.advance(handedOnAt + 14 * 24 * 60 * MINUTE + 1 - world.clock.now());
    expect(await createUsualWait(world.deps)()).toBeNull();
  });

  it('is measured once in ten minutes, whoever asks and however many, and again after a failure', async () => {
    const world = await openWorld();
    let measured = 0;
    let isBroken = true;
    const botTurns = {
      ...world.deps.botTurns,
      async waits(since: Date) {
        measured += 1;
        if (isBroken) throw new UnavailableError('TRY_AGAIN', 1);
        return world.deps.botTurns.waits(since);
      },
    };
    const usualWait = createUsualWait({ botTurns, clock: world.clock });
    expect(await refusalOf(usualWait())).toBeInstanceOf(UnavailableError);
    isBroken = false;
    expect(await Promise.all(range(50).map(() => usualWait()))).toEqual(range(50).map(() => null));
    expect(measured).toBe(2);
    await wait(world, 0, 0, 0, 0, 0);
    world.clock.advance(10 * MINUTE - 1);
    expect(await usualWait()).toBeNull();
    world.clock.advance(1);
    expect(await usualWait()).toBe(MINUTE);
    expect(measured).toBe(3);
  });
});
