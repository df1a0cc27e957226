import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RATES } from '../../../server/limits/rates.ts';
import { range } from '../../_util/parallel.ts';
import type { Chat } from '../chat.ts';
import { openChat, peopleOf } from '../chat.ts';
import type { Client } from '../client.ts';
import { openClient } from '../client.ts';
import { customer, customerId, makePeople, withFolder } from '../database.ts';
import { openLoop, pick, textOf, uuid } from '../load.ts';
import type { Server } from '../peers.ts';
import { minicom, startPeer } from '../peers.ts';
import type { Options, Row } from '../report.ts';
import { median, percentile, ratio, round, told } from '../report.ts';

/** So many that each writes less than he may. */
const PEOPLE = 150;
const PER_SECOND = 60;
const ABUSER = PEOPLE;
const FOLLOWERS = 2_000;
/** By then he has used up what he may have at once; how he is kept from more is what is measured. */
const USED_UP_MS = 1_000;

interface Abuse { readonly sockets: number; readonly perSecond: number; readonly act: (client: Client, n: number) => void }

/** One socket, and all that need not be understood to cost something. */
const FLOOD: Abuse = {
  sockets: 1,
  perSecond: 1_000,
  act: (client, n) => client.say(pick(['{"type":"ping"}', `{"type":"complete","id":"${n}"}`, `{"type":"subscribe","id":"${n}","payload":{"query":"{ viewer { __typename } }"}}`], n)),
};

/** All sockets that one customer may open, and a hundred times what he may ask for. */
const GREED: Abuse = {
  sockets: 10,
  perSecond: 100 * (1_000 / RATES.field.customer.everyMs),
  act: (client, n) => client.start(`m${n}`, minicom.dialect.send(customerId(ABUSER), textOf(n), uuid(n))),
};

/** What others feel of somebody who takes all that he can get, and of many who come back at once; with the limits on, which are there for that. */
export async function abuse({ quick, log }: Options): Promise<Row[]> {
  const turns = { rounds: quick ? 2 : 6, seconds: quick ? 5 : 10, log };
  const start = async (dataDir: string): Promise<Server> => {
    await makePeople(dataDir, { ...peopleOf(PEOPLE), customers: PEOPLE + 1 + FOLLOWERS });
    return startPeer(minicom, dataDir, { RATE_LIMITS: 'on', TRUSTED_PROXIES: 'loopback' });
  };
  return withFolder((here) => withFolder(async (there) => {
    const servers = { here: await start(here), elsewhere: await start(there) };
    const people = await openChat(servers.here.url, minicom.dialect, { conversations: PEOPLE, perSecond: PER_SECOND });
    await people.go(turns.seconds);
    const rows = [
      await beside('R41 chat p99 beside a socket that floods, × elsewhere', FLOOD, servers, people, turns),
      await beside('R102 chat p99 beside a customer at 100 times his rate, × elsewhere', GREED, servers, people, turns),
      ...(await storm(servers.here, people, turns)),
    ];
    people.close();
    await Promise.all([servers.here.stop(), servers.elsewhere.stop()]);
    return rows;
  }));
}

interface Turns { readonly rounds: number; readonly seconds: number; readonly log: Options['log'] }
type Place = 'here' | 'elsewhere';

/**
 * In pairs of phases, which take turns in who begins: in the one he is on the server of the others, in the other on one beside it, so that the machine and the
 * load generator have the same work.
 */
async function beside(measure: string, what: Abuse, servers: Readonly<Record<Place, Server>>, chat: Chat, { rounds, seconds, log }: Turns): Promise<Row> {
  const p99: Record<Place, number[]> = { elsewhere: [], here: [] };
  for (const turn of range(rounds)) {
    for (const place of turn % 2 === 0 ? ['elsewhere', 'here'] as const : ['here', 'elsewhere'] as const) {
      const stop = abuseOf(servers[place], what);
      await delay(USED_UP_MS);
      const felt = percentile((await chat.go(seconds)).waits, 0.99);
      p99[place].push(felt);
      log(`${measure}: ${place} ${round(felt)} ms; he was sent away ${await stop()} times`);
    }
  }
  return { measure, value: ratio(p99.here, p99.elsewhere), unit: '×', good: 1.2, great: 1.1, from: told(p99, 'ms') };
}

/** Goes on until it is stopped: whoever is sent away is back at once. @returns what ends it, and tells how often it was sent away */
function abuseOf({ url }: Server, { sockets, perSecond, act }: Abuse): () => Promise<number> {
  let isOver = false;
  let sentAway = 0;
  let n = 0;
  const goOn = async (): Promise<void> => {
    const client = await openClient(url, { ...customer(ABUSER), address: '203.0.113.1' }).catch(() => null);
    if (!client) return delay(100);
    let isOpen = true;
    void client.closed.then(() => { isOpen = false; });
    client.onRefused = () => undefined;
    while (isOpen && !isOver) await openLoop(perSecond / sockets, 0.1, () => { act(client, (n += 1)); });
    if (!isOpen) sentAway += 1;
    client.close();
  };
  const running = Promise.all(range(sockets).map(async () => { while (!isOver) await goOn(); }));
  return async () => {
    isOver = true;
    await running;
    return sentAway;
  };
}

/** Followers who lose their sockets at once and come back, again and again while the others chat (R99). */
async function storm({ url }: Server, chat: Chat, { rounds, seconds, log }: Turns): Promise<Row[]> {
  const followers = fork(fileURLToPath(new URL('../followers.ts', import.meta.url)), [url, ABUSER + 1, FOLLOWERS].map(String), { execArgv: ['--import', 'tsx'] });
  const answer = async (): Promise<number> => Number((await once(followers, 'message'))[0]);
  await answer();
  const backMs: number[] = [];
  const ackP99: number[] = [];
  for (const _ of range(rounds)) {
    let isOver = false;
    const chatted = chat.go(seconds).finally(() => { isOver = true; });
    while (!isOver) {
      followers.send('again');
      backMs.push(await answer());
    }
    ackP99.push(percentile((await chatted).acks, 0.99));
    log(`storm: acks p99 ${round(ackP99.at(-1) ?? Number.NaN)} ms; ${told({ back: backMs }, 'ms')}`);
  }
  followers.kill();
  return [
    { measure: `R99 acks while ${FOLLOWERS.toLocaleString('en')} followers come back at once, p99`, value: median(ackP99), unit: 'ms', good: 500, great: 100, from: told({ acks: ackP99 }, 'ms') },
    { measure: `R99 ${FOLLOWERS.toLocaleString('en')} followers are back`, value: Math.max(...backMs) / 1_000, unit: 's', good: 15, great: 5, from: told({ back: backMs }, 'ms') },
  ];
}
