import type { Socket } from '../_util/graphql-client.ts';
import { httpCall, openSocket } from '../_util/graphql-client.ts';
import type { ConversationEvent, Followed } from '../_util/minicom.ts';
import { dataOf, enterAsAgent, enterAsCustomer, FOLLOW, newSend, pullEvents, readHistory, readSnapshot, send } from '../_util/minicom.ts';
import { at, inParallel, range } from '../_util/parallel.ts';
import { createRandom } from '../_util/random.ts';
import { SERVER, withServer } from '../_util/server-process.ts';

export interface SeamOptions { readonly command?: readonly string[]; readonly trials: number; readonly seed: number }

const BUSY = 4;
const READERS = 8;

/**
 * R91: fetches a page and its cursor and follows from there, again and again, while others write.
 * @returns every trial in which page and stream together miss a message, or tell one twice
 */
export async function fetchThenFollow({ command = SERVER, trials, seed }: SeamOptions): Promise<string[]> {
  const random = createRandom(seed);
  return withServer({ command }, async ({ url }) => {
    const ana = await enterAsAgent(url, 'ana');
    const customers = await inParallel(range(BUSY), BUSY, async (n) => {
      const customerId = `seam-${seed}-${n}`;
      return { customerId, door: await enterAsCustomer(url, customerId) };
    });
    let isOver = false;
    const writing = customers.map(async ({ customerId, door }) => {
      const { call, close } = await openSocket(door);
      for (let index = 0; !isOver; index += 1) await send(call, newSend(customerId, `${index}`));
      close();
    });
    const problems: string[] = [];
    const seen: { trial: number; customerId: string; ids: string[] }[] = [];
    try {
      const sockets = await Promise.all(range(READERS).map((n) => openSocket(n % 2 === 0 ? ana : at(customers, n % BUSY).door)));
      await inParallel(range(READERS), READERS, async (n) => {
        for (let trial = n; trial < trials; trial += READERS) {
          const { customerId } = at(customers, n % 2 === 0 ? random.int(0, BUSY - 1) : n % BUSY);
          try {
            seen.push({ trial, customerId, ids: await crossSeam(at(sockets, n), customerId, trial % 4 === 3 ? 'pull' : 'follow') });
          } catch (error) {
            problems.push(`seed ${seed}, trial ${trial}: ${String(error)}`);
          }
        }
      });
      for (const socket of sockets) socket.close();
    } finally {
      isOver = true;
      await Promise.all(writing);
    }
    for (const { customerId, door } of customers) {
      const ids = (await readHistory(httpCall(door), customerId)).map(({ id }) => id);
      const index = new Map(ids.map((id, place) => [id, place]));
      for (const one of seen) {
        if (one.customerId !== customerId) continue;
        const places = one.ids.map((id) => index.get(id) ?? -1);
        const seam = places.findIndex((place, n) => n > 0 && place !== (places[n - 1] ?? -1) + 1);
        if (seam >= 0) problems.push(`seed ${seed}, trial ${one.trial}: message ${places[seam - 1]} is followed by message ${places[seam]}`);
      }
    }
    return problems;
  });
}

/** The newest messages of a page, then those that the stream tells after it, until three more have come. */
async function crossSeam(socket: Socket, customerId: string, how: 'follow' | 'pull'): Promise<string[]> {
  const { cursor, messages } = await readSnapshot(socket.call, customerId);
  const ids = messages.map(({ id }) => id);
  const enough = ids.length + 3;
  const take = (event: ConversationEvent): void => {
    if (event.__typename === 'StreamReset') throw new Error(`the stream was reset: ${event.reason}`);
    if ('message' in event) ids.push(event.message.id);
  };
  if (how === 'pull') {
    for (let after = cursor; ids.length < enough;) {
      const page = await pullEvents(socket.call, customerId, after, 2);
      page.events.forEach(take);
      after = page.cursor;
    }
    return ids;
  }
  const stream = socket.subscribe<Followed>(FOLLOW, { customerId, after: cursor });
  while (ids.length < enough) {
    const answer = await stream.next();
    if (answer === null) throw new Error('the stream completed by itself');
    take(dataOf(answer).conversationEvents);
  }
  stream.stop();
  return ids;
}
