import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { inContext, joinTeam, open, openConversation, openSettings, say, see } from './_page.ts';
import type { Visit } from './_page.ts';
import { useStage } from './_server.ts';

const stage = useStage();
const enter = (context: BrowserContext, path: string): Promise<Visit> => openSettings(context, stage.server.url, path);

describe('the bot\'s settings', () => {
  it('B13: rules are written, put in order, tried, and set back', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await enter(context, 'bot');
      await page.getByRole('button', { name: 'Add a rule' }).click();
      await page.getByLabel('Name', { exact: true }).fill('ahoy');
      await page.getByLabel('When a customer says').fill('ahoy\nahoy there');
      await page.getByLabel('The bot replies').fill('Ahoy, sailor.');
      await page.getByLabel('And offers as buttons').fill('Where is my order?');
      await page.getByRole('button', { name: 'Move ahoy up' }).click();
      const { page: chat } = await open(context, `${stage.server.url}/chat/zack`);
      await page.getByLabel('A customer’s question').fill('Ahoy');
      await page.getByRole('button', { name: 'Ask', exact: true }).press('Enter');
      await page.getByText('Ahoy, sailor.').last().waitFor();
      await page.getByText('A rule “ahoy”').waitFor();
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Ask');
      await page.getByRole('button', { name: 'Save the rules' }).press('Enter');
      await page.getByText('Saved. The bot goes by it').waitFor();
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Save the rules');

      await say(chat, 'ahoy');
      await see(chat, 'Ahoy, sailor.');

      await page.getByRole('button', { name: 'Reset to the defaults' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click();
      await expect.poll(() => page.getByRole('button', { name: /^ahoy/ }).count()).toBe(0);
      await page.getByLabel('A customer’s question').fill('Please, I want a human');
      await page.keyboard.press('Enter');
      await page.getByText('Asks for a person: The customer asked for a person').waitFor();
      expect(problems).toEqual([]);
    });
  });

  it('B13: two admins who write rules at once lose nothing, of their own or of the other', async () => {
    await inContext(stage.browser, {}, (anas) => inContext(stage.browser, {}, async (bens) => {
      const { page: ana, problems } = await enter(anas, 'bot');
      const { page: ben } = await open(bens, `${stage.server.url}/demo/agent?as=ben&to=/settings/bot`);
      const write = async (page: Page, reply: string): Promise<void> => {
        await page.getByLabel('The bot replies').fill(reply);
        await page.getByRole('button', { name: 'Save the rules' }).press('Enter');
      };
      for (const page of [ana, ben]) await page.locator('.RuleRow-toggle').first().click();
      await write(ben, 'Ben says so.');
      await ben.getByText('Saved. The bot goes by it').waitFor();
      await write(ana, 'Ana says so.');
      await ana.getByText('Somebody else saved the rules while you were writing.').waitFor();
      await ana.getByText('Read theirs').click();
      await ana.locator('.SaveConflict').getByText('Ben says so.').waitFor();
      expect(await ana.getByRole('button', { name: 'Save the rules' }).isDisabled()).toBe(true);
      await ana.getByLabel('The bot replies').fill('Ana insists.');
      await ana.getByRole('button', { name: 'Save mine over it' }).click();
      await ana.getByText('Saved. The bot goes by it').waitFor();

      await write(ben, 'Ben insists.');
      await ben.getByRole('button', { name: 'Drop mine, take theirs' }).press('Enter');
      await expect.poll(() => ben.evaluate(() => document.activeElement?.textContent)).toBe('Save the rules');
      await ben.locator('.RuleRow-toggle').first().click();
      await expect.poll(() => ben.getByLabel('The bot replies').inputValue()).toBe('Ana insists.');
      await write(ben, 'Ben once more.');
      await ben.getByText('Saved. The bot goes by it').waitFor();

      await ana.getByRole('button', { name: 'Reset to the defaults' }).click();
      await ana.getByRole('dialog').getByRole('button', { name: 'Reset' }).click();
      await ana.getByRole('button', { name: 'Save mine over it' }).click();
      await ana.getByText('Saved. The bot goes by it').waitFor();
      expect(await ana.getByText('insists').count()).toBe(0);
      expect(problems).toEqual([]);
    }));
  });

  it('B13: the switch leaves alone what is written and not saved', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page } = await enter(context, 'bot');
      await page.locator('.RuleRow-toggle').first().click();
      await page.getByLabel('The bot replies').fill('Half a thought');
      await page.getByRole('switch', { name: 'The bot answers customers' }).uncheck();
      await page.getByText('Every customer who writes waits for a person.').waitFor();
      await page.getByRole('switch', { name: 'The bot answers customers' }).check();
      await page.getByText('The bot answers first').waitFor();
      expect(await page.getByLabel('The bot replies').inputValue()).toBe('Half a thought');
    });
  });

  it('B4: one switch stops the bot for everybody, at once, and the inbox says so', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page } = await enter(context, 'bot');
      await page.getByRole('switch', { name: 'The bot answers customers' }).press('Space');
      await page.getByText('Every customer who writes waits for a person.').waitFor();
      await expect.poll(() => page.evaluate(() => document.activeElement?.role)).toBe('switch');
      const { page: chat } = await open(context, `${stage.server.url}/chat/abel`);
      await say(chat, 'Hello');
      const { page: inbox } = await open(context, `${stage.server.url}/inbox?view=queue`);
      await openConversation(inbox, 'abel');
      await inbox.getByText('The bot is off.').waitFor();
      expect(await chat.getByText('Automatic').count()).toBe(0);
      const { page: botView } = await open(context, `${stage.server.url}/inbox?view=bot`);
      await botView.getByText('The bot is off').waitFor();
      await botView.getByRole('link', { name: 'Bot settings' }).waitFor();

      await page.getByRole('switch', { name: 'The bot answers customers' }).check();
      await page.getByText('The bot answers first').waitFor();
      await inbox.keyboard.press('b');
      await inbox.getByLabel('Note for the next agent').press('Enter');
      await chat.getByText('Automatic').waitFor();
    });
  });
});

describe('who may change what', () => {
  it('R17: viewers read, and only admins set the bot', async () => {
    for (const role of ['VIEWER', 'AGENT'] as const) {
      await inContext(stage.browser, {}, async (context) => {
        const page = await joinTeam(context, stage.server.url, role);
        const { problems } = await enter(context, 'bot');
        await page.goto(`${stage.server.url}/settings/articles/returns`);
        await expect.poll(() => page.getByLabel('Title').inputValue()).toBe('Return something');
        expect(await page.getByRole('button', { name: 'Save', exact: true }).count()).toBe(role === 'VIEWER' ? 0 : 1);
        expect(await page.getByLabel('Title').getAttribute('readonly')).toBe(role === 'VIEWER' ? '' : null);
        await page.getByRole('link', { name: 'Bot' }).click();
        await page.getByText('The bot answers customers').waitFor();
        await page.getByRole('button', { name: /^hello hi/ }).click();
        expect(await page.getByLabel('The bot replies').getAttribute('readonly')).toBe('');
        expect(await page.getByRole('switch').count()).toBe(0);
        expect(await page.getByRole('button', { name: /Save|Reset|Add|Move|Remove/ }).count()).toBe(0);
        expect(problems).toEqual([]);
      });
    }
  });
});
