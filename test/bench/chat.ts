import { setTimeout as delay } from 'node:timers/promises';
import { inParallel, range } from '../_util/parallel.ts';
import { until } from '../_util/wait.ts';
import { numberIn, openClient } from './client.ts';
import { agent, customer, customerId } from './database.ts';
import type { Dialect } from './dialects.ts';
import { openLoop, pick, textOf, uuid } from './load.ts';

const PER_AGENT = 10;

/** Milliseconds from when each text was due. */
export interface Felt {
  /** Until an agent had it. */
  readonly waits: readonly number[];
  /** Until its sender knew that it is kept. */
  readonly acks: readonly number[];
}

export interface Chat {
  /** For so long, whatever becomes of it. */
  go(seconds: number): Promise<Felt>;
  close(): void;
}

/** Whom so many conversations need to exist. */
export const peopleOf = (conversations: number): { customers: number; agents: number } => ({ customers: conversations, agents: conversations / PER_AGENT });

/** Customers who write at a fixed rate; each conversation is followed by its customer and an agent. */
export async function openChat(url: string, dialect: Dialect, { conversations, perSecond }: { conversations: number; perSecond: number }): Promise<Chat> {
  const due = new Map<number, number>();
  const waits: number[] = [];
  const acks: number[] = [];
  const note = (list: number[], frame: Buffer): void => {
    const dueMs = due.get(numberIn(frame));
    if (dueMs !== undefined) list.push(performance.now() - dueMs);
  };
  const agents = await inParallel(range(conversations / PER_AGENT), 5, async (n) => {
    const client = await openClient(url, agent(n));
    client.onNext = (_id, frame) => note(waits, frame);
    return client;
  });
  const customers = await inParallel(range(conversations), 10, async (n) => {
    const client = await openClient(url, customer(n));
    client.onNext = (id, frame) => { if (id !== 'f') note(acks, frame); };
    return client;
  });
  for (const n of range(conversations)) {
    pick(customers, n).start('f', dialect.follow(customerId(n)));
    pick(agents, n).start(`f${n}`, dialect.follow(customerId(n)));
  }
  await delay(300); // every follower is there before the first message
  let sent = 0;
  return {
    async go(seconds) {
      waits.length = 0;
      acks.length = 0;
      due.clear();
      await openLoop(perSecond, seconds, (n, dueMs) => {
        sent += 1;
        due.set(sent, dueMs);
        pick(customers, n).start(`m${sent}`, dialect.send(customerId(n % conversations), textOf(sent), uuid(sent)));
      });
      await until('the last deliveries', () => waits.length === due.size && acks.length === due.size);
      return { waits: [...waits], acks: [...acks] };
    },
    close: () => { for (const client of [...agents, ...customers]) client.close(); },
  };
}
