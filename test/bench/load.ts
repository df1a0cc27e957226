import { setTimeout as delay } from 'node:timers/promises';
import { at, range } from '../_util/parallel.ts';
import { until } from '../_util/wait.ts';
import type { Client } from './client.ts';
import type { Server } from './peers.ts';

/** What every row uses: closed loops, open loops, and what the server spent meanwhile. */

export interface Spent { readonly cpuMicros: number; readonly seconds: number }

/** What the server uses of the processor while this runs. */
export async function spent(server: Server, work: () => Promise<unknown>): Promise<Spent> {
  const [before, began] = [await server.usage(), performance.now()];
  await work();
  const [after, ended] = [await server.usage(), performance.now()];
  return { cpuMicros: after.cpuMicros - before.cpuMicros, seconds: (ended - began) / 1_000 };
}

/** Asks `width` questions at a time of each client, a new one for each answer, for so long. @returns how many were answered */
export async function keepAsking(clients: readonly Client[], width: number, forMs: number, payload: () => string): Promise<number> {
  let answered = 0;
  let asked = 0;
  let isOver = false;
  const ask = (client: Client): void => {
    asked += 1;
    client.start(`m${asked}`, payload());
  };
  for (const client of clients) {
    client.onNext = () => {
      answered += 1;
      if (!isOver) ask(client);
    };
    for (const _ of range(width)) ask(client);
  }
  await delay(forMs);
  isOver = true;
  const inTime = answered;
  await until('the last answers', () => answered === asked);
  return inTime;
}

/**
 * Calls `act` `perSecond` times a second, evenly, whatever becomes of it: what comes late is counted from when it was due, so that a server that stalls
 * cannot hide it (no coordinated omission). `act` gets its number, from 0, and when it was due, in monotonic milliseconds.
 */
export async function openLoop(perSecond: number, seconds: number, act: (n: number, dueMs: number) => void): Promise<void> {
  const began = performance.now();
  const total = Math.round(perSecond * seconds);
  for (let n = 0; n < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1_000) * perSecond) + 1);
    for (; n < due; n += 1) act(n, began + (n / perSecond) * 1_000);
    await delay(1);
  }
}

export const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** A text of usual length that carries a number. */
export const textOf = (n: number): string => `~${n}~ Hello, my parcel has not come yet, and the page says that it was handed over on Tuesday.`;

export function pick<T>(list: readonly T[], n: number): T {
  return at(list, n % list.length);
}
