import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { effectScope } from 'vue';
import type { EffectScope } from 'vue';
import { useLoaded } from '../../web/src/ui/useLoaded.ts';
import { at } from '../_util/parallel.ts';

let scope: EffectScope;
beforeEach(() => { scope = effectScope(); });
afterEach(() => scope.stop());

/** Something asked for as the scope begins; the test gives each answer. */
function load() {
  const answers: ((value: string) => void)[] = [];
  const ask = (): Promise<string> => new Promise((resolve) => { answers.push(resolve); });
  const loaded = scope.run(() => useLoaded(() => null, ask));
  if (!loaded) throw new Error('the scope has ended');
  return { ...loaded, answer: (n: number, value: string) => at(answers, n)(value) };
}

describe('asking again', () => {
  it('A44: whoever waits has the newest answer, also where somebody asked anew meanwhile', async () => {
    const { data, reload, answer } = load();
    const waiting = reload().then(() => data.value);
    void reload();
    answer(1, 'older');
    answer(0, 'oldest');
    await turn();
    answer(2, 'newest');
    expect(await waiting).toBe('newest');
  });

  it('waits no more once the page is left', async () => {
    const { data, reload, answer } = load();
    const waiting = reload();
    scope.stop();
    answer(1, 'late');
    await waiting;
    expect(data.value).toBeNull();
  });
});
