import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../_util/browser.ts';
import { withServer } from '../_util/server-process.ts';
import { inContext, open, say } from './_page.ts';

/** `npm run screenshots [-- part of a name]`: every state of every screen, in three widths and both themes, into `screenshots/`, for people to look at. */

interface State {
  readonly name: string;
  readonly path: string;
  /** Brings the page into the state; nothing: it opens in it. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/** Each picture has a customer of its own, so that none is in another's. */
const STATES: readonly State[] = [
  { name: 'start', path: '/' },
  { name: 'not-found', path: '/nothing/here' },
  { name: 'chat-empty', path: '/chat/:new' },
  {
    name: 'chat-answer',
    path: '/chat/:new',
    async prepare(page) {
      await say(page, 'How long does delivery take?');
      await page.getByText('That helped').waitFor();
    },
  },
  {
    name: 'chat-choices',
    path: '/chat/:new',
    async prepare(page) {
      await say(page, 'my parcel');
      await page.getByText('Automatic').first().waitFor();
    },
  },
  {
    name: 'chat-ask-person',
    path: '/chat/:new',
    async prepare(page) {
      await say(page, 'Hello');
      await page.getByText('Automatic').waitFor();
      await page.getByRole('button', { name: 'Talk to a person' }).first().click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'chat-waiting',
    path: '/chat/:new',
    async prepare(page) {
      await say(page, 'I want to talk to a human');
      await page.getByText('A person will answer').first().waitFor();
    },
  },
  {
    name: 'chat-offline',
    path: '/chat/:new',
    async prepare(page) {
      await say(page, 'Hello');
      await page.getByText('Automatic').waitFor();
      await page.context().setOffline(true);
      await say(page, 'Are you there?');
      await page.getByText(/offline/i).first().waitFor();
    },
  },
  { name: 'help', path: '/help' },
  {
    name: 'help-article',
    path: '/help',
    async prepare(page) {
      await page.locator('main a[href^="/help/"]').first().click();
      await page.waitForURL(/\/help\/.+/);
      await page.locator('h1').waitFor();
    },
  },
  { name: 'help-missing', path: '/help/there-is-no-such-article' },
  { name: 'inbox', path: '/inbox' },
  { name: 'inbox-bot-view', path: '/inbox?view=bot' },
  {
    name: 'inbox-conversation',
    path: '/inbox?view=all',
    prepare: (page) => openFirst(page),
  },
  {
    name: 'inbox-note',
    path: '/inbox?view=all',
    async prepare(page) {
      await openFirst(page);
      await page.getByRole('tab', { name: /Note/ }).click();
    },
  },
  {
    name: 'inbox-keys',
    path: '/inbox',
    async prepare(page) {
      await page.locator('a.ConversationRow').first().waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'inbox-queue', path: '/inbox?view=queue' },
  { name: 'inbox-missing', path: '/inbox/nobody-of-that-name' },
  {
    name: 'inbox-palette',
    path: '/inbox?view=all',
    async prepare(page) {
      await openFirst(page);
      await page.getByRole('tab', { name: /Reply/ }).waitFor();
      await page.keyboard.press('ControlOrMeta+k');
      await page.getByRole('combobox').waitFor();
    },
  },
  {
    name: 'inbox-hand-back',
    path: '/inbox?view=all',
    async prepare(page) {
      await openFirst(page);
      await page.getByRole('tab', { name: /Reply/ }).waitFor();
      await page.keyboard.press('t');
      await page.getByText('You are answering.').waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('b');
      await page.getByLabel('Note for the next agent').waitFor();
    },
  },
  {
    name: 'inbox-stale',
    path: '/chat/:new',
    async prepare(page) {
      const customer = new URL(page.url()).pathname.split('/').at(-1) ?? '';
      for (let n = 1; n <= 12; n++) await say(page, `Line ${n} of what I have to say about the oak table that came last week`);
      await page.locator('.MessageItem[data-from=me]', { hasText: /Line 12.*(Sent|Seen)/s }).waitFor();
      const chat = await page.context().newPage();
      await chat.goto(page.url());
      await page.goto(new URL(`/inbox/${customer}`, page.url()).href);
      await page.getByRole('log').getByText('Line 12').waitFor();
      await page.locator('.NoteItem').waitFor();
      await page.getByRole('textbox').fill('Of course. Which number is your neighbour at?');
      await page.getByRole('log').hover();
      await page.mouse.wheel(0, -5_000);
      await page.waitForFunction(() => document.querySelector('[role=log]')?.scrollTop === 0);
      await say(chat, 'Oh, that is great');
      await say(chat, 'Actually my neighbour is at home too');
      await page.getByRole('button', { name: /new/ }).waitFor();
      await page.getByRole('textbox').press('Enter');
      await page.getByText('Not sent yet.').waitFor();
      await page.keyboard.press('Enter');
      await page.getByText('Since you started writing').waitFor();
    },
  },
  { name: 'settings-articles', path: '/settings/articles' },
  { name: 'settings-questions', path: '/settings/questions' },
  { name: 'settings-bot', path: '/settings/bot' },
  { name: 'settings-report', path: '/settings/report' },
  { name: 'settings-team', path: '/settings/team' },
  {
    name: 'settings-invite',
    path: '/settings/team',
    async prepare(page) {
      await page.getByRole('button', { name: 'Invite somebody' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'settings-tokens', path: '/settings/tokens' },
  {
    name: 'settings-new-token',
    path: '/settings/tokens',
    async prepare(page) {
      await page.getByRole('button', { name: 'New token' }).click();
      await page.getByLabel('Name').fill('Nightly report');
      await page.getByLabel(/^Read the inbox/).check();
      await page.getByRole('button', { name: 'Make the token' }).click();
      await page.getByRole('button', { name: 'Done' }).waitFor();
    },
  },
  {
    name: 'settings-identity',
    path: '/settings/identity',
    async prepare(page) {
      await page.getByLabel('Identity token').fill('eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl');
      await page.getByRole('button', { name: 'Check it' }).click();
      await page.getByText('It would be refused.').waitFor();
    },
  },
  { name: 'settings-audit', path: '/settings/audit' },
  { name: 'settings-account', path: '/settings/account' },
  { name: 'join', path: '/join#invite=anything' },
];

const WIDTHS = [{ width: 390, height: 844 }, { width: 1024, height: 768 }, { width: 1440, height: 900 }] as const;
const THEMES = ['light', 'dark'] as const;
const FOLDER = 'screenshots';

const wanted = process.argv[2] ?? '';
await rm(FOLDER, { recursive: true, force: true });
await mkdir(FOLDER);
const browser = await launchBrowser();
try {
  await withServer({ env: { BOT: 'on' } }, async ({ url }) => {
    for (const state of STATES.filter(({ name }) => name.includes(wanted))) {
      for (const viewport of WIDTHS) for (const colorScheme of THEMES) await take(url, state, { viewport, colorScheme });
      console.log(state.name);
    }
  });
} finally {
  await browser.close();
}

type Look = { readonly viewport: (typeof WIDTHS)[number]; readonly colorScheme: (typeof THEMES)[number] };

async function take(url: string, { name, path, prepare }: State, look: Look): Promise<void> {
  const file = `${name}-${look.viewport.width}-${look.colorScheme}`;
  await inContext(browser, { ...look, reducedMotion: 'reduce' }, async (context) => {
    const { page } = await open(context, `${url}${path.replace(':new', file)}`);
    await page.locator('main, [role=log], nav, h1').first().waitFor();
    await prepare?.(page);
    await page.waitForLoadState('networkidle').catch(() => undefined);
    await page.screenshot({ path: join(FOLDER, `${file}.png`) });
  });
}

async function openFirst(page: Page): Promise<void> {
  await page.locator('a.ConversationRow').first().click();
  await page.getByRole('log').waitFor();
}
