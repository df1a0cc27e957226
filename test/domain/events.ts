import type { ConversationEvent } from '../../server/domain/follow.ts';
import type { Message } from '../../server/domain/types.ts';
import { within } from '../_util/wait.ts';

/** The next event. @throws if the stream is over, or silent for too long */
export async function nextEvent<T>(events: AsyncIterator<T, unknown>): Promise<T> {
  const { value, done } = await within('the next event', events.next(), 15_000);
  if (done) throw new Error('the stream is over');
  return value;
}

/** Everything up to the first that is so, that one included. */
export async function nextEvents<T>(events: AsyncIterator<T, unknown>, isLast: (event: T) => boolean): Promise<T[]> {
  const told: T[] = [];
  for (;;) {
    const event = await nextEvent(events);
    told.push(event);
    if (isLast(event)) return told;
  }
}

/** Everything until the stream ends by itself. */
export async function restOf<T>(events: AsyncIterator<T, unknown>): Promise<T[]> {
  const told: T[] = [];
  for (;;) {
    const { value, done } = await within('the end of the stream', events.next(), 15_000);
    if (done) return told;
    told.push(value);
  }
}

/** The first event, and the heartbeat that says that catching up is over, with what comes between. */
export async function caughtUp(events: AsyncIterator<ConversationEvent, unknown>): Promise<ConversationEvent[]> {
  const first = await nextEvent(events);
  const told = await nextEvents(events, ({ type }) => type === 'heartbeat');
  return [first, ...told];
}

/** In few words: what kind of event, and about which text. */
export function brief(events: readonly ConversationEvent[]): string[] {
  return events.map((event) => ('message' in event ? `${event.type} ${event.message.text}` : event.type));
}

export function messagesOf(events: readonly ConversationEvent[]): Message[] {
  return events.flatMap((event) => ('message' in event ? [event.message] : []));
}
