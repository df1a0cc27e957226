import { describe, expect, it } from 'vitest';
import type { Bot, BotOutcome } from '../../server/bot/bot.ts';
import { createBotDesk } from '../../server/bot/desk.ts';
import type { LiveIndex } from '../../server/bot/knowledge/live-index.ts';
import { createLiveIndex } from '../../server/bot/knowledge/live-index.ts';
import type { LiveBot } from '../../server/bot/live-bot.ts';
import { createLiveBot, DEFAULT_RULES } from '../../server/bot/live-bot.ts';
import { ITSELF } from '../../server/domain/audit.ts';
import { RULES_KEY } from '../../server/domain/bot-settings.ts';
import type { ArticleContent, Articles } from '../../server/domain/ports/bot.ts';
import type { World } from '../domain/world.ts';
import { openWorld } from '../domain/world.ts';
import { range } from '../_util/parallel.ts';
import { IO, turn } from './turn.ts';

const TEA: ArticleContent = { title: 'Do you sell tea?', body: 'Yes, loose tea.', aliases: [], published: true };

interface Live { readonly world: World; readonly index: LiveIndex; readonly bot: LiveBot; readonly logged: string[] }

async function open(): Promise<Live> {
  const world = await openWorld();
  const logged: string[] = [];
  const index = createLiveIndex(world.store.articles);
  const bot = createLiveBot({ index, settings: world.store.settings, log: { error: (_: unknown, line?: string) => { logged.push(line ?? ''); } } });
  return { world, index, bot, logged };
}

const ask = (bot: Bot, text: string): Promise<BotOutcome> => bot.handle(turn(text), IO);

describe('the knowledge base of a running bot', () => {
  it('answers the next question from what is published now, and from nothing that is not', async () => {
    const { world: { store: { articles } }, bot } = await open();
    const question = 'do you sell tea';
    const isAnswered = async (): Promise<boolean> => (await ask(bot, question)).kind === 'reply';
    expect(await isAnswered()).toBe(false);
    const { id } = await articles.create('tea', { ...TEA, published: false });
    expect(await isAnswered(), 'a draft').toBe(false);
    await articles.update(id, () => TEA);
    expect(await ask(bot, question)).toMatchObject({ kind: 'reply', text: 'Yes, loose tea.', sources: [{ articleId: 'tea', title: TEA.title }] });
    await articles.update(id, () => ({ ...TEA, body: 'No more.' }));
    expect(await ask(bot, question)).toMatchObject({ kind: 'reply', text: 'No more.' });
    await articles.update(id, () => ({ ...TEA, published: false }));
    expect(await isAnswered(), 'taken back').toBe(false);
    await articles.update(id, () => TEA);
    await articles.delete(ITSELF, id);
    expect(await isAnswered(), 'deleted').toBe(false);
  });

  it('asks for the version at each question, and for the articles only when it changed, once for all who wait', async () => {
    const { world: { store } } = await open();
    const reads = { version: 0, all: 0 };
    const counted: Articles = {
      ...store.articles,
      version: () => { reads.version += 1; return store.articles.version(); },
      all: () => { reads.all += 1; return store.articles.all(); },
    };
    const index = createLiveIndex(counted);
    await store.articles.create('tea', TEA);
    const [first, ...others] = await Promise.all(range(20).map(() => index.published()));
    expect(new Set(others)).toEqual(new Set([first]));
    expect(reads.all).toBe(1);
    reads.version = 0;
    expect(await index.published()).toBe(first);
    expect(reads).toEqual({ version: 1, all: 1 });
    await store.articles.create('coffee', { ...TEA, title: 'Do you sell coffee?' });
    expect(await index.published()).not.toBe(first);
    expect(reads.all).toBe(2);
  });

  it('is never older than the question, though articles change while it is being read', async () => {
    const { world: { store } } = await open();
    let change: (() => Promise<unknown>) | null = () => store.articles.create('coffee', { ...TEA, title: 'Coffee' });
    const slow: Articles = {
      ...store.articles,
      async all() {
        const found = await store.articles.all();
        const once = change;
        change = null;
        if (!once) return found;
        await once();
        asked = index.published();
        return found;
      },
    };
    const index = createLiveIndex(slow);
    let asked = Promise.resolve(await createLiveIndex(store.articles).published());
    await store.articles.create('tea', TEA);
    await index.published();
    expect((await asked).search('coffee', 1)).toMatchObject([{ articleId: 'coffee' }]);
  });

  it('lets others work while it reads 2,000 articles', async () => {
    const { world: { store: { articles } } } = await open();
    const body = 'Words of many kinds about deliveries, returns and payments. '.repeat(20);
    await Promise.all(range(2_000).map((index) => articles.create(`a${index}`, { ...TEA, title: `Title ${index}`, body: `${body} word${index}` })));
    const index = createLiveIndex(articles);
    let isMade = false;
    const made = index.published().then(() => { isMade = true; });
    let turns = 0;
    while (!isMade) {
      await new Promise((resolve) => { setImmediate(resolve); });
      turns += 1;
    }
    await made;
    expect(turns).toBeGreaterThan(3);
    expect((await index.search('word1999', { publishedOnly: true, limit: 1 }))).toEqual(['a1999']);
  });

  it('B18: says how it is', async () => {
    const { world: { store }, bot } = await open();
    expect(bot.health?.()).toEqual({ state: 'starting', detail: 'reading the articles' });
    await store.articles.create('tea', TEA);
    await bot.start?.();
    expect(bot.health?.()).toEqual({ state: 'ok', detail: '1 article' });
  });
});

