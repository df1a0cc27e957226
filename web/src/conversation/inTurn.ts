const PATIENCE_MS = 15_000;

/**
 * Runs `act` in one window at a time. That saves the others work, no more, so nobody waits for ever: a window that the system has put to sleep may hold
 * the turn. Where the browser has no locks (not a secure origin) everybody goes at once.
 */
export async function inTurn(name: string, act: () => Promise<void>): Promise<void> {
  if (!navigator.locks) return act();
  let hasBegun = false;
  try {
    await navigator.locks.request(name, { signal: AbortSignal.timeout(PATIENCE_MS) }, () => {
      hasBegun = true;
      return act();
    });
  } catch (error) {
    if (hasBegun) throw error;
    return act();
  }
}
