import { computed, reactive, ref, shallowRef, watch } from 'vue';
import type { Client } from '../graphql/client.ts';
import { graphql } from '../graphql/document.ts';
import type { Result } from '../graphql/document.ts';
import { reasonOf } from '../graphql/errors.ts';
import { useLoaded } from '../ui/useLoaded.ts';

const EditedArticle = graphql(`
  fragment EditedArticle on Article { id title body aliases published version updatedAt }
`);

const ArticleToEdit = graphql(`
  query ArticleToEdit($id: ID!) { article(id: $id) { ...EditedArticle } }
`, [EditedArticle]);

const CreateArticle = graphql(`
  mutation CreateArticle($input: CreateArticleInput!) {
    createArticle(input: $input) {
      __typename
      ... on ArticlePayload { article { ...EditedArticle } }
      ... on InvalidInputError { field }
      ... on Error { reason }
    }
  }
`, [EditedArticle]);

const UpdateArticle = graphql(`
  mutation UpdateArticle($input: UpdateArticleInput!) {
    updateArticle(input: $input) {
      __typename
      ... on ArticlePayload { article { ...EditedArticle } }
      ... on InvalidInputError { field }
      ... on Error { reason }
    }
  }
`, [EditedArticle]);

const DeleteArticle = graphql(`
  mutation DeleteArticle($input: DeleteArticleInput!) { deleteArticle(input: $input) { __typename ... on Error { reason } } }
`);

export type Article = Result<typeof EditedArticle>;
type Saved = Result<typeof UpdateArticle>['updateArticle'];

/**
 * One article, being written. `saved` is what the server has, as this editor last knew it; `theirs` what it has instead, when somebody else saved
 * meanwhile: then nothing is saved before it is decided whose counts. `articleId` is null for a new one, which begins with `question`.
 */
export function useArticleEditor(client: Client, articleId: () => string | null, question: string) {
  const blank = { title: question, body: '', aliases: linesOf(question), published: false };
  const text = reactive({ ...blank, aliases: question });
  const saved = shallowRef<Article | null>(null);
  const theirs = shallowRef<Article | null>(null);
  /** Somebody deleted it meanwhile; saving makes a new one. */
  const isGone = ref(false);
  const isBusy = ref(false);
  const problem = ref<{ readonly reason: string; readonly field: string | null } | null>(null);
  const wanted = computed(() => ({ title: text.title.trim(), body: text.body, aliases: linesOf(text.aliases), published: text.published }));
  const isDirty = computed(() => {
    const { title, body, aliases, published } = saved.value ?? blank;
    return isGone.value || JSON.stringify(wanted.value) !== JSON.stringify({ title, body, aliases, published });
  });

  /** Null: a new one. It gets its address when it is first saved, and stays as it is. */
  const wantedId = ref<string | null>(null);
  watch(articleId, (id) => { if (id !== (saved.value?.id ?? null)) wantedId.value = id; }, { immediate: true });
  const { data, problem: loadProblem, reload } = useLoaded(() => wantedId.value, async () => {
    const id = wantedId.value;
    return { id, article: id === null ? null : (await client.execute(ArticleToEdit, { id })).article };
  });
  watch(data, (loaded) => { if (loaded?.article) take(loaded.article); }, { flush: 'sync' });
  const status = computed<'loading' | 'ready' | 'missing' | 'failed'>(() => {
    if (wantedId.value === null) return 'ready';
    if (data.value?.id !== wantedId.value) return loadProblem.value === null ? 'loading' : 'failed';
    return data.value.article ? 'ready' : 'missing';
  });

  function take(article: Article): void {
    saved.value = article;
    theirs.value = null;
    problem.value = null;
    isGone.value = false;
    Object.assign(text, { title: article.title, body: article.body, aliases: article.aliases.join('\n'), published: article.published });
  }

  /** @returns the article if it is saved */
  async function save(): Promise<Article | null> {
    if (isBusy.value || theirs.value) return null;
    return attempt(async () => {
      const known = isGone.value ? null : saved.value;
      const sent = wanted.value;
      const result: Saved = known
        ? (await client.execute(UpdateArticle, { input: { id: known.id, version: known.version, ...sent } })).updateArticle
        : (await client.execute(CreateArticle, { input: sent })).createArticle;
      if (result.__typename === 'ArticlePayload') {
        // What was typed while it was on its way is not saved yet.
        if (JSON.stringify(wanted.value) === JSON.stringify(sent)) take(result.article);
        else saved.value = result.article;
        isGone.value = false;
        return result.article;
      }
      if (result.__typename === 'NotFoundError') isGone.value = true;
      else if (result.__typename === 'InvalidInputError' && result.field === 'version' && known) await compare(known.id);
      else problem.value = { reason: result.reason, field: result.__typename === 'InvalidInputError' ? result.field : null };
      return null;
    });
  }

  async function compare(id: string): Promise<void> {
    const { article } = await client.execute(ArticleToEdit, { id });
    if (article) theirs.value = article;
    else isGone.value = true;
  }

  /** Saves over what somebody else saved. */
  function keepMine(): Promise<Article | null> {
    saved.value = theirs.value;
    theirs.value = null;
    return save();
  }

  /** True if it is deleted, by whomever. */
  async function remove(): Promise<boolean> {
    const id = saved.value?.id;
    if (id === undefined || isBusy.value) return false;
    const isDeleted = await attempt(async () => {
      const { deleteArticle: result } = await client.execute(DeleteArticle, { input: { id } });
      if (result.__typename === 'DeletePayload' || result.__typename === 'NotFoundError') return true;
      problem.value = { reason: result.reason, field: null };
      return null;
    });
    return isDeleted ?? false;
  }

  async function attempt<T>(act: () => Promise<T>): Promise<T | null> {
    isBusy.value = true;
    problem.value = null;
    try {
      return await act();
    } catch (error) {
      problem.value = { reason: reasonOf(error), field: null };
      return null;
    } finally {
      isBusy.value = false;
    }
  }

  return { text, status, saved, theirs, isGone, isBusy, isDirty, problem, loadProblem, reload, save, keepMine, takeTheirs: () => { if (theirs.value) take(theirs.value); }, remove };
}

/** One per line; empty lines and repeats count for nothing. */
export function linesOf(text: string): string[] {
  return [...new Set(text.split('\n').map((line) => line.trim()).filter(Boolean))];
}
