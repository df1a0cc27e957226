const POLL_MS = 10;

/** Looks again and again until it is so. @throws after `deadlineMs`, saying what was awaited */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, deadlineMs = 30_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`still waiting after ${deadlineMs} ms: ${what}`);
    await pass(POLL_MS);
  }
}

/** @throws if the promise has not settled after `deadlineMs` */
export async function within<T>(what: string, promise: Promise<T>, deadlineMs = 30_000): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`still waiting after ${deadlineMs} ms: ${what}`)), deadlineMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Lets time pass. Only where the moment itself is what a test varies; to wait for something, use `until`. */
export function pass(ms: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}
