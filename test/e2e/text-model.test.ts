import type { ServerResponse } from 'node:http';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { MODEL } from '../../server/bot/model/files.ts';
import { startHub } from '../bot/model/hub.ts';
import { TAUGHT } from '../bot/model/making/tiny.ts';
import { modelProcess } from '../bot/model/model-process.ts';
import { tinyModel } from '../bot/model/tiny-folder.ts';
import { httpCall } from '../_util/graphql-client.ts';
import { dataOf, enterAsAgent } from '../_util/minicom.ts';
import { findings, LOOKS, tooWide } from './_findings.ts';
import { inContext, joinTeam, log, open, say } from './_page.ts';
import { useStage } from './_server.ts';

/** What the hub does: the demo asks it first while it refuses. */
let mood: 'refuses' | 'halts' | 'serves' = 'refuses';
let halted: (() => void) | null = null;
let hub: Awaited<ReturnType<typeof startHub>>;
const env = { BOT: 'on', BOT_OFFLINE: '0', MODEL_HUB: '' };

beforeAll(async () => {
  const folder = await tinyModel();
  const weights = await readFile(join(folder, 'onnx/decoder_model_merged_quantized.onnx'));
  hub = await startHub(folder, (request, response) => {
    if (mood === 'refuses') response.writeHead(503).end();
    else if (mood === 'halts' && request.method === 'GET' && request.url?.startsWith('/storage/')) sendHalf(response, weights);
    else return false;
    return true;
  });
  env.MODEL_HUB = hub.url;
});
const stage = useStage(env);
afterAll(() => hub.stop());

/** The rest goes out when the test says so. */
function sendHalf(response: ServerResponse, bytes: Buffer): void {
  response.writeHead(200, { 'content-length': bytes.length });
  response.write(bytes.subarray(0, bytes.length / 2));
  halted = () => response.end(bytes.subarray(bytes.length / 2));
}

async function expectFlawless(page: Page, what: string): Promise<void> {
  for (const look of LOOKS) {
    expect({ found: await findings(page, look), tooWide: await tooWide(page) }, `${what}, ${look.colorScheme}, ${look.width} px`).toEqual({ found: [], tooWide: [] });
  }
}

