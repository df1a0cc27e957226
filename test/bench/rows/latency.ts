import { inParallel, range } from '../../_util/parallel.ts';
import { until } from '../../_util/wait.ts';
import { numberIn, openClient } from '../client.ts';
import { agent, customer, customerId, makePeople, withFolder } from '../database.ts';
import { openLoop, pick, textOf, uuid } from '../load.ts';
import type { Peer } from '../peers.ts';
import { floor, minicom, startPeer, tutorial } from '../peers.ts';
import type { Options, Row } from '../report.ts';
import { percentile, ratio, told } from '../report.ts';

const CONVERSATIONS = 50;
const PER_SECOND = 100;

/** From when a message was due until the agent was told of it, at a fixed rate. */
export async function latency({ quick, log }: Options): Promise<Row[]> {
  const p50: Record<string, number[]> = {};
  for (const round of range(quick ? 1 : 3)) {
    for (const peer of [floor, minicom, tutorial]) {
      const waits = await deliver(peer, quick ? 5 : 10);
      (p50[peer.name] ??= []).push(percentile(waits, 0.5));
      log(`latency, round ${round + 1}, ${peer.name}: p50 ${percentile(waits, 0.5).toFixed(2)} ms, p99 ${percentile(waits, 0.99).toFixed(2)} ms`);
    }
  }
  return [{
    measure: 'delivered p50 at 100 messages/s, open loop, × floor', value: ratio(p50['minicom'] ?? [], p50['floor'] ?? []), unit: '×', good: 1.5, great: 1.2,
    from: told(p50, 'ms'),
  }];
}

async function deliver(peer: Peer, seconds: number): Promise<number[]> {
  return withFolder(async (dataDir) => {
    if (peer === minicom) await makePeople(dataDir, { customers: CONVERSATIONS, agents: 5 });
    const server = await startPeer(peer, dataDir);
    const due = new Map<number, number>();
    const waits: number[] = [];
    const agents = await inParallel(range(5), 5, async (n) => {
      const client = await openClient(server.url, agent(n));
      client.onNext = (_id, frame) => {
        const dueMs = due.get(numberIn(frame));
        if (dueMs !== undefined) waits.push(performance.now() - dueMs);
      };
      return client;
    });
    const customers = await inParallel(range(CONVERSATIONS), 10, (n) => openClient(server.url, customer(n)));
    for (const n of range(CONVERSATIONS)) {
      pick(customers, n).start('f', peer.dialect.follow(customerId(n)));
      pick(agents, n).start(`f${n}`, peer.dialect.follow(customerId(n)));
    }
    let sent = 0;
    const write = (forSeconds: number, isCounted: boolean): Promise<void> => openLoop(PER_SECOND, forSeconds, (n, dueMs) => {
      sent += 1;
      if (isCounted) due.set(sent, dueMs);
      pick(customers, n).start(`m${sent}`, peer.dialect.send(customerId(n % CONVERSATIONS), textOf(sent), uuid(sent)));
    });
    await write(3, false);
    await write(seconds, true);
    await until('the last deliveries', () => waits.length === due.size);
    for (const client of [...agents, ...customers]) client.close();
    await server.stop();
    return waits;
  });
}
