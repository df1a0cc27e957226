import type { BrowserContext, Page } from 'playwright-core';
import type { Bot } from '../../server/bot/bot.ts';
import { startApp } from '../_util/app.ts';
import { log, open, openConversation, say } from './_page.ts';

/** Every state that a screen can be in, and how to get there: to be looked at (screenshots.ts), and to be checked (accessibility.test.ts). */

export interface State {
  readonly name: string;
  readonly scene: Scene;
  /** `:new` is a customer of its own, so that no state is in another's. Null: the link that lets the first admin in. */
  readonly path: string | null;
  /** Brings the page into the state; nothing: it opens in it. */
  readonly prepare?: (page: Page, customer: string) => Promise<void>;
  /** What is seen on a narrow screen alone, or on a wide one. */
  readonly only?: 'narrow' | 'wide';
}

/**
 * `demo`: with its seed, and the built-in bot without a text model. `fresh`: an installation that nobody has been to yet.
 * `drafting`: its bot comes to no end: it begins an answer about parcels, and thinks about everything else.
 */
type Scene = 'demo' | 'drafting' | 'fresh';

const ENDLESS: Bot = {
  name: 'endless',
  async handle({ text, signal }, io) {
    if (text.includes('parcel')) io.draft('I am sorry about that. When a parcel is more than 3 working days late, we send it again free of');
    await new Promise<void>((resolve) => { signal.addEventListener('abort', () => { resolve(); }, { once: true }); });
    return { kind: 'silent', reason: 'interrupted' };
  },
};

export interface Stages {
  visit(state: State, context: BrowserContext, customer: string): Promise<Page>;
  close(): Promise<void>;
}

/** Sets the scenes up, but for the demo: that is at `demo`. */
export async function setStages(demo: string): Promise<Stages> {
  const [drafting, fresh] = await Promise.all([startApp({ bot: ENDLESS, env: { BOT: 'on' } }), startApp({ mode: 'production' })]);
  const origins: Readonly<Record<Scene, string>> = { demo, drafting: drafting.url, fresh: fresh.url };
  return {
    async visit({ scene, path, prepare }, context, customer) {
      const { page } = await open(context, path === null ? fresh.setupLink ?? '' : origins[scene] + path.replace(':new', customer));
      await page.locator('main, [role=log], nav, h1').first().waitFor();
      await prepare?.(page, customer);
      return page;
    },
    async close() { await Promise.all([drafting.stop(), fresh.stop()]); },
  };
}

