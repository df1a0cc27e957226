import { setTimeout as delay } from 'node:timers/promises';
import { at, inParallel, range } from '../../_util/parallel.ts';
import { openClient } from '../client.ts';
import { customer, customerId, makePeople, withFolder } from '../database.ts';
import { textOf, uuid } from '../load.ts';
import { minicom, startPeer } from '../peers.ts';
import type { Options, Row } from '../report.ts';
import { round } from '../report.ts';

const CUSTOMERS = 50;
const HOUR_MS = 60 * 60_000;

interface Look { readonly atMs: number; readonly rssMb: number; readonly heapMb: number; readonly resources: number }

/**
 * A thousand sockets opened, asked, subscribed, written on and cut in every state, again and again: what of it the server keeps (R40). `--soak` goes on for an hour,
 * with a line through what the heap held (R101).
 */
export async function churn({ quick, soak, log }: Options): Promise<Row[]> {
  return withFolder(async (dataDir) => {
    await makePeople(dataDir, { customers: CUSTOMERS, agents: 0 });
    const server = await startPeer(minicom, dataDir);
    const looks: Look[] = [];
    const began = performance.now();
    const isOver = (): boolean => (soak ? performance.now() - began > HOUR_MS : looks.length === (quick ? 5 : 10));
    let sent = 0;
    while (!isOver()) {
      await inParallel(range(1_000), 50, async (n) => {
        const client = await openClient(server.url, customer(n % CUSTOMERS));
        for (const id of range(n % 4)) client.start(`f${id}`, minicom.dialect.follow(customerId(n % CUSTOMERS)));
        if (n % 3 === 0) client.start('m', minicom.dialect.history(customerId(n % CUSTOMERS)));
        if (n % 5 === 0) {
          sent += 1;
          client.start('s', minicom.dialect.send(customerId(n % CUSTOMERS), textOf(sent), uuid(sent)));
        }
        if (n % 2 === 0) await new Promise<void>((resolve) => { client.onNext = () => resolve(); if (n % 4 === 0 && n % 3 !== 0) resolve(); });
        client.close();
      });
      await delay(1_500);
      const { rssBytes, heapBytes, resources } = await server.usage(true);
      const look = { atMs: performance.now() - began, rssMb: rssBytes / 1_048_576, heapMb: heapBytes / 1_048_576, resources };
      looks.push(look);
      log(`churn, round ${looks.length}: ${round(look.rssMb)} MB, ${round(look.heapMb)} of it heap, ${resources} handles`);
    }
    await server.stop();
    // The first rounds load and compile what all others use.
    const settled = looks.slice(Math.floor(looks.length / 2));
    const [first, last] = [at(settled, 0), at(settled, settled.length - 1)];
    const rows: Row[] = [{
      measure: 'R40 memory kept of 1,000 sockets a round, second half of the rounds', value: last.rssMb - first.rssMb, unit: 'MB', good: 5, great: 1,
      from: `${looks.map(({ rssMb }) => round(rssMb)).join(', ')} MB after each round`,
    }, {
      measure: 'R40 sockets and timers kept of it', value: last.resources - first.resources, unit: '', good: 0, great: null,
      from: `${looks.map(({ resources }) => resources).join(', ')} after each round`,
    }];
    return soak ? [...rows, { measure: 'heap after an hour of it, slope', value: slope(settled), unit: 'MB/h', good: 1, great: null, from: `${looks.length} rounds, ${sent} messages` }] : rows;
  });
}

/** Of the straight line that fits best, in MB an hour. */
function slope(looks: readonly Look[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [atMs, heapMb] = [mean(looks.map((look) => look.atMs)), mean(looks.map((look) => look.heapMb))];
  const spread = looks.reduce((sum, look) => sum + (look.atMs - atMs) ** 2, 0);
  return (looks.reduce((sum, look) => sum + (look.atMs - atMs) * (look.heapMb - heapMb), 0) / spread) * HOUR_MS;
}
