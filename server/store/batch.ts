import type { Soon } from '../domain/types.ts';

/**
 * Reads by id, gathered: what is asked for before the event loop goes on is read together, and each id once, so that a list of fifty costs one statement
 * and everybody who is told of one message shares its sender. Nothing can be written in between, so what is shared is never old.
 */
export function inBatches<T>(readMany: (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>): (id: string) => Soon<T | null> {
  let asked = new Map<string, Soon<T | null>>();
  let batch: { readonly ids: string[]; readonly rows: Promise<ReadonlyMap<string, T>> } | null = null;

  function gather(turn: typeof asked): { ids: string[]; rows: Promise<ReadonlyMap<string, T>> } {
    const ids: string[] = [];
    const rows = Promise.resolve().then(async () => {
      batch = null;
      const found = await readMany(ids);
      for (const id of ids) turn.set(id, found.get(id) ?? null);
      return found;
    });
    return { ids, rows };
  }

  return (id) => {
    const known = asked.get(id);
    if (known !== undefined) return known;
    if (asked.size === 0) process.nextTick(() => { asked = new Map(); });
    batch ??= gather(asked);
    batch.ids.push(id);
    const found = batch.rows.then((rows) => rows.get(id) ?? null);
    asked.set(id, found);
    return found;
  };
}
