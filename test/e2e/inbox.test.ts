import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { httpCall } from '../_util/graphql-client.ts';
import { dataOf, enterAsAgent, perform } from '../_util/minicom.ts';
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
      await page.getByLabel('Note for the next agent').press('Enter');
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

  it('A9: a reply past something unread is held until the agent decides', async () => {
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
      await page.getByText('Not sent yet. bea wrote 1 newer message.').waitFor();
      expect(await page.getByRole('textbox').inputValue()).toBe('We have it in blue');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Review');
      expect(await texts(bea)).not.toContain('We have it in blue');
      await page.keyboard.press('Enter');
      await page.getByText('Not sent yet.').waitFor({ state: 'detached' });
      expect(await page.locator('.NewLine + li').textContent()).toContain('No, in green please');
      await page.getByRole('textbox').fill('We have it in green');
      await page.getByRole('textbox').press('Enter');
      await see(bea, 'We have it in green');
      expect(await texts(bea)).not.toContain('We have it in blue');
    });
  });

  it('A5: a conversation that another agent has is taken only on purpose', async () => {
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

  it('C10 C19 C20: shows in the chat who types, and in the inbox what the customer changed', async () => {
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

  it('A1 A24: rows stay under the pointer and under the focus, and the open one keeps its place', async () => {
    await withoutBot(); // its answers, too, would make conversations newer
    await inContext(stage.browser, { viewport: { width: 1440, height: 900 } }, async (context) => {
      for (const name of ['gus', 'hal', 'ivy']) await say((await open(context, `${stage.server.url}/chat/${name}`)).page, 'Hello');
      const { page, problems } = await open(context, `${stage.server.url}/inbox?view=all`);
      await row(page, 'ivy').waitFor();
      const first = async () => (await rows(page)).slice(0, 3);
      await expect.poll(first).toEqual(['ivy', 'hal', 'gus']);

      await row(page, 'hal').hover();
      const { page: gus } = await open(context, `${stage.server.url}/chat/gus`);
      const { page: jan } = await open(context, `${stage.server.url}/chat/jan`);
      await say(gus, 'Once more');
      await say(jan, 'I am new here');
      await page.getByRole('button', { name: '1 new' }).waitFor();
      expect(await first()).toEqual(['ivy', 'hal', 'gus']);
      await page.mouse.move(900, 400);
      await expect.poll(first).toEqual(['jan', 'gus', 'ivy']);

      await row(page, 'gus').click();
      await log(page).waitFor();
      await page.keyboard.press('r');
      await page.getByRole('textbox', { name: /^Reply to/ }).press('H'); // the pointer lies where it clicked; these hands are elsewhere
      await say(jan, 'Are you there?');
      await row(page, 'jan').getByText('Are you there?').waitFor();
      await say(await opened(context, 'ivy'), 'And me?');
      await expect.poll(first).toEqual(['ivy', 'gus', 'jan']);

      await page.keyboard.press('Escape');
      await row(page, 'jan').focus();
      await say(await opened(context, 'kim'), 'Hello');
      await page.getByRole('button', { name: '1 new' }).click();
      await expect.poll(first).toEqual(['kim', 'gus', 'ivy']);
      expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('kim');
      expect(problems).toEqual([]);
    });
  });

  it('A45: the list is one stop of the Tab key, and arrows move in it', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page } = await open(context, `${stage.server.url}/inbox?view=all`);
      await page.locator('a.ConversationRow').nth(2).waitFor();
      const names = await rows(page);
      const stops = () => page.locator('a.ConversationRow[tabindex="0"]').locator('.ConversationRow-name').allTextContents();
      expect(await stops()).toEqual([names[0]]);
      await page.keyboard.press('j');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('j');
      await page.keyboard.press('k');
      expect(await stops()).toEqual([names[1]]);
      await page.keyboard.press('End');
      expect(await stops()).toEqual([names.at(-1)]);
      await page.keyboard.press('Home');
      expect(await stops()).toEqual([names[0]]);
    });
  });

  it('A15: the palette reaches every action, conversation and place, and keys in it are only letters', async () => {
    await inContext(stage.browser, {}, async (context) => {
      await say(await opened(context, 'lena'), 'Hello');
      const { page, problems } = await open(context, `${stage.server.url}/inbox?view=all`);
      await row(page, 'lena').waitFor();
      const palette = page.getByRole('combobox', { name: 'Type a command or a name' });
      await page.keyboard.press('ControlOrMeta+k');
      await palette.pressSequentially('lena');
      await page.getByRole('option', { name: 'lena' }).waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/inbox\/lena/);
      await page.getByText('The bot is answering.').waitFor();

      await page.keyboard.press('r');
      await page.keyboard.type('t e b ?');
      await page.keyboard.press('ControlOrMeta+k');
      await palette.pressSequentially('reteb');
      await page.getByText('No match for “reteb”').waitFor();
      await page.keyboard.press('Escape');
      expect(await page.getByRole('textbox', { name: /^Reply to/ }).inputValue()).toBe('t e b ?');
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
      await page.getByText('The bot is answering.').waitFor();

      await page.getByRole('button', { name: 'More actions' }).click();
      await palette.fill('take');
      await page.keyboard.press('Enter');
      await page.getByText('You are answering.').waitFor();
      await page.keyboard.press('ControlOrMeta+k');
      await palette.fill('rep');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('ArrowUp');
      await page.getByRole('option', { name: 'Report', selected: true }).waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL('**/settings/report');
      await page.goBack();
      await log(page).waitFor();
      await page.keyboard.press('g');
      await page.keyboard.press('m');
      await page.waitForURL('**/inbox?view=mine');
      await row(page, 'lena').waitFor();
      expect(problems).toEqual([]);
    });
  });

  it.each([{ hasTouch: false, named: ['T'] }, { hasTouch: true, named: [] }])('A16: keys are named where there is a keyboard, and not on a touched screen ($hasTouch)', async ({ hasTouch, named }) => {
    await inContext(stage.browser, { viewport: { width: 390, height: 844 }, hasTouch, isMobile: hasTouch }, async (context) => {
      const { page } = await open(context, `${stage.server.url}/inbox/carla`);
      await expect.poll(() => page.getByRole('button', { name: 'Take over' }).locator('kbd:visible').allTextContents()).toEqual(named);
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('option', { name: 'Take over' }).waitFor();
      expect(await page.getByRole('dialog').locator('kbd:visible').count() > 0).toBe(!hasTouch);
    });
  });

  it('A8: a hand-back takes a note along, and is not offered while the bot is off', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const chat = await opened(context, 'mona');
      await say(chat, 'Can I talk to a human?');
      await log(chat).getByText('The bot asked for a person').waitFor();
      const { page, problems } = await open(context, `${stage.server.url}/inbox/mona?view=queue`);
      await page.getByText('The bot is silent.').waitFor();

      await withoutBot();
      await page.evaluate(() => dispatchEvent(new Event('focus')));
      await page.getByText('The bot is off.').waitFor();
      expect(await page.getByRole('button', { name: /^Hand back/ }).count()).toBe(0);
      await page.keyboard.press('b');
      expect(await page.getByLabel('Note for the next agent').count()).toBe(0);

      await setBot(true);
      await page.keyboard.press('b');
      await page.getByLabel('Note for the next agent').fill('Only wants the opening hours');
      await page.keyboard.press('Escape');
      await page.getByText('The bot is silent.').waitFor();
      await page.keyboard.press('b');
      await page.getByLabel('Note for the next agent').fill('Only wants the opening hours');
      await page.keyboard.press('Enter');
      await page.locator('.NoteItem', { hasText: 'Only wants the opening hours' }).waitFor();
      await page.getByText('The bot is answering.').waitFor();
      expect(await row(page, 'mona').count()).toBe(1);
      expect(await chat.content()).not.toContain('opening hours');
      expect(problems).toEqual([]);
    });
  });

  it('A30 A31 A32: a hand-off rings and is shown on the desktop, if wanted; what the bot handles makes no noise', async () => {
    await inContext(stage.browser, { permissions: ['notifications'] }, async (context) => {
      await context.addInitScript(() => {
        const heard: string[] = [];
        Object.assign(globalThis, { heard });
        document.hasFocus = () => false;
        globalThis.OscillatorNode = class extends OscillatorNode {
          constructor(...args: ConstructorParameters<typeof OscillatorNode>) { super(...args); heard.push('tone'); }
        };
        Object.assign(globalThis, { Notification: class { static permission = 'granted'; static async requestPermission(): Promise<string> { return 'granted'; } constructor(title: string) { heard.push(title); } } });
      });
      await context.clock.install();
      const { page } = await open(context, `${stage.server.url}/inbox`);
      await page.locator('a.ConversationRow').first().waitFor();
      const heard = () => page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
      const forget = () => page.evaluate(() => { (globalThis as unknown as { heard: string[] }).heard.length = 0; });
      await say(await opened(context, 'nils'), 'I want to talk to a human');
      await row(page, 'nils').locator('[data-handler=queue]').waitFor();
      expect(await heard(), 'unasked').toEqual([]);

      for (const name of ['Sound when somebody waits', 'Notify me on this computer']) {
        await page.getByRole('button', { name: 'Menu of Ana' }).click();
        await page.getByRole('menuitemcheckbox', { name }).click();
      }
      await expect.poll(heard).toEqual(['tone', 'tone']);
      await forget();
      await page.mouse.move(900, 400);
      await say(await opened(context, 'olga'), 'Hello');
      await row(page, 'olga').locator('[data-handler=bot]').waitFor();
      await say(await opened(context, 'piet'), 'I want to talk to a human');
      await expect.poll(heard).toEqual(expect.arrayContaining(['piet waits for a person', 'tone']));
      expect(await heard()).not.toContain('olga waits for a person');
      await forget();
      await page.clock.fastForward(31_000);
      await expect.poll(heard).toEqual(expect.arrayContaining(['piet waits for a person', 'tone']));
      for (const name of ['nils', 'piet']) await perform(httpCall(await enterAsAgent(stage.server.url, 'ben')), 'takeOver', { customerId: name });
      await row(page, 'piet').locator('[data-handler=agent]').waitFor();
      await forget();
      await page.clock.fastForward(31_000);
      expect(await heard()).toEqual([]);
    });
  });

  it('A45: from signing in to resolving without a pointer', async () => {
    const { inviteAgent } = dataOf(await httpCall(await enterAsAgent(stage.server.url, 'ana'))<{ inviteAgent: { link: string } }>(
      'mutation Invite { inviteAgent(input: { role: AGENT }) { ... on LinkPayload { link } } }',
    ));
    await inContext(stage.browser, {}, async (context) => {
      await say(await opened(context, 'quirin'), 'Can I talk to a human?');
      const { page, problems } = await open(context, inviteAgent.link);
      const { keyboard } = page;
      await page.getByLabel('Your name').fill('Dana');
      await page.getByLabel('Email').fill('dana@example.org');
      await page.getByLabel('Password').fill('a long enough sentence');
      await keyboard.press('Enter');
      await row(page, 'quirin').waitFor();
      await keyboard.press('ControlOrMeta+k');
      await keyboard.type('sign out');
      await keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();

      await tabTo(page, 'Email');
      await keyboard.type('dana@example.org');
      await keyboard.press('Tab');
      await keyboard.type('a long enough sentence');
      await keyboard.press('Enter');
      await row(page, 'quirin').waitFor();
      await keyboard.press('g');
      await keyboard.press('q');
      await page.waitForURL('**view=queue');
      const [longest = ''] = await rows(page);
      await tabTo(page, longest);
      await keyboard.press('End');
      await keyboard.press('Enter');
      await page.getByText('Can I talk to a human?').last().waitFor();
      await keyboard.press('t');
      await page.getByText('You are answering.').waitFor();
      await keyboard.type('I am here.');
      await keyboard.press('Enter');
      await page.locator('.MessageItem[data-from=me]', { hasText: 'I am here.' }).waitFor();
      await keyboard.press('Escape');
      await keyboard.press('e');
      await page.getByText('Resolved. Your reply opens it again.').waitFor();
      await keyboard.press('Escape');
      await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain('quirin');
      expect(problems).toEqual([]);
    });
  });

  it('an address of nobody says so, and leads back', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await open(context, `${stage.server.url}/inbox/nobody-at-all?view=all`);
      await page.getByText('It does not exist, or you may not see it.').waitFor();
      await page.keyboard.press('t');
      await page.keyboard.press('e');
      await page.getByRole('button', { name: 'Back to the list' }).click();
      await page.getByText('Choose a conversation').waitFor();
      expect(problems).toEqual([]);
    });
  });
});

function row(page: Page, name: string) {
  return page.locator('a.ConversationRow').filter({ has: page.getByText(name, { exact: true }) });
}

function rows(page: Page): Promise<string[]> {
  return page.locator('a.ConversationRow .ConversationRow-name').allTextContents();
}

/** Until the test ends, if not before. */
async function withoutBot(): Promise<void> {
  onTestFinished(() => setBot(true));
  await setBot(false);
}

async function setBot(enabled: boolean): Promise<void> {
  const ana = httpCall(await enterAsAgent(stage.server.url, 'ana'));
  dataOf(await ana('mutation Set($enabled: Boolean!) { setBotEnabled(enabled: $enabled) { __typename } }', { enabled }));
}

async function opened(context: BrowserContext, customer: string): Promise<Page> {
  return (await open(context, `${stage.server.url}/chat/${customer}`)).page;
}

/** Until a field, a link or a button that is called so has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let n = 0; n < 40; n++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const el = document.activeElement;
      return el instanceof HTMLInputElement ? el.labels?.[0]?.textContent : el?.matches('a, button') && el.textContent;
    });
    if (focused && focused.includes(name)) return;
  }
  throw new Error(`No Tab leads to ${name}`);
}
