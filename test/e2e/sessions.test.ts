import { describe, expect, it } from 'vitest';
import { inContext, log, open, say, see, texts } from './_page.ts';
import { useStage } from './_server.ts';

const stage = useStage({ BOT: 'off' });

describe('who the chat is with', () => {
  it('C2: an anonymous visitor comes back to the same conversation', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await open(context, `${stage.server.url}/chat`);
      await say(page, 'It is only me');
      await see(page, 'It is only me');
      await page.reload();
      await see(page, 'It is only me');
      expect(new URL(page.url()).pathname).toBe('/chat');
      expect(problems).toEqual([]);
    });
  });

  it('D5: a link\'s identity leaves the address at once, and what the visitor said goes along', async () => {
    const { identityToken } = await (await fetch(`${stage.server.url}/demo/identity?customer=frida`)).json() as { identityToken: string };
    await inContext(stage.browser, {}, async (context) => {
      const { page } = await open(context, `${stage.server.url}/chat`);
      await say(page, 'Said before signing in');
      await page.locator('.MessageItem[data-from=me]', { hasText: 'Sent' }).waitFor();

      const addresses: string[] = [];
      page.on('request', (request) => addresses.push(request.url()));
      await page.goto(`${stage.server.url}/chat#identity=${identityToken}`);
      await page.waitForURL('**/chat/frida');
      await see(page, 'Said before signing in');
      expect(addresses.filter((address) => address.includes(identityToken))).toEqual([]);
      expect(await page.evaluate(() => location.href + history.length)).not.toContain('identity');

      await page.reload();
      await see(page, 'Said before signing in');
      await page.goto(`${stage.server.url}/chat`);
      await page.getByText('How can we help?').waitFor();
      expect(await texts(page)).toEqual([]);
    });
  });

  it('C2: a session that no longer holds is replaced, without a word', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page } = await open(context, `${stage.server.url}/chat/gina`);
      await say(page, 'Still here');
      await see(page, 'Still here');
      await page.evaluate(() => localStorage.setItem('minicom.session.gina', 'mcc_not-a-session'));
      await page.reload();
      await see(page, 'Still here');
      expect(await page.evaluate(() => localStorage.getItem('minicom.session.gina'))).not.toBe('mcc_not-a-session');
    });
  });

  it('D4: without a session and outside the demo, the page says who has to sign in', async () => {
    await inContext(stage.browser, {}, async (context) => {
      await context.route('**/chat/hugo', async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, body: (await answer.text()).replace(/<meta name="minicom-demo"[^>]*>/, '') });
      });
      const { page } = await open(context, `${stage.server.url}/chat/hugo`);
      await page.getByText('This chat needs a sign-in').waitFor();
      await page.getByRole('link', { name: 'Chat without signing in' }).click();
      await page.getByText('How can we help?').waitFor();
    });
  });

  it('O9 D20: a customer downloads nothing of the inbox, and nothing from elsewhere', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const addresses: string[] = [];
      context.on('request', (request) => addresses.push(request.url()));
      const { page } = await open(context, `${stage.server.url}/chat/ida`);
      await log(page).waitFor();
      expect(addresses.filter((address) => /inbox|router/i.test(address))).toEqual([]);
      expect(addresses.filter((address) => !address.startsWith(stage.server.url))).toEqual([]);
    });
  });

  it('an agent signs out, is told that a password is wrong, and signs in again', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await open(context, `${stage.server.url}/inbox`);
      await page.getByRole('button', { name: 'Menu of Ana' }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await page.getByLabel('Email').fill('ana@nowhere.example');
      await page.getByLabel('Password').fill('not the password');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('alert').innerText()).not.toContain('went wrong');
      await page.getByRole('link', { name: 'Go in as Ana' }).click();
      await page.getByRole('region', { name: 'Conversations' }).waitFor();
      expect(problems).toEqual([]);
    });
  });
});
