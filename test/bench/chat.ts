import { setTimeout as delay } from 'node:timers/promises';
import { inParallel, range } from '../_util/parallel.ts';
import { until } from '../_util/wait.ts';
import { numberIn, openClient } from './client.ts';
import { agent, customer, customerId } from './database.ts';
import type { Dialect } from './dialects.ts';
import { openLoop, pick, textOf, uuid } from './load.ts';

const CONVERSATIONS = 50;
const AGENTS = 5;
const PER_SECOND = 100;

/** Whom `openChat` needs to exist. */
export const CHATTING = { customers: CONVERSATIONS, agents: AGENTS } as const;

export interface Chat {
  /** For so long, 100 messages a second. @returns of each, how many milliseconds passed from when it was due until the agent had it */
  go(seconds: number): Promise<readonly number[]>;
  close(): void;
}

/** Customers who write at a fixed rate, whatever becomes of it; each conversation is followed by its customer and an agent. */
export async function openChat(url: string, dialect: Dialect): Promise<Chat> {
  const due = new Map<number, number>();
  let waits: number[] = [];
  const agents = await inParallel(range(AGENTS), AGENTS, async (n) => {
    const client = await openClient(url, agent(n));
    client.onNext = (_id, frame) => {
      const dueMs = due.get(numberIn(frame));
      if (dueMs !== undefined) waits.push(performance.now() - dueMs);
    };
    return client;
  });
  const customers = await inParallel(range(CONVERSATIONS), 10, (n) => openClient(url, customer(n)));
  for (const n of range(CONVERSATIONS)) {
    pick(customers, n).start('f', dialect.follow(customerId(n)));
    pick(agents, n).start(`f${n}`, dialect.follow(customerId(n)));
  }
  await delay(300); // every follower is there before the first message
  let sent = 0;
  return {
    async go(seconds) {
      waits = [];
      due.clear();
      await openLoop(PER_SECOND, seconds, (n, dueMs) => {
        sent += 1;
        due.set(sent, dueMs);
        pick(customers, n).start(`m${sent}`, dialect.send(customerId(n % CONVERSATIONS), textOf(sent), uuid(sent)));
      });
      await until('the last deliveries', () => waits.length === due.size);
      return waits;
    },
    close: () => { for (const client of [...agents, ...customers]) client.close(); },
  };
}
