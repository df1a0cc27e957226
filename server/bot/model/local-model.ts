import type { Logger } from 'pino';
import { InvalidInputError } from '../../domain/errors.ts';
import type { TextModelStatus } from '../../domain/ports/bot.ts';
import type { Priority } from './child-messages.ts';
import type { Place } from './files.ts';
import { FETCH_COMMAND, findFault, isRuntimeInstalled, removeDamaged } from './files.ts';
import { FetchError, fetchModel } from './fetch-model.ts';
import type { Timing } from './host.ts';
import { createHost } from './host.ts';
import type { ModelSlot } from './slot.ts';

export interface Local {
  readonly place: Place;
  readonly priority: Priority;
  readonly hub: string;
  /** The network is never touched. */
  readonly isOffline: boolean;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly timing?: Partial<Timing>;
}

const MB = 1_000_000;
const NO_RUNTIME = 'the package @xenova/transformers is not installed; npm install brings it, where there is a build for this system';

/** The model on this machine: whether its files are here, how they come, and the process that runs it. */
export function createLocalModel({ place, priority, hub, isOffline, log, timing }: Local): ModelSlot {
  const { name } = place;
  const isInstalled = isRuntimeInstalled();
  const stopping = new AbortController();
  const host = createHost({ name, folder: place.folder, priority, log, timing, onLoadFailed: () => void mend() });
  let fault: string | null = 'it was not looked for yet';
  let fetching: { done: Promise<void>; progress: number | null } | null = null;
  /** Why the last fetch, or the last try to mend it, came to nothing. */
  let failure: string | null = null;
  let mayFetch = false;
  let hasMended = false;

  async function look(): Promise<void> {
    const wasFaulty = fault !== null;
    fault = await findFault(place);
    if (fault !== null && host.pid() !== null) host.unload();
    // Somebody else brought them, or they work after all.
    if (fault === null && (wasFaulty || host.health().state === 'ok')) failure = null;
  }

  function refusal(): string | null {
    if (!isInstalled) return NO_RUNTIME;
    if (!place.isOurs) return 'MODEL_DIR names a folder of your own, which is only read';
    return isOffline ? 'BOT_OFFLINE=1 keeps it from the network' : null;
  }

  function begin(): Promise<void> {
    if (fetching) return fetching.done;
    failure = null;
    const now = { done: Promise.resolve(), progress: null };
    fetching = now;
    now.done = run(now).finally(() => { fetching = null; });
    return now.done;
  }

  /** Never rejects. */
  async function run(now: { progress: number | null }): Promise<void> {
    let told = -1;
    const onProgress = (doneBytes: number, totalBytes: number): void => {
      now.progress = doneBytes / totalBytes;
      const quarter = Math.floor(4 * now.progress);
      if (quarter > told) log.info({ model: name }, `the text model: ${25 * quarter} % of ${Math.round(totalBytes / MB)} MB`);
      told = Math.max(told, quarter);
    };
    try {
      await fetchModel({ hub, place, onProgress, signal: stopping.signal });
      // These are other files than those that failed.
      host.tryAgain();
    } catch (error) {
      if (stopping.signal.aborted) return;
      failure = error instanceof FetchError ? error.message : `it could not be kept: ${messageOf(error)}`;
      log.warn({ model: name, why: failure }, `the text model could not be fetched, and the bot answers without it; later: ${FETCH_COMMAND}`);
    }
    await look();
  }

  /** Files that changed since they were fetched are removed, and where it may be, fetched once more. Never rejects. */
  async function mend(): Promise<void> {
    let damaged: string[];
    try {
      damaged = await removeDamaged(place);
    } catch (error) {
      const why = `its files could not be checked or removed: ${messageOf(error)}`;
      // After each load that fails it is tried again: once is enough.
      if (why !== failure) log.warn({ model: name, why }, 'files of the text model could not be checked or removed');
      failure = why;
      return;
    }
    if (damaged.length === 0) return;
    failure = `${damaged.join(', ')} was damaged, and is removed`;
    log.warn({ model: name, damaged }, 'files of the text model were damaged, and are removed');
    await look();
    if (hasMended || !mayFetch) return;
    hasMended = true;
    await begin();
  }

  function status(): TextModelStatus {
    if (fetching) {
      const percent = fetching.progress === null ? '' : `, ${Math.floor(100 * fetching.progress)} %`;
      return { name, state: 'fetching', progress: fetching.progress ?? 0, canFetch: false, detail: `the text model is being fetched${percent}` };
    }
    const state = { name, progress: null, canFetch: refusal() === null } as const;
    if (!isInstalled) return { ...state, state: 'missing', detail: `no text model: ${NO_RUNTIME}` };
    if (fault !== null) {
      const mending = place.isOurs ? `; ${isOffline ? `BOT_OFFLINE=1 keeps it from the network, so fetch it elsewhere and name its folder in MODEL_DIR` : FETCH_COMMAND}` : '';
      return { ...state, state: 'missing', detail: `no text model: ${failure ?? fault}${mending}` };
    }
    const { state: health, detail } = host.health();
    if (health === 'ok') return { ...state, state: 'ready', canFetch: false, detail: `text model ${detail}` };
    return { ...state, state: 'failed', canFetch: true, detail: `the text model does not work: ${failure ?? detail}` };
  }

  return {
    start: async (wantsFetch) => {
      await look();
      mayFetch = wantsFetch && refusal() === null;
      if (mayFetch && fault !== null) await begin();
    },
    async current() {
      if (!isInstalled) return null;
      await look();
      return fault === null && !fetching ? host : null;
    },
    status,
    fetch() {
      const hasFailed = host.health().state !== 'ok';
      host.tryAgain();
      const why = refusal();
      if (why === null) void begin();
      else if (fault !== null || !hasFailed) throw new InvalidInputError('model', `It cannot be fetched: ${why}.`);
    },
    async close() {
      stopping.abort();
      await Promise.all([host.close(), fetching?.done]);
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
