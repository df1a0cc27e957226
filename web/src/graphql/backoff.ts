const FIRST_MS = 500;
const MOST_MS = 30_000;

/** How long to wait before try number `attempt` (from 0): random, so that many clients do not come back at once; 0.5 to 30 s. */
export function backoffMs(attempt: number): number {
  const ceiling = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt + 1, 10));
  return FIRST_MS + Math.random() * (ceiling - FIRST_MS);
}
