import { createHmac, generateKeyPairSync } from 'node:crypto';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { codeAt } from '../../server/auth/totp.ts';
import { bytesOf } from '../auth/base32.ts';
import { httpCall } from '../_util/graphql-client.ts';
import { inContext, open } from './_page.ts';
import type { Visit } from './_page.ts';
import { useStage } from './_server.ts';

const stage = useStage();
const PASSWORD = 'correct horse battery';
const STEP_MS = 30_000;

describe('the team', () => {
  it('S1: a link makes an agent, whose role an admin changes, who is deactivated and comes back', async () => {
    await inContext(stage.browser, {}, async (admin) => {
      const { page, problems } = await enter(admin, 'team');
      const link = await invite(page, 'Viewer');
      expect(await kept(page)).not.toContain(link.split('#invite=')[1]);
      await inContext(stage.browser, {}, async (context) => {
        const dora = await join(context, link, 'Dora');
        await page.reload();
        const row = rowOf(page, 'Dora');
        await row.getByText('Viewer').waitFor();
        await row.getByText('No second factor').waitFor();

        await choose(page, 'Dora', 'Change the role');
        await page.getByRole('radio', { name: /^Agent/ }).check();
        await page.getByRole('button', { name: 'Change the role' }).click();
        await row.getByText('Agent', { exact: true }).waitFor();

        await choose(page, 'Dora', 'Deactivate');
        await page.getByRole('dialog').getByText('Their open conversations go into the queue.').waitFor();
        await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
        await page.getByRole('region', { name: 'Deactivated' }).getByText('Dora', { exact: true }).waitFor();
        await dora.getByText('You were signed out.').waitFor();
        await page.getByRole('button', { name: 'Reactivate Dora' }).click();
        await page.getByText('Dora can sign in again.').waitFor();
        expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Dora can sign in again.');
        await signIn(dora, 'Dora');
        await dora.getByRole('region', { name: 'Conversations' }).waitFor();

        await page.goto(link);
        await page.getByLabel('Your name').fill('Mallory');
        await page.getByLabel('Email').fill('mallory@example.org');
        await page.getByLabel('Password').fill(PASSWORD);
        await page.getByRole('button', { name: 'Create account' }).click();
        await page.getByText('This link is used up').waitFor();
      });
      expect(problems).toEqual([]);
    });
  });

  it('S1: an admin\'s link lets an agent choose a new password, once', async () => {
    await inContext(stage.browser, {}, async (admin) => {
      const { page } = await enter(admin, 'team');
      await inContext(stage.browser, {}, async (context) => {
        const ede = await join(context, await invite(page, 'Agent'), 'Ede');
        await page.reload();
        await choose(page, 'Ede', 'Make a password link');
        await page.getByRole('button', { name: 'Make the link' }).click();
        const link = await told(page, 'Link');
        // The page is open already, and only what follows # is new.
        await ede.goto(`${stage.server.url}/join#password=mcp_nothing`);
        await ede.getByLabel('New password').waitFor();
        await ede.goto(link);
        await expect.poll(() => ede.url()).toBe(`${stage.server.url}/join`);
        await ede.getByLabel('New password').fill('too short');
        await ede.getByRole('button', { name: 'Set the password' }).click();
        await ede.getByRole('alert').waitFor();
        await ede.getByLabel('New password').fill('another long sentence');
        await ede.getByRole('button', { name: 'Set the password' }).click();
        await ede.getByText('Your password is set').waitFor();
        await ede.getByRole('link', { name: 'Go to sign in' }).click();
        await signIn(ede, 'Ede', 'another long sentence');
        await ede.getByRole('region', { name: 'Conversations' }).waitFor();
      });
    });
  });
});

