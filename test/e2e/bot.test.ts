import { describe, expect, it } from 'vitest';
import { inContext, log, open, say, see } from './_page.ts';
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
});
