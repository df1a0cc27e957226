import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inContext, texts } from './_page.ts';
import { useStage } from './_server.ts';
import type { Stages } from './states.ts';
import { setStages, STATES } from './states.ts';

const stage = useStage();

/** What is lost by a reload on purpose is not among them: a dialog, a menu, a session that was ended. */
const KEPT = new Set([
  'chat-first-visit', 'chat-answer', 'chat-rated', 'chat-dots', 'chat-draft', 'chat-waiting', 'chat-person', 'chat-rich', 'chat-new-below', 'chat-failed',
  'inbox-list', 'inbox-queue', 'inbox-conversation', 'inbox-draft', 'inbox-stale', 'inbox-missing', 'inbox-nothing-mine', 'settings-article', 'settings-report', 'help-none',
]);

describe('a reload', () => {
  let stages: Stages;
  beforeAll(async () => { stages = await setStages(stage.server.url); });
  afterAll(() => stages?.close());

  it.each(STATES.filter(({ name }) => KEPT.has(name)))('C2 C6 C38: shows the same again: $name', async (state) => {
    await inContext(stage.browser, {}, async (context) => {
      const page = await stages.visit(state, context, state.name);
      const before = await shown(page);
      await page.reload();
      await expect.poll(() => shown(page)).toEqual(before);
    });
  });
});

/** Where one is, what was said and is being said, who answers, and what one was writing. */
async function shown(page: Page): Promise<unknown> {
  const all = (selector: string): Promise<string[]> => page.locator(selector).allInnerTexts();
  return {
    address: page.url(), title: await all('h1, h2'), said: await texts(page), notes: await all('.NoteItem-text'),
    draft: await page.locator('.MessageItem[data-status=draft]').count(), failed: await page.locator('.MessageItem[data-status=failed]').count(),
    rated: await page.locator('[aria-pressed=true]').count(), waits: await page.locator('.WaitCard').count(),
    who: (await all('.ChatHeader-status, .HandlerBar > p')).map((text) => text.replace(/\d+/, '')), rows: await page.locator('a.ConversationRow').count(),
    writing: await page.locator('textarea, input[type=search]').evaluateAll((fields) => fields.map((field) => (field as HTMLTextAreaElement).value)),
  };
}
