import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Admission } from './admission.ts';
import { OVERLOADED_JSON, refusalOf, REFUSED_MS } from './admission.ts';
import { RateLimitedError } from './domain/errors.ts';
import type { Limiting } from './limits/limiting.ts';
import type { Doer } from './limits/limits.ts';
import { send } from './sending.ts';

/** Operations that one socket has under way at most, and so what may be on its way when a client is told to wait. */
export const MAX_OPERATIONS = 10;
/** Overload, or a fault that heals: clients come back (reliability T9). */
export const TRY_AGAIN_LATER = 1013;
/** How long on average a socket is not read whose sender goes on with nothing left of his share. */
const REST_MS = 1_000;
const REST_JSON = JSON.stringify({ message: new RateLimitedError(REST_MS).message, extensions: { code: 'RATE_LIMITED', retryAfterMs: REST_MS } });

export interface ReadingDeps {
  readonly admission: Admission;
  readonly limiting: Limiting;
  /** What was to be said could not be sent. */
  fail(socket: WebSocket, error: unknown): void;
}

/** Whoever is at the other end of a socket, as far as that is known. */
interface Sender extends Doer { readonly socket: WebSocket }

/**
 * What is done with a frame before the protocol sees it. For each socket that opens, returns what says of each frame whether it is to be handled: who sends
 * too fast is not read for a while, and what is too much is answered unread.
 */
export function createReading({ admission, limiting, fail }: ReadingDeps): (sender: Sender, wire: Duplex) => (frame: Buffer) => boolean {
  /** Sockets that were told to come again later, and how often since. */
  const refused = new WeakMap<WebSocket, number>();
  /** Operations that came while nothing was left of their sender's share, less those that came since while there was. */
  const inVain = new WeakMap<WebSocket, number>();

  function answer({ socket }: Sender, wire: Duplex, refusal: string): void {
    send(socket, wire, refusal)?.catch((error: unknown) => fail(socket, error));
  }

  /**
   * Once refused, so is what comes right after it: nothing overtakes what has to come again. As much as may be on its way when a client is told is refused
   * one by one; whoever then goes on has not listened, and comes back on a new socket.
   */
  function isShed(sender: Sender, wire: Duplex, frame: Buffer): boolean {
    const { socket } = sender;
    const times = refused.get(socket) ?? 0;
    if (times === 0 && admission.admits('changes')) return false;
    const refusal = refusalOf(frame, OVERLOADED_JSON);
    if (!refusal) return false;
    if (times === 0) setTimeout(() => refused.delete(socket), REFUSED_MS);
    refused.set(socket, times + 1);
    answer(sender, wire, refusal);
    if (times >= MAX_OPERATIONS) socket.close(TRY_AGAIN_LATER, 'Try again later');
    return true;
  }

  /**
   * Whoever has used up his share is told so by the operation that is refused. After as many as may have been on their way when he was told, he is read once
   * a second, and then the first frame is looked at; what lies behind it is answered unread.
   */
  function isGreedy(sender: Sender, wire: Duplex, frame: Buffer): boolean {
    const { socket } = sender;
    const before = inVain.get(socket) ?? 0;
    const isResting = before > MAX_OPERATIONS && socket.isPaused;
    const hasNone = isResting || limiting.limits.waitMs('field', sender) > 0;
    const refusal = hasNone || before > 0 ? refusalOf(frame, REST_JSON) : null;
    if (!refusal) return false;
    const times = hasNone ? Math.min(before + 1, 2 * MAX_OPERATIONS) : before - 1;
    inVain.set(socket, times);
    if (times <= MAX_OPERATIONS) return false;
    // One after the other, since what many sockets have sent meanwhile would keep all others waiting.
    hold(socket, REST_MS * (0.5 + Math.random()));
    if (hasNone) answer(sender, wire, refusal);
    return hasNone;
  }

  return (sender, wire) => {
    const flow = limiting.newFlow();
    return (frame) => hold(sender.socket, flow()) && !isShed(sender, wire, frame) && !isGreedy(sender, wire, frame);
  };
}

/** Does not read on for so long, or not at all any more. False: what came is not to be handled. */
function hold(socket: WebSocket, waitMs: number | null): boolean {
  if (waitMs === null) {
    socket.resume();
    socket.close(TRY_AGAIN_LATER, 'Too many messages');
    return false;
  }
  if (waitMs > 0 && !socket.isPaused) {
    socket.pause();
    setTimeout(() => socket.resume(), waitMs);
  }
  return true;
}

/**
 * NOTE: graphql-ws keeps what it is given for as long as a stream lives, and takes a message that is parsed already as well, though its types have only
 * texts. A follower's text is some 1.2 KB, most of it the document.
 */
export function messageIn(frame: Buffer): string {
  const text = String(frame);
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === 'object' ? message as unknown as string : text;
  } catch {
    return text; // refused where the protocol is known
  }
}
