import { describe, expect, it } from 'vitest';
import { createLiveIndex } from '../../server/bot/knowledge/live-index.ts';
import type { ArticleDeps } from '../../server/domain/articles.ts';
import {
  articleIdOf, createArticle, deleteArticle, findArticle, importArticle, listArticles, rememberWording, requireContent, updateArticle,
} from '../../server/domain/articles.ts';
import { ForbiddenError, InvalidInputError, NotFoundError, UnauthenticatedError } from '../../server/domain/errors.ts';
import type { ArticleContent } from '../../server/domain/ports/bot.ts';
import type { Viewer } from '../../server/domain/types.ts';
import type { World } from './world.ts';
import { agentViewer, customerViewer, openWorld, refusalOf, tokenViewer } from './world.ts';

const RETURNS: ArticleContent = { title: 'Return something', body: 'Send it back within 30 days.', aliases: ['send it back'], published: true };

async function open(): Promise<{ world: World; deps: ArticleDeps }> {
  const world = await openWorld();
  return { world, deps: { ...world.deps, knowledge: createLiveIndex(world.deps.articles) } };
}

describe('the id of an article', () => {
  it.each([
    ['Return something', 'return-something'],
    ['  How long? (in days) — 100 % sure!  ', 'how-long-in-days-100-sure'],
    ["What's new", 'whats-new'],
    ['Größe & Maße, Œuvre, Ångström, İstanbul', 'grosse-masse-oeuvre-angstrom-istanbul'],
    ['Доставка и ёлка', 'доставка-и-ёлка'],
    ['配送が遅い', '配送が遅い'],
    ['한국어 도움말', '한국어-도움말'],
    ['हिन्दी में सहायता', 'हिन्दी-में-सहायता'],
    ['🎉 !!', 'article'],
    ['../../etc/passwd', 'etc-passwd'],
    ['a'.repeat(200), 'a'.repeat(60)],
    [`${'word '.repeat(30)}`, 'word-word-word-word-word-word-word-word-word-word-word-word'],
  ])('of %j is %s', (title, id) => {
    expect(articleIdOf(title)).toBe(id);
    expect(articleIdOf(id), 'an id is its own').toBe(id);
  });
});

describe('the content of an article', () => {
  it('is kept as given, but for blanks around names, and names that are there already', () => {
    const aliases = [' send it back ', '', 'Send  it BACK', 'Zurück', 'zuruck', 'RETURN SOMETHING', 'x'];
    expect(requireContent({ ...RETURNS, title: '  Return something ', body: '\n# Hi\r\n', aliases })).toEqual({
      ...RETURNS, body: '\n# Hi\r\n', aliases: ['send it back', 'Zurück', 'x'],
    });
    expect(requireContent({ ...RETURNS, body: '', published: false })).toMatchObject({ body: '' });
    const largest = { title: 't'.repeat(200), body: 'b'.repeat(20_000), aliases: Array.from({ length: 50 }, (_, index) => `${index}`.padEnd(200, 'a')), published: true };
    expect(requireContent(largest)).toEqual(largest);
  });

  it.each([
    ['title', { title: ' ' }], ['title', { title: 't'.repeat(201) }], ['title', { title: 'two\nlines' }], ['title', { title: '\uD800' }],
    ['body', { body: 'b'.repeat(20_001) }], ['body', { body: ' \n' }], ['body', { body: 'a\0b' }], ['body', { body: '\uDFFF' }],
    ['aliases', { aliases: ['a'.repeat(201)] }], ['aliases', { aliases: ['a\tb'] }], ['aliases', { aliases: Array.from({ length: 51 }, (_, index) => `${index}`) }],
  ])('is refused, naming %s', (field, wrong) => {
    expect(() => requireContent({ ...RETURNS, ...wrong })).toThrow(expect.objectContaining({ name: 'InvalidInputError', field }));
  });
});

