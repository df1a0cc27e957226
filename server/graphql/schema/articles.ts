import { createArticle, deleteArticle, findArticle, listArticles, rememberWording, updateArticle } from '../../domain/articles.ts';
import { InvalidInputError, NotFoundError, RateLimitedError } from '../../domain/errors.ts';
import { DEFAULT_PAGE } from '../../domain/limits.ts';
import type { Article } from '../../domain/types.ts';
import { builder, pageCost } from '../builder.ts';
import { connectionOf, pageInfoOf } from './connections.ts';
import { InvalidInputErrorType, memberName, NotFoundErrorType, orError, RateLimitedErrorType } from './errors.ts';
import { ArticleType } from './refs.ts';

/** A body has up to 20,000 characters: a page of them costs what it weighs. */
const BODY_COST = 50;

ArticleType.implement({
  description: 'A help page: what the bot answers from, and what everybody may read once it is published.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Made from the first title, and kept: its address is `/help/<id>`.' }),
    title: t.exposeString('title', { description: '1 to 200 characters.' }),
    body: t.exposeString('body', { description: 'Markdown, at most 20,000 characters.', complexity: BODY_COST }),
    aliases: t.stringList({
      description: 'Other wordings of the question that it answers, at most 50. Empty for everybody but the team.',
      resolve: ({ aliases }) => [...aliases],
    }),
    published: t.exposeBoolean('published', { description: 'Everybody may read it, and the bot answers from it.' }),
    version: t.exposeInt('version', { description: 'Another one after each change: hand it back with `updateArticle`.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
  }),
});

const articles = connectionOf('Article', ArticleType, 'Articles by title, or best first where something is searched for.');

builder.queryFields((t) => ({
  articles: t.field({
    type: articles.Connection,
    description: 'The published ones; for agents and tokens with `conversations:read` all of them.',
    args: {
      search: t.arg.string({ description: 'Only what fits these words, in titles, other wordings and texts; best first, in one page.' }),
      first: t.arg.int({ defaultValue: DEFAULT_PAGE, description: '1 to 100.' }),
      after: t.arg({ type: 'Cursor', description: 'An edge or `endCursor` of this field. Not with `search`.' }),
    },
    complexity: (args) => pageCost(args, DEFAULT_PAGE),
    resolve: async (_root, args, { deps, viewer }) => pageInfoOf(await listArticles(deps, viewer, args)),
  }),
  article: t.field({
    type: ArticleType,
    nullable: true,
    description: 'Null when there is none, or none that the viewer may read: the two look alike.',
    args: { id: t.arg.id({ required: true, description: 'Which.' }) },
    resolve: (_root, { id }, { deps, viewer }) => findArticle(deps, viewer, id),
  }),
}));

// ── results ──────────────────────────────────────────────────────────────────────────────────────

const ArticlePayload = builder.objectRef<{ article: Article }>('ArticlePayload').implement({
  description: 'It is kept, and the bot knows it from the next question on.',
  fields: (t) => ({ article: t.field({ type: ArticleType, description: 'As it is now.', resolve: (payload) => payload.article }) }),
});

const DeletePayload = builder.objectRef<{ id: string }>('DeletePayload').implement({
  description: 'It is gone.',
  fields: (t) => ({ id: t.exposeID('id', { description: 'What was deleted.' }) }),
});

const ArticleResult = builder.unionType('ArticleResult', {
  description: 'What came of writing an article.',
  types: [ArticlePayload, InvalidInputErrorType, NotFoundErrorType, RateLimitedErrorType],
  resolveType: memberName('ArticlePayload'),
});

const DeleteArticleResult = builder.unionType('DeleteArticleResult', {
  description: 'What came of deleting an article.',
  types: [DeletePayload, NotFoundErrorType, RateLimitedErrorType],
  resolveType: memberName('DeletePayload'),
});

