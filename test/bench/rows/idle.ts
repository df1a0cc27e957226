import { setTimeout as delay } from 'node:timers/promises';
import { inParallel, range } from '../../_util/parallel.ts';
import { openClient } from '../client.ts';
import { customer, customerId, makePeople, withFolder } from '../database.ts';
import type { Peer } from '../peers.ts';
import { floor, minicom, startPeer } from '../peers.ts';
import type { Options, Row } from '../report.ts';
import { told } from '../report.ts';

/** Sockets that follow a conversation each, in which nothing happens: what each takes of memory, after a garbage collection. */
export async function idle({ quick, log }: Options): Promise<Row[]> {
  const count = quick ? 2_000 : 10_000;
  const bytes: Record<string, number[]> = {};
  for (const peer of [floor, minicom]) {
    const perFollower = await follow(peer, count);
    (bytes[peer.name] ??= []).push(perFollower / 1_024);
    log(`idle, ${peer.name}: ${(perFollower / 1_024).toFixed(1)} KB a follower`);
  }
  return [{
    measure: `memory per idle follower at ${count.toLocaleString('en')}, × floor`, value: (bytes['minicom']?.[0] ?? Number.NaN) / (bytes['floor']?.[0] ?? Number.NaN),
    unit: '×', good: 2.2, great: 1.3, from: told(bytes, 'KB'),
  }];
}

async function follow(peer: Peer, count: number): Promise<number> {
  return withFolder(async (dataDir) => {
    if (peer === minicom) await makePeople(dataDir, { customers: count + 200, agents: 0 });
    const server = await startPeer(peer, dataDir);
    const connect = (n: number) => openClient(server.url, customer(n)).then((client) => {
      client.start('f', peer.dialect.follow(customerId(n)));
      return client;
    });
    // What the first sockets make the server load is not theirs.
    const first = await inParallel(range(200), 20, (n) => connect(count + n));
    await delay(500);
    const before = await server.usage(true);
    const clients = await inParallel(range(count), 50, connect);
    await delay(1_000);
    const after = await server.usage(true);
    for (const client of [...first, ...clients]) client.close();
    await server.stop();
    return (after.rssBytes - before.rssBytes) / count;
  });
}
