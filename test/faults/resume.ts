import { startCutProxy } from '../_util/cut-proxy.ts';
import type { Follower } from '../_util/follower.ts';
import { follow } from '../_util/follower.ts';
import type { Call, Door } from '../_util/graphql-client.ts';
import { httpCall, openSocket } from '../_util/graphql-client.ts';
import type { Message } from '../_util/minicom.ts';
import { enterAsAgent, enterAsCustomer, newSend, perform, readHistory, readSnapshot, send } from '../_util/minicom.ts';
import { at, inParallel, range } from '../_util/parallel.ts';
import type { Random } from '../_util/random.ts';
import { createRandom } from '../_util/random.ts';
import { SERVER, withServer } from '../_util/server-process.ts';
import { until } from '../_util/wait.ts';
import { differences, disorderIn } from './ledger.ts';

export interface CutOptions {
  readonly command?: readonly string[];
  readonly followers: number;
  readonly cuts: number;
  readonly messages: number;
  readonly seed: number;
  /** How long a follower may take to be told the last message. @default 60 s */
  readonly patienceMs?: number;
}

const CONVERSATIONS = 10;
/** About what one event takes on the wire; decides only how far apart the cuts are. */
const EVENT_BYTES = 500;

/**
 * R88: cuts the followers' connections at random bytes, both ways, while messages are sent, edited and removed.
 * @returns where a follower's list differs from the database's, and every breach of the stream's order: empty if none
 */
export async function followThroughCuts({ command = SERVER, followers: count, cuts, messages, seed, patienceMs = 60_000 }: CutOptions): Promise<string[]> {
  const random = createRandom(seed);
  return withServer({ command }, async ({ url }) => {
    const ana = await enterAsAgent(url, 'ana');
    const customers = await inParallel(range(CONVERSATIONS), 4, async (n) => {
      const customerId = `cut-${seed}-${n}`;
      return { customerId, door: await enterAsCustomer(url, customerId) };
    });
    const perFollower = (messages / CONVERSATIONS) * EVENT_BYTES;
    const farthest = Math.ceil((perFollower * count) / cuts);
    const proxy = await startCutProxy({
      target: url,
      // One in seven is cut on the way up: in the upgrade request, in connection_init or in subscribe.
      allow: () => (random.int(1, 7) === 1 ? { up: random.int(0, 900), down: Infinity } : { up: Infinity, down: random.int(0, farthest) }),
      isReset: () => random.int(0, 1) === 1,
    });
    const following = await inParallel(range(count), 10, async (n) => {
      const { customerId, door } = at(customers, n % CONVERSATIONS);
      const { cursor } = await readSnapshot(httpCall(door), customerId);
      const seat: Door = n % 5 === 4 ? ana : door;
      return { customerId, follower: follow({ door: () => ({ ...seat, via: proxy.url }), customerId, after: cursor }) };
    });
    const problems: string[] = [];
    try {
      let sent = 0;
      // Twice the messages are enough for the cuts, unless something is broken.
      const isEnough = (): boolean => sent >= messages && (proxy.cuts >= cuts || sent >= 2 * messages);
      await Promise.all(customers.map(async ({ customerId, door }, n) => {
        const sockets = [await openSocket(door), await openSocket(ana)];
        const senders = sockets.map(({ call }, side) => sendAndChange({ call, customerId, random, name: side === 0 ? 'customer' : 'ana' }));
        while (!isEnough()) {
          sent += 1;
          await at(senders, (sent + n) % 2)();
        }
        // The last to be told: whoever holds it holds everything.
        await send(at(sockets, 0).call, newSend(customerId, 'the end'));
        for (const socket of sockets) socket.close();
      }));
      if (proxy.cuts < cuts) problems.push(`only ${proxy.cuts} cuts happened`);
      proxy.allow(() => ({ up: Infinity, down: Infinity }));

      for (const { customerId, door } of customers) {
        const expected = await readHistory(httpCall(door), customerId);
        problems.push(...disorderIn(expected).map((problem) => `${customerId}: ${problem}`));
        for (const [n, { follower }] of following.entries()) {
          if (following[n]?.customerId !== customerId) continue;
          // What is already wrong need not be waited for.
          const waitMs = problems.length === 0 ? patienceMs : 0;
          problems.push(...(await compare(follower, expected, waitMs)).map((problem) => `seed ${seed}, follower ${n} of ${customerId}: ${problem}`));
        }
      }
      const resumes = following.reduce((sum, { follower }) => sum + follower.resumes, 0);
      if (resumes === 0) problems.push('no follower ever resumed');
      return problems;
    } finally {
      await Promise.all(following.map(({ follower }) => follower.stop()));
      await proxy.stop();
    }
  });
}

/** Every call sends one message; now and then it also edits or removes an earlier one of the same sender. */
function sendAndChange({ call, customerId, random, name }: { call: Call; customerId: string; random: Random; name: string }): () => Promise<void> {
  const ids: string[] = [];
  return async () => {
    const { message, __typename } = await send(call, newSend(customerId, `${name} ${ids.length}`));
    if (!message) throw new Error(`a message was refused: ${__typename}`);
    ids.push(message.id);
    if (random.int(1, 10) === 1) await perform(call, 'editMessage', { customerId, messageId: random.pick(ids), text: `${name} thought again ${ids.length}` });
    if (random.int(1, 40) === 1) await perform(call, 'removeMessage', { customerId, messageId: random.pick(ids) });
  };
}

async function compare(follower: Follower, expected: readonly Message[], waitMs: number): Promise<string[]> {
  const isThere = await until('the last message', () => follower.hasSeen('the end'), waitMs).then(() => true, () => false);
  return [...(isThere ? [] : ['was never told the last message']), ...follower.problems(), ...differences(follower.view.messages(), expected)];
}
