import type { Logger } from 'pino';
import type { BotHealth } from '../bot.ts';
import type { FromChild, Priority, Written } from './child-messages.ts';
import type { Child } from './child-process.ts';
import { startChild } from './child-process.ts';
import { createCrashes } from './crashes.ts';
import { asText, STOPS } from './prompt.ts';
import type { Asked, Generated, ModelLimits, TextModel } from './text-model.ts';
import { ModelBusyError, ModelFailedError } from './text-model.ts';

export interface Hosting {
  readonly name: string;
  /** Where config.json lies. */
  readonly folder: string;
  readonly priority: Priority;
  readonly log: Pick<Logger, 'warn'>;
  /** It could not be loaded; `why` for operators. */
  readonly onLoadFailed?: (why: string) => void;
  /** Of the whole process, after a reply; beyond it begins anew. @default 1 GB */
  readonly maxRssBytes?: number;
  /** Tests are in a hurry. */
  readonly timing?: Partial<Timing>;
}

export interface Timing {
  /** Without work for so long, the process ends, and its memory is free. */
  readonly idleMs: number;
  /** After what was asked for had to be done, the process is killed. */
  readonly graceMs: number;
  /** Before the first try after a crash, the second, and so on. */
  readonly backOffMs: readonly number[];
}

export interface Host extends TextModel {
  /** Of the process; null while there is none. */
  pid(): number | null;
  /** Ends the process, unless it has work. The next request starts another. */
  unload(): void;
  /** Crashes so far do not count any more. */
  tryAgain(): void;
}

const TIMING: Timing = { idleMs: 15 * 60_000, graceMs: 5_000, backOffMs: [1_000, 5_000, 30_000, 120_000] };
const MAX_WAITING = 8;
const MAX_RSS_BYTES = 1024 ** 3;
/** From the start of the process until it can write; and a reply, until one was measured. */
const USUAL_LOAD_MS = 2_000;
const USUAL_REPLY_MS = 2_000;
const LOAD_MS = 60_000;

const LIMITS: ModelLimits = {
  maxTokens: 60, maxReplyChars: 400, isEnglishOnly: true, maxNotes: 2, maxNoteChars: 250, maxLines: 2, maxLineChars: 300,
};

interface Request extends Asked {
  readonly id: number;
  readonly prompt: string;
  /** Monotonic milliseconds. */
  readonly until: number;
  readonly settle: (outcome: Written | Error) => void;
}

/**
 * The model in a process of its own, which lives from the first request until it was idle for long. One request runs, at most eight wait; whatever does not
 * end in time is killed. A crash fails what runs and what waits; the next process starts at a request, after a pause that grows.
 */
