import { readFile } from 'node:fs/promises';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Bot } from '../../server/bot/bot.ts';
import { startApp } from '../_util/app.ts';
import { httpCall } from '../_util/graphql-client.ts';
import { enterAsAgent, enterAsCustomer, newSend, send } from '../_util/minicom.ts';
import { inContext, log, open, say, see, seeAllSent, texts } from './_page.ts';
import { useStage } from './_server.ts';

const stage = useStage();

async function chat(context: BrowserContext, customerId: string): Promise<{ page: Page; problems: string[] }> {
  const visit = await open(context, `${stage.server.url}/chat/${customerId}`);
  await log(visit.page).waitFor();
  return visit;
}

/** An agent who answers the customer, in a window of its own. */
async function agentOf(context: BrowserContext, customerId: string): Promise<Page> {
  const { page } = await open(context, `${stage.server.url}/inbox/${customerId}`);
  await log(page).waitFor();
  await page.keyboard.press('t');
  await page.getByText('You are answering.').waitFor();
  return page;
}

async function menu(page: Page, action: string): Promise<void> {
  await page.getByRole('button', { name: 'Menu', exact: true }).click();
  await page.getByRole('menu').getByText(action).click();
}

const mine = (page: Page, text: string): Locator => page.locator('.MessageItem[data-from=me]', { hasText: text });

