import { ask, send } from './http.ts';
import type { WireRequest, WireResult } from './http.ts';
import type { Wire, WireListener, WirePoll, WireSink } from './wire.ts';

const DEADLINE_MS = 20_000;
/** The server is heard from at once, and then every 10 s, if only by a heartbeat. */
const FIRST_MS = 5_000;
const SILENCE_MS = 25_000;
/** So many streams in a row that brought nothing or ended at once: something on the way does not let streams through. */
const BARREN_STREAMS = 2;
const POLL_MS = 2_000;
const POLL_HIDDEN_MS = 15_000;

/**
 * Where no WebSocket gets through: operations by POST, streams as server-sent events, and where those are held up or cut off, by asking again and again. A
 * request that fails on the way is the loss of the connection; a stream that ends is only a stream that ends.
 */
export function httpWire(token: string | null, listener: WireListener): Wire {
  const life = new AbortController();
  let barren = 0;

  function close(why: 'lost' | 'ended'): void {
    if (life.signal.aborted) return;
    life.abort();
    listener.closed(why);
  }

  /** Runs until it is stopped, by its caller or by the end of the wire. */
  function running(act: (signal: AbortSignal, sink: WireSink) => Promise<void>, sink: WireSink): () => void {
    const stop = new AbortController();
    const signal = AbortSignal.any([life.signal, stop.signal]);
    let isOver = false;
    const error = (reason: unknown): void => {
      isOver = true;
      sink.error(reason);
    };
    act(signal, { ...sink, error }).then(
      () => { if (!isOver) sink.complete(); },
      (reason: unknown) => {
        if (!stop.signal.aborted) close('lost');
        sink.error(reason);
      },
    );
    return () => stop.abort();
  }

  async function follow(request: WireRequest, sink: WireSink, poll: WirePoll | null, signal: AbortSignal): Promise<void> {
    if (poll && barren >= BARREN_STREAMS) return pollOn(poll, sink, signal);
    const began = Date.now();
    const isHeard = await readStream(request, token, signal, sink);
    barren = isHeard && Date.now() - began > FIRST_MS ? 0 : barren + 1;
  }

  async function pollOn(poll: WirePoll, sink: WireSink, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { data, errors } = await ask(poll.request(), token, deadline(signal));
      if (signal.aborted) return;
      if (errors?.length) return sink.error(errors);
      const page = poll.resultsOf(data);
      if (!page) return sink.error([{ message: 'There is nothing to follow.', extensions: { code: 'NOT_FOUND' } }]);
      for (const result of page.results) sink.next({ data: result });
      if (!page.hasMore) await pause(signal);
    }
  }

  ask({ query: '{ viewer { __typename } }' }, token, deadline(life.signal)).then(
    ({ errors }) => {
      if (errors?.some(({ extensions }) => extensions?.['code'] === 'UNAUTHENTICATED')) close('ended');
      else if (errors?.length) close('lost');
      else if (!life.signal.aborted) listener.opened();
    },
    () => close('lost'),
  );
  return {
    execute: (request, sink) => running(async (signal) => sink.next(await ask(request, token, deadline(signal))), sink),
    follow: (request, sink, poll) => running((signal, own) => follow(request, own, poll, signal), sink),
    check: () => undefined, // each request has a time limit of its own
    terminate: () => life.abort(),
  };
}

/** Resolves when the stream ended, in whatever way: its reader asks for what comes after. False: not one byte came. */
async function readStream(request: WireRequest, token: string | null, signal: AbortSignal, sink: WireSink): Promise<boolean> {
  const silence = new AbortController();
  const limit = (ms: number) => setTimeout(() => silence.abort(), ms);
  let timer = limit(FIRST_MS);
  let isHeard = false;
  try {
    const response = await send(request, token, 'text/event-stream', AbortSignal.any([signal, silence.signal]));
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
      const { errors }: WireResult = await response.json();
      if (errors?.length) sink.error(errors);
      return true;
    }
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      clearTimeout(timer);
      timer = limit(SILENCE_MS);
      isHeard = true;
      const blocks = (rest + part.value).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = block.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5)).join('\n').trim();
        if (data) sink.next(JSON.parse(data));
      }
    }
  } catch {
    // Cut off, silent, or not of this server: what is missing comes with the next one.
  } finally {
    clearTimeout(timer);
  }
  return isHeard;
}

function deadline(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
}

/** Between two polls: shorter when somebody looks, and not the same for everybody. Looking ends it. */
function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      document.removeEventListener('visibilitychange', end);
      resolve();
    };
    const ms = document.visibilityState === 'visible' ? POLL_MS : POLL_HIDDEN_MS;
    const timer = setTimeout(end, ms * (0.75 + Math.random() / 2));
    signal.addEventListener('abort', end);
    document.addEventListener('visibilitychange', end);
  });
}
