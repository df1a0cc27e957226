import { setTimeout as delay } from 'node:timers/promises';
import { inParallel, range } from '../../_util/parallel.ts';
import { openClient } from '../client.ts';
import { customer, customerId, makePeople, withFolder } from '../database.ts';
import { minicom, startPeer } from '../peers.ts';
import type { Options, Row } from '../report.ts';
import { round } from '../report.ts';

const CUSTOMERS = 50;

/** A thousand sockets opened, asked, subscribed and cut in every state, again and again: what of it the server keeps (R40). */
export async function churn({ quick, log }: Options): Promise<Row[]> {
  return withFolder(async (dataDir) => {
    await makePeople(dataDir, { customers: CUSTOMERS, agents: 0 });
    const server = await startPeer(minicom, dataDir);
    const rssMb: number[] = [];
    for (const turn of range(quick ? 5 : 10)) {
      await inParallel(range(1_000), 50, async (n) => {
        const client = await openClient(server.url, customer(n % CUSTOMERS));
        for (const id of range(n % 4)) client.start(`f${id}`, minicom.dialect.follow(customerId(n % CUSTOMERS)));
        if (n % 3 === 0) client.start('m', minicom.dialect.history(customerId(n % CUSTOMERS)));
        if (n % 2 === 0) await new Promise<void>((resolve) => { client.onNext = () => resolve(); if (n % 4 === 0 && n % 3 !== 0) resolve(); });
        client.close();
      });
      await delay(1_500);
      rssMb.push((await server.usage(true)).rssBytes / 1_048_576);
      log(`churn, round ${turn + 1}: ${round(rssMb.at(-1) ?? 0)} MB`);
    }
    await server.stop();
    // The first rounds load and compile what all others use.
    const grown = (rssMb.at(-1) ?? Number.NaN) - (rssMb[Math.floor(rssMb.length / 2)] ?? Number.NaN);
    return [{
      measure: 'memory kept of 1,000 sockets a round, second half of the rounds', value: grown, unit: 'MB', good: 5, great: 1,
      from: `${rssMb.map(round).join(', ')} MB after each round`,
    }];
  });
}
