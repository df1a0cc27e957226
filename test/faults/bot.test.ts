import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { httpCall } from '../_util/graphql-client.ts';
import { enterAsCustomer, newSend, readHistory, readSnapshot, send } from '../_util/minicom.ts';
import { range } from '../_util/parallel.ts';
import { createRandom, SEED } from '../_util/random.ts';
import { scaled } from '../_util/scaled.ts';
import type { ServerProcess } from '../_util/server-process.ts';
import { startServer, withDataDir } from '../_util/server-process.ts';
import { pass, until } from '../_util/wait.ts';

/** Takes half a second to say it again. */
const SLOW_BOT = `export const bot = {
  name: 'slow',
  async handle({ text }) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    return { kind: 'reply', text: 'You said: ' + text, counts: 'answer' };
  },
};`;

const HUNG_BOT = "export const bot = { name: 'hung', handle: () => new Promise(() => undefined) };";

it('R108: what was asked is answered once, whenever the server is killed while the bot thinks', async () => {
  const random = createRandom(SEED);
  await withDataDir(async (dataDir) => {
    const env = { BOT: 'on', BOT_MODULE: join(dataDir, 'bot.mjs') };
    await writeFile(env.BOT_MODULE, SLOW_BOT);
    for (const cycle of range(scaled(30))) {
      const customerId = `customer-${cycle}`;
      const first = await startServer({ dataDir, env });
      await ask(first, customerId);
      await pass(random.int(0, 1_300)); // the pause, the thought, or after it
      await first.kill();

      const second = await startServer({ dataDir, env });
      const call = httpCall(await enterAsCustomer(second.url, customerId));
      await until('an answer', async () => (await readHistory(call, customerId)).length > 1);
      await pass(random.int(0, 1_300)); // a second answer would come now
      const said = (await readHistory(call, customerId)).map(({ text }) => text);
      await second.kill();
      expect(said, `cycle ${cycle} of SEED=${SEED}`).toEqual(['hello?', 'You said: hello?']);
    }
  });
});

it('B4: who waited for the bot when the server was killed gets a person from one that starts with BOT=off', async () => {
  await withDataDir(async (dataDir) => {
    const env = { BOT: 'on', BOT_MODULE: join(dataDir, 'bot.mjs') };
    await writeFile(env.BOT_MODULE, HUNG_BOT);
    const first = await startServer({ dataDir, env });
    await ask(first, 'alice');
    await first.kill();

    const second = await startServer({ dataDir, env: { BOT: 'off' } });
    const call = httpCall(await enterAsCustomer(second.url, 'alice'));
    await until('a person to be asked for', async () => (await readSnapshot(call, 'alice')).state.handler === 'QUEUE');
    const history = await readHistory(call, 'alice');
    await second.kill();
    expect(history.map(({ text }) => text)).toEqual(['hello?', 'Waiting for a person']);
  });
});

async function ask({ url }: ServerProcess, customerId: string): Promise<void> {
  await send(httpCall(await enterAsCustomer(url, customerId)), newSend(customerId, 'hello?'));
}
