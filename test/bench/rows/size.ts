import { at, inParallel, range } from '../../_util/parallel.ts';
import type { Client } from '../client.ts';
import { openClient } from '../client.ts';
import { customer, customerId, LARGE, largeDatabase, makePeople, withFolder } from '../database.ts';
import { keepAsking, spent, textOf, uuid } from '../load.ts';
import type { Server } from '../peers.ts';
import { minicom, startPeer } from '../peers.ts';
import type { Options, Row } from '../report.ts';
import { ratio, told } from '../report.ts';
import { copyInto } from './reads.ts';

const MEASURES = ['send', 'open'] as const;

/** What a million messages cost those who have nothing to do with them (R87), and the start. */
export async function size({ quick, log }: Options): Promise<Row[]> {
  const large = await largeDatabase();
  const cpu = { send: { empty: [] as number[], large: [] as number[] }, open: { empty: [] as number[], large: [] as number[] } };
  const startMs: number[] = [];
  for (const round of range(quick ? 1 : 3)) {
    for (const which of ['empty', 'large'] as const) {
      await withFolder(async (dataDir) => {
        if (which === 'large') copyInto(dataDir, large);
        else await makePeople(dataDir, { customers: LARGE.customers, agents: 1 });
        const server = await startPeer(minicom, dataDir);
        if (which === 'large') startMs.push(server.startMs);
        const clients = await inParallel(range(LARGE.customers), 10, (n) => openClient(server.url, customer(n)));
        for (const measure of MEASURES) cpu[measure][which].push(await cost(server, clients, measure, quick ? 1_500 : 4_000));
        for (const client of clients) client.close();
        await server.stop();
        log(`size, round ${round + 1}, ${which}: send ${cpu.send[which].at(-1)?.toFixed(0)} µs, open ${cpu.open[which].at(-1)?.toFixed(0)} µs`);
      });
    }
  }
  return [
    ...MEASURES.map((measure): Row => ({
      measure: `R87 ${measure} beside 1 M messages, CPU, × empty database`, value: ratio(cpu[measure].large, cpu[measure].empty), unit: '×', good: 1.2, great: 1.1,
      from: told(cpu[measure], 'µs'),
    })),
    { measure: 'start on 1 M messages', value: Math.max(...startMs), unit: 'ms', good: 2_000, great: 1_000, from: told({ start: startMs }, 'ms') },
  ];
}

/** Each customer writes into a conversation that begins empty, or opens it when all have written as much. */
async function cost(server: Server, clients: readonly Client[], measure: (typeof MEASURES)[number], forMs: number): Promise<number> {
  let n = 0;
  let answered = 0;
  const ask = (ms: number): Promise<number> => (measure === 'send'
    ? inParallel(clients, clients.length, (client, index) => keepAsking([client], 2, ms, () => {
      n += 1;
      return minicom.dialect.send(customerId(index), textOf(n), uuid(n));
    })).then((counts) => counts.reduce((sum, count) => sum + count, 0))
    : keepAsking([at(clients, 0)], 4, ms, () => minicom.dialect.history(customerId(0))));
  await ask(forMs / 2);
  const { cpuMicros } = await spent(server, async () => { answered = await ask(forMs); });
  return cpuMicros / answered;
}