describe('the text model in the settings', () => {
  it('B15 B16: says what is missing, is fetched by the keyboard, and shows how far it is', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await open(context, `${stage.server.url}/settings/bot`);
      const card = page.getByRole('region', { name: 'Text model' });
      await card.getByText('Not on this server').waitFor();
      await card.getByText(/answered 503; npm run minicom -- model fetch\.$/).waitFor();
      await expectFlawless(page, 'missing');

      mood = 'halts';
      await page.getByRole('button', { name: 'Add a rule' }).click();
      await page.getByLabel('Name', { exact: true }).fill('half a rule');
      await card.getByRole('button', { name: 'Fetch the model' }).focus();
      await page.keyboard.press('Enter');
      await card.getByText('On its way').waitFor();
      await expect.poll(() => card.getByRole('progressbar').getAttribute('value').then(Number)).toBeGreaterThan(0.4);
      expect(await card.getByText(/^\d\d\s?%$/).count()).toBe(1);
      expect(await card.getByRole('button').count()).toBe(0);
      expect(await page.evaluate(() => document.activeElement?.getAttribute('role')), 'the keyboard stays where the button was').toBe('status');
      await expectFlawless(page, 'on its way');

      halted?.();
      await card.getByText('Ready', { exact: true }).waitFor();
      expect(await card.getByRole('progressbar').count()).toBe(0);
      expect(await page.getByLabel('Name', { exact: true }).inputValue(), 'what was being written is still there').toBe('half a rule');
      expect(problems).toEqual([]);
    });
  });

  it('B3 B13: try it: what it would write and how soon, and what would be held back and why', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await open(context, `${stage.server.url}/settings/bot`);
      const card = page.getByRole('region', { name: 'Try it' });
      const ask = async (question: string): Promise<void> => {
        await page.getByLabel('A customer’s question').fill(question);
        await page.keyboard.press('Enter');
      };
      await ask(TAUGHT.kayak.question);
      await card.getByText(TAUGHT.kayak.reply).waitFor();
      await card.getByText('The text model', { exact: true }).waitFor();
      await card.getByText(/^after [\d.]+ m?s$/).waitFor();
      await ask(TAUGHT.promise.question);
      await card.getByText('Asks for a person: The text was held back').waitFor();
      await card.locator('s', { hasText: /^We will/ }).waitFor();
      await card.getByText('Promises something, or claims to have done it').waitFor();
      await expectFlawless(page, 'held back');
      expect(problems).toEqual([]);
    });
  });

  it('B11 B18: its answer is labelled automatic, and the report counts it, and what was held back by reason', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page: ada } = await open(context, `${stage.server.url}/chat/ada`);
      await say(ada, TAUGHT.kayak.question);
      await ada.locator('.MessageItem[data-from=bot]', { hasText: TAUGHT.kayak.reply }).waitFor();
      await ada.getByText('Automatic').first().waitFor();
      const { page: bob } = await open(context, `${stage.server.url}/chat/bob`);
      await say(bob, TAUGHT.promise.question);
      await log(bob).getByText('The bot asked for a person').waitFor();

      const { page, problems } = await open(context, `${stage.server.url}/settings/report`);
      const figures = page.getByRole('region', { name: 'Text model' });
      await figures.getByText('replies that were sent').waitFor();
      expect(await figures.locator('.Figure').allInnerTexts()).toEqual([
        expect.stringMatching(/^Wrote\s+1\s/), expect.stringMatching(/^Held back\s+1\s+50\s?%/), expect.stringMatching(/^First words in\s+[\d.]+ m?s\s+95\s?% within/),
      ]);
      await page.getByRole('row', { name: /^Promises something, or claims to have done it 1 100\s?%$/ }).waitFor();
      const resolved = page.getByRole('region', { name: 'Resolved by the bot' });
      expect(await resolved.locator('dt').allInnerTexts()).toEqual(['Confirmed', 'Assumed', 'Helpful', 'Not helpful']);
      await expectFlawless(page, 'report');
      expect(problems).toEqual([]);
    });
  });

  it('R66: that crashed says so, and is tried again at once where somebody says so', async () => {
    process.kill(modelProcess(join(stage.dataDir, 'models', MODEL), stage.server.pid), 'SIGKILL');
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await open(context, `${stage.server.url}/settings/bot`);
      const card = page.getByRole('region', { name: 'Text model' });
      await card.getByText('Does not work', { exact: true }).waitFor();
      await card.getByText(/^The text model does not work: it ended with SIGKILL; it is tried again /).waitFor();
      await expectFlawless(page, 'failed');
      await card.getByRole('button', { name: 'Try again' }).click();
      await card.getByText('Ready', { exact: true }).waitFor();
      expect(problems).toEqual([]);
    });
  });

  it('R17: who is no admin is told who may fetch it', async () => {
    const admin = httpCall(await enterAsAgent(stage.server.url, 'ana'));
    const { botSettings } = dataOf(await admin<{ botSettings: { textModel: { state: string; canFetch: boolean } } }>('{ botSettings { textModel { state canFetch } } }'));
    expect(botSettings.textModel).toEqual({ state: 'READY', canFetch: false });
    await rm(join(stage.dataDir, 'models'), { recursive: true });
    await inContext(stage.browser, {}, async (context) => {
      const page = await joinTeam(context, stage.server.url, 'AGENT');
      await page.goto(`${stage.server.url}/settings/bot`);
      const card = page.getByRole('region', { name: 'Text model' });
      await card.getByText('Only admins may fetch it.').waitFor();
      expect(await card.getByRole('button').count()).toBe(0);
    });
  });
});
