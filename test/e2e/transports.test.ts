import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../_util/wait.ts';
import type { BlockingProxy, Streams } from '../_util/blocking-proxy.ts';
import { startBlockingProxy } from '../_util/blocking-proxy.ts';
import { inContext, open, openConversation, say, see, seeAllSent, texts } from './_page.ts';
import { useStage } from './_server.ts';

const stage = useStage({ BOT: 'off' });

let proxy: BlockingProxy | null = null;
afterEach(async () => {
  await proxy?.stop();
  proxy = null;
});

async function behind(streams: Streams): Promise<BlockingProxy> {
  proxy = await startBlockingProxy(stage.server.url);
  proxy.allow({ sockets: false, streams });
  return proxy;
}

describe('a network that lets no WebSocket through', () => {
  it.each([
    ['streams pass', 'pass'],
    ['streams are cut off', 'cut'],
    ['streams are held back', 'hold'],
  ] as const)('C41: the chat works both ways where %s', async (_, streams) => {
    const { url, seen } = await behind(streams);
    await inContext(stage.browser, {}, async (context) => {
      const customer = `behind-${streams}`;
      const { page, problems } = await open(context, `${url}/chat/${customer}`);
      await say(page, 'Does this get through?');
      await see(page, 'Does this get through?');
      await seeAllSent(page);
      const { page: inbox } = await open(context, `${stage.server.url}/inbox`);
      await openConversation(inbox, customer);
      await see(inbox, 'Does this get through?');
      for (const line of ['It does', 'And this, too', 'And the last']) {
        await say(inbox, line);
        await see(page, line);
      }
      expect(await texts(page)).toEqual(['Does this get through?', 'It does', 'And this, too', 'And the last']);
      expect(seen.sockets).toBeGreaterThan(0);
      expect(problems).toEqual([]);
    });
  });

  it('C41: goes over to a WebSocket once one gets through, and loses nothing on the way', async () => {
    const blocking = await behind('pass');
    await inContext(stage.browser, {}, async (context) => {
      const { page, problems } = await open(context, `${blocking.url}/chat/later`);
      await say(page, 'One');
      await see(page, 'One');
      await seeAllSent(page);
      expect(blocking.seen.streams).toBeGreaterThan(0);
      blocking.allow({ sockets: true, streams: 'pass' });
      const before = blocking.seen.sockets;
      await page.evaluate(() => dispatchEvent(new Event('pageshow')));
      await until('a socket', () => blocking.seen.sockets > before);
      const { page: other } = await open(context, `${stage.server.url}/chat/later`);
      for (const line of ['Two', 'Three']) {
        await say(other, line);
        await see(page, line);
      }
      const posts = blocking.seen.posts;
      await say(page, 'Four');
      await see(other, 'Four');
      expect(blocking.seen.posts).toBe(posts);
      expect(await texts(page)).toEqual(['One', 'Two', 'Three', 'Four']);
      expect(problems).toEqual([]);
    });
  });
});
