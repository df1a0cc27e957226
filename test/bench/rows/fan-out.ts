import { inParallel, range } from '../../_util/parallel.ts';
import { until } from '../../_util/wait.ts';
import { numberIn, openClient } from '../client.ts';
import { agent, customer, customerId, makePeople, withFolder } from '../database.ts';
import { spent, textOf, uuid } from '../load.ts';
import type { Peer } from '../peers.ts';
import { floor, minicom, startPeer, tutorial } from '../peers.ts';
import type { Options, Row } from '../report.ts';
import { ratio, told } from '../report.ts';

const AGENTS = 50;

/** One conversation that many follow, a tenth of them windows of its customer, the rest of 50 agents; one message at a time. */
export async function fanOut({ quick, log }: Options): Promise<Row[]> {
  const cpu: Record<string, number[]> = {};
  for (const round of range(quick ? 1 : 3)) {
    for (const peer of [floor, minicom, tutorial]) {
      const micros = await deliver(peer, quick ? { followers: 300, messages: 150 } : { followers: 1_000, messages: 200 });
      (cpu[peer.name] ??= []).push(micros);
      log(`fan-out, round ${round + 1}, ${peer.name}: ${micros.toFixed(1)} µs of CPU a delivery`);
    }
  }
  return [{
    measure: 'CPU per delivery to followers of one conversation, × floor', value: ratio(cpu['minicom'] ?? [], cpu['floor'] ?? []), unit: '×', good: 4, great: 1.6,
    from: told(cpu, 'µs'),
  }];
}

async function deliver(peer: Peer, { followers, messages }: { followers: number; messages: number }): Promise<number> {
  return withFolder(async (dataDir) => {
    if (peer === minicom) await makePeople(dataDir, { customers: 1, agents: AGENTS });
    const server = await startPeer(peer, dataDir);
    let delivered = 0;
    let current = -1;
    const clients = await inParallel(range(followers), 20, async (n) => {
      const client = await openClient(server.url, n % 10 === 0 ? customer(0) : agent(n % AGENTS));
      client.onNext = (_id, frame) => { if (numberIn(frame) === current) delivered += 1; };
      client.start('f', peer.dialect.follow(customerId(0)));
      return client;
    });
    const sender = await openClient(server.url, customer(0));
    const send = async (from: number, count: number): Promise<void> => {
      for (const n of range(count)) {
        delivered = 0;
        current = from + n;
        sender.start(`m${current}`, peer.dialect.send(customerId(0), textOf(current), uuid(current)));
        await until('everybody to be told', () => delivered === followers);
      }
    };
    await send(0, Math.ceil(messages / 3));
    const { cpuMicros } = await spent(server, () => send(messages, messages));
    for (const client of [...clients, sender]) client.close();
    await server.stop();
    return cpuMicros / (messages * followers);
  });
}
