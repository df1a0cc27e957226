import type { Follower } from '../_util/follower.ts';
import { follow } from '../_util/follower.ts';
import type { Call, Door } from '../_util/graphql-client.ts';
import { httpCall, openSocket } from '../_util/graphql-client.ts';
import type { Message } from '../_util/minicom.ts';
import { enterAsAgent, enterAsCustomer, readHistory, readSnapshot } from '../_util/minicom.ts';
import { at, inParallel, range } from '../_util/parallel.ts';
import { createRandom } from '../_util/random.ts';
import type { ServerProcess } from '../_util/server-process.ts';
import { SERVER, startServer, withDataDir } from '../_util/server-process.ts';
import { pass, until } from '../_util/wait.ts';
import type { Send } from './ledger.ts';
import { attempt, compareWithHistories, differences, keepSending } from './ledger.ts';

export interface KillOptions {
  readonly command?: readonly string[];
  readonly cycles: number;
  readonly seed: number;
  /** The kill comes after a random time from 50 ms to this. */
  readonly maxMs: number;
  /** The cycles end with the first of these. @default any problem */
  readonly untilProblem?: string;
}

interface Sender {
  readonly name: string;
  readonly as: 'customer' | 'ana' | 'ben';
  readonly conversation: number;
  readonly transport: 'http' | 'socket';
  readonly width: number;
}

const CONVERSATIONS = 6;

/** Two tabs of four customers, agents among them, and senders who do not wait for one answer before the next. */
const SENDERS: readonly Sender[] = [
  ...range(6).map((n) => ({ name: `tab ${n}`, as: 'customer', conversation: n, transport: 'socket', width: 1 } as const)),
  ...range(4).map((n) => ({ name: `second tab ${n}`, as: 'customer', conversation: n, transport: 'http', width: 1 } as const)),
  ...range(2).map((n) => ({ name: `ana ${n}`, as: 'ana', conversation: n, transport: 'http', width: 1 } as const)),
  ...range(2).map((n) => ({ name: `ben ${n}`, as: 'ben', conversation: n * 2, transport: 'socket', width: 1 } as const)),
  ...range(4).map((n) => ({ name: `eager tab ${n}`, as: 'customer', conversation: n + 2, transport: 'socket', width: 8 } as const)),
  { name: 'eager ana', as: 'ana', conversation: 4, transport: 'socket', width: 8 },
  { name: 'eager ben', as: 'ben', conversation: 5, transport: 'socket', width: 8 },
];

/**
 * R74: kills the server at random moments under 20 concurrent senders, starts it again on the same file, sends the unknown again.
 * @returns what was lost, doubled, changed or reordered: empty if nothing was
 */
export async function killUnderLoad({ command = SERVER, cycles, seed, maxMs, untilProblem = '' }: KillOptions): Promise<string[]> {
  const random = createRandom(seed);
  return withDataDir(async (dataDir) => {
    const problems: string[] = [];
    const everything: Send[] = [];
    let server = await startServer({ command, dataDir });
    const restart = async (): Promise<ServerProcess> => {
      server = await startServer({ command, dataDir });
      return server;
    };
    try {
      for (let cycle = 0; cycle < cycles && !problems.some((problem) => problem.includes(untilProblem)); cycle += 1) {
        const found = await runCycle({ server, restart, prefix: `kill-${seed}-${cycle}`, killAfterMs: random.int(50, maxMs), everything });
        problems.push(...found.map((problem) => `seed ${seed}, cycle ${cycle}: ${problem}`));
      }
      const histories = await readAll(httpCall(await enterAsAgent(server.url, 'ana')), everything);
      problems.push(...compareWithHistories(everything, histories, true).map((problem) => `seed ${seed}, in the end: ${problem}`));
      return problems;
    } finally {
      await server.kill();
    }
  });
}

interface Cycle {
  readonly server: ServerProcess;
  readonly restart: () => Promise<ServerProcess>;
  readonly prefix: string;
  readonly killAfterMs: number;
  /** All sends of all cycles. */
  readonly everything: Send[];
}

async function runCycle({ server, restart, prefix, killAfterMs, everything }: Cycle): Promise<string[]> {
  let { url } = server;
  const agents = { ana: await enterAsAgent(url, 'ana'), ben: await enterAsAgent(url, 'ben') };
  const customers = await inParallel(range(CONVERSATIONS), 3, async (n) => ({ customerId: `${prefix}-${n}`, door: await enterAsCustomer(url, `${prefix}-${n}`) }));
  const about = ({ conversation, as }: Sender): { customerId: string; door: Door } => {
    const { customerId, door } = at(customers, conversation);
    return { customerId, door: { ...(as === 'customer' ? door : agents[as]), url } };
  };
  const connect = async (sender: Sender): Promise<{ call: Call; close: () => void }> => {
    const { door } = about(sender);
    return sender.transport === 'http' ? { call: httpCall(door), close: () => undefined } : openSocket(door);
  };

  const followers = await Promise.all(customers.map(async ({ customerId, door }) => {
    const { cursor } = await readSnapshot(httpCall(door), customerId);
    return { customerId, follower: follow({ door: () => ({ ...door, url }), customerId, after: cursor }) };
  }));
  const ledger: Send[] = [];
  const lines = await Promise.all(SENDERS.map(async (sender) => ({ sender, ...(await connect(sender)) })));
  const sending = lines.map(({ sender, call }) => {
    const { customerId } = about(sender);
    return keepSending({ sender: `${prefix} ${sender.name}`, call, customerId, width: sender.width, ledger, isOver: () => false });
  });
  await pass(killAfterMs);
  await server.kill();
  await Promise.all(sending);

  ({ url } = await restart());
  const ana = httpCall({ ...agents.ana, url });
  const problems = compareWithHistories(ledger, await readAll(ana, ledger), false);
  for (const { refused, input } of ledger) if (refused !== null) problems.push(`"${input.text}" was refused: ${refused}`);

  await inParallel(SENDERS, SENDERS.length, async (sender) => {
    const { call, close } = await connect(sender);
    for (const send of ledger) {
      if (send.sender !== `${prefix} ${sender.name}` || send.acknowledged) continue;
      if (!(await attempt(call, send))) problems.push(`"${send.input.text}": the connection went during the retry`);
    }
    close();
  });
  const histories = await readAll(ana, ledger);
  problems.push(...compareWithHistories(ledger, histories, true));

  await Promise.all(followers.map(async ({ customerId, follower }) => {
    const expected = histories.get(customerId) ?? [];
    // What is already wrong need not be waited for.
    if (problems.length === 0) problems.push(...(await compareWithFollower(follower, expected)).map((problem) => `the follower of ${customerId}: ${problem}`));
    await follower.stop();
  }));
  everything.push(...ledger);
  return problems;
}

/** Waits until the follower has been told the last message, then compares. */
async function compareWithFollower(follower: Follower, expected: readonly Message[]): Promise<string[]> {
  const last = expected.at(-1)?.text;
  const isThere = last === undefined || await until(`"${last}"`, () => follower.hasSeen(last)).then(() => true, () => false);
  return [...(isThere ? [] : ['was never told the last message']), ...follower.problems(), ...differences(follower.view.messages(), expected)];
}

async function readAll(call: Call, sends: readonly Send[]): Promise<Map<string, Message[]>> {
  const customerIds = [...new Set(sends.map(({ input }) => input.customerId))];
  return new Map(await inParallel(customerIds, 4, async (customerId) => [customerId, await readHistory(call, customerId)] as const));
}
