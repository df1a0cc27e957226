import { SOCKET_MESSAGES } from './rates.ts';

/** Counts what comes on one socket. For each message: 0 to read on, else for how many milliseconds not to; null where it has gone too far. */
export function createFlow(monotonic: () => number): () => number | null {
  const { rate: { everyMs, burst }, maxDebtMs } = SOCKET_MESSAGES;
  let madeUpAt = 0;
  return () => {
    const nowMs = monotonic();
    madeUpAt = Math.max(madeUpAt, nowMs) + everyMs;
    const debtMs = Math.max(0, madeUpAt - everyMs * burst - nowMs);
    return debtMs > maxDebtMs ? null : debtMs;
  };
}