describe('by keyboard', () => {
  it('S1: somebody is invited and Chidi is deactivated, without losing one\'s place', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await enter(context, 'team');
      const press = async (...keys: readonly string[]): Promise<void> => { for (const key of keys) await page.keyboard.press(key); };
      const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.ariaLabel ?? document.activeElement?.textContent?.trim() ?? '');
      const tabTo = async (name: string): Promise<void> => {
        for (let tabs = 0; tabs < 40 && await focused() !== name; tabs++) await press('Tab');
        expect(await focused()).toBe(name);
      };
      await rowOf(page, 'Chidi').waitFor();
      await tabTo('Invite somebody');
      await press('Enter', 'ArrowDown');
      expect(await page.getByRole('radio', { name: /^Viewer/ }).isChecked()).toBe(true);
      await press('Enter');
      await expect.poll(focused).toBe('An invitation');
      await press('Tab');
      expect(await focused()).toBe('Copy: Link');
      await press('Tab', 'Enter');
      await expect.poll(focused).toBe('Invite somebody');

      await tabTo('Actions for Chidi');
      await press('Enter', 'End', 'Enter');
      await page.getByRole('dialog', { name: 'Deactivate Chidi?' }).waitFor();
      await press('Escape');
      await expect.poll(focused).toBe('Actions for Chidi');
      await press('Enter', 'End', 'Enter');
      await page.getByRole('dialog', { name: 'Deactivate Chidi?' }).waitFor();
      await tabTo('Deactivate');
      await press('Enter');
      await expect.poll(focused).toBe('Chidi is deactivated, and signed out everywhere.');
      expect(problems).toEqual([]);
    });
  });
});

describe('invitations', () => {
  it('that nobody has used are listed beside the team, and the link of one that is taken back leads nowhere', async () => {
    await inContext(stage.browser, {}, async (admin) => {
      const { page, problems } = await enter(admin, 'team');
      const link = await invite(page, 'Admin');
      const invitations = page.getByRole('region', { name: 'Invitations' }).getByRole('listitem').filter({ hasText: 'Admin' });
      await invitations.filter({ hasText: /Made by Ana at .+ Works until/ }).waitFor();
      await invitations.getByRole('button', { name: /^Take back/ }).click();
      await page.getByText('The invitation works no more.').waitFor();
      await expect.poll(() => invitations.count()).toBe(0);
      expect(problems).toEqual([]);
      await inContext(stage.browser, {}, async (context) => {
        const { page: late } = await open(context, link);
        await late.getByLabel('Your name').fill('Eve');
        await late.getByLabel('Email').fill('eve@example.org');
        await late.getByLabel('Password').fill(PASSWORD);
        await late.getByRole('button', { name: 'Create account' }).click();
        await late.getByText('This link is used up').waitFor();
      });
    });
  });
});

describe('one\'s own account', () => {
  it('S21: a second factor is turned on, asked for at sign-in, and turned off; sessions are ended', async () => {
    await inContext(stage.browser, {}, async (admin) => {
      const { page: team } = await enter(admin, 'team');
      const link = await invite(team, 'Agent');
      await inContext(stage.browser, {}, async (context) => {
        const { problems } = await joined(context, link, 'Fay');
        const page = context.pages()[0]!;
        await page.goto(`${stage.server.url}/settings/account`);
        await page.getByRole('button', { name: 'Turn it on' }).press('Enter');
        await page.getByText('So that only you can turn it on.').waitFor();
        await page.keyboard.type('not my password');
        await page.keyboard.press('Enter');
        await page.getByText('This is not your password.').waitFor();
        await page.getByRole('region', { name: 'Second factor' }).getByLabel('Your password').fill(PASSWORD);
        await page.keyboard.press('Enter');
        const secret = (await told(page, 'Key')).replaceAll(' ', '');
        expect(await page.getByRole('link', { name: 'opening the app' }).getAttribute('href')).toContain(`secret=${secret}`);
        await page.getByLabel('Code', { exact: true }).fill('000000');
        await page.keyboard.press('Enter');
        await page.getByText('This code is not right').waitFor();
        await page.getByLabel('Code', { exact: true }).fill(codeNow(secret));
        await page.keyboard.press('Enter');
        const codes = (await told(page, 'Ten codes')).split('\n');
        expect(codes.length).toBe(10);
        expect(await kept(page)).not.toContain(codes[0]);
        await page.getByRole('button', { name: 'I have kept them' }).click();
        await page.getByText('10 recovery codes are left.').waitFor();

        await inContext(stage.browser, {}, async (elsewhere) => {
          const { page: phone } = await open(elsewhere, `${stage.server.url}/join`);
          await phone.getByRole('link', { name: 'Go to sign in' }).click();
          await signIn(phone, 'Fay');
          await phone.getByRole('heading', { name: 'One more step' }).waitFor();
          expect(await phone.getByRole('alert').count()).toBe(0);
          expect(await phone.evaluate(() => document.activeElement?.getAttribute('autocomplete'))).toBe('one-time-code');
          await phone.keyboard.type('AAAA-BBBB-CCCC-DDDD');
          await phone.keyboard.press('Enter');
          await phone.getByText('This code is not right').waitFor();
          await phone.getByLabel('Code').fill(codes[3] ?? '');
          await phone.keyboard.press('Enter');
          await phone.getByRole('region', { name: 'Conversations' }).waitFor();

          await page.reload();
          await page.getByText('9 recovery codes are left.').waitFor();
          expect(await page.getByText('This device').count()).toBe(1);
          await page.getByRole('region', { name: 'Where you are signed in' }).getByRole('button', { name: 'Sign out' }).click();
          await phone.getByText('You were signed out.').waitFor();
        });

        await page.getByRole('button', { name: 'Turn it off' }).click();
        await page.getByRole('region', { name: 'Second factor' }).getByLabel('Your password').fill(PASSWORD);
        await page.getByLabel('Code', { exact: true }).fill(codes[4] ?? '');
        await page.keyboard.press('Enter');
        await page.getByText('Whoever has your password gets in.').waitFor();

        const card = page.getByRole('region', { name: 'Password', exact: true });
        await card.getByLabel('Your password').fill(PASSWORD);
        await card.getByLabel('New password').fill('a sentence that is new');
        await page.keyboard.press('Enter');
        await card.getByText('Changed.').waitFor();
        expect(problems).toEqual([]);
      });
    });
  });
});

