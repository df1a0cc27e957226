import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Bus } from '../../server/domain/ports/bus.ts';
import type { Ephemeral } from '../../server/domain/types.ts';
import { until, within } from '../_util/wait.ts';

export interface TestBus extends Bus {
  /** What is still kept: for listeners, of values, and of topics that have either. */
  readonly gauges: () => { readonly bells: number; readonly shown: number; readonly topics: number };
}

/** What every doorbell must do, whatever carries its rings. `open` gives one of its own. */
export function describeBus(name: string, open: () => Promise<TestBus>): void {
  describe(`${name}: the doorbell's contract`, () => {
    let bus: TestBus;
    const never = (): number => bus.monotonic() + 60_000;
    beforeEach(async () => {
      bus = await open();
      onTestFinished(() => bus.stop());
    });

    describe('a bell', () => {
      it('remembers a ring while nobody waits', async () => {
        const bell = bus.listen('a');
        bus.ring('a');
        await until('the ring to be remembered', () => bell.take());
      });

      it('is one bit: many rings are one', async () => {
        const bell = bus.listen('a');
        for (let count = 0; count < 1_000; count += 1) bus.ring('a');
        await within('the wait to end', bell.wait(never()));
        expect(bell.take()).toBe(true);
        expect(bell.take()).toBe(false);
      });

      it('ends a wait when it is rung, again and again', async () => {
        const bell = bus.listen('a');
        for (let count = 0; count < 3; count += 1) {
          const wait = bell.wait(never());
          bus.ring('a');
          await within('the wait to end', wait);
          expect(bell.take()).toBe(true);
        }
      });

      it('does not wait if it was rung before', async () => {
        const bell = bus.listen('a');
        bus.ring('a');
        await within('the wait to end', bell.wait(never()));
        expect(bell.take()).toBe(true);
      });

      it('hears nothing from before it listened', async () => {
        bus.ring('a');
        const [late, other] = [bus.listen('a'), bus.listen('b')];
        bus.ring('b');
        await within('the ring on b', other.wait(never()));
        expect(late.take()).toBe(false);
      });

      it('is rung with all others of its topic, and never with those of another', async () => {
        const same = [bus.listen('a'), bus.listen('a'), bus.listen('a')];
        const others = ['b', 'A', 'aa', ''].map((topic) => bus.listen(topic));
        bus.ring('a');
        await within('all waits to end', Promise.all(same.map((bell) => bell.wait(never()))));
        expect(same.map((bell) => bell.take())).toEqual([true, true, true]);
        expect(others.map((bell) => bell.take())).toEqual([false, false, false, false]);
      });

      it('ends a wait that is due, without a ring, and not before its time', async () => {
        const bell = bus.listen('a');
        const due = bus.monotonic() + 60;
        await within('the wait to end', bell.wait(due));
        expect(bus.monotonic()).toBeGreaterThanOrEqual(due - 1);
        expect([bell.take(), bell.closed]).toEqual([false, false]);
        await within('a wait for what is past', bell.wait(bus.monotonic() - 1));
      });

      it('ends a wait when it is closed, and hears nothing more', async () => {
        const [bell, other] = [bus.listen('a'), bus.listen('a')];
        const wait = bell.wait(never());
        bell.close();
        bell.close();
        await within('the wait to end', wait);
        expect(bell.closed).toBe(true);
        bus.ring('a');
        await within('the other bell', other.wait(never()));
        expect(bell.take()).toBe(false);
        await within('a wait on a closed bell', bell.wait(never()));
      });

      it('T20: leaves nothing behind when it is closed, whether waited for or not', async () => {
        const bells = Array.from({ length: 100 }, (_, index) => bus.listen(`topic ${index % 10}`));
        const waits = bells.filter((_, index) => index % 2 === 0).map((bell) => bell.wait(never()));
        expect(bus.gauges().bells).toBe(100);
        for (const bell of bells) bell.close();
        await within('all waits to end', Promise.all(waits));
        expect(bus.gauges()).toEqual({ bells: 0, shown: 0, topics: 0 });
      });
    });

    describe('what is shown', () => {
      const typing = (id: string, isTyping = true): Ephemeral => ({ type: 'typing', sender: { kind: 'agent', id }, typing: isTyping });
      const shown = (topic: string, since = 0) => bus.shown(topic, since).values;

      it('rings, and is there for all who look, in the order of showing', async () => {
        const bell = bus.listen('a');
        bus.show('a', 'ana', typing('ana'), 60_000);
        bus.show('a', 'ben', typing('ben'), 60_000);
        await within('the ring', bell.wait(never()));
        await until('both values', () => shown('a').length === 2);
        expect(shown('a')).toEqual([typing('ana'), typing('ben')]);
        expect(shown('b')).toEqual([]);
      });

      it('is the last value of each key', async () => {
        bus.show('a', 'ana', typing('ana'), 60_000);
        bus.show('a', 'ben', typing('ben'), 60_000);
        bus.show('a', 'ana', typing('ana', false), 60_000);
        await until('the last value', () => shown('a').length === 2 && shown('a')[1] !== undefined);
        expect(shown('a')).toEqual([typing('ben'), typing('ana', false)]);
      });

      it('comes once to a reader who hands back the version', async () => {
        bus.show('a', 'ana', typing('ana'), 60_000);
        await until('the value', () => shown('a').length === 1);
        const { version } = bus.shown('a', 0);
        expect(shown('a', version)).toEqual([]);
        bus.show('a', 'ben', typing('ben'), 60_000);
        await until('the next value', () => shown('a', version).length === 1);
        expect(shown('a', version)).toEqual([typing('ben')]);
      });

      it('expires, and nothing of it is kept; showing it again starts anew', async () => {
        bus.show('a', 'short', typing('short'), 40);
        bus.show('a', 'renewed', typing('renewed'), 40);
        bus.show('a', 'renewed', typing('renewed'), 60_000);
        await until('the short one to expire', () => shown('a').length === 1);
        expect(shown('a')).toEqual([typing('renewed')]);
        bus.show('a', 'renewed', typing('renewed'), 40);
        await until('nothing to be kept', () => bus.gauges().shown === 0);
        expect(shown('a')).toEqual([]);
        expect(bus.gauges().topics).toBe(0);
      });

      it('is not told once it has expired, even before it is swept away', () => {
        bus.show('a', 'short', typing('short'), 2);
        // Without a turn of the event loop, no timer can have swept.
        for (const due = bus.monotonic() + 3; bus.monotonic() < due;);
        expect(shown('a')).toEqual([]);
      });
    });

    it('ends every wait when it stops', async () => {
      const bells = [bus.listen('a'), bus.listen('a'), bus.listen('b')];
      const waits = bells.map((bell) => bell.wait(never()));
      bus.stop();
      await within('all waits to end', Promise.all(waits));
      expect(bells.every(({ closed }) => closed)).toBe(true);
      expect(bus.gauges().bells).toBe(0);
    });
  });
}