describe('articles', () => {
  it('R1: are written by agents, admins and tokens with admin, and by nobody else', async () => {
    const { world, deps } = await open();
    const article = await createArticle(deps, world.ana, RETURNS);
    const verbs: ((viewer: Viewer | null) => Promise<unknown>)[] = [
      (viewer) => createArticle(deps, viewer, RETURNS),
      (viewer) => updateArticle(deps, viewer, { ...RETURNS, id: article.id, version: 0 }),
      (viewer) => rememberWording(deps, viewer, { articleId: article.id, wording: 'x' }),
      (viewer) => deleteArticle(deps, viewer, article.id),
    ];
    for (const verb of verbs) {
      expect(await refusalOf(verb(null))).toBeInstanceOf(UnauthenticatedError);
      for (const viewer of [customerViewer('alice'), agentViewer('viewer'), tokenViewer(['conversations:write', 'messages:write', 'notes'])]) {
        expect(await refusalOf(verb(viewer))).toBeInstanceOf(ForbiddenError);
      }
    }
    expect(await deps.articles.all()).toEqual([article]);
    for (const viewer of [world.ben, tokenViewer(['admin'])]) await deleteArticle(deps, viewer, (await createArticle(deps, viewer, RETURNS)).id);
  });

  it('are read by everybody once they are published; drafts and other wordings by the team alone', async () => {
    const { world, deps } = await open();
    const shown = await createArticle(deps, world.ana, RETURNS);
    const draft = await createArticle(deps, world.ana, { ...RETURNS, title: 'Return a draft', published: false });
    const readers = { nobody: null, customer: customerViewer('alice'), writer: tokenViewer(['messages:write']) };
    for (const [name, viewer] of Object.entries(readers)) {
      expect(await findArticle(deps, viewer, shown.id), name).toEqual({ ...shown, aliases: [] });
      expect(await findArticle(deps, viewer, draft.id), name).toBeNull();
      expect((await listArticles(deps, viewer, {})).items.map(({ node }) => node), name).toEqual([{ ...shown, aliases: [] }]);
      expect((await listArticles(deps, viewer, { search: 'return' })).items.map(({ node }) => node), name).toEqual([{ ...shown, aliases: [] }]);
    }
    for (const viewer of [world.ben, agentViewer('viewer'), tokenViewer(['conversations:read'])]) {
      expect(await findArticle(deps, viewer, draft.id)).toEqual(draft);
      expect((await listArticles(deps, viewer, {})).items.map(({ node }) => node)).toEqual([draft, shown]);
      expect((await listArticles(deps, viewer, { search: 'return draft' })).items.map(({ node }) => node)).toEqual([draft, shown]);
    }
  });

  it('are found by their words, by half a word of the title, and in one page', async () => {
    const { world, deps } = await open();
    for (const title of ['Return something', 'Delivery times', 'Pay by card']) await createArticle(deps, world.ana, { ...RETURNS, title, body: `About ${title}.`, aliases: [] });
    const found = async (search: string, first = 10): Promise<string[]> => (await listArticles(deps, null, { search, first })).items.map(({ node }) => node.title);
    expect(await found('deliveries')).toEqual(['Delivery times']);
    expect(await found('DELI')).toEqual(['Delivery times']);
    expect(await found('by ca')).toEqual(['Pay by card']);
    expect(await found('unicorns')).toEqual([]);
    expect(await found('  ')).toHaveLength(3);
    expect(await found('about', 2)).toEqual([]);
    const { items: [first] } = await listArticles(deps, null, { first: 1 });
    expect(await refusalOf(listArticles(deps, null, { search: 'pay', after: first?.cursor }))).toMatchObject({ name: 'InvalidInputError', field: 'after' });
    expect(await refusalOf(listArticles(deps, null, { first: 101 }))).toMatchObject({ name: 'InvalidInputError', field: 'first' });
  });

  it('are not overwritten by who has not seen the last change', async () => {
    const { world, deps } = await open();
    const opened = await createArticle(deps, world.ana, RETURNS);
    const saves = ['A', 'B'].map((title) => updateArticle(deps, world.ben, { ...RETURNS, title, id: opened.id, version: opened.version }));
    const [first, second] = await Promise.allSettled(saves);
    expect(first).toMatchObject({ status: 'fulfilled', value: { id: opened.id, title: 'A' } });
    expect(second).toMatchObject({ status: 'rejected', reason: { name: 'InvalidInputError', field: 'version' } });
    const [unknown, gone] = [{ ...RETURNS, id: 'unknown', version: 1 }, { ...RETURNS, id: opened.id, version: opened.version }];
    expect(await refusalOf(updateArticle(deps, world.ben, unknown))).toBeInstanceOf(NotFoundError);
    await deleteArticle(deps, world.ben, opened.id);
    expect(await createArticle(deps, world.ana, RETURNS)).toMatchObject({ id: opened.id });
    expect(await refusalOf(updateArticle(deps, world.ben, gone)), 'of another article of this name').toBeInstanceOf(InvalidInputError);
    await deleteArticle(deps, world.ben, opened.id);
    expect(await refusalOf(deleteArticle(deps, world.ben, opened.id))).toBeInstanceOf(NotFoundError);
  });

  it('B14: remember a wording once, and it is no longer unanswered; no more does what an article is named after', async () => {
    const { world, deps } = await open();
    await world.meet('alice');
    const asked = async (question: string): Promise<void> => world.deps.botTurns.record({
      customerId: 'alice', bot: 'b', by: null, outcome: 'handoff', counts: null, reason: 'no_answer', confidence: null, waitMs: 0, tookMs: 0, messageId: null,
      articleId: null, detail: null, firstMs: null, unanswered: { question, key: deps.knowledge.questionKey(question) },
    });
    const open90 = async (): Promise<string[]> => (await deps.botTurns.unanswered(new Date(0), 10)).map(({ question }) => question).sort();
    for (const question of ['Is there a guarantee?', 'Where do you park?', 'Do you sell tea?']) await asked(question);

    const { id } = await createArticle(deps, world.ana, RETURNS);
    expect(await rememberWording(deps, world.ben, { articleId: id, wording: ' guarantee is there ' })).toMatchObject({ aliases: ['send it back', 'guarantee is there'] });
    expect(await rememberWording(deps, world.ben, { articleId: id, wording: 'Guarantee is THERE' })).toMatchObject({ aliases: ['send it back', 'guarantee is there'] });
    expect(await open90()).toEqual(['Do you sell tea?', 'Where do you park?']);
    const parking = await createArticle(deps, world.ana, { ...RETURNS, title: 'Parking', aliases: ['where to park'], published: false });
    expect(await open90(), 'a draft answers nobody').toHaveLength(2);
    await updateArticle(deps, world.ana, { ...parking, published: true });
    expect(await open90()).toEqual(['Do you sell tea?']);

    const full = await createArticle(deps, world.ana, { ...RETURNS, aliases: Array.from({ length: 50 }, (_, index) => `${index}`) });
    expect(await refusalOf(rememberWording(deps, world.ana, { articleId: full.id, wording: 'x' }))).toMatchObject({ name: 'InvalidInputError', field: 'wording' });
    expect(await refusalOf(rememberWording(deps, world.ana, { articleId: id, wording: '' }))).toMatchObject({ name: 'InvalidInputError', field: 'wording' });
    expect(await refusalOf(rememberWording(deps, world.ana, { articleId: 'unknown', wording: 'x' }))).toBeInstanceOf(NotFoundError);
  });

  it('from files replace those of their name', async () => {
    const { deps } = await open();
    expect(await importArticle(deps, 'Returns 2', RETURNS)).toMatchObject({ outcome: 'created', article: { id: 'returns-2' } });
    expect(await importArticle(deps, 'returns-2', RETURNS)).toMatchObject({ outcome: 'unchanged' });
    expect(await importArticle(deps, 'returns-2', { ...RETURNS, published: false })).toMatchObject({ outcome: 'updated', article: { published: false } });
    expect(await refusalOf(importArticle(deps, 'x', { ...RETURNS, title: '' }))).toBeInstanceOf(InvalidInputError);
    expect(await deps.articles.all()).toHaveLength(1);
  });
});
