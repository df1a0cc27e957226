import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { httpCall } from '../../_util/graphql-client.ts';
import { dataOf, enterAsAgent, enterAsCustomer, newSend, readHistory, send } from '../../_util/minicom.ts';
import { withServer } from '../../_util/server-process.ts';
import { until } from '../../_util/wait.ts';

/** The real build, as whoever has not got all of it runs it. */

interface Said { readonly health: string; readonly state: string; readonly words: RegExp }

async function expectUseful(url: string, { health, state, words }: Said): Promise<void> {
  const customer = httpCall(await enterAsCustomer(url, 'ada'));
  const agent = httpCall(await enterAsAgent(url, 'ana'));
  for (const [text, reply] of [['hello', /^Hello!/], ['How do I reset my password?', /password/i], ['Could I paddle a kayak to the moon?', /^I do not know that/]] as const) {
    const { message } = await send(customer, newSend('ada', text));
    await until(`a reply to “${text}”`, async () => (await readHistory(agent, 'ada')).some(({ seq, sender, text: said }) => (
      seq > (message?.seq ?? 0) && sender.__typename === 'Bot' && reply.test(said)
    )));
  }
  const query = '{ botSettings { health detail textModel { state detail } } }';
  let settings = '';
  await until('the settings to say what is missing', async () => {
    const { botSettings } = dataOf(await agent<{ botSettings: { health: string; textModel: { state: string; detail: string } } }>(query));
    settings = JSON.stringify(botSettings);
    return botSettings.health === health && botSettings.textModel.state === state && words.test(botSettings.textModel.detail);
  }, 10_000).catch((error: unknown) => { throw new Error(settings, { cause: error }); });
  const { status, parts } = await (await fetch(`${url}/ready`)).json() as { status: string; parts: { bot: string } };
  expect({ status, bot: parts.bot }).toEqual({ status: 'ready', bot: expect.stringMatching(words) });
}

describe.concurrent('the demo', () => {
  it('R67: without the package that runs the model starts and answers, and says what brings it', { timeout: 60_000 }, async ({ onTestFinished }) => {
    const project = await mkdtemp(join(tmpdir(), 'minicom-project-'));
    onTestFinished(() => rm(project, { recursive: true, force: true }));
    for (const name of ['package.json', 'dist', 'drizzle', 'server/demo/articles']) await cp(name, join(project, name), { recursive: true });
    await mkdir(join(project, 'node_modules'));
    for (const name of (await readdir('node_modules')).filter((entry) => entry !== '@xenova')) await symlink(resolve('node_modules', name), join(project, 'node_modules', name));
    await withServer({ command: [process.execPath, join(project, 'dist/server/main.js'), 'demo'], env: { BOT: 'on', BOT_OFFLINE: '0' } }, async ({ url, tail }) => {
      await expectUseful(url, { health: 'DEGRADED', state: 'MISSING', words: /@xenova\/transformers is not installed; npm install/ });
      expect(tail()).toBe('');
    });
  });

  it('R67: without the model and without a network does the same, with one line in the log and the command that mends it', { timeout: 60_000 }, async () => {
    await withServer({ env: { BOT: 'on', BOT_OFFLINE: '0', MODEL_HUB: 'http://127.0.0.1:1' } }, async ({ url, tail }) => {
      await expectUseful(url, { health: 'DEGRADED', state: 'MISSING', words: /cannot be reached .*npm run minicom -- model fetch/ });
      expect(tail().trim().split('\n').map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
        'the text model could not be fetched, and the bot answers without it; later: npm run minicom -- model fetch',
      ]);
    });
  });

  it('R67: does not wait for a hub that keeps it waiting', { timeout: 60_000 }, async ({ onTestFinished }) => {
    let asked = 0;
    const hub = createServer(() => { asked += 1; });
    await new Promise<void>((listening) => { hub.listen(0, '127.0.0.1', listening); });
    onTestFinished(() => { hub.closeAllConnections(); hub.close(); });
    const MODEL_HUB = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
    await withServer({ env: { BOT: 'on', BOT_OFFLINE: '0', MODEL_HUB } }, async ({ url }) => {
      await expectUseful(url, { health: 'STARTING', state: 'FETCHING', words: /the text model is being fetched/ });
      expect(asked).toBeGreaterThan(0);
    });
  });
});
