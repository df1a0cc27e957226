/**
 * The same read asked for again before the event loop goes on is made once: everybody who is told of one message names the same sender. Nothing can be
 * written in between, so what is shared is never old.
 */
export function onceATurn<T>(read: (id: string) => Promise<T>): (id: string) => Promise<T> {
  const reading = new Map<string, Promise<T>>();
  return (id) => {
    const known = reading.get(id);
    if (known) return known;
    if (reading.size === 0) process.nextTick(() => reading.clear());
    const made = read(id);
    reading.set(id, made);
    return made;
  };
}
