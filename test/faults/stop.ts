import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { httpCall, openSocket } from '../_util/graphql-client.ts';
import type { Followed } from '../_util/minicom.ts';
import { enterAsAgent, enterAsCustomer, FOLLOW, readHistory } from '../_util/minicom.ts';
import { at, inParallel, range } from '../_util/parallel.ts';
import { SERVER, startServer, withDataDir } from '../_util/server-process.ts';
import { until } from '../_util/wait.ts';
import type { Send } from './ledger.ts';
import { attempt, compareWithHistories, inOrderOfCommit, keepSending } from './ledger.ts';

export interface StopOptions { readonly command?: readonly string[]; readonly sockets: number; readonly senders: number }

const CONVERSATIONS = 5;
/** What an operator's service manager may count on. */
const STOP_MS = 10_000;

/**
 * R85: stops the server in order, with sockets open and sends under way.
 * @returns what was lost, and what did not end as it should: empty if nothing
 */
export async function stopUnderLoad({ command = SERVER, sockets: count, senders }: StopOptions): Promise<string[]> {
  return withDataDir(async (dataDir) => {
    const problems: string[] = [];
    const ledger: Send[] = [];
    let server = await startServer({ command, dataDir });
    try {
      const { url } = server;
      const customers = await inParallel(range(CONVERSATIONS), CONVERSATIONS, async (n) => {
        const customerId = `stop-${n}`;
        return { customerId, door: await enterAsCustomer(url, customerId) };
      });
      const sockets = await inParallel(range(count), 20, async (n) => {
        const { customerId, door } = at(customers, n % CONVERSATIONS);
        const socket = await openSocket(door);
        await socket.subscribe<Followed>(FOLLOW, { customerId }).next();
        return socket;
      });
      const sending = Promise.all(range(senders).map(async (n) => {
        const { customerId, door } = at(customers, n % CONVERSATIONS);
        const call = n % 2 === 0 ? at(sockets, n).call : httpCall(door);
        await keepSending({ sender: `sender ${n}`, call, customerId, width: n % 2 === 0 ? 6 : 1, ledger, isOver: () => false });
      }));
      await until('sends to be under way', () => ledger.filter(({ acknowledged }) => acknowledged).length > senders * 3);

      const code = await server.stop(STOP_MS);
      if (code !== 0) problems.push(`it ended with ${code}: ${server.tail()}`);
      for (const [n, { closed }] of sockets.entries()) {
        const closedWith = await closed;
        if (closedWith !== 1012) problems.push(`socket ${n} was closed with ${closedWith}, not 1012`);
      }
      await sending;
      for (const name of await readdir(dataDir)) {
        if (name.endsWith('-wal') && (await stat(join(dataDir, name))).size > 0) problems.push(`${name} was left for the next start to recover`);
      }

      server = await startServer({ command, dataDir });
      const ana = httpCall(await enterAsAgent(server.url, 'ana'));
      const histories = async () => new Map(await Promise.all(customers.map(async ({ customerId }) => [customerId, await readHistory(ana, customerId)] as const)));
      problems.push(...compareWithHistories(ledger, await histories(), false));
      await Promise.all(customers.map(async ({ customerId, door }) => {
        const call = httpCall({ ...door, url: server.url });
        for (const send of ledger) if (send.input.customerId === customerId && !send.acknowledged) await attempt(call, send);
      }));
      problems.push(...compareWithHistories(inOrderOfCommit(ledger), await histories(), true));
      return problems;
    } finally {
      await server.kill();
    }
  });
}
