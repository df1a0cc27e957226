import { describe, expect, it } from 'vitest';
import { computed, shallowRef } from 'vue';
import { useMessageWindow } from '../../web/src/conversation/useMessageWindow.ts';

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => ({ seq: from + index }));

function windowOf(first: number, last: number) {
  const messages = shallowRef(range(first, last));
  const loadOlder = async (): Promise<void> => {
    const from = messages.value[0]?.seq ?? 1;
    messages.value = [...range(Math.max(1, from - 50), from - 1), ...messages.value];
  };
  const view = useMessageWindow(messages, loadOlder);
  const ends = computed(() => [view.shown.value[0]?.seq, view.shown.value.at(-1)?.seq]);
  return { messages, view, ends };
}

describe('A35: the messages that are on the page', () => {
  it('are the newest, and never more than 200', () => {
    const { messages, view, ends } = windowOf(1, 150);
    expect(ends.value).toEqual([1, 150]);
    messages.value = range(1, 1_000);
    expect([ends.value, view.hasNewest.value, view.hasEarlier.value]).toEqual([[801, 1_000], true, true]);
  });

  it('go back with the reader, to the beginning, and stay there when something arrives', async () => {
    const { messages, view, ends } = windowOf(401, 600);
    for (let seen = 401; seen > 1;) {
      await view.back();
      const [first = 0, last = 0] = ends.value;
      expect([first < seen, last >= seen, last - first]).toEqual([true, true, 199]);
      seen = first;
    }
    messages.value = [...messages.value, { seq: 601 }];
    expect([ends.value, view.hasNewest.value, view.hasEarlier.value]).toEqual([[1, 200], false, false]);
  });

  it('come forward again to the newest, step by step or at once', () => {
    const { view, ends } = windowOf(1, 600);
    for (let n = 0; n < 20; n++) void view.back();
    expect(ends.value).toEqual([1, 200]);
    for (let n = 0; n < 20; n++) view.on();
    expect([ends.value, view.hasNewest.value]).toEqual([[401, 600], true]);
    void view.back();
    view.follow();
    expect(ends.value).toEqual([401, 600]);
  });

  it('stay where the reader is when there was nothing older', async () => {
    const { view, ends } = windowOf(1, 30);
    await view.back();
    expect(ends.value).toEqual([1, 30]);
  });
});