describe('the chat page', () => {
  it('B12 C21: an answer links to its article, and can be rated, once and again, by keyboard too', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await chat(context, 'rita');
      await say(page, 'How do I return something I do not like?');
      const link = page.getByRole('link', { name: 'Return something' });
      await link.waitFor();
      expect(await link.getAttribute('rel')).toBe('noopener');
      const article = context.waitForEvent('page');
      await link.click();
      await (await article).getByRole('heading', { name: 'Return something' }).waitFor();

      const [yes, no] = [page.getByRole('button', { name: 'Yes, it helped' }), page.getByRole('button', { name: 'No, it did not help' })];
      await yes.click();
      await expect.poll(() => yes.getAttribute('aria-pressed')).toBe('true');
      await page.reload();
      await expect.poll(() => yes.getAttribute('aria-pressed')).toBe('true');
      await no.focus();
      await page.keyboard.press('Enter');
      expect([await yes.getAttribute('aria-pressed'), await no.getAttribute('aria-pressed')]).toEqual(['false', 'true']);
      const { page: other } = await chat(context, 'rita');
      await expect.poll(() => other.getByRole('button', { name: 'No, it did not help' }).getAttribute('aria-pressed')).toBe('true');
      await page.keyboard.press('Space');
      await other.getByText('Did this help?').waitFor();
      expect(problems).toEqual([]);
    });
  });

  it('B11 B12: an answer from two articles links to both, and one from none can be rated all the same', async () => {
    const sources = [{ articleId: 'returns', title: 'Return something' }, { articleId: 'delivery-times', title: 'How long delivery takes' }];
    const bot: Bot = {
      name: 'widely read',
      handle: async ({ text }) => ({ kind: 'reply', text: `Of ${text}`, counts: 'answer', ...(text === 'both' && { sources }) }),
    };
    const app = await startApp({ bot, env: { BOT: 'on' } });
    onTestFinished(app.stop);
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await open(context, `${app.url}/chat/rhea`);
      await say(page, 'neither');
      await see(page, 'Of neither');
      await page.getByRole('button', { name: 'Yes, it helped' }).click();
      await page.getByText('Thank you').waitFor();
      await say(page, 'both');
      const answer = page.locator('.MessageItem', { hasText: 'Of both' });
      await answer.getByRole('group', { name: 'Did this help?' }).waitFor();
      expect(await answer.getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href')))).toEqual(['/help/returns', '/help/delivery-times']);
      expect(problems).toEqual([]);
    });
  });

  it('B3 C21: an article that is only offered is a choice, and nothing to rate until it is chosen', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await chat(context, 'olga');
      await say(page, 'Is there a job for a barista at your shop?');
      const offer = page.getByRole('button', { name: 'Opening hours and where to find the shop' });
      await offer.waitFor();
      await log(page).getByText('Does this one help?').waitFor();
      expect(await page.getByRole('link').count() + await page.getByText('Did this help?').count()).toBe(0);
      await offer.click();
      await page.getByRole('link', { name: 'Opening hours' }).waitFor();
      expect(await page.getByText('Did this help?').count()).toBe(1);
      expect(problems).toEqual([]);
    });
  });

  it('C5 C34: a message stays one element from writing to seen, and says how far it is', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page } = await chat(context, 'sam');
      await say(page, 'First');
      await mine(page, 'First').getByText('Sent').waitFor();
      await context.setOffline(true);
      await say(page, 'Second');
      await mine(page, 'Second').getByText('Goes out as soon as you’re online').waitFor();
      const bubble = await mine(page, 'Second').elementHandle();
      await context.setOffline(false);
      await mine(page, 'Second').getByText('Sent').waitFor();
      expect(await bubble?.evaluate((element) => element.isConnected)).toBe(true);
      await agentOf(context, 'sam');
      await mine(page, 'Second').getByText('Seen').waitFor();
      expect(await page.getByRole('log').count()).toBe(1);
    });
  });

  it('C5: what is written before the conversation has loaded shows at once', async () => {
    await inContext(stage.browser, {}, async (context) => {
      let letThrough = (): void => undefined;
      await context.routeWebSocket('**/graphql', (socket) => {
        const server = socket.connectToServer();
        const held: (string | Buffer)[] = [];
        let isHolding = true;
        letThrough = () => {
          isHolding = false;
          for (const frame of held) server.send(frame);
        };
        socket.onMessage((frame) => {
          if (isHolding && !String(frame).includes('connection_init')) held.push(frame);
          else server.send(frame);
        });
      });
      const { page, problems } = await open(context, `${stage.server.url}/chat/early`);
      await say(page, 'Early');
      await mine(page, 'Early').getByText('Sending').waitFor();
      letThrough();
      await mine(page, 'Early').getByText('Sent').waitFor();
      expect(problems).toEqual([]);
    });
  });

  it('C5: what is refused can be tried again or deleted, and holds nothing up', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await chat(context, 'tess');
      await say(page, 'No \u0000 here');
      const refused = page.locator('.MessageItem[data-status=failed]');
      await refused.getByText('Not sent').waitFor();
      await say(page, 'The next one');
      await mine(page, 'The next one').waitFor();
      await refused.getByRole('button', { name: 'Retry' }).click();
      await refused.getByText('Not sent').waitFor();
      await page.reload();
      await refused.getByRole('button', { name: 'Delete' }).click();
      await refused.waitFor({ state: 'detached' });
      await page.reload();
      await see(page, 'The next one');
      expect(await refused.count()).toBe(0);
      expect(problems).toEqual([]);
    });
  });

  it('C38: what is being written is there after a reload', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page } = await chat(context, 'uma');
      await page.getByRole('textbox').fill('Half a thought');
      await page.reload();
      await expect.poll(() => page.getByRole('textbox').inputValue()).toBe('Half a thought');
    });
  });

  it('C2 C14: nothing moves under a reader; what is new is counted, there and in the title of a page nobody looks at', async () => {
    await inContext(stage.browser, { viewport: { width: 390, height: 600 } }, async (context) => {
      const { page } = await chat(context, 'vera');
      for (let n = 1; n <= 20; n++) await say(page, `Line ${n}`);
      await see(page, 'Line 20');
      await seeAllSent(page);
      const agent = await agentOf(await stage.browser.newContext(), 'vera');
      await log(page).getByText('Ana joined').waitFor();
      const reading = await log(page).evaluateHandle((list) => {
        list.scrollTop = 200;
        const row = [...list.querySelectorAll('.MessageItem')].find((item) => item.getBoundingClientRect().top > 100) as HTMLElement;
        return { row, top: row.getBoundingClientRect().top };
      });
      await say(agent, 'One');
      await page.getByRole('button', { name: '1 new' }).waitFor();
      await say(agent, 'Two');
      await page.getByRole('button', { name: '2 new' }).waitFor();
      expect(await reading.evaluate(({ row, top }) => row.getBoundingClientRect().top - top)).toBe(0);
      await page.getByRole('button', { name: '2 new' }).click();
      await expect.poll(() => log(page).evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight)).toBeLessThan(2);
      expect(await page.getByRole('button', { name: 'new' }).count()).toBe(0);
      await expect.poll(() => page.title()).toBe('Support');

      await page.evaluate(() => {
        Object.defineProperty(document, 'visibilityState', { get: () => 'hidden', configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      });
      await say(agent, 'Three');
      await expect.poll(() => page.title()).toBe('(1) Support');
    });
  });

  it('C17: code is code, links are links, and nothing runs', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await chat(context, 'wim');
      await say(page, '`a`\n```\n<img src=x onerror=alert(1)>\n```\nhttps://example.org/a.');
      await log(page).locator('pre', { hasText: '<img src=x' }).waitFor();
      expect(await log(page).getByRole('link').getAttribute('href')).toBe('https://example.org/a');
      expect(await log(page).locator('img').count()).toBe(0);
      expect(problems).toEqual([]);
    });
  });

  it('C22 C34: the way to a person and back, by keyboard alone', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await chat(context, 'xena');
      await page.getByRole('textbox').press('Tab');
      await expect.poll(() => focused(page)).toBe('Talk to a person');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'Talk to a person?' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await focused(page)).toBe('Talk to a person');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').getByRole('button', { name: 'Talk to a person' }).press('Enter');
      await page.locator('.WaitCard', { hasText: 'Waiting for a person' }).waitFor();
      await expect.poll(() => hasFocus(page.getByRole('textbox', { name: 'Message' }))).toBe(true);
      await page.keyboard.press('Shift+Tab');
      expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('log');
      await page.keyboard.press('Shift+Tab');
      expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Menu');
      expect(problems).toEqual([]);
    });
  });

  it('C22 C34: who is on the way to a person when one comes goes on at the message', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page } = await chat(context, 'xaver');
      await page.getByRole('textbox').press('Tab');
      await expect.poll(() => focused(page)).toBe('Talk to a person');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await agentOf(context, 'xaver');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await expect.poll(() => hasFocus(page.getByRole('textbox', { name: 'Message' }))).toBe(true);
    });
  });

  it('C21 C22 C34: a tap that takes its own button away opens no keyboard, and goes on at the conversation', async () => {
    await inContext(stage.browser, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }, async (context) => {
      const { page, problems } = await chat(context, 'xiu');
      await page.getByRole('textbox').fill('How do I return something I do not like?');
      await page.getByRole('button', { name: 'Send' }).tap();
      await page.getByRole('button', { name: 'That helped' }).tap();
      await see(page, 'That helped');
      await expect.poll(() => hasFocus(log(page))).toBe(true);

      await page.locator('.ChatFooter').getByRole('button', { name: 'Talk to a person' }).tap();
      await page.getByRole('dialog').getByRole('button', { name: 'Talk to a person' }).tap();
      await page.locator('.WaitCard').waitFor();
      await expect.poll(() => hasFocus(log(page))).toBe(true);
      expect(problems).toEqual([]);
    });
  });

  it('C22 C24: says how long people usually take, before one is asked for, while one is waited for, and once one answers', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await chat(context, 'wanda');
      await page.getByRole('button', { name: 'Talk to a person' }).click();
      // What the demo's customers waited, and nobody declared.
      await page.getByRole('dialog').getByText('People usually answer within 2 min.').waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Talk to a person' }).click();
      await page.locator('.WaitCard', { hasText: 'People usually answer within 2 min.' }).waitFor();
      await page.getByText('Waiting for a person · usually 2 min').waitFor();
      await agentOf(context, 'wanda');
      await page.getByText('Ana · usually replies in 2 min').waitFor();
      expect(problems).toEqual([]);
    });
  });

  it('C22 C24: says nothing of it where too few have waited', async () => {
    const quiet = await startApp({ env: { BOT: 'rules' } });
    onTestFinished(quiet.stop);
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await open(context, `${quiet.url}/chat/walt`);
      await page.getByRole('button', { name: 'Talk to a person' }).click();
      await page.getByRole('dialog').getByText('The answer will be here.').waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Talk to a person' }).click();
      await page.locator('.WaitCard').waitFor();
      await say(page, 'Anybody?');
      await seeAllSent(page);
      expect(await page.getByText('usually').count()).toBe(0);
      const { page: agent } = await open(context, `${quiet.url}/inbox/walt`);
      await agent.getByRole('button', { name: 'Take over' }).click();
      await page.getByText('Ana answers').waitFor();
      expect(problems).toEqual([]);
    });
  });

  it('B4 C22: without a bot a person answers, and nobody waits who has not written', async () => {
    const app = await startApp({ env: { BOT: 'off' } });
    onTestFinished(app.stop);
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await open(context, `${app.url}/chat/wilma`);
      await requirePersonAnswers(page);
      await say(page, 'Hello?');
      await page.locator('.WaitCard').waitFor();
      await page.locator('.ChatHeader-status').getByText('Waiting for a person').waitFor();
      expect(problems).toEqual([]);
    });
  });

  it('B4 C22: a bot that is switched off for everybody is promised to nobody, and promised again once it is on', async () => {
    const app = await startApp({ env: { BOT: 'rules' } });
    onTestFinished(app.stop);
    const ana = httpCall(await enterAsAgent(app.url, 'ana'));
    const setBot = (enabled: boolean): Promise<unknown> => ana('mutation Set($enabled: Boolean!) { setBotEnabled(enabled: $enabled) { __typename } }', { enabled });
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await open(context, `${app.url}/chat/wendy`);
      await page.getByText('Our bot answers at once.').waitFor();
      await setBot(false);
      await page.reload();
      await requirePersonAnswers(page);
      expect(await page.getByText('Talk to a person').count()).toBe(0);
      await setBot(true);
      await say(page, 'Hello?');
      await page.locator('.ChatHeader-status').getByText('Bot · answers at once').waitFor();
      expect(problems).toEqual([]);
    });
  });

  it('C32: the sound is off until it is wanted, and stays as it was left', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await chat(context, 'yara');
      const sound = page.getByRole('menuitemcheckbox', { name: 'Sound' });
      await page.getByRole('button', { name: 'Menu', exact: true }).click();
      expect(await sound.getAttribute('aria-checked')).toBe('false');
      await sound.click();
      await page.reload();
      await page.getByRole('button', { name: 'Menu', exact: true }).click();
      expect(await sound.getAttribute('aria-checked')).toBe('true');
      await page.keyboard.press('Escape');
      await say(page, 'Hello');
      await page.getByText('Automatic').waitFor();
      expect(problems).toEqual([]);
    });
  });

  it('C28: the whole conversation can be saved', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await chat(context, 'zoe');
      for (let n = 1; n <= 3; n++) await say(page, `Line ${n}`);
      await see(page, 'Line 3');
      await seeAllSent(page);
      const download = page.waitForEvent('download');
      await menu(page, 'Save this conversation');
      const text = await readFile(await (await download).path(), 'utf8');
      for (let n = 1; n <= 3; n++) expect(text).toContain(`You: Line ${n}`);
      expect(problems).toEqual([]);
    });
  });

  it('C43: ending the session leaves nothing of it on the device', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await open(context, `${stage.server.url}/chat`);
      await say(page, 'Only between us');
      await see(page, 'Only between us');
      await seeAllSent(page);
      await page.getByRole('textbox').fill('Half a thought');
      await context.setOffline(true);
      await page.getByRole('textbox').press('Enter');
      await page.getByText('Goes out as soon as').waitFor();
      await context.setOffline(false);
      await menu(page, 'End session on this device');
      await page.getByRole('dialog').getByRole('button', { name: 'End session' }).click();
      await page.getByText('The session on this device ended').waitFor();
      expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).toBe('{}');

      await page.getByRole('link', { name: 'Start a new chat' }).click();
      await page.getByText('How can we help?').waitFor();
      expect(await texts(page)).toEqual([]);
      expect(problems).toEqual([]);
    });
  });

  it('C37: nothing is wider than a narrow screen, whatever is said', async () => {
    await inContext(stage.browser, { viewport: { width: 320, height: 568 } }, async (context) => {
      const { page } = await chat(context, 'adele');
      await say(page, `${'x'.repeat(200)} \`${'y'.repeat(100)}\`\n\`\`\`\n${'z'.repeat(300)}\n\`\`\`\nhttps://example.org/${'w'.repeat(200)}`);
      await say(page, 'How do I return something I do not like?');
      await seeAllSent(page);
      await page.locator('.MessageItem[data-from=bot]').first().waitFor();
      const isWide = (): Promise<boolean> => page.evaluate(() => (
        document.documentElement.scrollWidth > innerWidth || [...document.querySelectorAll('.MessageList')].some((list) => list.scrollWidth > list.clientWidth)
      ));
      expect(await isWide()).toBe(false);
      await page.evaluate(() => { document.documentElement.dir = 'rtl'; });
      expect(await isWide()).toBe(false);
      const box = await page.getByRole('textbox').boundingBox();
      expect((box?.y ?? 999) + (box?.height ?? 0)).toBeLessThan(568);
    });
  });

  it('A35: goes back to the beginning of a long conversation with few rows on the page', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const call = httpCall(await enterAsCustomer(stage.server.url, 'bruno'));
      for (let n = 1; n <= 320; n++) await send(call, newSend('bruno', `Line ${n}`));
      const { page } = await chat(context, 'bruno');
      await see(page, 'Line 320');
      await expect.poll(async () => {
        await log(page).evaluate((list) => { list.scrollTop = 0; });
        return (await texts(page))[0];
      }, { timeout: 60_000 }).toBe('Line 1');
      const shown = await texts(page);
      expect(shown.length).toBeLessThanOrEqual(200);
      expect(shown.slice(0, 150)).toEqual(Array.from({ length: 150 }, (_, n) => `Line ${n + 1}`));
      await page.getByRole('button', { name: /new/i }).click(); // or the bot said something meanwhile
      await see(page, 'Line 320');
    });
  });
});

/** Of a conversation in which nothing was said. */
async function requirePersonAnswers(page: Page): Promise<void> {
  await page.getByText('Write to us. A person answers here.').waitFor();
  await page.locator('.ChatHeader-status').getByText('A person answers here').waitFor();
  expect(await page.locator('.WaitCard').count()).toBe(0);
}

function hasFocus(element: Locator): Promise<boolean> {
  return element.evaluate((own) => document.activeElement === own);
}

function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.textContent?.trim());
}