describe('programs and sites', () => {
  it('S15: a token is made, used and revoked, and the audit log tells it', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await enter(context, 'tokens');
      await page.getByRole('button', { name: 'New token' }).click();
      await page.getByLabel('Name').fill('Nightly report');
      await page.getByLabel(/^Read the inbox/).check();
      await page.getByLabel('Ends after').selectOption({ label: '30 days' });
      await page.keyboard.press('Tab');
      await page.getByRole('button', { name: 'Make the token' }).click();
      const token = await told(page, 'Token');
      expect(await kept(page)).not.toContain(token);
      const call = httpCall({ url: stage.server.url, token });
      expect((await call('{ conversationCounts { __typename } }')).errors).toBeUndefined();
      await page.getByRole('button', { name: 'Done' }).click();
      expect(await page.getByText(token).count()).toBe(0);
      await page.getByText('Made by Ana').waitFor();

      await page.getByRole('button', { name: 'Revoke Nightly report' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await page.getByText('“Nightly report” works no more.').waitFor();
      expect((await call('{ conversationCounts { __typename } }')).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);

      await page.getByRole('link', { name: 'Audit log' }).click();
      await page.getByText('Ana revoked the API token Nightly report').waitFor();
      await page.getByLabel('Show').selectOption({ label: 'Signing in' });
      await page.getByText('Ana signed in').first().waitFor();
      expect(await page.getByText('revoked the API token').count()).toBe(0);
      expect(page.url()).toContain('about=agent.signed_in');
      expect(problems).toEqual([]);
    });
  });

  it('R9: a key is added, proven in the lab, and retired', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await enter(context, 'identity');
      await page.getByRole('button', { name: 'Add a key' }).click();
      await page.getByRole('button', { name: 'Add the key' }).click();
      const [secret, kid, aud] = [await told(page, 'Secret'), await told(page, /^kid/), await told(page, 'aud, in each token')];
      expect(await kept(page)).not.toContain(secret);
      await page.getByRole('button', { name: 'Done' }).click();
      await page.getByRole('button', { name: 'Add a key' }).click();
      await page.getByRole('radio', { name: /^A key of your own/ }).check();
      await page.getByLabel('Public key, in PEM').fill('-----BEGIN PRIVATE KEY-----');
      await page.getByRole('button', { name: 'Add the key' }).click();
      await page.getByText('Must be the public half of an Ed25519 key').waitFor();
      await page.getByLabel('Public key, in PEM').fill(String(generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' })));
      await page.getByRole('button', { name: 'Add the key' }).click();
      await page.getByText('Your site signs with the private half, as EdDSA.').waitFor();
      await page.getByRole('button', { name: 'Done' }).click();
      await page.getByText('To add another, retire one.').waitFor();

      const lab = page.getByRole('region', { name: 'Identity lab' });
      const check = async (token: string): Promise<void> => {
        await lab.getByLabel('Identity token').fill(token);
        await lab.getByRole('button', { name: 'Check it' }).click();
      };
      await check(signed(secret, kid, aud));
      await lab.getByText('It would be accepted: Gus, known as gus.').waitFor();
      await check(signed(secret, kid, 'somebody else'));
      await lab.getByText('It would be refused.').waitFor();
      await expect.poll(() => lab.locator('[data-state=failed] code').allInnerTexts()).toEqual(['aud']);

      await page.getByRole('button', { name: `Retire ${kid}` }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Retire' }).click();
      await page.getByText(`${kid} is retired.`).waitFor();
      await check(signed(secret, kid, aud));
      await expect.poll(() => lab.locator('[data-state=failed] code').allInnerTexts()).toContain('kid');
      expect(problems).toEqual([]);
    });
  });

  it('R17: who is no admin sees the lab and the own account, and no more', async () => {
    await inContext(stage.browser, {}, async (admin) => {
      const { page: team } = await enter(admin, 'team');
      const link = await invite(team, 'Agent');
      await inContext(stage.browser, {}, async (context) => {
        const page = await join(context, link, 'Hal');
        for (const path of ['team', 'tokens', 'audit']) {
          await page.goto(`${stage.server.url}/settings/${path}`);
          await page.getByRole('heading', { level: 1, name: 'Only admins may see this' }).waitFor();
        }
        await page.getByRole('link', { name: 'Identity' }).click();
        await page.getByRole('region', { name: 'Identity lab' }).waitFor();
        expect(await page.getByRole('button', { name: /key|Retire/ }).count()).toBe(0);
        expect(await page.getByRole('link', { name: /Team|API tokens|Audit log/ }).count()).toBe(0);
      });
    });
  });

  it('what cannot load yet says so, and loads by itself', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page } = await enter(context, 'audit');
      await page.getByText('Ana signed in').first().waitFor();
      await page.getByRole('link', { name: 'Articles' }).click();
      await page.locator('.ArticleRow').first().waitFor();
      await context.setOffline(true);
      await page.getByRole('link', { name: 'Audit log' }).click();
      await page.getByText('You’re offline').waitFor();
      await page.getByText('Loading the audit log').waitFor();
      await context.setOffline(false);
      await page.getByText('Ana signed in').first().waitFor();
    });
  });
});