// ── verbs ────────────────────────────────────────────────────────────────────────────────────────

const TITLE = '1 to 200 characters, one line.';
const BODY = 'Markdown, at most 20,000 characters; not blank once it is published.';
const ALIASES = 'Other wordings of the question: at most 50, each of 1 to 200 characters. Blank ones and repetitions are left out.';
const PUBLISHED = 'Everybody may read it, and the bot answers from it.';

const CreateArticleInput = builder.inputType('CreateArticleInput', {
  description: 'A new article. At most 2,000 are kept.',
  fields: (t) => ({
    title: t.string({ required: true, description: TITLE }),
    body: t.string({ required: true, description: BODY }),
    aliases: t.stringList({ required: true, defaultValue: [], description: ALIASES }),
    published: t.boolean({ required: true, defaultValue: false, description: PUBLISHED }),
  }),
});

const UpdateArticleInput = builder.inputType('UpdateArticleInput', {
  description: 'An article as it shall be.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Which.' }),
    version: t.int({ required: true, description: 'The `version` that was opened. Another one by now: InvalidInputError about `version`, and nothing is saved.' }),
    title: t.string({ required: true, description: TITLE }),
    body: t.string({ required: true, description: BODY }),
    aliases: t.stringList({ required: true, description: ALIASES }),
    published: t.boolean({ required: true, description: PUBLISHED }),
  }),
});

const DeleteArticleInput = builder.inputType('DeleteArticleInput', {
  description: 'An article to delete, for good.',
  fields: (t) => ({ id: t.id({ required: true, description: 'Which.' }) }),
});

const RememberWordingInput = builder.inputType('RememberWordingInput', {
  description: 'How somebody asked for what an article answers.',
  fields: (t) => ({
    articleId: t.id({ required: true, description: 'Which article.' }),
    wording: t.string({ required: true, description: '1 to 200 characters, one line.' }),
  }),
});

const inPayload = (article: Promise<Article>) =>
  orError(article.then((it) => ({ article: it })), InvalidInputError, NotFoundError, RateLimitedError);

builder.mutationFields((t) => ({
  createArticle: t.field({
    type: ArticleResult,
    description: 'Writes a new article; its id is made from the title, with a number if that is taken. Agents and admins, and tokens with `admin`.',
    args: { input: t.arg({ type: CreateArticleInput, required: true, description: 'What to write.' }) },
    resolve: (_root, { input }, { deps, viewer }) => inPayload(createArticle(deps, viewer, input)),
  }),
  updateArticle: t.field({
    type: ArticleResult,
    description: 'Replaces an article. Agents and admins, and tokens with `admin`.',
    args: { input: t.arg({ type: UpdateArticleInput, required: true, description: 'What it shall be.' }) },
    resolve: (_root, { input }, { deps, viewer }) => inPayload(updateArticle(deps, viewer, input)),
  }),
  deleteArticle: t.field({
    type: DeleteArticleResult,
    description:
      'Deletes an article for good: its page is gone, and the bot answers from it no more. What it answered stays, with the title. Agents and admins, and tokens ' +
      'with `admin`.',
    args: { input: t.arg({ type: DeleteArticleInput, required: true, description: 'Which.' }) },
    resolve: (_root, { input: { id } }, { deps, viewer }) =>
      orError(deleteArticle(deps, viewer, id).then(() => ({ id })), NotFoundError, RateLimitedError),
  }),
  rememberWording: t.field({
    type: ArticleResult,
    description:
      'Adds a wording to an article: the bot finds it by these words too, once it is published. One that it has changes nothing. InvalidInputError about `wording` ' +
      'if it has 50. Agents and admins, and tokens with `admin`.',
    args: { input: t.arg({ type: RememberWordingInput, required: true, description: 'Which words, for which article.' }) },
    resolve: (_root, { input }, { deps, viewer }) => inPayload(rememberWording(deps, viewer, input)),
  }),
}));