describe('the rules of a running bot', () => {
  const ahoy = { name: 'ahoy', says: ['Ahoy!'], reply: 'Moin.', choices: ['Help'] };

  it('B2: are those that it came with until the team has its own, and count at the next question', async () => {
    const { world: { store: { settings } }, bot } = await open();
    expect(await ask(bot, 'hello')).toMatchObject({ kind: 'reply', by: 'small talk' });
    await settings.write(ITSELF, RULES_KEY, () => JSON.stringify([ahoy]));
    expect(await ask(bot, 'ahoy')).toMatchObject({ kind: 'reply', text: 'Moin.', choices: ['Help'], by: 'small talk' });
    expect(await ask(bot, 'hello')).toMatchObject({ kind: 'handoff' });
    await settings.write(ITSELF, RULES_KEY, () => null);
    expect(await ask(bot, 'hello')).toMatchObject({ kind: 'reply', by: 'small talk' });
  });

  it('the one about opening hours lets an article about them go first', async () => {
    const { world: { store: { articles } }, bot } = await open();
    const question = 'What are your opening hours?';
    expect(await ask(bot, question)).toMatchObject({ kind: 'reply', by: 'opening hours' });
    await articles.create('hours', { ...TEA, title: 'Opening hours', body: 'Nine to five.' });
    expect(await ask(bot, question)).toMatchObject({ kind: 'reply', text: 'Nine to five.', by: 'knowledge' });
  });

  it.each(['{', '[]x', '{"a":1}', JSON.stringify([{ ...ahoy, says: 'x' }])])('that cannot be read mean those that it came with, and one line in the log: %s', async (stored) => {
    const { world: { store: { settings } }, bot, logged } = await open();
    await settings.write(ITSELF, RULES_KEY, () => stored);
    for (const _ of range(3)) expect(await ask(bot, 'hello')).toMatchObject({ kind: 'reply', by: 'small talk' });
    expect(logged).toHaveLength(1);
    expect(bot.health?.()).toMatchObject({ state: 'degraded', detail: expect.stringContaining('save them again') });
    await settings.write(ITSELF, RULES_KEY, () => JSON.stringify([ahoy]));
    await bot.refresh();
    expect(bot.health?.()).toMatchObject({ state: 'ok' });
  });

  it('that it comes with fit what the team may set', () => {
    expect(DEFAULT_RULES.length).toBeGreaterThan(5);
    for (const { name, says, reply, choices } of DEFAULT_RULES) {
      expect([name, says.length <= 200, reply.length <= 2_000, choices.length <= 5]).toEqual([name, true, true, true]);
    }
  });
});

describe('a trial', () => {
  const health = async () => ({ state: 'ok', detail: '' }) as const;
  const log = { error: () => undefined };
  const deskOf = (resolve: () => Bot | null | Promise<Bot | null>, deadlineMs?: number) => createBotDesk({ name: 'x', resolve, health, log, deadlineMs });

  it('B13: tells what the bot would say, by whom, and keeps nothing', async () => {
    const { world, bot } = await open();
    await world.store.articles.create('tea', TEA);
    const desk = deskOf(() => bot);
    expect(await desk.try('do you sell tea?')).toMatchObject({ outcome: 'reply', text: 'Yes, loose tea.', by: 'knowledge', reason: null, sources: [{ articleId: 'tea', title: TEA.title }] });
    expect(await desk.try('Can I speak to a human?')).toMatchObject({ outcome: 'handoff', reason: 'customer_request', by: 'wants a person', sources: [], choices: [] });
    expect(await world.store.log.list({ filter: {}, order: 'newest_activity', limit: 1, after: null })).toMatchObject({ items: [] });
    expect(await world.store.botTurns.unanswered(new Date(0), 10)).toEqual([]);
  });

  it('B13: of a bot that throws, hangs, says what no bot may, or is not there, is an answer too', async () => {
    const bot = (handle: Bot['handle']): (() => Bot) => () => ({ name: 'broken', handle });
    expect(await deskOf(bot(async () => { throw new Error('no'); })).try('x')).toMatchObject({ outcome: 'handoff', reason: 'bot_error', text: null });
    expect(await deskOf(bot(() => new Promise(() => undefined)), 20).try('x')).toMatchObject({ outcome: 'handoff', reason: 'timeout' });
    expect(await deskOf(bot(async () => ({ kind: 'reply', text: '', counts: 'answer' }))).try('x')).toMatchObject({ outcome: 'handoff', reason: 'bot_error' });
    expect(await deskOf(() => null).try('x')).toMatchObject({ outcome: 'silent', reason: 'no_bot', text: null });
    expect(await deskOf(() => new Promise(() => undefined), 20).try('x')).toMatchObject({ outcome: 'handoff', reason: 'timeout' });
  });
});
