import { expect } from 'vitest';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { httpCall } from '../_util/graphql-client.ts';
import { dataOf, enterAsAgent } from '../_util/minicom.ts';

/** What a person sees and does on the two pages, said once. */

export interface Visit { readonly page: Page; readonly problems: string[] }

const DEADLINE_MS = 20_000;
/** A lost connection is logged by the browser itself, a missing page too. */
const EXPECTED = /WebSocket connection to|Failed to load resource/;

/** A page of its own in a context; what it complains about (a policy, an error, a warning of Vue's) is collected. */
export async function open(context: BrowserContext, url: string): Promise<Visit> {
  const page = await context.newPage();
  page.setDefaultTimeout(DEADLINE_MS);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !EXPECTED.test(message.text())) problems.push(message.text());
  });
  await page.goto(url);
  return { page, problems };
}

/** Nothing moves by itself: sixty frames a second are work that no test looks at. */
export async function inContext<T>(browser: Browser, options: Parameters<Browser['newContext']>[0], use: (context: BrowserContext) => Promise<T>): Promise<T> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  try {
    return await use(context);
  } finally {
    await context.close();
  }
}

/** One of the settings, as whoever is signed in; Ana, if nobody is. */
export async function openSettings(context: BrowserContext, origin: string, path: string): Promise<Visit> {
  const visit = await open(context, `${origin}/settings/${path}`);
  await visit.page.getByRole('heading', { level: 1 }).waitFor();
  return visit;
}

export function log(page: Page): Locator {
  return page.getByRole('log');
}

/** The texts of what was said, as they stand on the page. */
export function texts(page: Page): Promise<string[]> {
  return page.locator('.MessageItem:not([data-status=draft], :has(.TypingIndicator)) .MessageItem-bubble').evaluateAll((bubbles) => bubbles.map((bubble) => {
    const copy = bubble.cloneNode(true) as Element;
    copy.querySelectorAll('.sr-only').forEach((hidden) => hidden.remove());
    return (copy.textContent ?? '').trim();
  }));
}

export async function say(page: Page, text: string): Promise<void> {
  const box = page.getByRole('textbox', { name: /^(Message|Reply to|Write a note)/ });
  await box.fill(text);
  await box.press('Enter');
}

export async function see(page: Page, ...said: readonly string[]): Promise<void> {
  await log(page).waitFor();
  await expect.poll(() => texts(page), { timeout: 60_000 }).toEqual(expect.arrayContaining([...said]));
}

/** Committed by the server, as far as the page knows. */
export async function seeAllSent(page: Page): Promise<void> {
  await expect.poll(() => page.locator('.MessageItem:is([data-status=sending], [data-status=queued], [data-status=failed])').count(), { timeout: 60_000 }).toBe(0);
}

export async function openConversation(page: Page, customerId: string): Promise<void> {
  await page.locator('a.ConversationRow').filter({ has: page.getByText(customerId, { exact: true }) }).click();
  await log(page).waitFor();
}

/** A new member of the team, signed in. */
export async function joinTeam(context: BrowserContext, url: string, role: 'VIEWER' | 'AGENT'): Promise<Page> {
  const call = httpCall(await enterAsAgent(url, 'ana'));
  const { inviteAgent } = dataOf(await call<{ inviteAgent: { link: string } }>(
    'mutation Invite($role: AgentRole!) { inviteAgent(input: { role: $role }) { ... on LinkPayload { link } } }', { role },
  ));
  const { page } = await open(context, inviteAgent.link);
  await page.getByLabel('Your name').fill(role);
  await page.getByLabel('Email').fill(`${role}@example.org`);
  await page.getByLabel('Password').fill('a long enough sentence');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL('**/inbox');
  return page;
}
