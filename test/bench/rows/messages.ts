import Database from 'better-sqlite3';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { at, inParallel, range } from '../../_util/parallel.ts';
import { until } from '../../_util/wait.ts';
import type { Client } from '../client.ts';
import { numberIn, openClient } from '../client.ts';
import { agent, customer, customerId, makePeople, withFolder } from '../database.ts';
import { textOf, uuid } from '../load.ts';
import type { Peer } from '../peers.ts';
import { FILE, floor, floorGroup, minicom, startPeer, tutorial } from '../peers.ts';
import type { Options, Row } from '../report.ts';
import { ratio, told } from '../report.ts';

const CONVERSATIONS = 50;
const PER_AGENT = 10;
const WINDOW = 4;

/** Durable messages a second, closed loop: 50 customers with 4 messages under way each; every conversation is followed by its customer and an agent. */
export async function messages({ quick, log }: Options): Promise<Row[]> {
  const rate: Record<string, number[]> = {};
  const cpu: Record<string, number[]> = {};
  for (const round of range(quick ? 1 : 3)) {
    for (const peer of [floor, floorGroup, minicom, tutorial]) {
      const run = await send(peer, quick ? { warmUpMs: 1_000, measureMs: 2_000 } : { warmUpMs: 2_000, measureMs: 6_000 });
      (rate[peer.name] ??= []).push(run.perSecond);
      (cpu[peer.name] ??= []).push(run.cpuMicros);
      log(`messages, round ${round + 1}, ${peer.name}: ${run.perSecond.toFixed(0)} a second, ${run.cpuMicros.toFixed(0)} µs of CPU each, ${run.verified} verified`);
    }
  }
  return [
    {
      measure: 'durable messages/s, × floor', value: ratio(rate['minicom'] ?? [], rate['floor'] ?? []), unit: '×', good: 2, great: 3.5, moreIsBetter: true,
      from: told(rate, 'messages/s'),
    },
    {
      measure: 'CPU per message, × floor with group commit', value: ratio(cpu['minicom'] ?? [], cpu['floor-group'] ?? []), unit: '×', good: 3, great: 1.4,
      from: told(cpu, 'µs'),
    },
  ];
}

interface Run { readonly perSecond: number; readonly cpuMicros: number; readonly verified: number }

async function send(peer: Peer, { warmUpMs, measureMs }: { warmUpMs: number; measureMs: number }): Promise<Run> {
  return withFolder(async (dataDir) => {
    if (peer === minicom) await makePeople(dataDir, { customers: CONVERSATIONS, agents: CONVERSATIONS / PER_AGENT });
    const server = await startPeer(peer, dataDir);
    const seen = range(2 * CONVERSATIONS).map((): number[] => []);
    let next = 0;
    let acknowledged = 0;
    let isOver = false;

    const agents = await inParallel(range(CONVERSATIONS / PER_AGENT), 5, (n) => openClient(server.url, agent(n)));
    const customers = await inParallel(range(CONVERSATIONS), 10, (n) => openClient(server.url, customer(n)));
    const follow = (client: Client, n: number, seat: number): void => client.start(`f${seat}`, peer.dialect.follow(customerId(n)));
    const begin = (n: number): void => {
      next += 1;
      at(customers, n).start(`m${next}`, peer.dialect.send(customerId(n), textOf(next), uuid(next)));
    };
    const watch = (id: string, frame: Buffer): boolean => {
      if (!id.startsWith('f')) return false;
      const number = numberIn(frame);
      if (number >= 0) at(seen, Number(id.slice(1))).push(number);
      return true;
    };
    for (const [n, client] of customers.entries()) {
      client.onNext = (id, frame) => {
        if (watch(id, frame)) return;
        acknowledged += 1;
        if (!isOver) begin(n);
      };
      follow(client, n, n);
      const its = at(agents, Math.floor(n / PER_AGENT));
      its.onNext = watch;
      follow(its, n, CONVERSATIONS + n);
    }
    await delay(300); // every follower is there before the first message
    for (const n of range(CONVERSATIONS)) for (const _ of range(WINDOW)) begin(n);

    await delay(warmUpMs);
    const [before, from, began] = [await server.usage(), acknowledged, performance.now()];
    await delay(measureMs);
    const [after, to, ended] = [await server.usage(), acknowledged, performance.now()];
    isOver = true;
    await until('the last answers', () => acknowledged === next);
    await until('the last deliveries', () => seen.reduce((sum, numbers) => sum + numbers.length, 0) >= 2 * next);
    for (const client of [...customers, ...agents]) client.close();
    await server.stop();
    verify(peer, dataDir, next, seen);
    return { perSecond: ((to - from) / (ended - began)) * 1_000, cpuMicros: (after.cpuMicros - before.cpuMicros) / (to - from), verified: next };
  });
}

/** Every message that was acknowledged is in the file once, in the order of its sender, and both followers were told each once, in that order. */
function verify(peer: Peer, dataDir: string, sent: number, seen: readonly number[][]): void {
  const db = new Database(join(dataDir, peer === minicom ? 'minicom.sqlite' : FILE), { readonly: true });
  const query = peer === minicom
    ? `SELECT customer_id AS customerId, text FROM message JOIN conversation ON conversation."row" = conversation_row WHERE kind = 'text' ORDER BY conversation_row, seq`
    : 'SELECT customer_id AS customerId, text FROM message ORDER BY customer_id, seq';
  const stored = new Map<string, number[]>();
  let count = 0;
  for (const { customerId: id, text } of db.prepare<[], { customerId: string; text: string }>(query).iterate()) {
    count += 1;
    const numbers = stored.get(id) ?? [];
    numbers.push(numberIn(Buffer.from(text)));
    stored.set(id, numbers);
  }
  db.close();
  if (count !== sent) throw new Error(`${peer.name}: ${sent} were acknowledged, ${count} are stored`);
  for (const n of range(CONVERSATIONS)) {
    const numbers = stored.get(customerId(n)) ?? [];
    const isInOrder = numbers.every((number, index) => index === 0 || number > at(numbers, index - 1));
    if (!isInOrder) throw new Error(`${peer.name}: the messages of ${customerId(n)} are out of order or stored twice`);
    for (const follower of [at(seen, n), at(seen, CONVERSATIONS + n)]) {
      const isSame = follower.length === numbers.length && follower.every((number, index) => number === numbers[index]);
      if (!isSame) throw new Error(`${peer.name}: a follower of ${customerId(n)} was told something else than what is stored`);
    }
  }
}
