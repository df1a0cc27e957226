import { beforeEach, describe, expect, it } from 'vitest';
import { ITSELF } from '../../../server/domain/audit.ts';
import { BadCursorError, InvalidInputError } from '../../../server/domain/errors.ts';
import { MAX_ARTICLES } from '../../../server/domain/limits.ts';
import type { ArticleContent } from '../../../server/domain/ports/bot.ts';
import type { Open, World } from './world.ts';
import { openWorld, present } from './world.ts';

const content = (title: string, more: Partial<ArticleContent> = {}): ArticleContent => ({ title, body: 'Body.', aliases: [], published: true, ...more });

export function describeArticles(open: Open): void {
  describe('articles', () => {
    let world: World;
    beforeEach(async () => { world = await openWorld(open); });

    it('are kept as given, under the id that was wished for or the next one of its name', async () => {
      const given = content('Return something', { aliases: ['send it back', 'Zurück?'], published: false });
      const first = await world.articles.create('returns', given);
      expect(first).toEqual({ id: 'returns', ...given, version: expect.any(Number), updatedAt: new Date(world.clock.now()) });
      expect(await world.articles.article('returns')).toEqual(first);
      const names = await Promise.all([1, 2].map(async () => (await world.articles.create('returns', given)).id));
      expect(names).toEqual(['returns-2', 'returns-3']);
      expect(await world.articles.article('Returns')).toBeNull();
      expect((await world.articles.all()).map(({ id }) => id).sort()).toEqual(['returns', 'returns-2', 'returns-3']);
    });

    it('change by a decision that sees what is there, one after the other', async () => {
      await world.articles.create('a', content('A'));
      world.clock.advance(1_000);
      await Promise.all(['x', 'y', 'z'].map((alias) => world.articles.update('a', (now) => ({ ...now, aliases: [...now.aliases, alias] }))));
      expect(await world.articles.article('a')).toMatchObject({ aliases: ['x', 'y', 'z'], updatedAt: new Date(world.clock.now()) });
      expect(await world.articles.update('b', () => content('B'))).toBeNull();
      await expect(world.articles.update('a', () => { throw new InvalidInputError('version', 'no'); })).rejects.toThrow(InvalidInputError);
    });

    it('have a version that no other change ever had, nor the knowledge base as a whole', async () => {
      const seen = [await world.articles.version()];
      const step = async (work: Promise<unknown>): Promise<void> => {
        await work;
        seen.push(await world.articles.version());
      };
      await step(world.articles.create('a', content('A')));
      const before = present(await world.articles.article('a'));
      await step(world.articles.update('a', () => content('B')));
      await step(world.articles.delete(ITSELF, 'a'));
      await step(world.articles.create('a', content('A')));
      expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
      expect((await world.articles.article('a'))?.version).toBeGreaterThan(before.version);

      await world.articles.update('a', () => content('A'));
      await world.articles.delete(ITSELF, 'b');
      await world.articles.create('c', content('C')).then(() => world.articles.delete(ITSELF, 'c'));
      expect(await world.articles.version(), 'what changes nothing takes none').toBe((seen.at(-1) ?? 0) + 2);
    });

    it('go at once, and who deleted them is known', async () => {
      await world.articles.create('a', content('A'));
      expect([await world.articles.delete(ITSELF, 'a'), await world.articles.delete(ITSELF, 'a')]).toEqual([true, false]);
      expect(await world.articles.article('a')).toBeNull();
      const { items } = await world.audit.page({ action: 'article.deleted', limit: 9, after: null });
      expect(items.map(({ node }) => [node.actor.id, node.target])).toEqual([['minicom', { kind: 'article', id: 'a' }]]);
    });

    it('come by title, page by page, each once, whatever happens to the last one seen', async () => {
      const titles = ['b', 'A', 'a', 'C', 'd', 'Öl', 'p', 'Z'];
      for (const [index, title] of titles.entries()) await world.articles.create(`id-${index}`, content(title, { published: title !== 'C' }));
      const titlesFrom = async (publishedOnly: boolean): Promise<string[]> => {
        const seen: string[] = [];
        for (let after: string | null = null; ;) {
          const page = await world.articles.page({ publishedOnly, limit: 2, after });
          expect(page.hasPreviousPage).toBe(after !== null);
          seen.push(...page.items.map(({ node }) => node.title));
          if (!page.hasNextPage) return seen;
          after = present(page.items.at(-1)).cursor;
        }
      };
      expect(await titlesFrom(false)).toEqual(['A', 'a', 'b', 'C', 'd', 'Öl', 'p', 'Z']);
      expect(await titlesFrom(true)).toEqual(['A', 'a', 'b', 'd', 'Öl', 'p', 'Z']);

      const { items } = await world.articles.page({ publishedOnly: false, limit: 3, after: null });
      await world.articles.delete(ITSELF, present(items[2]).node.id);
      const rest = await world.articles.page({ publishedOnly: false, limit: 3, after: present(items[2]).cursor });
      expect(rest.items.map(({ node }) => node.title)).toEqual(['C', 'd', 'Öl']);
      const some = await world.articles.some(['id-3', 'gone', 'id-1']);
      expect(some.items.map(({ node }) => node.id)).toEqual(['id-3', 'id-1']);
      for (const bad of ['', 'x', '💥', Buffer.from('["a"]').toString('base64url'), Buffer.from('["a","other epoch","A","id-1"]').toString('base64url')]) {
        await expect(world.articles.page({ publishedOnly: false, limit: 3, after: bad }), bad).rejects.toThrow(BadCursorError);
      }
    });

    it(`are ${MAX_ARTICLES} at most`, async () => {
      await Promise.all(Array.from({ length: MAX_ARTICLES }, (_, index) => world.articles.create(`a${index}`, content('A'))));
      await expect(world.articles.create('more', content('A'))).rejects.toThrow(InvalidInputError);
      await world.articles.delete(ITSELF, 'a0');
      expect(await world.articles.create('more', content('A'))).toMatchObject({ id: 'more' });
    });
  });

  describe('settings', () => {
    it('change by a decision that sees what is there, one after the other', async () => {
      const world = await openWorld(open);
      await Promise.all(['a', 'b', 'c'].map((letter) => world.settings.write(ITSELF, 'k', (value) => (value ?? '') + letter)));
      const refusal = new InvalidInputError('k', 'No.');
      await expect(world.settings.write(ITSELF, 'k', () => { throw refusal; })).rejects.toBe(refusal);
      expect(await world.settings.read('k')).toBe('abc');
      expect((await world.audit.page({ action: 'setting.changed', limit: 9, after: null })).items.length, 'a refusal is no change').toBe(3);
    });

    it('are kept until they are forgotten, and who changed them is known', async () => {
      const world = await openWorld(open);
      expect(await world.settings.read('k')).toBeNull();
      for (const value of ['1', '1', '2', null, null]) await world.settings.write(ITSELF, 'k', () => value);
      await world.settings.write(ITSELF, 'other', () => 'x');
      expect([await world.settings.read('k'), await world.settings.read('other')]).toEqual([null, 'x']);
      const { items } = await world.audit.page({ action: 'setting.changed', limit: 9, after: null });
      expect(items.map(({ node }) => node.target?.id)).toEqual(['other', 'k', 'k', 'k']);
    });
  });
}
