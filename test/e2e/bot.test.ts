import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Bot } from '../../server/bot/bot.ts';
import { startApp } from '../_util/app.ts';
import { inContext, log, open, say, see, texts } from './_page.ts';
import { useStage } from './_server.ts';

const stage = useStage();

describe('the bot, in a real window', () => {
  it('B1 B2 B11 C21: answers from an article and names it; a tap on a choice is the customer\'s message', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await open(context, `${stage.server.url}/chat/otto`);
      await say(page, 'How do I return something I do not like?');
      const answer = page.locator('.MessageItem[data-from=bot]', { hasText: 'within 30 days' });
      await answer.getByRole('link', { name: 'Return something' }).waitFor();
      await answer.getByText('Automatic').waitFor();

      await page.getByRole('button', { name: 'That helped' }).click();
      await see(page, 'That helped');
      await expect.poll(() => page.getByRole('button', { name: 'That helped' }).count()).toBe(0);
      expect(problems).toEqual([]);
    });
  });

  it('B7 B8 A11: hands on what it does not know, with a note that the customer never sees', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page } = await open(context, `${stage.server.url}/chat/petra`);
      await say(page, 'I want to talk to a human please');
      await log(page).getByText('The bot asked for a person').waitFor();

      const { page: inbox } = await open(context, `${stage.server.url}/inbox/petra`);
      await inbox.locator('.NoteItem').first().waitFor();
      expect(await page.locator('.NoteItem').count()).toBe(0);
      expect(await log(page).textContent()).not.toContain('Asked: “');
    });
  });

  it('A42 B12: tells agents why it said something, and what the customer made of it', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page } = await open(context, `${stage.server.url}/chat/quinn`);
      await say(page, 'How do I return something I do not like?');
      await page.getByText('within 30 days').waitFor();
      const { page: inbox, problems } = await open(context, `${stage.server.url}/inbox/quinn`);
      const why = inbox.getByRole('button', { name: 'Why did the bot say this?' });
      await why.click();
      const origin = inbox.locator('.AnswerOrigin', { has: inbox.locator('[aria-expanded=true]') });
      await origin.getByText('The help articles').waitFor();
      expect(await origin.locator('dl').innerText()).toMatch(/How sure\s+\w+ sure · \d+\s?%\s+Took\s+[\d,]+ ms/);
      await page.getByRole('button', { name: /^(Helpful|Yes|This helped)/ }).click();
      await origin.getByText('Helped quinn').waitFor();

      const [article] = await Promise.all([context.waitForEvent('page'), origin.getByRole('link', { name: 'Return something', exact: true }).click()]);
      await article.getByRole('heading', { level: 1, name: 'Return something' }).waitFor();
      await origin.getByRole('link', { name: 'Edit Return something' }).click();
      await expect.poll(() => inbox.getByLabel('Title').inputValue()).toBe('Return something');
      await inbox.goBack();
      await why.waitFor();
      expect(await page.locator('.AnswerOrigin').count()).toBe(0);
      expect(problems).toEqual([]);
    });
  });

  it('A42: tells agents why it handed on, at the words with which it did', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page } = await open(context, `${stage.server.url}/chat/quirin`);
      await say(page, 'Do you rent out submarines?');
      await log(page).getByText('The bot asked for a person').waitFor();
      const { page: inbox, problems } = await open(context, `${stage.server.url}/inbox/quirin`);
      await inbox.getByRole('button', { name: 'Why did the bot say this?' }).click();
      await expect.poll(() => inbox.locator('.AnswerOrigin dl').innerText()).toMatch(/Decided by\s+Nothing fitted\s+Asked for a person\s+No answer known\s+Took\s+[\d,]+ ms/);
      expect(problems).toEqual([]);
    });
  });

  it('A7: its draft grows before everybody\'s eyes, and a take-over strikes it through, never sent', async () => {
    let proceed = (): void => undefined;
    const slow: Bot = {
      name: 'slow',
      async handle(_, io) {
        io.draft('I am sorry about');
        await new Promise<void>((resolve) => { proceed = resolve; });
        io.draft('I am sorry about that. When a parcel');
        await new Promise<void>((resolve) => { proceed = resolve; });
        return { kind: 'reply', text: 'I am sorry about that. When a parcel is late, we send it again.', counts: 'answer' };
      },
    };
    const app = await startApp({ bot: slow, env: { BOT: 'on', RATE_LIMITS: 'off' } });
    await inContext(stage.browser, {}, async (context) => {
      const { page: chat } = await open(context, `${app.url}/chat/rosa`);
      await say(chat, 'My parcel has not come');
      await log(chat).getByText('I am sorry about', { exact: true }).waitFor();
      const { page: inbox, problems } = await open(context, `${app.url}/inbox/rosa`);
      proceed();
      await log(inbox).getByText('I am sorry about that. When a parcel', { exact: true }).waitFor();
      await log(inbox).getByText('Being written · the customer sees it grow').waitFor();
      await log(chat).getByText('I am sorry about that. When a parcel', { exact: true }).waitFor();

      await inbox.getByRole('button', { name: 'Take over' }).click();
      const stopped = inbox.locator('.MessageItem[data-status=stopped]', { hasText: 'I am sorry about that. When a parcel' });
      await stopped.getByText('Stopped · never sent').waitFor();
      proceed();
      await log(chat).getByText('Ana joined').waitFor();
      await say(inbox, 'I look for it at once');
      await see(chat, 'I look for it at once');
      expect(await texts(chat)).toEqual(['My parcel has not come', 'I look for it at once']);
      expect(problems).toEqual([]);
    });
    await app.stop();
  });

  it('A11: a hand-off shows in the title of the inbox and moves the row to the queue', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page: inbox } = await open(context, `${stage.server.url}/inbox?view=queue`);
      await inbox.locator('a.ConversationRow').first().waitFor();
      const before = await waiting(inbox);
      const { page: chat } = await open(context, `${stage.server.url}/chat/sven`);
      await say(chat, 'Can I talk to a human?');
      await inbox.locator('a.ConversationRow', { hasText: 'sven' }).waitFor();
      await expect.poll(() => waiting(inbox), { timeout: 10_000 }).toBe(before + 1);
    });
  });

  it('B14: an inserted article answers, and the question is remembered as its wording', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page: chat } = await open(context, `${stage.server.url}/chat/tara`);
      await say(chat, 'Please a human: is my blorptastic gizmo repairable');
      await log(chat).getByText('The bot asked for a person').waitFor();
      const { page: inbox, problems } = await open(context, `${stage.server.url}/inbox/tara`);
      await inbox.getByRole('button', { name: 'Article', exact: true }).click();
      await inbox.getByRole('combobox', { name: 'Search the articles' }).fill('warranty');
      await inbox.getByRole('option', { name: /Warranty/ }).first().waitFor();
      await inbox.keyboard.press('Enter');
      const box = inbox.getByRole('textbox', { name: /^Reply to/ });
      await expect.poll(() => box.inputValue()).toContain('/help/warranty');
      await box.press('Enter');
      await log(chat).getByRole('link', { name: /\/help\/warranty$/ }).waitFor();

      const wording = inbox.getByRole('textbox', { name: 'The wording' });
      expect(await wording.inputValue()).toBe('Please a human: is my blorptastic gizmo repairable');
      await wording.fill('is my blorptastic gizmo repairable');
      await inbox.getByRole('button', { name: 'Remember' }).press('Enter');
      await inbox.getByText('Remembered.').waitFor();
      const focused = (): Promise<string | undefined> => inbox.evaluate(() => document.activeElement?.textContent || document.activeElement?.getAttribute('placeholder') || '');
      await expect.poll(focused).toBe('Close');
      await inbox.keyboard.press('Escape');
      await expect.poll(focused).toBe('Reply to tara…');
      const { page: other } = await open(context, `${stage.server.url}/chat/uma`);
      await say(other, 'Is my blorptastic gizmo repairable?');
      await other.locator('.MessageItem[data-from=bot]').getByRole('link', { name: /^Warranty/ }).waitFor();
      expect(problems).toEqual([]);
    });
  });
});

/** How many wait for a person, by the window's title. */
async function waiting(page: Page): Promise<number> {
  return Number(/^\((\d+)\)/.exec(await page.title())?.[1] ?? 0);
}
