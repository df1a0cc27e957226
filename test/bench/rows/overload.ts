import { setTimeout as delay } from 'node:timers/promises';
import { inParallel, range } from '../../_util/parallel.ts';
import { openClient } from '../client.ts';
import { customer, customerId, makePeople, withFolder } from '../database.ts';
import { openLoop, pick, textOf, uuid } from '../load.ts';
import { minicom, startPeer } from '../peers.ts';
import type { Options, Row } from '../report.ts';
import { percentile, round } from '../report.ts';

const CUSTOMERS = 300;
const TIMES = 10;

/** First what the server can do, then ten times that, whether it keeps up or not (R98). */
export async function overload({ quick, log }: Options): Promise<Row[]> {
  return withFolder(async (dataDir) => {
    await makePeople(dataDir, { customers: CUSTOMERS, agents: 0 });
    const server = await startPeer(minicom, dataDir);
    const due = new Map<string, number>();
    const refusalMs: number[] = [];
    let kept = 0;
    let lastMs = 0;
    const settle = (id: string): void => {
      lastMs = performance.now() - (due.get(id) ?? Number.NaN);
      due.delete(id);
    };
    const clients = await inParallel(range(CUSTOMERS), 10, async (n) => {
      const client = await openClient(server.url, customer(n));
      client.onNext = (id, frame) => {
        settle(id);
        if (frame.includes('SendMessagePayload')) kept += 1;
        else refusalMs.push(lastMs);
      };
      client.onRefused = (id) => {
        settle(id);
        refusalMs.push(lastMs);
      };
      return client;
    });
    let sent = 0;
    const send = (): void => {
      sent += 1;
      due.set(`m${sent}`, performance.now());
      pick(clients, sent).start(`m${sent}`, minicom.dialect.send(customerId(sent % CUSTOMERS), textOf(sent), uuid(sent)));
    };
    /** Messages kept a second, while this many are sent a second. */
    const offer = async (perSecond: number, seconds: number): Promise<number> => {
      const [from, began] = [kept, performance.now()];
      await openLoop(perSecond, seconds, send);
      return ((kept - from) / (performance.now() - began)) * 1_000;
    };

    let capacity = 0;
    for (let rate = 500; ; rate *= 1.4) {
      const goodput = await offer(rate, 2);
      capacity = Math.max(capacity, goodput);
      if (goodput < 0.85 * rate) break;
      await delay(200);
    }
    while (due.size > 0) await delay(20);
    refusalMs.length = 0;
    const before = sent;
    const began = performance.now();
    const goodput = await offer(capacity * TIMES, quick ? 5 : 30);
    const offered = ((sent - before) / (performance.now() - began)) * 1_000;
    const end = performance.now();
    while (due.size > 0) await delay(5);
    const drainedMs = performance.now() - end;
    for (const client of clients) client.close();
    await server.stop();
    log(`overload: capacity ${round(capacity)}/s, offered ${round(offered)}/s, kept ${round(goodput)}/s, ${refusalMs.length} refused, drained in ${round(drainedMs)} ms`);
    const from = `capacity ${round(capacity)}/s, offered ${round(offered)}/s (${round(offered / capacity)} ×)`;
    return [
      { measure: 'R98 goodput at ten times the capacity', value: (goodput / capacity) * 100, unit: '%', good: 90, great: null, moreIsBetter: true, from },
      { measure: 'R98 refusals at ten times the capacity, p99', value: refusalMs.length === 0 ? 0 : percentile(refusalMs, 0.99), unit: 'ms', good: 100, great: null, from: `${refusalMs.length} refused` },
      { measure: 'R98 back to normal after it', value: drainedMs, unit: 'ms', good: 5_000, great: null, from: 'until nothing waits' },
    ];
  });
}
