import { describe, expect, it } from 'vitest';
import { inContext, log, open, openConversation, say, see, seeAllSent, texts } from './_page.ts';
import { useStage } from './_server.ts';

const stage = useStage();

describe('the inbox', () => {
  it('A7: is worked by keyboard alone, and a note never reaches the customer', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page: alice } = await open(context, `${stage.server.url}/chat/alice`);
      await say(alice, 'Is the oak one real oak?');
      const { page, problems } = await open(context, `${stage.server.url}/inbox`);
      await page.locator('a.ConversationRow', { hasText: 'alice' }).waitFor();

      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await see(page, 'Is the oak one real oak?');
      await page.keyboard.press('t');
      await page.getByText('You are answering.').waitFor();
      await page.keyboard.type('Yes, from Slovenia.');
      await page.keyboard.press('Shift+Enter');
      await page.keyboard.type('Anything else?');
      await page.keyboard.press('Enter');
      await see(alice, 'Yes, from Slovenia.\nAnything else?');

      await page.keyboard.press('Escape');
      await page.keyboard.press('n');
      await page.keyboard.type('Asks about oak a lot');
      await page.keyboard.press('Enter');
      await page.locator('.NoteItem', { hasText: 'Asks about oak a lot' }).waitFor();

      await page.keyboard.press('Escape');
      await page.keyboard.press('e');
      await page.getByText('Resolved. Your reply opens it again.').waitFor();
      await page.keyboard.press('e');
      await page.getByText('You are answering.').waitFor();
      await page.keyboard.press('b');
      await page.getByText('The bot is answering.').waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await page.getByText('Choose a conversation').waitFor();
      expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('alice');

      await log(alice).getByText('Ana handed back to the bot').waitFor();
      expect(await alice.content()).not.toContain('Asks about oak a lot');
      expect(problems).toEqual([]);
    });
  });

  it('a reply past something unread is held until the agent decides', async () => {
    await inContext(stage.browser, { viewport: { width: 1280, height: 500 } }, async (context) => {
      const { page: bea } = await open(context, `${stage.server.url}/chat/bea`);
      for (let n = 1; n <= 15; n++) await say(bea, `Line ${n}`);
      await seeAllSent(bea);
      const { page } = await open(context, `${stage.server.url}/inbox`);
      await openConversation(page, 'bea');
      await see(page, 'Line 15');
      await page.keyboard.press('t');
      await page.getByText('You are answering.').waitFor();
      await log(page).evaluate((list) => { list.scrollTop = 0; });
      await page.getByRole('textbox').fill('We have it in blue');
      await say(bea, 'No, in green please');
      await page.getByRole('button', { name: '1 new' }).waitFor();

      await page.getByRole('textbox').press('Enter');
      await page.getByText('Not sent yet.').waitFor();
      expect(await page.getByRole('textbox').inputValue()).toBe('We have it in blue');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Review');
      expect(await texts(bea)).not.toContain('We have it in blue');
      await page.keyboard.press('Enter');
      await page.getByText('Not sent yet.').waitFor({ state: 'detached' });
      await page.getByRole('textbox').fill('We have it in green');
      await page.getByRole('textbox').press('Enter');
      await see(bea, 'We have it in green');
      expect(await texts(bea)).not.toContain('We have it in blue');
    });
  });

  it('a conversation that another agent has is taken only on purpose', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page: cleo } = await open(context, `${stage.server.url}/chat/cleo`);
      await say(cleo, 'Hello');
      const { page: ana } = await open(context, `${stage.server.url}/inbox`);
      await openConversation(ana, 'cleo');
      await ana.keyboard.press('t');
      await ana.getByText('You are answering.').waitFor();

      await inContext(stage.browser, {}, async (other) => {
        const { page: ben } = await open(other, `${stage.server.url}/demo/agent?as=ben`);
        await openConversation(ben, 'cleo');
        await ben.getByText('Ana answers.').waitFor();
        await ben.keyboard.press('t');
        const dialog = ben.getByRole('dialog', { name: 'Ana has this conversation' });
        await dialog.getByRole('button', { name: 'Leave it with Ana' }).click();
        await dialog.waitFor({ state: 'detached' });
        await ben.keyboard.press('t');
        await dialog.getByRole('button', { name: 'Take it' }).click();
        await ben.getByText('You are answering.').waitFor();
        await ana.getByText('Ben answers.').waitFor();
        await log(cleo).getByText('Ben took over from Ana').waitFor();
      });
    });
  });

  it('shows in the chat who types, and in the inbox what the customer changed', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page: dora, problems } = await open(context, `${stage.server.url}/chat/dora`);
      await say(dora, 'Where is it');
      const { page } = await open(context, `${stage.server.url}/inbox`);
      await openConversation(page, 'dora');
      await see(page, 'Where is it');
      await page.keyboard.press('r');
      await page.keyboard.type('Let me');
      await dora.getByRole('img', { name: 'Ana is typing' }).waitFor();

      await dora.locator('.MessageItem', { hasText: 'Where is it' }).hover();
      await dora.getByRole('button', { name: 'Message actions' }).first().click();
      await dora.getByRole('menuitem', { name: 'Edit' }).click();
      await say(dora, 'Where is order 7?');
      await see(page, 'Where is order 7?');
      await dora.getByRole('button', { name: 'Message actions' }).first().click();
      await dora.getByRole('menuitem', { name: 'Remove' }).click();
      await see(page, 'Message removed');
      expect(await texts(page)).not.toContain('Where is order 7?');
      expect(problems).toEqual([]);
    });
  });
});
