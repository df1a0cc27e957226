import { setTimeout as delay } from 'node:timers/promises';
import { inParallel, range } from '../_util/parallel.ts';
import type { Client } from './client.ts';
import { openClient } from './client.ts';
import { customer, customerId } from './database.ts';
import { minicom } from './peers.ts';

/**
 * A process of its own, so that nobody else's clock suffers: followers of a conversation each, from an address each. Whenever it is spoken to, all lose their
 * sockets at once and come back; it answers with how many milliseconds that took. Its first word is that all are there.
 */

const [url = '', first = 0, count = 0] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const cursors = new Map<number, string>();

let clients = await inParallel(range(count), 50, come);
process.on('message', () => {
  for (const client of clients) client.close();
  const began = performance.now();
  void inParallel(range(count), count, come).then((back) => {
    clients = back;
    process.send?.(performance.now() - began);
  });
});
process.once('disconnect', () => process.exit());
process.send?.(0);

/** Follows from where it was, and has been told how the stream stands. */
async function come(n: number): Promise<Client> {
  const id = customerId(first + n);
  const client = await openClient(url, { ...customer(first + n), address: `198.18.${n >> 8}.${n & 255}` }).catch(() => null);
  if (!client) {
    await delay(100);
    return come(n);
  }
  const payload = JSON.parse(minicom.dialect.follow(id)) as object;
  await new Promise<void>((resolve) => {
    client.onNext = (_id, frame) => {
      cursors.set(n, /"cursor":"([^"]+)"/.exec(frame.toString('latin1'))?.[1] ?? '');
      resolve();
    };
    client.start('f', JSON.stringify({ ...payload, variables: { customerId: id, after: cursors.get(n) } }));
  });
  return client;
}