/** One of the settings, as Ana. */
async function enter(context: BrowserContext, path: string): Promise<Visit> {
  const visit = await open(context, `${stage.server.url}/settings/${path}`);
  await visit.page.getByRole('heading', { level: 1 }).waitFor();
  return visit;
}

/** @returns the link, as the page shows it */
async function invite(page: Page, role: string): Promise<string> {
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  await page.getByRole('radio', { name: new RegExp(`^${role}`) }).check();
  await page.getByRole('button', { name: 'Make the link' }).click();
  const link = await told(page, 'Link');
  await page.getByRole('button', { name: 'Done' }).click();
  return link;
}

async function joined(context: BrowserContext, link: string, name: string): Promise<Visit> {
  const visit = await open(context, link);
  await visit.page.getByLabel('Your name').fill(name);
  await visit.page.getByLabel('Email').fill(`${name}@example.org`);
  await visit.page.getByLabel('Password').fill(PASSWORD);
  await visit.page.getByRole('button', { name: 'Create account' }).click();
  await visit.page.waitForURL('**/inbox');
  await visit.page.getByRole('region', { name: 'Conversations' }).waitFor();
  return visit;
}

async function join(context: BrowserContext, link: string, name: string): Promise<Page> {
  return (await joined(context, link, name)).page;
}

async function signIn(page: Page, name: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('Email').fill(`${name}@example.org`);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

function rowOf(page: Page, name: string): Locator {
  return page.getByRole('listitem').filter({ has: page.getByText(name, { exact: true }) });
}

async function choose(page: Page, name: string, action: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

/** What the page tells once, under this label. */
function told(page: Page, label: string | RegExp): Promise<string> {
  return page.locator('code').and(page.getByLabel(label, { exact: true })).first().innerText();
}

/** All that outlives the page: the address, and what the device keeps. */
function kept(page: Page): Promise<string> {
  return page.evaluate(() => JSON.stringify([location.href, { ...localStorage }, { ...sessionStorage }, history.state]));
}

function codeNow(secret: string): string {
  return codeAt(bytesOf(secret), Math.floor(Date.now() / STEP_MS));
}

function signed(secret: string, kid: string, aud: string): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const iat = Math.floor(Date.now() / 1000);
  const text = `${encode({ alg: 'HS256', kid, typ: 'JWT' })}.${encode({ sub: 'gus', name: 'Gus', aud, iat, exp: iat + 600 })}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}
