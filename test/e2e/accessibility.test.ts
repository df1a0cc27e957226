import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findings, LOOKS, tooWide, WIDE } from './_findings.ts';
import { inContext } from './_page.ts';
import { useStage } from './_server.ts';
import type { Stages } from './states.ts';
import { setStages, STATES } from './states.ts';

const stage = useStage();
const HOST = '127.0.0.1';
/** What changes all the time without being news, and the state that shows it: it is there to be read, and not read out. */
const QUIET: Readonly<Record<string, string>> = {
  'chat-dots': '.MessageItem[data-status=draft]',
  'chat-draft': '.MessageItem[data-status=draft]',
  'chat-person': '.MessageItem:has([aria-label="Ana is typing"])',
  'chat-rated': '.AnswerRating',
  'inbox-draft': '.MessageItem[data-status=draft]',
  'inbox-origin': '.AnswerOrigin',
  'inbox-conversation': '.HandlerBar .WaitingSince',
};
/** The narrowest that has to do, and half of 1280: a screen at 200 %. */
const TIGHT = [{ width: 640, height: 400 }, { width: 320, height: 568 }];

describe('every state of every screen', () => {
  let stages: Stages;
  beforeAll(async () => { stages = await setStages(stage.server.url); });
  afterAll(() => stages?.close());

  // Getting there is mostly waiting, for the bot and for each other.
  it.concurrent.each(STATES)('C34 C36 C37 A44 A45 O9: $name', async (state) => {
    await inContext(stage.browser, { viewport: WIDE }, async (context) => {
      const strangers: string[] = [];
      context.on('request', (request) => { if (new URL(request.url()).hostname !== HOST) strangers.push(request.url()); });
      const page = await stages.visit(state, context, state.name);
      expect(await livelyParts(page)).toEqual([]);
      const quiet = QUIET[state.name];
      if (quiet) expect(await isReadOut(page.locator(quiet).first()), quiet).toBe(false);
      for (const look of LOOKS) {
        if (state.only === 'narrow' && look.width === WIDE.width) continue;
        expect(await findings(page, look), `${look.colorScheme}, ${look.width} px`).toEqual([]);
      }
      for (const dir of ['ltr', 'rtl']) {
        await page.evaluate((value) => { document.documentElement.dir = value; }, dir);
        for (const size of TIGHT) {
          await page.setViewportSize(size);
          expect(await tooWide(page), `${dir}, ${size.width} px`).toEqual([]);
        }
      }
      expect(strangers).toEqual([]);
    });
  });
});

/** Does the nearest part around it that says anything about that say that it is read out as it changes? */
function isReadOut(element: Locator): Promise<boolean> {
  return element.evaluate((own) => {
    const nearest = own.closest('[aria-live], [role=log], [role=status], [role=alert]');
    return nearest !== null && nearest.getAttribute('aria-live') !== 'off';
  });
}

/** What says that it is read out while it changes, beside the one log and what is a status or an alert; and lists that are more than one stop of the Tab key. */
function livelyParts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const logs = [...document.querySelectorAll('[role=log]')].slice(1);
    const live = document.querySelectorAll('[aria-live]:not([aria-live=off], [role=log])');
    const stops = [...document.querySelectorAll('a.ConversationRow[tabindex="0"]')].slice(1);
    return [...logs, ...live, ...stops].map((element) => element.outerHTML.slice(0, 120));
  });
}
