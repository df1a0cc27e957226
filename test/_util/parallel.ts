/** Works on all items, at most `width` at once; results in the order of the items. The first failure fails it all. */
export async function inParallel<T, R>(items: readonly T[], width: number, work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const rest = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of rest) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

export function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

/** @throws if there is nothing at that place */
export function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`nothing at place ${index} of ${list.length}`);
  return item;
}
