import { inParallel, range } from '../../_util/parallel.ts';
import { openClient } from '../client.ts';
import type { Client } from '../client.ts';
import { customer, customerId, makePeople, withFolder } from '../database.ts';
import { spent, textOf, uuid } from '../load.ts';
import { minicom, startPeer } from '../peers.ts';
import type { Options, Row } from '../report.ts';
import { ratio, round, told } from '../report.ts';

/** As many as one address may connect at once, sending together what each may send at once: nobody is refused, so both sides do the same. */
const CUSTOMERS = 150;
const WARM_UP = 15;
const MEASURED = 80;
const WINDOW = 1;

type Setting = 'on' | 'off';

/**
 * What counting who does how much costs: the same texts with the rates on and off, in alternation. Told by CPU, which is what bounds the throughput, and which
 * whatever else runs on the machine touches least.
 */
export async function rates({ quick, log }: Options): Promise<Row[]> {
  const perSecond: Record<Setting, number[]> = { off: [], on: [] };
  const cpu: Record<Setting, number[]> = { off: [], on: [] };
  for (const turn of range(quick ? 2 : 10)) {
    // Whoever comes second finds the machine warmer.
    for (const setting of turn % 2 === 0 ? (['off', 'on'] as const) : (['on', 'off'] as const)) {
      const run = await sendAll(setting);
      perSecond[setting].push(run.perSecond);
      cpu[setting].push(run.cpuMicros);
      log(`rates ${setting}, round ${turn + 1}: ${round(run.perSecond)} a second, ${round(run.cpuMicros)} µs of CPU each`);
    }
  }
  return [
    {
      measure: 'what the rate limits cost, of the CPU per message', value: (1 - ratio(cpu.off, cpu.on)) * 100, unit: '%', good: 3, great: 1,
      from: `${told(cpu, 'µs')}; ${told(perSecond, 'messages/s')}`,
    },
  ];
}

async function sendAll(setting: Setting): Promise<{ perSecond: number; cpuMicros: number }> {
  return withFolder(async (dataDir) => {
    await makePeople(dataDir, { customers: CUSTOMERS, agents: 0 });
    const server = await startPeer(minicom, dataDir, { RATE_LIMITS: setting });
    const clients = await inParallel(range(CUSTOMERS), 10, (n) => openClient(server.url, customer(n)));
    let sent = 0;
    /** Resolves once this one was answered so often. A refusal fails the row. */
    const sendSome = (client: Client, n: number, count: number): Promise<void> => new Promise((resolve) => {
      let begun = 0;
      let answered = 0;
      const begin = (): void => {
        begun += 1;
        sent += 1;
        client.start(`m${sent}`, minicom.dialect.send(customerId(n), textOf(sent), uuid(sent)));
      };
      client.onNext = (_id, frame) => {
        if (!frame.includes('SendMessagePayload')) throw new Error(`not kept: ${frame.toString('latin1', 0, 300)}`);
        answered += 1;
        if (begun < count) begin();
        if (answered === count) resolve();
      };
      for (const _ of range(WINDOW)) begin();
    });
    const everybody = (count: number): Promise<unknown> => Promise.all(clients.map((client, n) => sendSome(client, n, count)));
    await everybody(WARM_UP);
    const { cpuMicros, seconds } = await spent(server, () => everybody(MEASURED));
    for (const client of clients) client.close();
    await server.stop();
    const total = CUSTOMERS * MEASURED;
    return { perSecond: total / seconds, cpuMicros: cpuMicros / total };
  });
}
