import { describe, expect, it } from 'vitest';
import { inContext, log, open, openConversation, say, see, seeAllSent, texts } from './_page.ts';
import { useStage } from './_server.ts';

const stage = useStage();

describe('a conversation, in real windows', () => {
  it('C1, C2, A7: two windows of a customer, another customer and an agent; all of it there after a reload', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const visits = await Promise.all(['/chat/alice', '/chat/alice', '/chat/bob/', '/inbox'].map((path) => open(context, stage.server.url + path)));
      const [first, second, bob, inbox] = visits.map(({ page }) => page);
      if (!first || !second || !bob || !inbox) throw new Error('unreachable');

      await say(first, 'The lamp arrived broken');
      await see(second, 'The lamp arrived broken');
      await say(second, 'Number 10482');
      await see(first, 'Number 10482');
      await say(bob, 'Do you ship to Norway?');

      // Once the pointer is on the list, newer rows wait at its top.
      await inbox.locator('a.ConversationRow', { hasText: 'bob' }).waitFor();
      await openConversation(inbox, 'alice');
      await see(inbox, 'The lamp arrived broken', 'Number 10482');

      await inbox.keyboard.press('t');
      await log(inbox).getByText('You took over').waitFor();
      for (const page of [first, second]) await log(page).getByText('Ana joined').waitFor();
      await say(inbox, 'I send you a new one today');
      for (const page of [first, second]) await see(page, 'I send you a new one today');
      await say(first, 'Thank you');
      await see(inbox, 'Thank you');

      await seeAllSent(first);
      const [said, saidByBob] = [await texts(first), await texts(bob)];
      await expect.poll(() => texts(second)).toEqual(said);
      await expect.poll(() => texts(inbox)).toEqual(said);
      expect(saidByBob).toContain('Do you ship to Norway?');
      expect(saidByBob.filter((text) => said.includes(text) && !isBots(text))).toEqual([]);

      await Promise.all([first, second, bob, inbox].map((page) => page.reload()));
      for (const page of [first, second, inbox]) {
        await see(page, 'Thank you');
        await expect.poll(() => texts(page)).toEqual(said);
      }
      await see(bob, 'Do you ship to Norway?');
      expect(visits.flatMap(({ problems }) => problems)).toEqual([]);
    });
  });

  it('C6 C9: what is written offline goes out once, after a reload even', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const [{ page }, { page: other }] = [await open(context, `${stage.server.url}/chat/carol`), await open(await stage.browser.newContext(), `${stage.server.url}/chat/carol`)];
      await say(page, 'Before');
      await see(other, 'Before');
      await context.setOffline(true);
      await say(page, 'While offline');
      await say(page, 'And again');
      await page.getByText('You’re offline').waitFor();
      expect(await texts(other)).not.toContain('While offline');

      await context.setOffline(false);
      await page.reload();
      await see(other, 'While offline', 'And again');
      await see(page, 'While offline', 'And again');
      await seeAllSent(page);
      const mine = (said: readonly string[]): readonly string[] => said.filter((text) => !isBots(text));
      expect(mine(await texts(other))).toEqual(['Before', 'While offline', 'And again']);
      expect(mine(await texts(page))).toEqual(['Before', 'While offline', 'And again']);
      await page.getByText('You’re offline').waitFor({ state: 'detached' });
    });
  });

  it('C4, C6: two windows, both offline, send what each wrote once, in the order of writing', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const [{ page: first }, { page: second }] = [await open(context, `${stage.server.url}/chat/fay`), await open(context, `${stage.server.url}/chat/fay`)];
      await say(first, 'Before');
      await see(second, 'Before');
      await context.setOffline(true);
      const written = ['One', 'Two', 'Three', 'Four'];
      for (const [index, text] of written.entries()) {
        const writing = index % 2 ? second : first;
        await say(writing, text);
        for (const page of [first, second]) await see(page, text);
      }
      for (const page of [first, second]) await page.getByText('4 messages go out as soon as you’re online').waitFor();

      await context.setOffline(false);
      for (const page of [first, second]) await seeAllSent(page);
      const { page: third } = await open(context, `${stage.server.url}/chat/fay`);
      for (const page of [first, second, third]) {
        await expect.poll(async () => (await texts(page)).filter((text) => !isBots(text))).toEqual(['Before', ...written]);
      }
    });
  });

  it('C8: a page whose server was killed goes on by itself, and misses nothing', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const dan = await open(context, `${stage.server.url}/chat/dan`);
      const inbox = await open(context, `${stage.server.url}/inbox`);
      await say(dan.page, 'Question one');
      await openConversation(inbox.page, 'dan');
      await inbox.page.keyboard.press('t');
      await inbox.page.getByText('You are answering.').waitFor(); // what the bot said before is there too, and asks for no second look
      await say(inbox.page, 'Answer one');
      await see(dan.page, 'Answer one');

      await stage.restart(async () => {
        await say(dan.page, 'Question two');
        await say(dan.page, 'Question three');
        await dan.page.getByText('Connecting again').waitFor();
      });

      for (const { page } of [dan, inbox]) await see(page, 'Question two', 'Question three');
      await seeAllSent(dan.page);
      await say(inbox.page, 'Answer two');
      for (const { page } of [dan, inbox]) await see(page, 'Answer two');
      await expect.poll(() => texts(dan.page)).toEqual(await texts(inbox.page));
      const said = (await texts(dan.page)).filter((text) => !isBots(text));
      expect(said).toEqual(['Question one', 'Answer one', 'Question two', 'Question three', 'Answer two']);
      expect([...dan.problems, ...inbox.problems]).toEqual([]);
    });
  });

  it('C2: reads back to the beginning by scrolling, and the row being read stays where it is', async () => {
    await inContext(stage.browser, {}, async (context) => {
      const { page } = await open(context, `${stage.server.url}/chat/eve`);
      for (let n = 1; n <= 60; n++) await say(page, `Line ${n}`);
      await seeAllSent(page);
      await page.reload();
      await see(page, 'Line 60');
      expect(await texts(page)).not.toContain('Line 1');

      const reading = await log(page).evaluateHandle((list) => {
        list.scrollTop = 300;
        const row = list.querySelectorAll('.MessageItem')[8] as HTMLElement;
        return { row, top: row.getBoundingClientRect().top };
      });
      await expect.poll(() => texts(page)).toContain('Line 1');
      expect(await reading.evaluate(({ row, top }) => Math.abs(row.getBoundingClientRect().top - top))).toBeLessThan(2);
      const own = (await texts(page)).filter((said) => said.startsWith('Line'));
      expect(own).toEqual(Array.from({ length: 60 }, (_, n) => `Line ${n + 1}`));
    });
  });
});

/** The bot's own lines say nothing about who may read what. */
function isBots(text: string): boolean {
  return /^(Hello!|I do not know|You are welcome|I can|Glad|Our|The shop)/.test(text);
}
