import type { Logger } from 'pino';
import type { People } from '../domain/ports/people.ts';
import type { Clock } from '../domain/ports/store.ts';
import type { Viewer } from '../domain/types.ts';

const TICK_MS = 1_000;
/** Read again at each tick: covers a commit that took its time, and a connection that opened while its session was being revoked. */
const OVERLAP_MS = 5_000;

/** The connections that are open, by session, so that the end of a session reaches them. */
export interface LiveSessions {
  /** `end` is called once, when the session has ended. Returns the function that takes the connection off, which may be called again. */
  open(viewer: Viewer, end: () => void): () => void;
  /** Has this agent any connection open? */
  isOnline(agentId: string): boolean;
  start(): void;
  /** Ticks no more; settles when the last tick is over. */
  stop(): Promise<void>;
  /** Settles when whatever had ended before the call is closed, or the attempt failed. */
  hasten(): Promise<void>;
}

interface Session { readonly viewer: Viewer; expiresAtMs: number; readonly connections: Set<{ readonly end: () => void }> }

/** One tick a second for the whole process; with nothing open it costs no query. */
export function createLiveSessions({ people, clock, log }: { people: People; clock: Clock; log: Pick<Logger, 'warn'> }): LiveSessions {
  const sessions = new Map<string, Session>();
  const online = new Map<string, number>();
  let checkedAtMs = clock.now();
  let timer: NodeJS.Timeout | null = null;
  let ticking: Promise<void> | null = null;
  let next: Promise<void> | null = null;

  function count(viewer: Viewer, by: 1 | -1): void {
    if (viewer.kind !== 'agent') return;
    const left = (online.get(viewer.id) ?? 0) + by;
    if (left > 0) online.set(viewer.id, left);
    else online.delete(viewer.id);
  }

  function endAll(hash: string): void {
    for (const connection of sessions.get(hash)?.connections ?? []) {
      try {
        connection.end();
      } catch (error) {
        log.warn({ err: error }, 'a connection could not be ended');
      }
    }
  }

  async function check(): Promise<void> {
    const nowMs = clock.now();
    if (sessions.size > 0) {
      // The earlier of the two, for a wall clock that was set back.
      const since = new Date(Math.min(checkedAtMs, nowMs) - OVERLAP_MS);
      for (const hash of await people.revokedSince(since)) endAll(hash);
      for (const [hash, session] of sessions) {
        if (session.expiresAtMs > nowMs) continue;
        // Used elsewhere, it lives on. Only looked up: waiting on a connection is not using it.
        const credential = await people.credential(hash);
        if (credential) session.expiresAtMs = credential.expiresAt.getTime();
        else endAll(hash);
      }
    }
    checkedAtMs = nowMs;
  }

  function tick(): Promise<void> {
    ticking ??= check()
      // The next tick reads from where this one began, so nothing is missed by it.
      .catch((error: unknown) => { log.warn({ err: error }, 'what was revoked could not be read'); })
      .finally(() => { ticking = null; });
    return ticking;
  }

  return {
    open(viewer, end) {
      const { hash, expiresAt } = viewer.session;
      const session = sessions.get(hash) ?? { viewer, expiresAtMs: 0, connections: new Set() };
      session.expiresAtMs = Math.max(session.expiresAtMs, expiresAt.getTime());
      sessions.set(hash, session);
      const close = (): void => {
        if (!session.connections.delete(connection)) return;
        count(viewer, -1);
        if (session.connections.size === 0) sessions.delete(hash);
      };
      const connection = { end: () => { close(); end(); } };
      session.connections.add(connection);
      count(viewer, 1);
      return close;
    },

    isOnline: (agentId) => online.has(agentId),

    start() {
      timer ??= setInterval(tick, TICK_MS).unref();
    },

    async stop() {
      if (timer) clearInterval(timer);
      timer = null;
      await (next ?? ticking);
    },

    hasten() {
      // One that runs may have read already, so another follows it; all who ask meanwhile share that.
      next ??= (ticking ?? Promise.resolve()).then(() => { next = null; return tick(); });
      return next;
    },
  };
}
