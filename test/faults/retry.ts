import { startCutProxy } from '../_util/cut-proxy.ts';
import type { Call, Door, Socket } from '../_util/graphql-client.ts';
import { httpCall, openSocket } from '../_util/graphql-client.ts';
import type { SendInput } from '../_util/minicom.ts';
import { enterAsCustomer, newSend, readHistory, send } from '../_util/minicom.ts';
import { inParallel, range } from '../_util/parallel.ts';
import { createRandom } from '../_util/random.ts';
import { SERVER, withServer } from '../_util/server-process.ts';
import type { Send } from './ledger.ts';
import { attempt, commitOf, compareWithHistories, isSameCommit } from './ledger.ts';

export interface RetryOptions { readonly command?: readonly string[]; readonly trials: number; readonly seed: number }

const SENDERS = 8;

/**
 * R89: cuts the connection between the commit and its acknowledgement, and sends the same again until it is answered.
 * @returns what was doubled, lost or answered differently: empty if nothing was
 */
export async function retryAfterCuts({ command = SERVER, trials, seed }: RetryOptions): Promise<string[]> {
  const random = createRandom(seed);
  return withServer({ command }, async ({ url }) => {
    const customers = await inParallel(range(SENDERS), SENDERS, async (n) => {
      const customerId = `retry-${seed}-${n}`;
      return { customerId, door: await enterAsCustomer(url, customerId) };
    });
    const problems: string[] = [];
    const ledger: Send[] = [];
    let cuts = 0;
    await inParallel(customers, SENDERS, async ({ customerId, door }, n) => {
      const proxy = await startCutProxy({ target: url, isReset: () => random.int(0, 1) === 1 });
      const line = n % 2 === 0 ? socketLine({ ...door, via: proxy.url }) : httpLine({ ...door, via: proxy.url });
      try {
        for (let index = n; index < trials; index += SENDERS) {
          const entry: Send = { sender: customerId, input: newSend(customerId, `${index}`), acknowledged: null, refused: null };
          ledger.push(entry);
          const call = await line.open();
          // At 0 no byte of the answer arrives; else it is cut within.
          const allowed = random.int(0, 3) === 0 ? 0 : random.int(1, 400);
          proxy.allow(() => ({ up: Infinity, down: allowed }));
          proxy.cutAfter(allowed);
          const isAnswered = await attempt(call, entry);
          proxy.allow(() => ({ up: Infinity, down: Infinity }));
          proxy.cutAfter(Infinity);
          if (!isAnswered && !(await attempt(await line.open(), entry))) problems.push(`"${index}" was not answered on a sound line`);
          problems.push(...await sendAgain(await line.open(), entry));
        }
      } finally {
        cuts += proxy.cuts;
        line.close();
        await proxy.stop();
      }
    });
    if (cuts === 0) problems.push('no cut happened');
    const histories = new Map(await inParallel(customers, 4, async ({ customerId, door }) => [customerId, await readHistory(httpCall(door), customerId)] as const));
    return [...problems, ...compareWithHistories(ledger, histories, true)].map((problem) => `seed ${seed}: ${problem}`);
  });
}

async function sendAgain(call: Call, { input, acknowledged }: Send): Promise<string[]> {
  const { message, __typename } = await send(call, input);
  if (acknowledged && message && isSameCommit(message, acknowledged)) return [];
  return [`"${input.text}" was ${acknowledged ? commitOf(acknowledged) : 'not acknowledged'}, and the same again is ${message ? commitOf(message) : __typename}`];
}

interface Line { open(): Promise<Call>; close(): void }

function httpLine(door: Door): Line {
  return { open: async () => httpCall(door), close: () => undefined };
}

/** One socket, opened again once it was lost. */
function socketLine(door: Door): Line {
  let socket: Socket | null = null;
  return {
    open: async () => {
      if (!socket) {
        const opened = await openSocket(door);
        socket = opened;
        void opened.closed.then(() => { if (socket === opened) socket = null; });
      }
      return socket.call;
    },
    close: () => socket?.close(),
  };
}

/**
 * R90: sends the same message many times at once, half over HTTP and half over sockets.
 * @returns what differs between the answers or the rows: empty if there is one row and all answers are equal
 */
export async function sendAtOnce(door: Door, input: SendInput, times: number): Promise<string[]> {
  const sockets = await Promise.all(range(times / 2).map(() => openSocket(door)));
  const calls = [...sockets.map(({ call }) => call), ...range(times - sockets.length).map(() => httpCall(door))];
  const answers = await Promise.all(calls.map((call) => send(call, input)));
  for (const socket of sockets) socket.close();

  const rows = (await readHistory(httpCall(door), input.customerId)).filter(({ text }) => text === input.text);
  const problems = rows.length === 1 ? [] : [`${rows.length} rows of "${input.text}"`];
  for (const { message, __typename } of answers) {
    if (!rows[0] || !message || !isSameCommit(message, rows[0])) problems.push(`an answer was ${message ? commitOf(message) : __typename}`);
  }
  return problems;
}
