import { inParallel, range } from '../../_util/parallel.ts';
import { until } from '../../_util/wait.ts';
import { openClient } from '../client.ts';
import { agent, customer, customerId, makePeople, withFolder } from '../database.ts';
import { INBOX_FEED } from '../dialects.ts';
import { openLoop, pick, spent, textOf, uuid } from '../load.ts';
import { minicom, startPeer } from '../peers.ts';
import type { Options, Row } from '../report.ts';
import { round } from '../report.ts';

const AGENTS = 50;
const CONVERSATIONS = 100;
const PER_SECOND = 100;

/** 50 agents follow the inbox while 100 customers write one message a second each. */
export async function inboxFeed({ quick, log }: Options): Promise<Row[]> {
  return withFolder(async (dataDir) => {
    await makePeople(dataDir, { customers: CONVERSATIONS, agents: AGENTS });
    const server = await startPeer(minicom, dataDir);
    let batches = 0;
    let acknowledged = 0;
    const agents = await inParallel(range(AGENTS), 10, async (n) => {
      const client = await openClient(server.url, agent(n));
      client.onNext = () => { batches += 1; };
      client.start('f', INBOX_FEED);
      return client;
    });
    const customers = await inParallel(range(CONVERSATIONS), 10, async (n) => {
      const client = await openClient(server.url, customer(n));
      client.onNext = () => { acknowledged += 1; };
      return client;
    });
    let sent = 0;
    const write = (seconds: number): Promise<void> => openLoop(PER_SECOND, seconds, (n) => {
      sent += 1;
      pick(customers, n).start(`m${sent}`, minicom.dialect.send(customerId(n % CONVERSATIONS), textOf(sent), uuid(sent)));
    });
    await write(3);
    batches = 0;
    const { cpuMicros, seconds } = await spent(server, () => write(quick ? 5 : 15));
    await until('the last answers', () => acknowledged === sent);
    for (const client of [...agents, ...customers]) client.close();
    await server.stop();
    const part = cpuMicros / 10_000 / seconds;
    log(`inbox feed: ${part.toFixed(1)} % of a core, ${(batches / seconds / AGENTS).toFixed(1)} batches a second and agent`);
    return [{
      measure: 'inbox feed to 50 agents at 100 messages/s in 100 conversations: server CPU', value: part, unit: '% of a core', good: 50, great: 15,
      from: `${round(batches / seconds)} batches/s in all`,
    }];
  });
}
