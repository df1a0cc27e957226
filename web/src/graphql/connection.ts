import { readonly, shallowRef } from 'vue';
import type { Ref } from 'vue';
import { backoffMs } from './backoff.ts';
import { socketWire } from './wire.ts';
import type { Wire } from './wire.ts';

/** `waiting`: until the next try. `ended`: the credential is no longer good, or nobody needs it any more. */
export type ConnectionState = 'connecting' | 'open' | 'waiting' | 'ended';

export interface Connection {
  readonly state: Readonly<Ref<ConnectionState>>;
  /** Null unless it is open. */
  wire(): Wire | null;
  /** Tries at once instead of at the end of the wait; finds out whether what looks open is. */
  wake(): void;
  dispose(): void;
}

export interface ConnectionOptions {
  readonly token: string | null;
  /** It is open, on a new wire: whatever ran on the one before does not any more. */
  onOpen(): void;
  /** The credential is no longer good. */
  onEnded(): void;
}

/** After so many failures in a row a try goes by plain HTTP: soon where no socket ever came about, since none may get through here. */
const FAILURES_BEFORE_HTTP = { never: 1, once: 4 };
/** On plain HTTP a socket is tried again after this, then ever more rarely. */
const FIRST_UPGRADE_MS = 20_000;
const MOST_UPGRADE_MS = 5 * 60_000;
const CHECK_MS = 5_000;
/** A connection that is accepted and dropped sooner counts as one more failure, not as a fresh start. */
const SHORT_MS = 5_000;

/** Keeps one wire open for as long as it lives, after any loss, however often: a socket, or plain HTTP until a socket gets through. */
export function createConnection({ token, onOpen, onEnded }: ConnectionOptions): Connection {
  const state = shallowRef<ConnectionState>('connecting');
  let wire: Wire | null = null;
  /** Changes with the wire; what an earlier one still says does not count. */
  let life = 0;
  let failures = 0;
  let isSocket = true;
  let hadSocket = false;
  let openedAt = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let upgrade: ReturnType<typeof setTimeout> | undefined;
  /** A socket that is tried beside plain HTTP that works. */
  let candidate: Wire | null = null;

  function connect(): void {
    clearTimeout(retry);
    state.value = 'connecting';
    const mine = ++life;
    const listener = {
      opened: () => { if (mine === life) open(); },
      closed: (why: 'lost' | 'ended') => { if (mine === life) lost(why); },
    };
    // Every second try: which of the two is in the way is not known.
    const beyond = failures - (hadSocket ? FAILURES_BEFORE_HTTP.once : FAILURES_BEFORE_HTTP.never);
    isSocket = beyond < 0 || beyond % 2 === 1;
    if (isSocket) {
      wire = socketWire(token, listener);
      return;
    }
    import('./httpWire.ts').then(
      ({ httpWire }) => { if (mine === life) wire = httpWire(token, listener); },
      () => listener.closed('lost'),
    );
  }

  function open(): void {
    state.value = 'open';
    openedAt = Date.now();
    hadSocket ||= isSocket;
    if (!isSocket) upgradeAfter(FIRST_UPGRADE_MS);
    onOpen();
  }

  function lost(why: 'lost' | 'ended'): void {
    if (state.value === 'ended') return;
    if (why === 'ended') {
      dispose();
      onEnded();
      return;
    }
    life++;
    wire = null;
    stopUpgrading();
    // Back on what worked: only failing to open speaks against a socket, or against plain HTTP.
    const worked = state.value === 'open' && Date.now() - openedAt > SHORT_MS;
    if (worked && isSocket) failures = 0;
    else if (!worked) failures++;
    state.value = 'waiting';
    retry = setTimeout(connect, backoffMs(worked ? 0 : failures - 1));
  }

  function upgradeAfter(ms: number): void {
    stopUpgrading();
    upgrade = setTimeout(() => tryUpgrade(ms), ms);
  }

  function tryUpgrade(waitedMs = FIRST_UPGRADE_MS): void {
    if (state.value !== 'open' || isSocket || candidate) return;
    clearTimeout(upgrade);
    const socket = socketWire(token, {
      opened: () => {
        if (candidate !== socket) return;
        candidate = null;
        life++;
        wire?.terminate();
        wire = socket;
        isSocket = true;
        failures = 0;
        open();
      },
      closed: (why) => {
        if (wire === socket) lost(why);
        else if (candidate === socket) upgradeAfter(Math.min(waitedMs * 2, MOST_UPGRADE_MS));
      },
    });
    candidate = socket;
  }

  function stopUpgrading(): void {
    clearTimeout(upgrade);
    const socket = candidate;
    candidate = null;
    socket?.terminate();
  }

  function wake(): void {
    if (state.value === 'waiting') return connect();
    wire?.check();
    tryUpgrade();
  }

  // Another network may let a socket through.
  function onOnline(): void {
    failures = 0;
    wake();
  }

  // Whether the wire outlived it shows at once: if the network is still there, so is the next wire.
  function onOffline(): void {
    if (state.value !== 'open') return;
    const last = wire;
    lost('lost');
    last?.terminate();
  }

  const onVisible = (): void => { if (document.visibilityState === 'visible') wake(); };
  const check = setInterval(() => wire?.check(), CHECK_MS);
  addEventListener('online', onOnline);
  addEventListener('offline', onOffline);
  addEventListener('pageshow', wake);
  document.addEventListener('visibilitychange', onVisible);
  document.addEventListener('resume', wake);

  function dispose(): void {
    if (state.value === 'ended') return;
    state.value = 'ended';
    life++;
    clearTimeout(retry);
    clearInterval(check);
    removeEventListener('online', onOnline);
    removeEventListener('offline', onOffline);
    removeEventListener('pageshow', wake);
    document.removeEventListener('visibilitychange', onVisible);
    document.removeEventListener('resume', wake);
    stopUpgrading();
    wire?.terminate();
  }

  connect();
  return { state: readonly(state), wire: () => (state.value === 'open' ? wire : null), wake, dispose };
}
