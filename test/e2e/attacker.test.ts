import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Firefox } from '../_util/firefox.ts';
import { hasFirefox, launchFirefox } from '../_util/firefox.ts';
import { httpCall } from '../_util/graphql-client.ts';
import { enterAsAgent, enterAsCustomer, newSend, readHistory, readSnapshot, send } from '../_util/minicom.ts';
import { at } from '../_util/parallel.ts';
import { inContext, open } from './_page.ts';
import { useStage } from './_server.ts';
import type { Given, InTab, Tab } from './_tab.ts';
import { inChromium, inFirefox } from './_tab.ts';

const stage = useStage({ BOT: 'off' });

let firefox: Firefox;
beforeAll(async () => {
  if (hasFirefox) firefox = await launchFirefox();
  else console.warn('Not tried in Firefox: there is none here. Debian calls it firefox-esr.');
});
afterAll(() => firefox?.close());

const BROWSERS: readonly { readonly name: string; readonly isHere: boolean; readonly inTab: InTab }[] = [
  { name: 'Chromium', isHere: true, inTab: (use) => inChromium(stage.browser)(use) },
  { name: 'Firefox', isHere: hasFirefox, inTab: (use) => inFirefox(firefox)(use) },
];

/** A page of somebody else's: on another port of the same host, so that a browser sends the agent's cookie along wherever it may. */
let evil: Server;
let evilUrl: string;
beforeAll(async () => {
  evil = createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><title>Win a prize</title><body></body>')).listen(0, '127.0.0.1');
  await once(evil, 'listening');
  evilUrl = `http://127.0.0.1:${(evil.address() as AddressInfo).port}/`;
});
afterAll(() => evil?.close());

const TAKE_OVER = JSON.stringify({ query: 'mutation { takeOver(input: { customerId: "alice" }) { __typename } }' });

/** Runs in the page of another site: all that it may try with what is `target`'s. */
async function attack({ target = '', body = '' }: Given): Promise<Record<string, string>> {
  const read = async (init: RequestInit): Promise<string> => {
    try {
      const response = await fetch(`${target}/graphql`, { method: 'POST', body, ...init });
      return response.type === 'opaque' ? 'opaque' : `read ${await response.text()}`;
    } catch {
      return 'refused';
    }
  };
  const ended = (source: EventTarget, good: string): Promise<string> => new Promise((resolve) => {
    source.addEventListener(good, () => resolve('open'));
    source.addEventListener('error', () => resolve('refused'));
  });
  const element = (name: 'img' | 'script', src: string): Promise<string> => {
    const made = Object.assign(document.createElement(name), { src });
    document.body.append(made);
    return ended(made, 'load');
  };
  const form = (enctype: string): Promise<string> => new Promise((resolve) => {
    const frame = Object.assign(document.createElement('iframe'), { name: `frame-${enctype}` });
    const made = Object.assign(document.createElement('form'), { action: `${target}/graphql`, method: 'post', enctype, target: frame.name });
    const field = Object.assign(document.createElement('input'), { name: body.slice(0, -1), value: '"}' });
    made.append(field);
    document.body.append(frame, made);
    // An empty frame is a page too, of the same origin.
    frame.addEventListener('load', () => { if (!frame.contentDocument) resolve('sent'); });
    made.submit();
  });
  return {
    json: await read({ credentials: 'include', headers: { 'content-type': 'application/json' } }),
    plain: await read({ credentials: 'include', headers: { 'content-type': 'text/plain' } }),
    opaque: await read({ credentials: 'include', mode: 'no-cors' }),
    page: await fetch(`${target}/inbox`, { credentials: 'include' }).then((response) => response.text(), () => 'refused'),
    identity: await fetch(`${target}/demo/identity?customer=alice`).then((response) => response.text(), () => 'refused'),
    events: await ended(new EventSource(`${target}/graphql?query=subscription%7BinboxEvents%7Bcursor%7D%7D`, { withCredentials: true }), 'open'),
    socket: await ended(new WebSocket(`${target.replace('http', 'ws')}/graphql`, 'graphql-transport-ws'), 'open'),
    image: await element('img', `${target}/favicon.svg`),
    script: await element('script', `${target}/demo/identity?customer=alice`),
    urlencoded: await form('application/x-www-form-urlencoded'),
    multipart: await form('multipart/form-data'),
    text: await form('text/plain'),
    cookies: document.cookie,
    storage: Object.keys(localStorage).join(),
  };
}

/** Signs this tab in, and shows that the browser brings the cookie where it may. */
async function enterInbox(tab: Tab): Promise<void> {
  const { url } = stage.server;
  await tab.goto(`${url}/demo/agent?as=ana`);
  expect(await tab.evaluate(async () => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify({ query: '{ viewer { ... on Agent { name } } }' }) });
    return response.text();
  })).toBe('{"data":{"viewer":{"name":"Ana"}}}');
}

