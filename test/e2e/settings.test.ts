import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { httpCall } from '../_util/graphql-client.ts';
import { dataOf, enterAsAgent } from '../_util/minicom.ts';
import { inContext, log, open, openSettings, say } from './_page.ts';
import type { Visit } from './_page.ts';
import { useStage } from './_server.ts';

const stage = useStage();
const enter = (context: BrowserContext, path: string): Promise<Visit> => openSettings(context, stage.server.url, path);

it('C8: a screen whose file went with an upgrade comes with the whole page, loaded anew', async () => {
  await inContext(stage.browser, {}, async (context) => {
    const { page } = await open(context, `${stage.server.url}/inbox`);
    await page.locator('a.ConversationRow').first().waitFor();
    let hasAsked = false;
    await page.route('**/assets/SettingsPage*.js', async (route) => {
      await (hasAsked ? route.continue() : route.fulfill({ status: 404 }));
      hasAsked = true;
    });
    await page.getByRole('link', { name: 'Settings', exact: true }).click();
    await page.waitForURL('**/settings/**');
    await page.getByRole('heading', { level: 1, name: 'Articles' }).waitFor();
    expect(hasAsked).toBe(true);
  });
});

describe('articles', () => {
  it('B14: a question in two messages that nobody answered becomes an article, and the bot answers it', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page: chat } = await open(context, `${stage.server.url}/chat/vera`);
      await say(chat, 'Do you engrave portafilters?');
      await say(chat, 'In gold, I mean');
      await log(chat).getByText('The bot asked for a person').waitFor();

      const { page, problems } = await enter(context, 'questions');
      const row = page.locator('.QuestionRow', { hasText: 'Do you engrave portafilters?' });
      await row.getByText('Asked 1 time by 1 customer').waitFor();
      await row.getByRole('link', { name: 'Write an article' }).click();
      await page.getByRole('heading', { level: 1, name: 'New article' }).waitFor();
      expect(page.url()).not.toContain('engrave');
      expect(await page.getByLabel('Title').inputValue()).toBe('Do you engrave portafilters? In gold, I mean');
      expect(await page.getByLabel('Other wordings').inputValue()).toBe('Do you engrave portafilters? In gold, I mean');
      await page.getByLabel('Answer').fill('We engrave portafilters **for free**, up to 20 letters.');
      await page.getByRole('region', { name: 'Preview' }).locator('strong', { hasText: 'for free' }).waitFor();
      await page.getByRole('switch', { name: 'Published' }).check();
      await page.keyboard.press('Control+s');
      await page.getByText('Saved', { exact: true }).waitFor();
      await page.waitForURL('**/settings/articles/do-you-engrave-portafilters-in-gold-i-mean');
      expect(await page.evaluate(() => document.activeElement?.role)).toBe('switch');

      const { page: other } = await open(context, `${stage.server.url}/chat/wim`);
      await say(other, 'Do you engrave portafilters?');
      await other.locator('.MessageItem[data-from=bot]', { hasText: 'up to 20 letters' }).waitFor();
      await page.getByRole('link', { name: 'Unanswered' }).click();
      await page.getByRole('heading', { level: 1, name: 'Unanswered questions' }).waitFor();
      await expect.poll(() => row.count()).toBe(0);
      expect(problems).toEqual([]);
    });
  });

  it('B14: or a wording of one that is there, or is dismissed', async () => {
    await inContext(stage.browser, {}, async (context) => {
      for (const [who, text] of [['xenia', 'Qwertzing the frobnicator'], ['yuri', 'Sing me a sea shanty']] as const) {
        const { page: chat } = await open(context, `${stage.server.url}/chat/${who}`);
        await say(chat, text);
        await log(chat).getByText('The bot asked for a person').waitFor();
      }
      const { page } = await enter(context, 'questions');
      await page.locator('.QuestionRow', { hasText: 'sea shanty' }).getByRole('button', { name: 'Dismiss' }).click();
      await expect.poll(() => page.locator('.QuestionRow', { hasText: 'sea shanty' }).count()).toBe(0);
      await page.locator('.QuestionRow', { hasText: 'frobnicator' }).getByRole('button', { name: 'Add to an article' }).click();
      await page.getByRole('combobox').fill('descale');
      await page.keyboard.press('Enter');
      await page.getByText('“Descale an espresso machine” answers it from now on.').waitFor();
      await expect.poll(() => page.locator('.QuestionRow', { hasText: 'frobnicator' }).count()).toBe(0);
    });
  });

  it('B14: a long one shows its first lines, and all of it to whoever asks', async () => {
    await inContext(stage.browser, { viewport: { width: 390, height: 844 } }, async (context) => {
      const { page: chat } = await open(context, `${stage.server.url}/chat/zara`);
      await say(chat, `Zymurgy ${'frabjous quonk vellichor '.repeat(30)}`);
      await log(chat).getByText('The bot asked for a person').waitFor();
      const { page, problems } = await enter(context, 'questions');
      const row = page.locator('.QuestionRow', { hasText: 'Zymurgy' });
      const text = row.locator('.QuestionText');
      const heightOf = async (): Promise<number> => (await text.boundingBox())?.height ?? 0;
      await row.getByRole('button', { name: 'Show all' }).waitFor();
      const cut = await heightOf();
      expect((await text.innerText()).length, 'all of it, to a screen reader').toBeGreaterThan(450);
      await row.getByRole('button', { name: 'Show all' }).click();
      await expect.poll(heightOf).toBeGreaterThan(cut * 2);
      await row.getByRole('button', { name: 'Show less' }).press('Enter');
      await expect.poll(heightOf).toBe(cut);
      await row.getByRole('button', { name: 'Show all' }).waitFor();
      const short = page.locator('.QuestionRow', { hasText: 'Can you engrave a name on a cup?' });
      expect(await short.getByRole('button', { name: 'Show' }).count()).toBe(0);
      expect(problems).toEqual([]);
    });
  });

  it('what two people write at once is lost for neither', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page: ana } = await enter(context, 'articles/invoice');
      const { page: ben } = await enter(context, 'articles/invoice');
      await ana.getByLabel('Answer').fill('Ana says so.');
      await ben.getByLabel('Answer').fill('Ben says so.');
      await save(ana);
      await ben.getByRole('button', { name: 'Save', exact: true }).click();
      await ben.getByText('Somebody else saved this article while you were writing.').waitFor();
      expect(await ben.getByLabel('Answer').inputValue()).toBe('Ben says so.');
      await ben.getByText('Read theirs').click();
      await ben.locator('.SaveConflict').getByText('Ana says so.').waitFor();
      await ben.getByRole('button', { name: 'Save mine over it' }).press('Enter');
      await ben.getByText('Saved', { exact: true }).waitFor();
      expect(await ben.evaluate(() => document.activeElement?.textContent)).toBe('Save');

      await ana.getByLabel('Answer').fill('Ana insists.');
      await ana.getByRole('button', { name: 'Save', exact: true }).click();
      await ana.getByRole('button', { name: 'Drop mine, take theirs' }).click();
      await expect.poll(() => ana.getByLabel('Answer').inputValue()).toBe('Ben says so.');
    });
  });

  it('nobody leaves what is not saved by accident; a deleted one is gone from help', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await enter(context, 'articles/gift-cards');
      await page.getByLabel('Title').fill('Vouchers');
      await page.getByRole('link', { name: 'Report' }).click();
      const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
      await dialog.getByRole('button', { name: 'Stay' }).click();
      expect(await page.getByLabel('Title').inputValue()).toBe('Vouchers');
      await page.getByRole('link', { name: 'Report' }).click();
      await dialog.getByRole('button', { name: 'Leave' }).click();
      await page.getByRole('heading', { level: 1, name: 'Report' }).waitFor();

      await page.goto(`${stage.server.url}/settings/articles/gift-cards`);
      await expect.poll(() => page.getByLabel('Title').inputValue()).toBe('Gift cards');
      await page.getByRole('button', { name: 'Delete this article' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('heading', { level: 1, name: 'Articles' }).waitFor();
      await page.goto(`${stage.server.url}/help/gift-cards`);
      await page.getByText('There is no such article').waitFor();
      expect(problems).toEqual([]);
    });
  });
});

describe('the report', () => {
  it('B18: the report counts the bot apart', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await enter(context, 'report');
      await page.getByRole('region', { name: 'Resolved by the bot' }).getByText('Confirmed').waitFor();
      await page.getByRole('radio', { name: '7 days' }).check({ force: true });
      await expect.poll(() => page.url()).toContain('days=7');
      const call = httpCall(await enterAsAgent(stage.server.url, 'ana'));
      const asked = 'query Report($since: DateTime!) { botReport(since: $since) { conversations } }';
      const { botReport } = dataOf(await call<{ botReport: { conversations: number } }>(asked, { since: new Date(Date.now() - 7 * 86_400_000) }));
      const began = page.locator('.Figure', { hasText: 'Began' });
      await expect.poll(() => began.innerText()).toMatch(new RegExp(`^Began\\s+${botReport.conversations}\\s+in the last 7 days$`));
      expect(problems).toEqual([]);
    });
  });
});

async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved', { exact: true }).waitFor();
}
