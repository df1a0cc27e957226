const DUE_MS = 5 * 60_000;
const LONG_MS = 15 * 60_000;

/** How pressing a wait is: nothing under 5 minutes, due from then on, long from 15. */
export function waitLevel(waitingSince: string, now: number): 'due' | 'long' | undefined {
  const waited = now - Date.parse(waitingSince);
  if (waited >= LONG_MS) return 'long';
  return waited >= DUE_MS ? 'due' : undefined;
}
