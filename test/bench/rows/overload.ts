import Database from 'better-sqlite3';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { at, inParallel, range } from '../../_util/parallel.ts';
import { until } from '../../_util/wait.ts';
import type { Client } from '../client.ts';
import { openClient } from '../client.ts';
import { customer, customerId, makePeople, withFolder } from '../database.ts';
import { openLoop, textOf, uuid } from '../load.ts';
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
    const crowd = await gather(server.url);

    let capacity = 0;
    for (let rate = 1_000; ; rate *= 1.15) {
      const { goodput } = await crowd.offer(rate, quick ? 1 : 3);
      capacity = Math.max(capacity, goodput);
      if (goodput < 0.85 * rate) break;
    }
    const before = await crowd.offer(capacity / 2, quick ? 2 : 10);
    const { rssBytes } = await server.usage();
    const over = await crowd.offer(capacity * TIMES, quick ? 5 : 60);
    const grown = (await server.usage()).rssBytes / rssBytes;
    crowd.leave();
    await server.stop();
    verify(dataDir, crowd.kept);
    const from = `capacity ${round(capacity)}/s, offered ${round(over.offered)}/s (${round(over.offered / capacity)} ×), ${round(over.held)}/s of it held back by who had been cut off`;
    log(`overload: ${from}, kept ${round(over.goodput)}/s, ${over.refusedMs.length} refused`);
    const p99 = percentile(over.keptMs, 0.99);
    const usual = percentile(before.keptMs, 0.99);
    return [
      { measure: 'R98 goodput at ten times the capacity', value: (over.goodput / capacity) * 100, unit: '%', good: 90, great: null, moreIsBetter: true, from },
      { measure: 'R98 refusals at ten times the capacity, p99', value: percentile(over.refusedMs, 0.99), unit: 'ms', good: 100, great: null, from: `${over.refusedMs.length} refused` },
      { measure: 'R98 messages kept at ten times the capacity, p99', value: p99, unit: 'ms', good: 250, great: 2 * usual, from: `${round(usual)} ms at half of the capacity` },
      { measure: 'R98 memory of the server, × before', value: grown, unit: '×', good: 1.5, great: null, from: 'as the overload ends' },
      { measure: 'R98 back to normal after it', value: over.drainedMs, unit: 'ms', good: 5_000, great: null, from: 'until nothing waits, and who comes anew has sent' },
    ];
  });
}

interface Offered {
  /** A second: kept, due, and due while their sender had no connection. */
  readonly goodput: number;
  readonly offered: number;
  readonly held: number;
  /** From when a message was due until it was known to be kept, or not. */
  readonly keptMs: readonly number[];
  readonly refusedMs: readonly number[];
  readonly drainedMs: number;
}

/** A message that is on its way: since when it was due, in monotonic milliseconds, by its number. */
type Due = Map<string, number>;
interface Sender { client: Client | null; readonly due: Due }

/** People who each send whatever is due, also after they were told to wait. Whoever is cut off for it comes back as soon as our own apps do at their first try. */
async function gather(url: string) {
  const kept: number[] = [];
  let [keptMs, refusedMs]: [number[], number[]] = [[], []];
  let [sent, held, isOver] = [0, 0, false];

  function settle({ due }: Sender, id: string, into: number[]): void {
    into.push(performance.now() - (due.get(id) ?? Number.NaN));
    due.delete(id);
  }

  async function enter(sender: Sender, n: number): Promise<void> {
    const client = await openClient(url, customer(n)).catch(() => null);
    if (client) {
      sender.client = client;
      client.onNext = (id, frame) => {
        const isKept = frame.includes('SendMessagePayload');
        if (isKept) kept.push(Number(id));
        settle(sender, id, isKept ? keptMs : refusedMs);
      };
      client.onRefused = (id) => settle(sender, id, refusedMs);
      void client.closed.then(async () => {
        sender.client = null;
        for (const id of sender.due.keys()) settle(sender, id, refusedMs);
        await comeBack(sender, n);
      });
    } else await comeBack(sender, n);
  }

  async function comeBack(sender: Sender, n: number): Promise<void> {
    await delay(500 + Math.random() * 500);
    if (!isOver) await enter(sender, n);
  }

  const senders = range(CUSTOMERS).map((): Sender => ({ client: null, due: new Map() }));
  await inParallel(range(CUSTOMERS), 10, (n) => enter(at(senders, n), n));
  const isQuiet = (): boolean => senders.every(({ due }) => due.size === 0);

  return {
    /** Numbers of all that were acknowledged. */
    kept,
    async offer(perSecond: number, seconds: number): Promise<Offered> {
      const before = { kept: kept.length, sent, held };
      [keptMs, refusedMs] = [[], []];
      const began = performance.now();
      await openLoop(perSecond, seconds, (_n, dueMs) => {
        const n = sent % CUSTOMERS;
        const { client, due } = at(senders, n);
        sent += 1;
        if (!client) held += 1;
        else {
          due.set(`${sent}`, dueMs);
          client.start(`${sent}`, minicom.dialect.send(customerId(n), textOf(sent), uuid(sent)));
        }
      });
      const ended = performance.now();
      const each = (count: number): number => (count / (ended - began)) * 1_000;
      const [goodput, offered, heldBack] = [each(kept.length - before.kept), each(sent - before.sent), each(held - before.held)];
      await until('nothing to wait', isQuiet);
      await greet(url);
      return { goodput, offered, held: heldBack, keptMs, refusedMs, drainedMs: performance.now() - ended };
    },
    leave(): void {
      isOver = true;
      for (const { client } of senders) client?.close();
    },
  };
}

/** Somebody who was not there yet comes, asks and is answered, at the first try that is not refused. */
async function greet(url: string): Promise<void> {
  for (;;) {
    const client = await openClient(url, customer(0)).catch(() => null);
    const isAnswered = client && await new Promise<boolean>((resolve) => {
      client.onNext = () => resolve(true);
      client.onRefused = () => resolve(false);
      client.start('1', minicom.dialect.history(customerId(0)));
    });
    client?.close();
    if (isAnswered) return;
    await delay(20);
  }
}

/** What was acknowledged is in the file, once. */
function verify(dataDir: string, kept: readonly number[]): void {
  const db = new Database(join(dataDir, 'minicom.sqlite'), { readonly: true });
  const stored = db.prepare<[], { key: string }>('SELECT client_message_id AS key FROM message WHERE client_message_id IS NOT NULL').all().map(({ key }) => key);
  db.close();
  const keys = new Set(stored);
  const lost = kept.filter((n) => !keys.has(uuid(n)));
  if (lost.length > 0 || keys.size !== stored.length) throw new Error(`${lost.length} acknowledged messages are lost, ${stored.length - keys.size} stored twice`);
}
