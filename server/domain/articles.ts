import { canEditArticles, canSeeDrafts } from './access.ts';
import { actorOf } from './audit.ts';
import type { Deps } from './commit.ts';
import { InvalidInputError, NotFoundError, UnavailableError } from './errors.ts';
import { requirePageSize } from './conversations.ts';
import { requireRight } from './people.ts';
import type { ArticleContent, Knowledge } from './ports/bot.ts';
import type { Article, Page, Viewer } from './types.ts';

export interface ArticleDeps extends Pick<Deps, 'articles' | 'botTurns'> { readonly knowledge: Knowledge }

const MAX_TITLE = 200;
const MAX_BODY = 20_000;
const MAX_ALIASES = 50;
const MAX_ALIAS = 200;
const MAX_ID = 60;

// ── reading ──────────────────────────────────────────────────────────────────────────────────────

/** Null when there is none, or one that is not published and not for this viewer: the two look alike. */
export async function findArticle({ articles }: ArticleDeps, viewer: Viewer | null, id: string): Promise<Article | null> {
  const article = await articles.article(id);
  return article && isVisible(viewer, article) ? shownTo(viewer, article) : null;
}

export interface ListArticles { readonly search?: string | null; readonly first?: number | null; readonly after?: string | null }

/**
 * By title; with something to search for, one page of what fits, best first. Everybody sees what is published, the team the rest too.
 * @throws InvalidInputError, BadCursorError
 */
export async function listArticles({ articles, knowledge }: ArticleDeps, viewer: Viewer | null, input: ListArticles): Promise<Page<Article>> {
  const limit = requirePageSize('first', input.first);
  const publishedOnly = !canSeeDrafts(viewer);
  const words = input.search?.trim() ?? '';
  if (words !== '' && input.after != null) throw new InvalidInputError('after', 'A search has one page. Ask for more with `first`.');
  const page = words === ''
    ? await articles.page({ publishedOnly, limit, after: input.after ?? null })
    : await articles.some(await knowledge.search(words, { publishedOnly, limit }));
  // What is taken back between the search and the reading is not shown either.
  const items = page.items.filter(({ node }) => isVisible(viewer, node)).map(({ node, cursor }) => ({ node: shownTo(viewer, node), cursor }));
  return { ...page, items };
}

function isVisible(viewer: Viewer | null, { published }: Article): boolean {
  return published || canSeeDrafts(viewer);
}

function shownTo(viewer: Viewer | null, article: Article): Article {
  return canSeeDrafts(viewer) ? article : { ...article, aliases: [] };
}

// ── writing ──────────────────────────────────────────────────────────────────────────────────────

/** @throws UnauthenticatedError, ForbiddenError, InvalidInputError */
export async function createArticle(deps: ArticleDeps, viewer: Viewer | null, input: ArticleContent): Promise<Article> {
  requireRight(viewer, canEditArticles(viewer));
  const content = requireContent(input);
  return answers(deps, await deps.articles.create(articleIdOf(content.title), content));
}

export interface UpdateArticle extends ArticleContent {
  readonly id: string;
  /** Of the article that was opened: whatever somebody else saved meanwhile is not overwritten. */
  readonly version: number;
}

/** @throws UnauthenticatedError, ForbiddenError, InvalidInputError, NotFoundError */
export async function updateArticle(deps: ArticleDeps, viewer: Viewer | null, input: UpdateArticle): Promise<Article> {
  requireRight(viewer, canEditArticles(viewer));
  const content = requireContent(input);
  const article = await deps.articles.update(input.id, ({ version }) => {
    if (version === input.version) return content;
    throw new InvalidInputError('version', 'Somebody changed this article since you opened it. Nothing was saved.');
  });
  if (!article) throw new NotFoundError('article');
  return answers(deps, article);
}

/** @throws UnauthenticatedError, ForbiddenError, NotFoundError */
export async function deleteArticle({ articles }: ArticleDeps, viewer: Viewer | null, id: string): Promise<void> {
  requireRight(viewer, canEditArticles(viewer));
  if (!(await articles.delete(actorOf(viewer), id))) throw new NotFoundError('article');
}

