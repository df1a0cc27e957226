import { range } from '../../_util/parallel.ts';
import { openChat, peopleOf } from '../chat.ts';
import { makePeople, withFolder } from '../database.ts';
import type { Peer } from '../peers.ts';
import { floor, minicom, startPeer, tutorial } from '../peers.ts';
import type { Options, Row } from '../report.ts';
import { percentile, ratio, told } from '../report.ts';

const CHAT = { conversations: 50, perSecond: 100 };

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

async function deliver(peer: Peer, seconds: number): Promise<readonly number[]> {
  return withFolder(async (dataDir) => {
    if (peer === minicom) await makePeople(dataDir, peopleOf(CHAT.conversations));
    const server = await startPeer(peer, dataDir);
    const chat = await openChat(server.url, peer.dialect, CHAT);
    await chat.go(3);
    const { waits } = await chat.go(seconds);
    chat.close();
    await server.stop();
    return waits;
  });
}