export function createHost({ name, folder, priority, log, onLoadFailed, maxRssBytes = MAX_RSS_BYTES, timing }: Hosting): Host {
  const { idleMs, graceMs, backOffMs } = { ...TIMING, ...timing };
  const crashes = createCrashes(backOffMs);
  let child: Child | null = null;
  let isReady = false;
  let isClosed = false;
  let running: Request | null = null;
  let waiting: Request[] = [];
  let requests = 0;
  let replyMs = USUAL_REPLY_MS;
  /** Of two things never both: the process has to answer, or it is idle. */
  let timer: NodeJS.Timeout | undefined;

  function start(): void {
    isReady = false;
    const started = startChild({
      folder,
      priority,
      onMessage: (message) => { if (child === started) hear(message); },
      onEnd: (why) => { if (child === started) crashed(why); },
    });
    child = started;
    killAfter(LOAD_MS);
  }

  function hear(message: FromChild): void {
    if (message.type === 'ready') {
      isReady = true;
      return next();
    }
    if (message.type === 'failed') {
      crashed(message.why, true);
      return onLoadFailed?.(message.why);
    }
    if (message.id !== running?.id) return;
    if (message.type === 'text') return running.onText(message.text);
    const done = running;
    running = null;
    if (message.type === 'error') done.settle(new ModelFailedError(message.why));
    else {
      crashes.forget();
      done.settle(message);
      if (message.rssBytes > maxRssBytes) {
        log.warn({ rssBytes: message.rssBytes }, 'the text model took too much memory, and begins anew');
        drop();
      }
    }
    next();
  }

  /** What runs and what waits has failed. */
  function crashed(why: string, isLoadFailure = false): void {
    crashes.count(why);
    log.warn({ why, model: name }, isLoadFailure || !isReady ? 'the text model could not be loaded' : 'the text model crashed');
    drop();
    const failed = [...(running ? [running] : []), ...waiting];
    [running, waiting] = [null, []];
    for (const { settle } of failed) settle(new ModelFailedError(why));
  }

  /** Ends the process, and knows nothing more of it. */
  function drop(): void {
    clearTimeout(timer);
    child?.kill();
    child = null;
  }

  function killAfter(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => crashed(`it did not answer for ${Math.round(ms / 1000)} s`), ms).unref();
  }

  function next(): void {
    if (running) return;
    const request = waiting.shift();
    if (!request) {
      clearTimeout(timer);
      if (child) timer = setTimeout(drop, idleMs).unref();
      return;
    }
    if (!child) {
      waiting.unshift(request);
      return start();
    }
    if (!isReady) {
      waiting.unshift(request);
      return;
    }
    running = request;
    const maxMs = Math.max(0, request.until - performance.now());
    child.send({ type: 'generate', id: request.id, prompt: request.prompt, maxTokens: LIMITS.maxTokens, maxMs, stops: STOPS });
    killAfter(maxMs + graceMs);
  }

  /** Nobody waits for it any more. What runs ends at the next token, or is killed. */
  function cancel(request: Request): void {
    waiting = waiting.filter((other) => other !== request);
    if (running !== request) return;
    child?.send({ type: 'cancel', id: request.id });
    killAfter(graceMs);
  }

  function expectedWaitMs(): number {
    return (isReady && child ? 0 : USUAL_LOAD_MS) + (waiting.length + (running ? 1 : 0)) * replyMs;
  }

  async function generate(prompt: string, asked: Asked): Promise<Generated> {
    const { maxMs, signal } = asked;
    signal.throwIfAborted();
    if (isClosed) throw new ModelFailedError('it is closed');
    if (crashes.pauseMs() > 0) throw new ModelFailedError(crashes.words() ?? 'it crashed');
    if (waiting.length >= MAX_WAITING || expectedWaitMs() > maxMs) throw new ModelBusyError();
    const began = performance.now();
    const written = await new Promise<Written>((resolve, reject) => {
      requests += 1;
      const request: Request = {
        ...asked, id: requests, prompt, until: began + maxMs,
        settle(outcome) {
          signal.removeEventListener('abort', abort);
          if (outcome instanceof Error) reject(outcome);
          else resolve(outcome);
        },
      };
      const abort = (): void => {
        cancel(request);
        reject(signal.reason);
      };
      signal.addEventListener('abort', abort, { once: true });
      waiting.push(request);
      next();
    });
    replyMs += (performance.now() - began - replyMs) / 4;
    const { text, reason, avgLogProb, tokens } = written;
    // Only whoever aborted is told of it, and has left.
    return { text, reason: reason === 'cancelled' ? 'time' : reason, avgLogProb, tokens };
  }

  return {
    name,
    limits: LIMITS,
    pid: () => child?.pid ?? null,
    unload: () => { if (!running && waiting.length === 0) drop(); },
    tryAgain: () => crashes.reset(),
    generate: (prompt, asked) => generate(asText(prompt), asked),
    health(): BotHealth {
      const words = crashes.words();
      return words === null ? { state: 'ok', detail: name } : { state: 'degraded', detail: words };
    },
    async close() {
      isClosed = true;
      const left = [...(running ? [running] : []), ...waiting];
      [running, waiting] = [null, []];
      drop();
      for (const { settle } of left) settle(new ModelFailedError('the server stops'));
    },
  };
}
