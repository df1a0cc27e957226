import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inParallel, range } from '../../_util/parallel.ts';
import { openClient } from '../client.ts';
import { agent, customerId, LARGE, largeDatabase, withFolder } from '../database.ts';
import { keepAsking, spent } from '../load.ts';
import type { Peer } from '../peers.ts';
import { floor, minicom, startPeer, tutorial } from '../peers.ts';
import type { Options, Row } from '../report.ts';
import { ratio, told } from '../report.ts';

const QUESTIONS = {
  history: (peer: Peer, n: number) => peer.dialect.history(customerId((n * 7_919) % LARGE.long)),
  inbox: (peer: Peer) => peer.dialect.inbox(),
} as const;

/** The newest 50 messages of a random long conversation, and the inbox's first page, out of 1 M messages in 100,000 conversations. */
export async function reads({ quick, log }: Options): Promise<Row[]> {
  const large = await largeDatabase();
  const cpu = { history: {} as Record<string, number[]>, inbox: {} as Record<string, number[]> };
  for (const round of range(quick ? 1 : 3)) {
    for (const peer of [floor, minicom, tutorial]) {
      await withFolder(async (dataDir) => {
        copyInto(dataDir, large);
        const server = await startPeer(peer, dataDir);
        const clients = await inParallel(range(4), 4, (n) => openClient(server.url, agent(n)));
        for (const [question, payload] of Object.entries(QUESTIONS)) {
          let asked = 0;
          const ask = (ms: number): Promise<number> => keepAsking(clients, 2, ms, () => payload(peer, asked++));
          await ask(quick ? 700 : 1_500);
          let answered = 0;
          const { cpuMicros } = await spent(server, async () => { answered = await ask(quick ? 1_500 : 4_000); });
          (cpu[question as keyof typeof QUESTIONS][peer.name] ??= []).push(cpuMicros / answered);
          log(`${question}, round ${round + 1}, ${peer.name}: ${(cpuMicros / answered).toFixed(0)} µs of CPU a read`);
        }
        for (const client of clients) client.close();
        await server.stop();
      });
    }
  }
  return [
    {
      measure: 'history of 50 of 1 M messages, CPU per read, × floor', value: ratio(cpu.history['minicom'] ?? [], cpu.history['floor'] ?? []), unit: '×',
      good: 2.5, great: 1.5, from: told(cpu.history, 'µs'),
    },
    {
      measure: 'inbox page of 100,000 conversations, CPU per read, × floor', value: ratio(cpu.inbox['minicom'] ?? [], cpu.inbox['floor'] ?? []), unit: '×',
      good: 5, great: 2, from: told(cpu.inbox, 'µs'),
    },
  ];
}

export function copyInto(dataDir: string, from: string): void {
  for (const name of readdirSync(from).filter((file) => file.includes('.sqlite') || file.endsWith('.key'))) copyFileSync(join(from, name), join(dataDir, name));
}
