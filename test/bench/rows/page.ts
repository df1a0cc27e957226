import type { BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../../_util/browser.ts';
import { range } from '../../_util/parallel.ts';
import type { Client } from '../client.ts';
import { openClient } from '../client.ts';
import { agent, customer, customerId, makePeople, withFolder } from '../database.ts';
import { textOf, uuid } from '../load.ts';
import { minicom, startPeer } from '../peers.ts';
import type { Options, Row } from '../report.ts';
import { round } from '../report.ts';

const MESSAGES = 200;

/** How long a browser is busy at a stretch while many messages arrive at once, in the customer's window and in the agent's. */
export async function page({ log }: Options): Promise<Row[]> {
  return withFolder(async (dataDir) => {
    await makePeople(dataDir, { customers: 2, agents: 1 });
    const server = await startPeer(minicom, dataDir);
    const browser = await launchBrowser();
    const rows: Row[] = [];
    for (const [n, window] of (['chat', 'inbox'] as const).entries()) {
      const context = await browser.newContext();
      await enter(context, server.url, n);
      const tasks = await receive(await context.newPage(), { url: server.url, n, window });
      log(`page, ${window}: ${tasks.length} long tasks ${tasks.map((ms) => `${round(ms)} ms`).join(', ')}`);
      rows.push({
        measure: `tasks over 50 ms while ${MESSAGES} messages arrive, ${window}`, value: tasks.length, unit: '', good: 0, great: 0,
        from: tasks.length === 0 ? 'none' : `the longest ${round(Math.max(...tasks))} ms`,
      });
      await context.close();
    }
    await browser.close();
    await server.stop();
    return rows;
  });
}

async function enter(context: BrowserContext, url: string, n: number): Promise<void> {
  const [name = '', value = ''] = (agent(0).cookie ?? '').split('=');
  await context.addCookies([{ name, value, url }]);
  await context.addInitScript(([key, token]) => { localStorage.setItem(key ?? '', token ?? ''); }, [`minicom.session.${customerId(n)}`, customer(n).token ?? '']);
}

/** @returns how long each task was that took more than 50 ms, from the first message to the last one on the page */
async function receive(page: Page, { url, n, window }: { url: string; n: number; window: 'chat' | 'inbox' }): Promise<number[]> {
  const sender = await openClient(url, customer(n));
  const first = n * 1_000;
  await send(sender, n, first, 1);
  await page.goto(`${url}/${window}/${customerId(n)}`);
  await page.getByRole('log').getByText(textOf(first)).waitFor();
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(globalThis, { longTasks: tasks });
    new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) tasks.push(duration); }).observe({ type: 'longtask' });
  });
  await send(sender, n, first + 1, MESSAGES);
  await page.getByRole('log').getByText(textOf(first + MESSAGES)).waitFor();
  sender.close();
  return page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks);
}

/** As fast as one socket may: ten under way at a time. */
function send(client: Client, n: number, from: number, count: number): Promise<void> {
  return new Promise((resolve) => {
    let started = 0;
    let answered = 0;
    const start = (): void => {
      if (started === count) return;
      const index = from + started;
      started += 1;
      client.start(`m${index}`, minicom.dialect.send(customerId(n), textOf(index), uuid(index)));
    };
    client.onNext = () => {
      answered += 1;
      if (answered === count) resolve();
      else start();
    };
    for (const _ of range(10)) start();
  });
}
