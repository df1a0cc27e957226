import { describe, expect, it } from 'vitest';
import { inContext, open, say, see } from './_page.ts';
import { useStage } from './_server.ts';

const stage = useStage();

describe('the help pages', () => {
  it('B11: are for everybody: found as one types, read, and from there to the chat', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await open(context, `${stage.server.url}/help`);
      const titles = page.locator('.HelpPage-item');
      await titles.first().waitFor();
      const shown = await titles.allInnerTexts();
      expect(shown).toEqual(shown.toSorted((a, b) => a.localeCompare(b)));
      expect(await page.title()).toBe('Help');

      await page.getByRole('searchbox', { name: 'Search the articles' }).fill('send something back');
      await expect.poll(() => titles.first().innerText()).toBe('Return something');
      await expect.poll(() => page.url()).toContain('q=send');
      await page.reload();
      await expect.poll(() => titles.first().innerText()).toBe('Return something');

      await titles.first().click();
      await page.getByRole('heading', { level: 1, name: 'Return something' }).waitFor();
      expect(new URL(page.url()).pathname).toBe('/help/returns');
      await expect.poll(() => page.title()).toBe('Return something');
      await page.getByText('within 30 days').waitFor();
      await page.locator('time').waitFor();
      await page.goBack();
      await expect.poll(() => titles.first().innerText()).toBe('Return something');
      await titles.first().click();

      await page.getByRole('link', { name: 'Talk to us' }).click();
      await page.getByText('How can we help?').waitFor();
      expect(new URL(page.url()).pathname).toBe('/chat');
      expect(problems).toEqual([]);
    });
  });

  it('B11: lead a customer who came from an answer back to the same conversation', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page: chat } = await open(context, `${stage.server.url}/chat/olga`);
      await say(chat, 'How do I return something I do not like?');
      const [article] = await Promise.all([context.waitForEvent('page'), chat.getByRole('link', { name: /^Return something/ }).click()]);
      await article.getByRole('link', { name: 'Talk to us' }).click();
      await see(article, 'How do I return something I do not like?');
      expect(new URL(article.url()).pathname).toBe('/chat/olga');
    });
  });

  it('say what is not there', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page } = await open(context, `${stage.server.url}/help/nothing-like-it`);
      await page.getByText('There is no such article').waitFor();
      await expect.poll(() => page.title()).toBe('Not found');
      await page.getByRole('link', { name: 'See all articles' }).click();
      await page.getByRole('searchbox').fill('zzzzzz');
      await page.getByText('No article about “zzzzzz”').waitFor();
      await page.getByRole('link', { name: 'Talk to us' }).waitFor();
    });
  });

  it('load by themselves when the server answers again', async () => {
    await inContext(stage.browser, {}, async (context) => {
      await context.route('**/graphql', (route) => route.abort());
      const { page } = await open(context, `${stage.server.url}/help/returns`);
      await page.getByText('The article did not load').waitFor();
      await context.setOffline(true);
      await page.getByText('You’re offline').waitFor();
      await context.setOffline(false);
      await context.unroute('**/graphql');
      await page.getByRole('heading', { level: 1, name: 'Return something' }).waitFor();
    });
  });
});