/** Adds a wording to an article, so that the bot finds it by these words too. @throws UnauthenticatedError, ForbiddenError, InvalidInputError, NotFoundError */
export async function rememberWording(deps: ArticleDeps, viewer: Viewer | null, input: { articleId: string; wording: string }): Promise<Article> {
  requireRight(viewer, canEditArticles(viewer));
  const wording = requireAlias('wording', input.wording);
  const article = await deps.articles.update(input.articleId, ({ title, body, published, aliases }) => {
    const content = { title, body, published, aliases: distinct([...aliases, wording], title) };
    if (content.aliases.length <= MAX_ALIASES) return content;
    throw new InvalidInputError('wording', `This article has ${MAX_ALIASES} other wordings already.`);
  });
  if (!article) throw new NotFoundError('article');
  return answers(deps, article);
}

/**
 * For those who need no right: the operator's command, and the demo. An article of this id is replaced, whatever it was.
 * @throws InvalidInputError
 */
export async function importArticle(
  { articles }: Pick<ArticleDeps, 'articles'>, name: string, given: ArticleContent,
): Promise<{ readonly outcome: 'created' | 'updated' | 'unchanged'; readonly article: Article }> {
  const id = articleIdOf(name);
  const content = requireContent(given);
  let version = 0;
  const article = await articles.update(id, (before) => {
    ({ version } = before);
    return content;
  });
  if (!article) return { outcome: 'created', article: await articles.create(id, content) };
  return { outcome: article.version === version ? 'unchanged' : 'updated', article };
}

/** What a published article is named after is no longer unanswered. */
async function answers({ botTurns, knowledge }: ArticleDeps, article: Article): Promise<Article> {
  if (!article.published) return article;
  try {
    await botTurns.dismiss([...new Set([article.title, ...article.aliases].map(knowledge.questionKey))]);
  } catch (error) {
    // The article is kept, and saying otherwise would have it saved again. The question stays on the list until somebody dismisses it.
    if (!(error instanceof UnavailableError)) throw error;
  }
  return article;
}

// ── what an article may be ───────────────────────────────────────────────────────────────────────

/** The content as it will be kept: without blanks around title and wordings, and each wording once. @throws InvalidInputError */
export function requireContent({ title, body, aliases, published }: ArticleContent): ArticleContent {
  const name = title.trim();
  if (name === '' || name.length > MAX_TITLE) throw new InvalidInputError('title', `Give it a title of 1 to ${MAX_TITLE} characters.`);
  requirePlain('title', name);
  if (body.length > MAX_BODY) throw new InvalidInputError('body', `The text is too long by ${body.length - MAX_BODY} characters; ${MAX_BODY} are allowed.`);
  if (published && body.trim() === '') throw new InvalidInputError('body', 'Write something before you publish it: the text is blank.');
  if (body.includes('\0') || !body.isWellFormed()) throw new InvalidInputError('body', 'The text contains a character that cannot be kept.');
  const wordings = distinct(aliases.filter((alias) => alias.trim() !== '').map((alias) => requireAlias('aliases', alias)), name);
  if (wordings.length > MAX_ALIASES) throw new InvalidInputError('aliases', `There are ${wordings.length} other wordings; ${MAX_ALIASES} are allowed.`);
  return { title: name, body, aliases: wordings, published };
}

function requireAlias(field: string, wording: string): string {
  const alias = wording.trim();
  if (alias === '' || alias.length > MAX_ALIAS) throw new InvalidInputError(field, `A wording has 1 to ${MAX_ALIAS} characters.`);
  return requirePlain(field, alias);
}

/** One line of text. */
function requirePlain(field: string, text: string): string {
  if (/\p{Cc}/u.test(text) || !text.isWellFormed()) throw new InvalidInputError(field, 'This must be one line, without control characters.');
  return text;
}

/** Each once, however it is written, and none that is the title. */
function distinct(aliases: readonly string[], title: string): readonly string[] {
  const known = new Set([folded(title)]);
  return aliases.filter((alias) => known.size < known.add(folded(alias)).size);
}

function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ');
}

/**
 * What an article of this title is called in addresses: its letters and digits in lower case with hyphens between, at most 60 of them. Latin letters lose
 * their accents; other scripts stay, because nobody reads a transcription.
 */
export function articleIdOf(title: string): string {
  const plain = title.toLowerCase().replace(/[ßæœøłđþ]/g, (letter) => PLAIN[letter] ?? letter)
    .normalize('NFKD').replace(/(?<=\p{Script=Latin})\p{M}+/gu, '').normalize('NFC');
  const words = plain.replace(/['’]/g, '').match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  const id = [...words.join('-')].slice(0, MAX_ID + 1).join('');
  const whole = [...id].length > MAX_ID ? id.replace(/-?[^-]*$/, '') || [...id].slice(0, MAX_ID).join('') : id;
  return whole === '' ? 'article' : whole;
}

const PLAIN: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', þ: 'th' };
