import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { inContext, log, open, openConversation, say, see } from './_page.ts';
import { useStage } from './_server.ts';

const stage = useStage();

const SCREENS = [
  { colorScheme: 'light', viewport: { width: 390, height: 844 } },
  { colorScheme: 'dark', viewport: { width: 390, height: 844 } },
  { colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
] as const;

describe.each(SCREENS)('at $viewport.width px, $colorScheme', (screen) => {
  it('the chat page has nothing that axe finds', async () => {
    await inContext(stage.browser, screen, async (context) => {
      const { page } = await open(context, `${stage.server.url}/chat/${screen.colorScheme}-${screen.viewport.width}`);
      await page.getByText('How can we help?').waitFor();
      expect(await findings(page)).toEqual([]);
      await say(page, 'Hello');
      await see(page, 'Hello');
      await page.getByText('Automatic').waitFor();
      expect(await findings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Talk to a person' }).click();
      await page.getByRole('dialog').waitFor();
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
      expect(await findings(page)).toEqual([]);
      await page.getByRole('tab', { name: /Note/ }).click();
      await page.getByRole('textbox').fill('Only for us');
      expect(await findings(page)).toEqual([]);
      expect(await isWider(page)).toBe(false);
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

async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
  });
}

function isWider(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}