const CHAT: readonly State[] = [
  { name: 'chat-first-visit', scene: 'demo', path: '/chat/:new', prepare: (page) => page.getByText('How can we help?').waitFor() },
  { name: 'chat-first-visit-person', scene: 'fresh', path: '/chat', prepare: (page) => page.getByText('Write to us. A person answers here.').waitFor() },
  { name: 'chat-answer', scene: 'demo', path: '/chat/:new', prepare: (page) => answered(page) },
  {
    name: 'chat-rated', scene: 'demo', path: '/chat/:new',
    async prepare(page) {
      await answered(page);
      await page.getByRole('button', { name: 'Yes, it helped' }).click();
    },
  },
  {
    name: 'chat-menu', scene: 'demo', path: '/chat/:new',
    async prepare(page) {
      await answered(page);
      await page.getByRole('button', { name: 'Menu', exact: true }).click();
    },
  },
  {
    name: 'chat-dots', scene: 'drafting', path: '/chat/:new',
    async prepare(page) {
      await say(page, 'Where is my order?');
      await page.locator('.TypingIndicator').waitFor();
    },
  },
  {
    name: 'chat-draft', scene: 'drafting', path: '/chat/:new',
    async prepare(page) {
      await say(page, 'My parcel has not come');
      await page.locator('.MessageItem[data-status=draft]').waitFor();
    },
  },
  {
    name: 'chat-ask-person', scene: 'demo', path: '/chat/:new',
    async prepare(page) {
      await answered(page);
      await page.locator('.ChatFooter').getByRole('button', { name: 'Talk to a person' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'chat-waiting', scene: 'demo', path: '/chat/:new',
    async prepare(page) {
      await say(page, 'I want to talk to a human');
      await page.locator('.WaitCard').waitFor();
    },
  },
  {
    name: 'chat-person', scene: 'demo', path: '/chat/:new',
    async prepare(page, customer) {
      await answered(page);
      const agent = await takenOver(page, customer);
      await say(agent, 'Hi, I am Ana. Let me look.');
      await say(agent, 'It is at the depot in Leeds and goes out tomorrow before noon. I have asked the driver to ring you first.');
      await log(page).getByText('Hi, I am Ana. Let me look.').waitFor();
      await say(page, 'Oh, that is great 🎉');
      await say(page, 'Can they leave it with my neighbour at number 14?');
      await page.locator('.MessageItem[data-from=me]', { hasText: 'Seen' }).waitFor();
      await agent.getByRole('textbox').pressSequentially('Of course');
      await page.getByRole('img', { name: 'Ana is typing' }).waitFor();
    },
  },
  {
    name: 'chat-rich', scene: 'demo', path: '/chat/:new',
    async prepare(page, customer) {
      await answered(page);
      const agent = await takenOver(page, customer);
      await agent.getByRole('textbox').fill('Three things:\n`postcode` wants no space: `SW1A1AA`\n```\nPOST /orders?dry_run=true&region=united-kingdom&include=everything-there-is\n```\nAll fields: https://developers.example.com/reference/orders/create-an-order#postcode-and-region-rules-for-the-united-kingdom');
      await agent.getByRole('textbox').press('Enter');
      await page.getByText('Three things:').waitFor();
      await say(page, 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft is our company name');
      await say(page, '🎉👍');
      await allSent(page);
    },
  },
  {
    name: 'chat-new-below', scene: 'demo', path: '/chat/:new',
    async prepare(page, customer) {
      await long(page);
      const agent = await takenOver(page, customer);
      await toTop(page);
      await say(agent, 'I am looking');
      await say(agent, 'Found it');
      await page.getByRole('button', { name: /^[23] new/ }).waitFor();
      await page.getByRole('textbox').fill('Thank you! One more question');
    },
  },
  {
    name: 'chat-failed', scene: 'demo', path: '/chat/:new',
    async prepare(page) {
      await answered(page);
      await say(page, 'Not \u0000 this');
      await page.getByText('Not sent').waitFor();
    },
  },
  {
    name: 'chat-offline', scene: 'demo', path: '/chat/:new',
    async prepare(page) {
      await answered(page);
      await page.context().setOffline(true);
      await say(page, 'Are you there?');
      await say(page, 'It is urgent: `AB-1`');
      await page.getByText('You’re offline').waitFor();
    },
  },
  {
    name: 'chat-rtl', scene: 'demo', path: '/chat/:new',
    async prepare(page) {
      await page.evaluate(() => { document.documentElement.dir = 'rtl'; });
      await answered(page);
      await say(page, 'مرحبًا، أين طلبي رقم 10482؟');
      await allSent(page);
    },
  },
  {
    name: 'chat-leave', scene: 'demo', path: '/chat/:new',
    async prepare(page) {
      await page.getByRole('button', { name: 'Menu', exact: true }).click();
      await page.getByRole('menuitem', { name: 'End session' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'chat-ended', scene: 'demo', path: '/chat/:new',
    async prepare(page) {
      await page.getByRole('button', { name: 'Menu', exact: true }).click();
      await page.getByRole('menuitem', { name: 'End session' }).click();
      await page.getByRole('button', { name: 'End session' }).click();
      await page.getByText('The session on this device ended').waitFor();
    },
  },
  { name: 'chat-needs-sign-in', scene: 'fresh', path: '/chat/:new', prepare: (page) => page.getByText('This chat needs a sign-in').waitFor() },
  {
    name: 'chat-not-loaded', scene: 'demo', path: '/help',
    async prepare(page, customer) {
      await page.context().route('**/graphql', (route) => route.abort());
      await page.goto(new URL(`/chat/${customer}`, page.url()).href);
      await page.getByText('The conversation did not load').waitFor();
    },
  },
];

const INBOX: readonly State[] = [
  { name: 'inbox-list', scene: 'demo', path: '/inbox', prepare: (page) => page.locator('a.ConversationRow').first().waitFor() },
  { name: 'inbox-queue', scene: 'demo', path: '/inbox?view=queue', prepare: (page) => page.locator('a.ConversationRow').first().waitFor() },
  {
    name: 'inbox-views', scene: 'demo', path: '/inbox', only: 'narrow',
    async prepare(page) {
      await page.locator('a.ConversationRow').first().waitFor();
      await page.setViewportSize({ width: 390, height: 844 });
      await page.getByRole('button', { name: 'Views' }).click();
    },
  },
  { name: 'inbox-conversation', scene: 'demo', path: '/inbox/carla?view=queue', prepare: (page) => log(page).waitFor() },
  {
    name: 'inbox-customer', scene: 'demo', path: '/inbox/carla', only: 'narrow',
    async prepare(page) {
      await page.setViewportSize({ width: 390, height: 844 });
      await page.getByRole('button', { name: 'Customer' }).click();
    },
  },
  {
    name: 'inbox-origin', scene: 'demo', path: '/chat/:new',
    async prepare(page, customer) {
      await answered(page);
      await page.goto(new URL(`/inbox/${customer}`, page.url()).href);
      await page.getByRole('button', { name: 'Why did the bot say this?' }).last().click();
      await page.getByText('How sure').waitFor();
    },
  },
  {
    name: 'inbox-draft', scene: 'drafting', path: '/chat/:new',
    async prepare(page, customer) {
      await say(page, 'My parcel has not come');
      await page.locator('.MessageItem[data-status=draft]').waitFor();
      await page.goto(new URL(`/inbox/${customer}`, page.url()).href);
      await page.getByText('Being written').waitFor();
    },
  },
  {
    name: 'inbox-stopped', scene: 'drafting', path: '/chat/:new',
    async prepare(page, customer) {
      await say(page, 'My parcel has not come');
      await page.locator('.MessageItem[data-status=draft]').waitFor();
      await page.goto(new URL(`/inbox/${customer}`, page.url()).href);
      await page.getByText('Being written').waitFor();
      await page.getByRole('button', { name: 'Take over' }).click();
      await page.getByText('Stopped · never sent').waitFor();
    },
  },
  {
    name: 'inbox-note', scene: 'demo', path: '/inbox/emil',
    async prepare(page) {
      await page.getByRole('tab', { name: /Note/ }).click();
      await page.getByRole('textbox').fill('Emil wrote to us about it by e-mail last week. Worth a call to the depot.');
    },
  },
  {
    name: 'inbox-hand-back', scene: 'demo', path: '/chat/:new',
    async prepare(page, customer) {
      await answered(page);
      const agent = await takenOver(page, customer);
      await page.goto(agent.url());
      await agent.close();
      await page.getByText('You are answering.').waitFor();
      await page.keyboard.press('b');
      await page.getByLabel('Note for the next agent').waitFor();
    },
  },
  { name: 'inbox-stale', scene: 'demo', path: '/chat/:new', prepare: (page, customer) => heldBack(page, customer) },
  {
    name: 'inbox-stale-review', scene: 'demo', path: '/chat/:new',
    async prepare(page, customer) {
      await heldBack(page, customer);
      await page.keyboard.press('Enter');
      await page.getByText('Since you started writing').waitFor();
    },
  },
  {
    name: 'inbox-taken', scene: 'demo', path: '/chat/:new',
    async prepare(page, customer) {
      await answered(page);
      await takenOver(page, customer);
      await page.goto(new URL(`/demo/agent?as=ben&to=/inbox/${customer}`, page.url()).href);
      await page.getByText('Ana answers.').waitFor();
      await page.keyboard.press('t');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'inbox-article', scene: 'demo', path: '/inbox/carla',
    async prepare(page) {
      await page.getByRole('button', { name: 'Article', exact: true }).click();
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    name: 'inbox-palette', scene: 'demo', path: '/inbox/carla',
    async prepare(page) {
      await page.getByRole('tab', { name: /Reply/ }).waitFor();
      await page.keyboard.press('ControlOrMeta+k');
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    name: 'inbox-palette-none', scene: 'demo', path: '/inbox',
    async prepare(page) {
      await page.locator('a.ConversationRow').first().waitFor();
      await page.keyboard.press('ControlOrMeta+k');
      await page.getByRole('combobox').fill('lees');
      await page.getByText('No match for').waitFor();
    },
  },
  {
    name: 'inbox-keys', scene: 'demo', path: '/inbox',
    async prepare(page) {
      await page.locator('a.ConversationRow').first().waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'inbox-missing', scene: 'demo', path: '/inbox/nobody-of-that-name', prepare: (page) => page.getByText('No such conversation').waitFor() },
  { name: 'inbox-nothing-mine', scene: 'drafting', path: '/demo/agent?as=chidi&to=%2Finbox%3Fview%3Dmine', prepare: (page) => page.getByText('Nothing is yours yet').waitFor() },
  {
    name: 'inbox-offline', scene: 'demo', path: '/inbox/carla',
    async prepare(page) {
      await log(page).waitFor();
      await page.context().setOffline(true);
      await say(page, 'I am on it');
      await page.getByText('You’re offline').waitFor();
    },
  },
  {
    name: 'inbox-rtl', scene: 'demo', path: '/inbox/carla?view=queue',
    async prepare(page) {
      await log(page).waitFor();
      await page.evaluate(() => { document.documentElement.dir = 'rtl'; });
    },
  },
];

const SETTINGS: readonly State[] = [
  { name: 'settings-articles', scene: 'demo', path: '/settings/articles', prepare: (page) => page.locator('.ArticleRow').first().waitFor() },
  { name: 'settings-article', scene: 'demo', path: '/settings/articles/returns', prepare: (page) => page.locator('.ArticleEditor-preview').waitFor() },
  {
    name: 'settings-unsaved', scene: 'demo', path: '/settings/new-article',
    async prepare(page) {
      await page.getByLabel('Title').fill('Where the shop is');
      await page.getByRole('link', { name: 'Bot', exact: true }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'settings-questions', scene: 'demo', path: '/settings/questions', prepare: (page) => page.locator('.QuestionRow, .EmptyState').first().waitFor() },
  { name: 'settings-bot', scene: 'demo', path: '/settings/bot', prepare: (page) => page.locator('.RuleRow').first().waitFor() },
  {
    name: 'settings-bot-tried', scene: 'demo', path: '/settings/bot',
    async prepare(page) {
      await page.locator('.RuleRow-toggle').first().click();
      await page.getByLabel('A customer’s question').fill('How do I return it?');
      await page.keyboard.press('Enter');
      await page.getByText('Decided by').waitFor();
    },
  },
  {
    name: 'settings-bot-conflict', scene: 'demo', path: '/settings/bot',
    async prepare(page) {
      const { page: other } = await open(page.context(), page.url());
      const write = async (who: Page, reply: string): Promise<void> => {
        await who.locator('.RuleRow-toggle').first().click();
        await who.getByLabel('The bot replies').fill(reply);
        await who.getByRole('button', { name: 'Save the rules' }).click();
      };
      await write(other, 'Hello, and welcome to Tidewater. How can I help?');
      await other.getByText('Saved. The bot goes by it').waitFor();
      await write(page, 'Good day! What can I do for you?');
      await page.getByText('Read theirs').click();
      await other.getByRole('button', { name: 'Reset to the defaults' }).click();
      await other.getByRole('dialog').getByRole('button', { name: 'Reset' }).click();
      await other.close();
    },
  },
  {
    name: 'settings-bot-refused', scene: 'demo', path: '/settings/bot',
    async prepare(page) {
      await page.locator('.RuleRow-toggle').nth(1).click();
      await page.getByLabel('When a customer says').fill(`hallo\n${'moin '.repeat(41)}`);
      await page.getByRole('button', { name: 'Save the rules' }).click();
      await page.getByText('Line 2.').waitFor();
    },
  },
  { name: 'settings-report', scene: 'demo', path: '/settings/report', prepare: (page) => page.locator('.Figure').first().waitFor() },
  { name: 'settings-team', scene: 'demo', path: '/settings/team', prepare: (page) => page.locator('.SettingRow').first().waitFor() },
  {
    name: 'settings-deactivate', scene: 'demo', path: '/settings/team',
    async prepare(page) {
      await page.getByRole('button', { name: 'Actions for Ben' }).click();
      await page.getByRole('menuitem', { name: 'Deactivate' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'settings-invite', scene: 'demo', path: '/settings/team',
    async prepare(page) {
      await page.getByRole('button', { name: 'Invite somebody' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'settings-invited', scene: 'demo', path: '/settings/team',
    async prepare(page) {
      await page.getByRole('button', { name: 'Invite somebody' }).click();
      await page.getByRole('button', { name: 'Make the link' }).click();
      await page.getByRole('button', { name: 'Copy: Link' }).waitFor();
    },
  },
  { name: 'settings-tokens', scene: 'demo', path: '/settings/tokens', prepare: (page) => page.getByText('No tokens yet').waitFor() },
  {
    name: 'settings-new-token', scene: 'demo', path: '/settings/tokens',
    async prepare(page) {
      await page.getByRole('button', { name: 'New token' }).click();
      await page.getByLabel('Name').fill('Nightly report');
      await page.getByLabel(/^Read the inbox/).check();
    },
  },
  {
    name: 'settings-token', scene: 'demo', path: '/settings/tokens',
    async prepare(page) {
      await page.getByRole('button', { name: 'New token' }).click();
      await page.getByLabel('Name').fill('Nightly report');
      await page.getByLabel(/^Read the inbox/).check();
      await page.getByRole('button', { name: 'Make the token' }).click();
      await page.getByRole('button', { name: 'Done' }).waitFor();
    },
  },
  {
    name: 'settings-identity', scene: 'demo', path: '/settings/identity',
    async prepare(page) {
      await page.getByLabel('Identity token').fill('eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl');
      await page.getByRole('button', { name: 'Check it' }).click();
      await page.getByText('It would be refused.').waitFor();
    },
  },
  { name: 'settings-audit', scene: 'demo', path: '/settings/audit', prepare: (page) => page.locator('.AuditRow').first().waitFor() },
  { name: 'settings-account', scene: 'demo', path: '/settings/account', prepare: (page) => page.locator('.SettingRow').first().waitFor() },
  {
    name: 'settings-not-allowed', scene: 'demo', path: '/settings/team',
    async prepare(page) {
      await page.getByRole('button', { name: 'Invite somebody' }).click();
      await page.getByLabel(/^Viewer/).check();
      await page.getByRole('button', { name: 'Make the link' }).click();
      const link = await page.locator('.CopyField-value').innerText();
      await page.context().clearCookies();
      await page.goto(link);
      await page.getByLabel('Your name').fill('Vera');
      await page.getByLabel('Email').fill(`vera-${Date.now()}@example.com`);
      await page.getByLabel('Password').fill('correct horse battery');
      await page.getByRole('button', { name: 'Create account' }).click();
      await page.waitForURL(/inbox/);
      await page.goto(new URL('/settings/audit', page.url()).href);
      await page.getByText('Only admins may see this').waitFor();
    },
  },
  {
    name: 'settings-not-loaded', scene: 'demo', path: '/help',
    async prepare(page) {
      await page.context().route('**/graphql', (route) => route.abort());
      await page.goto(new URL('/demo/agent?as=ana&to=/settings/team', page.url()).href);
      await page.getByText('did not load').waitFor();
    },
  },
];

const PUBLIC: readonly State[] = [
  { name: 'start', scene: 'demo', path: '/', prepare: (page) => page.getByRole('link', { name: /inbox/ }).waitFor() },
  { name: 'not-found', scene: 'demo', path: '/nothing/here', prepare: (page) => page.getByText('There is no such page').waitFor() },
  { name: 'help', scene: 'demo', path: '/help', prepare: (page) => page.locator('.HelpPage-item').first().waitFor() },
  { name: 'help-none', scene: 'demo', path: '/help?q=zzzzzz', prepare: (page) => page.locator('.EmptyState').waitFor() },
  {
    name: 'help-offline', scene: 'demo', path: '/help',
    async prepare(page) {
      await page.locator('.HelpPage-item').first().waitFor();
      await page.context().setOffline(true);
      await page.locator('.HelpPage-item').first().click();
      await page.getByText('This page loads by itself').waitFor();
    },
  },
  { name: 'help-article', scene: 'demo', path: '/help/returns', prepare: (page) => page.locator('.MarkdownText').waitFor() },
  { name: 'help-missing', scene: 'demo', path: '/help/there-is-no-such-article', prepare: (page) => page.locator('.EmptyState').waitFor() },
  { name: 'join', scene: 'fresh', path: null, prepare: (page) => page.getByLabel('Your name').waitFor() },
  { name: 'join-used', scene: 'fresh', path: '/join', prepare: (page) => page.getByText('This link is used up').waitFor() },
  { name: 'sign-in', scene: 'fresh', path: '/inbox', prepare: (page) => page.getByLabel('Password').waitFor() },
  {
    name: 'sign-in-wrong', scene: 'fresh', path: '/inbox',
    async prepare(page) {
      await page.getByLabel('Email').fill('ana@example.com');
      await page.getByLabel('Password').fill('not the password');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'inbox-first-day', scene: 'fresh', path: null,
    async prepare(page) {
      await page.getByLabel('Your name').fill('Ana');
      await page.getByLabel('Email').fill('ana@example.com');
      await page.getByLabel('Password').fill('correct horse battery');
      await page.getByRole('button', { name: 'Create account' }).click();
      await page.getByText('No conversations yet').waitFor();
    },
  },
];

export const STATES: readonly State[] = [...PUBLIC, ...CHAT, ...INBOX, ...SETTINGS];

async function allSent(page: Page): Promise<void> {
  await page.locator('.MessageItem:is([data-status=sending], [data-status=queued])').first().waitFor({ state: 'detached' });
}

async function answered(page: Page): Promise<void> {
  await say(page, 'How do I return something I do not like?');
  await page.getByRole('button', { name: 'That helped' }).waitFor();
}

/** More than fits on the screen. */
async function long(page: Page): Promise<void> {
  await page.setViewportSize({ width: 1024, height: 600 });
  for (let n = 1; n <= 20; n++) await say(page, `Line ${n} of what I have to say about the oak table that came last week`);
  await allSent(page);
}

/** Away from the end. */
async function toTop(page: Page): Promise<void> {
  await log(page).evaluate((list) => new Promise((resolve) => {
    list.addEventListener('scroll', resolve, { once: true });
    list.scrollTop = 0;
  }));
}

/** The inbox of Ana beside it, who answers from now on. */
async function takenOver(page: Page, customer: string): Promise<Page> {
  const { page: agent } = await open(page.context(), new URL(`/inbox?view=all`, page.url()).href);
  await openConversation(agent, customer);
  await agent.keyboard.press('t');
  await agent.getByText('You are answering.').waitFor();
  return agent;
}

/** A reply that is not sent yet, because the customer wrote on below what the agent saw. */
async function heldBack(page: Page, customer: string): Promise<void> {
  await long(page);
  const { page: chat } = await open(page.context(), page.url());
  await page.goto(new URL(`/inbox/${customer}`, page.url()).href);
  await log(page).getByText('Line 20').waitFor();
  await page.keyboard.press('t');
  await page.getByText('You are answering.').waitFor();
  await page.getByRole('textbox').fill('Of course. Which number is your neighbour at?');
  await toTop(page);
  await say(chat, 'Oh, that is great');
  await say(chat, 'Actually my neighbour is at home too');
  await page.getByRole('button', { name: /^[23] new/ }).waitFor();
  await page.getByRole('textbox').press('Enter');
  await page.getByText('Not sent yet.').waitFor();
}
