import { randomUUID } from 'node:crypto';
import type { BrowserContext, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Door } from '../_util/graphql-client.ts';
import { http, httpCall } from '../_util/graphql-client.ts';
import { addNote, dataOf, enterAsAgent, enterAsCustomer, newSend, send } from '../_util/minicom.ts';
import { until } from '../_util/wait.ts';
import { inContext, log, open } from './_page.ts';
import { useStage } from './_server.ts';
import { CORPUS } from './xss-corpus.ts';

const stage = useStage({ BOT: 'rules' });

/** Even her id, which is her name while nobody gave her another. */
const CUSTOMER = '"><img src=x onerror=window.__xss=1><script>window.__xss=1</script>{{window.__xss=1}}';
/** Ten in one text, so that one page shows them all. */
const TEXTS = Array.from({ length: Math.ceil(CORPUS.length / 10) }, (_, index) => CORPUS.slice(index * 10, index * 10 + 10).join('\n\n'));
const ARTICLE = 'xss';
/** Of an agent and an API token, and what a customer says that a rule of the bot's knows. */
const NAME = '<img src=x onerror=window.__xss=1>';
const EMAIL = '<svg/onload=window.__xss=1>@example.com';
/** Whom the bot answers. */
const ASKING = 'asking';

let ana: Door;
beforeAll(async () => {
  const { url } = stage.server;
  const hers = httpCall(await enterAsCustomer(url, CUSTOMER));
  ana = await enterAsAgent(url, 'ana');
  const anas = httpCall(ana);
  for (const text of TEXTS) {
    requireKept((await send(hers, newSend(CUSTOMER, text))).__typename);
    requireKept((await addNote(anas, newSend(CUSTOMER, text))).__typename);
  }
  await send(anas, { customerId: CUSTOMER, text: TEXTS[0] ?? '', clientMessageId: randomUUID() });
  const invited = dataOf(await anas<{ inviteAgent: { link: string } }>('mutation { inviteAgent(input: { role: AGENT }) { ... on LinkPayload { link } } }'));
  const join = 'mutation Join($input: AcceptInviteInput!) { acceptInvite(input: $input) { __typename } }';
  const member = { token: invited.inviteAgent.link.split('#invite=')[1], name: NAME, email: EMAIL, password: 'correct horse battery' };
  const joined = await http({ url }, 'POST', '/graphql', JSON.stringify({ query: join, variables: { input: member } }));
  const theirs = httpCall({ url, cookie: joined.headers['set-cookie']?.[0]?.split(';')[0] ?? '' });
  requireKept((await send(theirs, newSend(CUSTOMER, 'from a person of that name'))).__typename);
  dataOf(await anas('mutation Token($input: CreateApiTokenInput!) { createApiToken(input: $input) { __typename } }', { input: { name: NAME, scopes: ['notes'] } }));
  const rules = [{ name: NAME, says: [NAME], reply: TEXTS[0]?.slice(0, 2_000), choices: [NAME, '{{window.__xss=1}}'] }];
  dataOf(await anas('mutation Rules($rules: [BotRuleInput!]) { setBotRules(rules: $rules) { __typename } }', { rules }));
  await send(httpCall(await enterAsCustomer(url, ASKING)), newSend(ASKING, NAME));
  const countUnanswered = async (): Promise<number> => (
    dataOf(await anas<{ unansweredQuestions: unknown[] }>('{ unansweredQuestions(first: 100) { id } }')).unansweredQuestions.length
  );
  const ofTheDemo = await countUnanswered();
  for (const [index, text] of TEXTS.entries()) await send(httpCall(await enterAsCustomer(url, `question ${index}`)), newSend(`question ${index}`, text));
  // Before there is an article that answers them.
  await until('the bot to hand on what it does not know', async () => await countUnanswered() === ofTheDemo + TEXTS.length);
  const create = 'mutation Create($input: CreateArticleInput!) { createArticle(input: $input) { __typename } }';
  const input = { title: `${ARTICLE} <img src=x onerror=window.__xss=1>`, body: CORPUS.join('\n\n'), aliases: [CUSTOMER], published: true };
  requireKept(dataOf(await anas<{ createArticle: { __typename: string } }>(create, { input })).createArticle.__typename);
});

function requireKept(outcome: string): void {
  if (!outcome.endsWith('Payload')) throw new Error(`not kept but ${outcome}`);
}

