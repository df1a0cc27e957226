import { and, asc, eq, sql } from 'drizzle-orm';
import { InvalidInputError } from '../../domain/errors.ts';
import { MAX_ARTICLES } from '../../domain/limits.ts';
import type { ArticleContent, Articles } from '../../domain/ports/bot.ts';
import type { Article } from '../../domain/types.ts';
import { articleCursor, readArticleCursor } from '../cursors.ts';
import { recordAct } from './audit.ts';
import type { Db } from './connection.ts';
import type { StoreContext } from './context.ts';
import { given, GIVEN_LIMIT, toBit, wholeRow } from './rows.ts';
import { article, meta } from './schema.ts';

type ArticleRow = typeof article.$inferSelect;

/** The knowledge base. A change takes the next version of the whole, so that no article has the same one twice, not even after another of its name. */
export function createArticles(context: StoreContext): Articles {
  const { clock, epoch, prepared, read, write } = context;
  const itemOf = (row: ArticleRow): { node: Article; cursor: string } => ({ node: toArticle(row), cursor: articleCursor(epoch, row) });
  return {
    version: () => read(() => Number(prepared(prepareArticles).version.get()?.value ?? 0)),
    all: () => read(() => prepared(prepareArticles).all.all().map(toArticle)),
    page: ({ publishedOnly, limit, after }) => read(() => {
      const { title, id } = after === null ? { title: '', id: '' } : readArticleCursor(epoch, after);
      const found = prepared(prepareArticles).page.all({ title, id, all: toBit(!publishedOnly), limit: limit + 1 });
      return { items: found.slice(0, limit).map(itemOf), hasNextPage: found.length > limit, hasPreviousPage: after !== null };
    }),
    article: (id) => read(() => {
      const row = prepared(prepareArticles).article.get({ id });
      return row ? toArticle(row) : null;
    }),
    some: (ids) => read(() => {
      const { article: one } = prepared(prepareArticles);
      const items = ids.flatMap((id) => one.get({ id }) ?? []).map(itemOf);
      return { items, hasNextPage: false, hasPreviousPage: false };
    }),
    create: (wish, content) => write(() => {
      const statements = prepared(prepareArticles);
      if ((statements.count.get()?.count ?? 0) >= MAX_ARTICLES) {
        throw new InvalidInputError('title', `There are ${MAX_ARTICLES} articles, and more are not kept. Delete one first.`);
      }
      let id = wish;
      for (let number = 2; statements.article.get({ id }); number += 1) id = `${wish}-${number}`;
      const at = clock.now();
      const row = { id, ...columnsOf(content), version: nextVersion(statements), createdAt: at, updatedAt: at };
      statements.create.run({ ...row, published: toBit(row.published) });
      return toArticle(row);
    }),
    update: (id, decide) => write(() => {
      const statements = prepared(prepareArticles);
      const before = statements.article.get({ id });
      if (!before) return null;
      const columns = columnsOf(decide(toArticle(before)));
      if (isSame(columns, before)) return toArticle(before);
      const row = { ...before, ...columns, version: nextVersion(statements), updatedAt: clock.now() };
      statements.update.run({ ...row, published: toBit(row.published) });
      return toArticle(row);
    }),
    delete: (by, id) => write(() => {
      const statements = prepared(prepareArticles);
      if (statements.drop.run({ id }).changes === 0) return false;
      recordAct(context, by, { action: 'article.deleted', target: { kind: 'article', id } });
      nextVersion(statements);
      return true;
    }),
  };
}

export function prepareArticles(db: Db) {
  const { createdAt: _createdAt, id: _id, ...mutable } = wholeRow(article);
  const byTitle = sql`sort_key(${article.title})`;
  return {
    version: db.select({ value: meta.value }).from(meta).where(eq(meta.key, sql`'article_version'`)).prepare(),
    raise: db.insert(meta).values({ key: sql`'article_version'`, value: sql`'1'` })
      .onConflictDoUpdate({ target: meta.key, set: { value: sql`cast(${meta.value} as integer) + 1` } }).returning({ value: meta.value }).prepare(),
    count: db.select({ count: sql<number>`count(*)` }).from(article).prepare(),
    all: db.select().from(article).prepare(),
    /** Sorted anew each time: there are 2,000 at most. */
    page: db.select().from(article)
      .where(and(sql`(${byTitle}, ${article.id}) > (sort_key(${given('title')}), ${given('id')})`, sql`(${article.published} or ${given('all')})`))
      .orderBy(asc(byTitle), asc(article.id)).limit(GIVEN_LIMIT).prepare(),
    article: db.select().from(article).where(eq(article.id, given('id'))).prepare(),
    create: db.insert(article).values(wholeRow(article)).prepare(),
    update: db.update(article).set(mutable).where(eq(article.id, given('id'))).prepare(),
    drop: db.delete(article).where(eq(article.id, given('id'))).prepare(),
  };
}

function nextVersion({ raise }: ReturnType<typeof prepareArticles>): number {
  return Number(raise.get().value);
}

function columnsOf({ title, body, aliases, published }: ArticleContent): Pick<ArticleRow, 'title' | 'body' | 'aliases' | 'published'> {
  return { title, body, aliases: JSON.stringify(aliases), published };
}

function isSame(a: ReturnType<typeof columnsOf>, b: ReturnType<typeof columnsOf>): boolean {
  return a.title === b.title && a.body === b.body && a.aliases === b.aliases && a.published === b.published;
}

function toArticle({ id, title, body, aliases, published, version, updatedAt }: ArticleRow): Article {
  return { id, title, body, aliases: JSON.parse(aliases) as string[], published, version, updatedAt: new Date(updatedAt) };
}
