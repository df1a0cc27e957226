import { describe, expect, it } from 'vitest';
import { findings, isWider } from './_findings.ts';
import { inContext, log, open, openConversation, say, see } from './_page.ts';
import { useStage } from './_server.ts';

const stage = useStage();

/** Nothing moves, so nothing has to come to rest before it is looked at. */
const SCREENS = [
  { viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' },
  { viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' },
] as const;

/** Each with what is there once it has loaded. */
const PAGES = [
  ['/help', '.HelpPage-item'], ['/help?q=zzzzzz', '.EmptyState'], ['/help/returns', '.MarkdownText'], ['/help/nothing', '.EmptyState'],
  ['/settings/articles', '.ArticleRow'], ['/settings/articles/returns', '.ArticleEditor-preview'], ['/settings/new-article', '.ArticleEditor-preview'],
  ['/settings/team', '.SettingRow'], ['/settings/tokens', '.EmptyState'], ['/settings/identity', '.CopyField'], ['/settings/audit', '.AuditRow'],
  ['/settings/account', '.SettingRow'],
  ['/settings/questions', 'h1'], ['/settings/report', '.Figure'], ['/settings/bot', '.RuleRow'],
] as const;

describe.each(SCREENS)('at $viewport.width px, in both themes', (screen) => {
  it('the chat page has nothing that axe finds', async () => {
    await inContext(stage.browser, screen, async (context) => {
      const { page } = await open(context, `${stage.server.url}/chat/w${screen.viewport.width}`);
      await page.getByText('How can we help?').waitFor();
      expect(await findings(page)).toEqual([]);
      await say(page, 'Hello');
      await see(page, 'Hello');
      await page.getByText('Automatic').waitFor();
      expect(await findings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Talk to a person' }).click();
      await page.getByRole('dialog').waitFor();
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await say(page, 'How do I return something I do not like?');
      await page.getByRole('button', { name: 'Yes, it helped' }).click();
      await page.getByRole('button', { name: 'Menu', exact: true }).click();
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await say(page, 'Not \u0000 this');
      await page.getByText('Not sent').waitFor();
      await context.setOffline(true);
      await say(page, 'Not yet: `code`');
      await page.getByText('You’re offline').waitFor();
      expect(await findings(page)).toEqual([]);
      expect(await isWider(page)).toBe(false);
    });
  });

  it('the inbox has nothing that axe finds', async () => {
    await inContext(stage.browser, screen, async (context) => {
      const { page: chat } = await open(context, `${stage.server.url}/chat/nora`);
      await say(chat, 'Hello');
      const { page } = await open(context, `${stage.server.url}/inbox`);
      await page.locator('a.ConversationRow').first().waitFor();
      expect(await findings(page)).toEqual([]);
      await openConversation(page, 'nora');
      await log(page).getByText('Hello', { exact: true }).first().waitFor();
      await page.getByRole('button', { name: 'Why did the bot say this?' }).first().click();
      expect(await findings(page)).toEqual([]);
      await page.getByRole('tab', { name: /Note/ }).click();
      await page.getByRole('textbox').fill('Only for us');
      expect(await findings(page)).toEqual([]);
      expect(await isWider(page)).toBe(false);
      await page.keyboard.press('ControlOrMeta+k');
      await page.getByRole('option').first().waitFor();
      expect(await findings(page)).toEqual([]);
      await page.getByRole('combobox').fill('zzz');
      await page.getByText('No match for').waitFor();
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('t');
      await page.getByText('You are answering.').waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('b');
      await page.getByLabel('Note for the next agent').fill('Knows it all');
      expect(await findings(page)).toEqual([]);
      expect(await isWider(page)).toBe(false);
      await page.keyboard.press('Enter');
      await page.getByText('The bot is answering.').waitFor();
      await page.goto(`${stage.server.url}/inbox/nobody-at-all`);
      await page.getByText('No such conversation').waitFor();
      expect(await findings(page)).toEqual([]);
    });
  });

  it('help and settings have nothing that axe finds', async () => {
    await inContext(stage.browser, screen, async (context) => {
      const { page } = await open(context, `${stage.server.url}/help`);
      for (const [path, shown] of PAGES) {
        await page.goto(stage.server.url + path);
        await page.locator(shown).first().waitFor();
        expect(await findings(page), path).toEqual([]);
        expect(await isWider(page), path).toBe(false);
      }
      await page.locator('.RuleRow-toggle').first().click();
      await page.getByLabel('A customer’s question').fill('How do I return it?');
      await page.keyboard.press('Enter');
      await page.getByText('Decided by').waitFor();
      expect(await findings(page)).toEqual([]);
    });
  });

  it('what settings ask and what they tell once have nothing that axe finds', async () => {
    await inContext(stage.browser, screen, async (context) => {
      const { page } = await open(context, `${stage.server.url}/settings/team`);
      await page.getByRole('button', { name: 'Actions for Ben' }).click();
      expect(await findings(page)).toEqual([]);
      await page.getByRole('menuitem', { name: 'Deactivate' }).click();
      await page.getByRole('dialog').waitFor();
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Invite somebody' }).click();
      expect(await findings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Make the link' }).click();
      await page.getByRole('button', { name: 'Copy: Link' }).waitFor();
      expect(await findings(page)).toEqual([]);
      expect(await isWider(page)).toBe(false);
      await page.getByRole('link', { name: 'API tokens' }).click();
      await page.getByRole('button', { name: 'New token' }).click();
      await page.getByLabel(/^Read the inbox/).check();
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('link', { name: 'Identity' }).click();
      await page.getByLabel('Identity token').fill('no.token.this');
      await page.getByRole('button', { name: 'Check it' }).click();
      await page.getByText('It would be refused.').waitFor();
      expect(await findings(page)).toEqual([]);
    });
  });

  it('signing in and the start have nothing that axe finds', async () => {
    await inContext(stage.browser, screen, async (context) => {
      const { page } = await open(context, `${stage.server.url}/`);
      await page.getByRole('link', { name: /inbox/ }).waitFor();
      expect(await findings(page)).toEqual([]);
      await page.goto(`${stage.server.url}/join#invite=anything`);
      await page.getByLabel('Your name').waitFor();
      expect(await findings(page)).toEqual([]);
      expect(page.url()).not.toContain('anything');
    });
  });
});