/** Where people read what others wrote. A new screen joins by a line. */
const SCREENS: readonly (readonly [string, (url: string) => string, (page: Page) => Promise<void>])[] = [
  ['the chat', (url) => `${url}/chat/${encodeURIComponent(CUSTOMER)}`, (page) => log(page).getByText('<img src=x onload').first().waitFor()],
  ['the inbox and a thread with notes', (url) => `${url}/inbox/${encodeURIComponent(CUSTOMER)}`, (page) => log(page).getByText('<img src=x onload').first().waitFor()],
  ['the list of the inbox', (url) => `${url}/inbox`, (page) => page.locator('a.ConversationRow').first().waitFor()],
  ['the help pages', (url) => `${url}/help`, (page) => page.getByText('<img src=x onerror').first().waitFor()],
  ['a search for help', (url) => `${url}/help?q=${encodeURIComponent(CORPUS[0] ?? '')}`, (page) => page.locator('h1').first().waitFor()],
  ['an article', (url) => `${url}/help`, async (page) => {
    await page.getByText(ARTICLE).first().click();
    await page.locator('.MarkdownText').first().waitFor();
  }],
  ['the articles of the team', (url) => `${url}/settings/articles`, (page) => page.locator('.ArticleRow').first().waitFor()],
  ['the editor of an article', (url) => `${url}/settings/articles`, async (page) => {
    await page.locator('.ArticleRow').filter({ hasText: ARTICLE }).first().click();
    await page.locator('.ArticleEditor-preview').waitFor();
  }],
  ['the bot’s answer and its choices', (url) => `${url}/chat/${ASKING}`, (page) => page.getByRole('button', { name: NAME }).waitFor()],
  ['what nobody could answer', (url) => `${url}/settings/questions`, (page) => page.locator('.QuestionRow').nth(TEXTS.length - 1).waitFor()],
  ['the rules of the bot', (url) => `${url}/settings/bot`, (page) => page.getByText(NAME).first().waitFor()],
  ['the team', (url) => `${url}/settings/team`, (page) => page.getByText(EMAIL).waitFor()],
  ['the API tokens', (url) => `${url}/settings/tokens`, (page) => page.getByText(NAME).first().waitFor()],
  ['the audit log', (url) => `${url}/settings/audit`, (page) => page.getByText(NAME).first().waitFor()],
];

describe('what people wrote, on every screen', () => {
  it('R56 is a corpus of at least 200', () => {
    expect(new Set(CORPUS).size).toBe(CORPUS.length);
    expect(CORPUS.length).toBeGreaterThanOrEqual(200);
  });

  it('R56 would run on a page that took it for markup', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const page = await context.newPage();
      await page.setContent(CORPUS.slice(0, 20).join('\n'));
      await expect.poll(() => page.evaluate(() => '__xss' in window)).toBe(true);
    });
  });

  it.each(SCREENS)('R56 R57 runs nothing, loads nothing, and is a text: %s', async (_, address, arrive) => {
    await inContext(stage.browser, { viewport: { width: 1280, height: 900 } }, async (context: BrowserContext) => {
      await context.request.get(`${stage.server.url}/demo/agent?as=ana`);
      const asked: string[] = [];
      context.on('request', (request) => asked.push(request.url()));
      const { page, problems } = await open(context, address(stage.server.url));
      const dialogs: string[] = [];
      page.on('dialog', (dialog) => { dialogs.push(dialog.message()); void dialog.dismiss(); });
      await arrive(page);
      // Whatever waits for a hand gets one.
      for (const link of await page.locator('[role=log] a, .MarkdownText a').all()) await link.dispatchEvent('focus');
      expect(await page.evaluate(() => '__xss' in window)).toBe(false);
      expect(asked.filter((url) => new URL(url).origin !== stage.server.url && !url.startsWith('data:') && !url.startsWith('blob:'))).toEqual([]);
      expect(dialogs).toEqual([]);
      expect(problems).toEqual([]);
      const links = await page.locator('a[href]').evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).protocol));
      expect(links.filter((protocol) => !['http:', 'https:', 'mailto:'].includes(protocol))).toEqual([]);
      expect(await page.locator('[role=log], main').locator('script, iframe, object, embed, base, meta, style, [onerror], [onload], [onfocus]').count()).toBe(0);
    });
  });

  it('R59 a link leads only where it says, opens elsewhere, and tells nothing of where it was', async () => {
    await inContext(stage.browser, {}, async (context) => {
      await send(httpCall(ana), newSend(CUSTOMER, 'See https://example.com/a and [this](https://example.org/b).'));
      const { page } = await open(context, `${stage.server.url}/chat/${encodeURIComponent(CUSTOMER)}`);
      const link = log(page).locator('a[href^="https://example.com/a"]').first();
      await link.waitFor();
      expect(await link.getAttribute('target')).toBe('_blank');
      expect((await link.getAttribute('rel'))?.split(' ').sort()).toEqual(['nofollow', 'noopener', 'noreferrer']);
      expect(await link.evaluate((shown) => getComputedStyle(shown).unicodeBidi)).toBe('isolate');
    });
  });
});