for (const { name, isHere, inTab } of BROWSERS) describe.skipIf(!isHere)(`another site, in an agent’s ${name}`, () => {
  it('R52 reads nothing and changes nothing: by fetch, form, event stream, socket, image or script', async () => {
    const { url } = stage.server;
    const alice = httpCall(await enterAsCustomer(url, 'alice'));
    await send(alice, newSend('alice', 'a secret'));
    await inTab(async (tab) => {
      await enterInbox(tab);
      await tab.goto(evilUrl);
      expect(await tab.evaluate(attack, { target: url, body: TAKE_OVER })).toEqual({
        json: 'refused', plain: 'refused', opaque: 'refused', page: 'refused', identity: 'refused', events: 'refused', socket: 'refused', image: 'refused', script: 'refused',
        urlencoded: 'sent', multipart: 'sent', text: 'sent', cookies: '', storage: '',
      });
      await enterInbox(tab);
    });
    const { state } = await readSnapshot(alice, 'alice');
    expect(state).toMatchObject({ assignee: null, handler: 'QUEUE' });
    const history = await readHistory(httpCall(await enterAsAgent(url, 'ana')), 'alice');
    expect(history.filter(({ sender }) => sender.__typename === 'Agent')).toEqual([]);
  });

  it.each(['/', '/chat/alice', '/inbox', '/settings', '/help', '/join', '/graphql'])('R54 R60 shows %s in no frame', async (path) => {
    await inTab(async (tab) => {
      await enterInbox(tab);
      await tab.goto(evilUrl);
      await tab.evaluate(({ src = '' }) => { document.body.append(Object.assign(document.createElement('iframe'), { src })); }, { src: stage.server.url + path });
      await expect.poll(() => tab.frames(), { timeout: 20_000 }).toEqual([expect.stringMatching(/^(chrome-error:|about:neterror\?e=(cspBlocked|xfoBlocked)&)/)]);
    });
  });

  it('R54 R60 gets no hold of a chat that it opens: no document, no storage, and no word in', async () => {
    await inTab(async (tab) => {
      await tab.goto(evilUrl);
      await tab.evaluate(({ chat }) => { Object.assign(window, { opened: window.open(chat) }); }, { chat: `${stage.server.url}/chat/alice` });
      await expect.poll(async () => (await tab.others()).length, { timeout: 20_000 }).toBe(1);
      const chat = at(await tab.others(), 0);
      await expect.poll(() => chat.evaluate(() => document.querySelector('textarea') !== null && localStorage.length > 0), { timeout: 20_000 }).toBe(true);
      await chat.evaluate(() => {
        const heard: unknown[] = [];
        window.addEventListener('message', ({ data }) => heard.push(data));
        Object.assign(window, { heard });
      });

      expect(await tab.evaluate(() => {
        const { opened } = window as unknown as { opened: Window };
        const reach = (what: () => unknown): string => {
          try {
            return String(what());
          } catch {
            return 'refused';
          }
        };
        opened.postMessage('from the host', '*');
        return { closed: opened.closed, document: reach(() => opened.document.querySelector('textarea')), storage: reach(() => opened.localStorage.length) };
        // Chromium refuses, Firefox shows the empty page from before.
      })).toEqual({ closed: true, document: expect.stringMatching(/^(refused|null)$/), storage: expect.stringMatching(/^(refused|0)$/) });

      expect(await chat.evaluate(async () => {
        const own = new Promise((resolve) => { window.addEventListener('message', resolve, { once: true }); });
        window.postMessage('its own', '*');
        await own;
        return { heard: (window as unknown as { heard: unknown[] }).heard, opener: window.opener };
      })).toEqual({ heard: ['its own'], opener: null });
    });
  });
});

describe('a page of ours, should somebody get a word into it', () => {
  const PAGES = [['/chat/alice', 'textarea'], ['/inbox', 'h1, h2'], ['/help', 'h1'], ['/join', 'h1']] as const;

  it.each(PAGES)(
    'R57 %s complains of nothing, and lets no text become markup or code', async (path, landmark) => {
      await inContext(stage.browser, {}, async (context) => {
        const { page, problems } = await open(context, stage.server.url + path);
        await page.locator(landmark).first().waitFor();
        expect(problems).toEqual([]);
        const refused = await page.evaluate(() => {
          const throws = (work: () => unknown): boolean => {
            try {
              work();
              return false;
            } catch {
              return true;
            }
          };
          const image = document.createElement('div');
          return {
            markup: throws(() => { image.innerHTML = '<img src=x onerror=alert(1)>'; }),
            write: throws(() => document.write('<p>')),
            source: throws(() => { document.createElement('script').src = '/favicon.svg'; }),
            policy: throws(() => (window as unknown as { trustedTypes: { createPolicy(name: string, rules: object): void } }).trustedTypes.createPolicy('mine', {})),
          };
        });
        expect(refused).toEqual({ markup: true, write: true, source: true, policy: true });
      });
    },
  );

  it.each(PAGES)('R55 R60 %s listens to no word from another window, libraries included', async (path, landmark) => {
    await inContext(stage.browser, {}, async (context) => {
      const { page } = await open(context, stage.server.url + path);
      await page.locator(landmark).first().waitFor();
      const devtools = await context.newCDPSession(page);
      const { result: { objectId = '' } } = await devtools.send('Runtime.evaluate', { expression: 'window' });
      const { listeners } = await devtools.send('DOMDebugger.getEventListeners', { objectId });
      const types = listeners.map(({ type }) => type);
      expect(types).toContain('popstate');
      expect(types).not.toContain('message');
    });
  });

  it('R57 the explorer, which has a policy of its own, complains of nothing either, and asks no other host', async () => {
    await inContext(stage.browser, {}, async (context) => {
      await context.request.get(`${stage.server.url}/demo/agent?as=ana`);
      const hosts = new Set<string>();
      context.on('request', (request) => hosts.add(new URL(request.url()).host));
      const { page, problems } = await open(context, `${stage.server.url}/graphql`);
      await page.locator('.graphiql-container').first().waitFor();
      await page.getByRole('button', { name: /^Execute/ }).waitFor();
      expect(problems.filter((problem) => /policy|refused|trusted/i.test(problem))).toEqual([]);
      hosts.delete('');
      expect([...hosts]).toEqual([new URL(stage.server.url).host]);
    });
  });
});
