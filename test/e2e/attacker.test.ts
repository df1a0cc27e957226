import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpCall } from '../_util/graphql-client.ts';
import { enterAsAgent, enterAsCustomer, newSend, readHistory, readSnapshot, send } from '../_util/minicom.ts';
import { inContext, open } from './_page.ts';
import { useStage } from './_server.ts';

const stage = useStage({ BOT: 'off' });

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

describe('another site, in the browser of an agent', () => {
  it('R52 reads nothing and changes nothing: by fetch, form, event stream, socket, image or script', async () => {
    const { url } = stage.server;
    const alice = httpCall(await enterAsCustomer(url, 'alice'));
    await send(alice, newSend('alice', 'a secret'));
    await inContext(stage.browser, {}, async (context) => {
      await context.request.get(`${url}/demo/agent?as=ana`);
      const { page } = await open(context, evilUrl);
      expect((await context.cookies(url)).map(({ name }) => name)).toContain('minicom_agent');

      const outcomes = await page.evaluate(async ({ target, body }) => {
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
          frame.addEventListener('load', () => resolve('sent'), { once: true });
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
        };
      }, { target: url, body: TAKE_OVER });

      expect(outcomes).toEqual({
        json: 'refused', plain: 'refused', opaque: 'refused', page: 'refused', identity: 'refused', events: 'refused', socket: 'refused', image: 'refused', script: 'refused',
        urlencoded: 'sent', multipart: 'sent', text: 'sent',
      });
    });
    const { state } = await readSnapshot(alice, 'alice');
    expect(state).toMatchObject({ assignee: null, handler: 'QUEUE' });
    const history = await readHistory(httpCall(await enterAsAgent(url, 'ana')), 'alice');
    expect(history.filter(({ sender }) => sender.__typename === 'Agent')).toEqual([]);
  });

  it.each(['/', '/chat/alice', '/inbox', '/join', '/graphql'])('R54 shows %s in no frame', async (path) => {
    await inContext(stage.browser, {}, async (context) => {
      await context.request.get(`${stage.server.url}/demo/agent?as=ana`);
      const { page } = await open(context, evilUrl);
      await page.evaluate((src) => new Promise((resolve) => {
        const frame = Object.assign(document.createElement('iframe'), { src });
        frame.addEventListener('load', resolve, { once: true });
        document.body.append(frame);
      }), stage.server.url + path);
      await expect.poll(() => page.frames().map((frame) => frame.url()), { timeout: 20_000 }).toContain('chrome-error://chromewebdata/');
    });
  });

  it('R54 gets no hold of a window that it opens', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page } = await open(context, evilUrl);
      const [opened] = await Promise.all([context.waitForEvent('page'), page.evaluate((url) => { Object.assign(window, { opened: window.open(url) }); }, `${stage.server.url}/chat/alice`)]);
      await opened.waitForLoadState();
      expect(await opened.evaluate(() => window.opener === null)).toBe(true);
      expect(await page.evaluate(() => (window as { opened?: Window }).opened?.closed)).toBe(true);
    });
  });
});

describe('a page of ours, should somebody get a word into it', () => {
  it.each([['/chat/alice', 'textarea'], ['/inbox', 'h1, h2'], ['/join', 'h1']])(
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
