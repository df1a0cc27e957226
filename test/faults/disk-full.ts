import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { follow } from '../_util/follower.ts';
import { httpCall, openSocket } from '../_util/graphql-client.ts';
import { dataOf, enterAsCustomer, FOLLOW, newSend, perform, readHistory, readSnapshot, trySend } from '../_util/minicom.ts';
import type { Followed } from '../_util/minicom.ts';
import { at, inParallel, range } from '../_util/parallel.ts';
import { SERVER, startServer, withDataDir } from '../_util/server-process.ts';
import { until, within } from '../_util/wait.ts';
import type { Send } from './ledger.ts';
import { attempt, compareWithHistories, differences, inOrderOfCommit, keepSending } from './ledger.ts';

const run = promisify(execFile);

const DISK_MB = 16;
/** Removed later, to make space again. */
const BALLAST_MB = 4;
const SENDERS = 6;
/** What every sender is refused before the disk counts as full for good. */
const REFUSALS = 5;

/** @returns why no small disk can be mounted here; null if one can */
export async function whyNoSmallDisk(): Promise<string | null> {
  return withDataDir(async (place) => {
    try {
      await mount(place, 1);
      await unmount(place);
      return null;
    } catch (error) {
      return String(error);
    }
  });
}

/**
 * R78: fills the disk by sending, until nothing more is kept; then makes space.
 * @returns what was acknowledged and not kept, kept and not acknowledged, or did not work while full or afterwards: empty if nothing
 */
export async function fillTheDisk({ command = SERVER }: { readonly command?: readonly string[] }): Promise<string[]> {
  return withDataDir(async (place) => {
    await mount(place, DISK_MB);
    try {
      const dataDir = join(place, 'data');
      const ballast = join(place, 'ballast');
      await mkdir(dataDir);
      await writeFile(ballast, Buffer.alloc(BALLAST_MB * 2 ** 20));
      return await fill(command, dataDir, ballast);
    } finally {
      await unmount(place);
    }
  });
}

async function fill(command: readonly string[], dataDir: string, ballast: string): Promise<string[]> {
  const server = await startServer({ command, dataDir });
  try {
    const { url } = server;
    const customers = await inParallel(range(SENDERS), SENDERS, async (n) => {
      const customerId = `full-${n}`;
      const door = await enterAsCustomer(url, customerId);
      const socket = await openSocket(door);
      const { cursor } = await readSnapshot(socket.call, customerId);
      return { customerId, door, socket, follower: follow({ door: () => door, customerId, after: cursor }) };
    });
    const histories = async () => new Map(await Promise.all(
      customers.map(async ({ customerId, door }) => [customerId, await readHistory(httpCall(door), customerId)] as const),
    ));
    const problems: string[] = [];
    const ledger: Send[] = [];

    await Promise.all(customers.map(({ customerId, socket }) => {
      const refusals = () => ledger.filter(({ sender, refused }) => sender === customerId && refused !== null).length;
      return keepSending({ sender: customerId, call: socket.call, customerId, width: 2, ledger, isOver: () => refusals() >= REFUSALS, text: bigText });
    }));
    for (const { refused } of ledger) if (refused !== null && refused !== 'STORAGE_FULL') problems.push(`a send was refused as ${refused}, not STORAGE_FULL`);

    // Full: what was acknowledged is there, and nothing else; whoever follows still hears what needs no disk.
    problems.push(...compareWithHistories(ledger, await histories(), false));
    await Promise.all(customers.map(async ({ customerId, door, socket }) => {
      const stream = socket.subscribe<Followed>(FOLLOW, { customerId });
      const sibling = await openSocket(door);
      await perform(sibling.call, 'setTyping', { customerId, typing: true });
      const hears = async (): Promise<void> => {
        for (;;) {
          const answer = await stream.next();
          if (answer && dataOf(answer).conversationEvents.__typename === 'TypingChanged') return;
          if (!answer) throw new Error('the stream completed by itself');
        }
      };
      await within(`${customerId} to hear the typing`, hears()).catch((error: unknown) => problems.push(String(error)));
      stream.stop();
      sibling.close();
    }));

    await rm(ballast);
    const probe = at(customers, 0);
    const later = newSend(probe.customerId, 'is there space?');
    await until('a send to be kept again', async () => 'message' in (await trySend(probe.socket.call, later)));
    for (const { customerId, socket } of customers) {
      for (const send of ledger) {
        if (send.sender === customerId && !send.acknowledged && !(await attempt(socket.call, send))) problems.push('the connection went during a retry');
      }
    }
    const settled = await histories();
    const withoutProbe = new Map([...settled].map(([customerId, history]) => [customerId, history.filter(({ text }) => text !== later.text)] as const));
    problems.push(...compareWithHistories(inOrderOfCommit(ledger), withoutProbe, true));

    for (const { customerId, follower, socket } of customers) {
      const expected = settled.get(customerId) ?? [];
      const last = expected.at(-1)?.text ?? '';
      await until(`the follower of ${customerId} to be told everything`, () => follower.hasSeen(last)).catch((error: unknown) => problems.push(String(error)));
      await follower.stop();
      if (follower.resumes > 0) problems.push(`the socket of ${customerId}'s follower was lost`);
      problems.push(...follower.problems(), ...differences(follower.view.messages(), expected));
      socket.close();
    }
    return problems.map((problem) => problem.slice(0, 300));
  } finally {
    await server.kill();
  }
}

/** Nearly the most that one message may weigh: 4 bytes of UTF-8 a character. */
function bigText(index: number): string {
  return `${index} ${'𝄞'.repeat(7_990)}`;
}

async function mount(place: string, megabytes: number): Promise<void> {
  await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', place]);
}

async function unmount(place: string): Promise<void> {
  await run('umount', [place]);
}
