import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConfigError } from '../../server/config.ts';
import { startApp } from '../_util/app.ts';
import { http, httpCall } from '../_util/graphql-client.ts';
import { dataOf, enterAsAgent, enterAsCustomer, newSend, readHistory, send } from '../_util/minicom.ts';
import { withDataDir, withServer } from '../_util/server-process.ts';
import { until } from '../_util/wait.ts';

const EXAMPLE = 'docs/examples/bot/order-status.ts';

describe('BOT_MODULE', () => {
  it('B1: runs the documented example in a real server, in TypeScript and beside the built-in bot', { timeout: 120_000 }, async () => {
    await withServer({ env: { BOT: 'on', BOT_MODULE: EXAMPLE } }, async ({ url }) => {
      expect(await answersTo(url, 'alice', 'Where is order 4711?')).toEqual(['Order 4711 is on its way, and should arrive tomorrow.']);
      expect(await answersTo(url, 'bob', 'Hello')).toEqual(['Hello! How can I help?']);
      // Somebody else's order is nobody's business, and whoever wants a person gets one.
      expect(await answersTo(url, 'carol', 'Where is order 4711?')).not.toContainEqual(expect.stringContaining('tomorrow'));
      expect(await answersTo(url, 'dora', 'Where is order 4711? I want to talk to a person')).toEqual(['Of course. A person will answer you here.']);
    });
  });

  it('B1: runs the bot that docs/bot.md shows', async () => {
    const [, code = ''] = /```js\n([^]*?)```/.exec(await readFile('docs/bot.md', 'utf8')) ?? [];
    await withModule('bot.mjs', code, async (BOT_MODULE) => {
      const app = await startApp({ env: { BOT: 'on', BOT_MODULE } });
      expect(await answersTo(app.url, 'alice', 'Hello')).toEqual(['You said: Hello']);
      expect(await answersTo(app.url, 'bob', 'Why?')).toEqual(['I only repeat. A person will answer you here.']);
      await app.stop();
    });
  });

  it('starts, asks and stops the bot, and waits for nothing', async () => {
    const code = `
      export const seen = globalThis.seen = [];
      export const bot = {
        name: 'slow starter',
        start: () => { seen.push('start'); return new Promise(() => undefined); },
        health: () => ({ state: 'starting', detail: '43 %' }),
        stop: async () => { seen.push('stop'); },
        handle: async () => ({ kind: 'silent', reason: 'nothing to say' }),
      };`;
    await withModule('bot.mjs', code, async (BOT_MODULE) => {
      const app = await startApp({ env: { BOT: 'on', BOT_MODULE } });
      expect(await ready(app.url)).toMatchObject({ status: 'ready', parts: { bot: 'starting: 43 %' } });
      await app.stop();
      expect(Reflect.get(globalThis, 'seen')).toEqual(['start', 'stop']);
    });
  });

  it.each([
    ['start', 'start: async () => { throw new Error("no model"); }', 'degraded: It could not start. The log says why.'],
    ['health', 'health: () => { throw new Error("no idea"); }', 'degraded: It cannot say how it does. The log says why.'],
    ['health, promised,', 'health: async () => { throw new Error("no idea"); }', 'degraded: It cannot say how it does. The log says why.'],
    ['stop', 'stop: async () => { throw new Error("stuck"); }', 'ok'],
  ])('R67: a bot whose %s throws is degraded, and the server ready', async (part, method, said) => {
    const code = `export const bot = { name: 'bad', handle: async () => ({ kind: 'silent', reason: '' }), ${method} };`;
    await withModule('bot.mjs', code, async (BOT_MODULE) => {
      const app = await startApp({ env: { BOT: 'on', BOT_MODULE } });
      await until('the bot to have begun', async () => (await ready(app.url)).parts.bot === said);
      expect(await ready(app.url)).toMatchObject({ status: 'ready' });
      await app.stop();
      expect(app.logged.filter(({ level }) => level >= 50), part).toHaveLength(1);
    });
  });

  it.each([
    ['nothing', 'undefined'], ['a promise', 'Promise.resolve({ state: "ok", detail: "" })'], ['a state of its own', '{ state: "great", detail: "" }'],
    ['no words', '{ state: "ok" }'],
  ])('R67: a bot whose health is %s is degraded, the server ready, and the settings can be read', async (_, health) => {
    const code = `export const bot = { name: 'odd', handle: async () => ({ kind: 'silent', reason: '' }), health: () => (${health}) };`;
    await withModule('bot.mjs', code, async (BOT_MODULE) => {
      const app = await startApp({ env: { BOT: 'on', BOT_MODULE } });
      const detail = 'It cannot say how it does. The log says why.';
      expect(await ready(app.url)).toMatchObject({ status: 'ready', parts: { bot: `degraded: ${detail}` } });
      const agent = httpCall(await enterAsAgent(app.url, 'ana'));
      expect(dataOf(await agent('{ botSettings { health detail } }'))).toEqual({ botSettings: { health: 'DEGRADED', detail } });
      await app.stop();
      expect(app.logged.filter(({ level }) => level >= 50)).toHaveLength(1);
    });
  });

  it.each([
    ['is missing', null, 'there is no file'],
    ['does not parse', 'export const bot = {', 'cannot be loaded'],
    ['throws', 'throw new Error("no key");', 'cannot be loaded: no key'],
    ['exports nothing of use', 'export const robot = {};', 'exports neither bot nor resolveBot'],
    ['exports both', 'export const bot = {}; export const resolveBot = () => null;', 'exports both bot and resolveBot'],
    ['exports half a bot', 'export const bot = { name: "half" };', 'must have a name and a function handle'],
    ['exports no function', 'export const resolveBot = {};', 'must be a function'],
  ])('refuses the start where the module %s, and names the setting', async (_, code, reason) => {
    await withModule('bot.mjs', code, async (BOT_MODULE) => {
      const refusal: unknown = await startApp({ env: { BOT: 'on', BOT_MODULE } }).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ name: 'ConfigError', problems: [expect.stringMatching(/^BOT_MODULE: /)] });
      expect((refusal as ConfigError).message).toContain(reason);
    });
  });

  it('is not even loaded with BOT=off', async () => {
    const app = await startApp({ env: { BOT: 'off', BOT_MODULE: '/nowhere/bot.ts' } });
    expect(await ready(app.url)).toMatchObject({ parts: { bot: 'off: The server was started with BOT=off.' } });
    await app.stop();
  });
});

/** Writes the module to a folder that goes away; null: there is no such file. */
async function withModule(name: string, code: string | null, use: (path: string) => Promise<void>): Promise<void> {
  await withDataDir(async (folder) => {
    const path = join(folder, name);
    if (code !== null) await writeFile(path, code);
    await use(path);
  });
}

/** What the bot says to a customer's first text, once it is settled: answered, or with a person. */
async function answersTo(url: string, customerId: string, text: string): Promise<string[]> {
  const call = httpCall(await enterAsCustomer(url, customerId));
  await send(call, newSend(customerId, text));
  let said: string[] = [];
  await until(`an answer to ${text}`, async () => {
    const history = await readHistory(call, customerId);
    said = history.filter(({ sender }) => sender.__typename === 'Bot').map((message) => message.text);
    return history.length > 1;
  });
  return said;
}

async function ready(url: string): Promise<{ status: string; parts: { bot: string } }> {
  const { body } = await http({ url }, 'GET', '/ready');
  return JSON.parse(body) as { status: string; parts: { bot: string } };
}
