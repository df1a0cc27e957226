import { ref, shallowRef } from 'vue';
import type { Conversation } from '../conversation/useConversation.ts';
import type { Client } from '../graphql/client.ts';
import { graphql } from '../graphql/document.ts';
import { reasonOf } from '../graphql/errors.ts';
import type { ArticleLine } from '../help/articles.ts';
import { asWording } from '../help/rememberWording.ts';

const ArticleToInsert = graphql(`
  query ArticleToInsert($id: ID!) { article(id: $id) { id title body } }
`);

/** Let the article be found by what the customer asked? */
export interface WordingOffer {
  readonly key: number;
  readonly articleId: string;
  readonly title: string;
  readonly wording: string;
}

/** An article goes into a reply; once it is sent, its question may be remembered. `problem` is why it could not be inserted, fit to show. */
export function useInsertedArticle(client: Client, { messages }: Conversation) {
  const isPicking = ref(false);
  const problem = ref<string | null>(null);
  const offer = shallowRef<WordingOffer | null>(null);
  let picked: { readonly id: string; readonly title: string; readonly address: string } | null = null;
  let offers = 0;

  /** What to insert: how the article begins, and where the rest is. Null: it could not be read. */
  async function pick({ id }: ArticleLine): Promise<string | null> {
    isPicking.value = false;
    problem.value = null;
    try {
      const [{ article }, { firstParagraph }] = await Promise.all([client.execute(ArticleToInsert, { id }), import('../markdown/MarkdownText.ts')]);
      if (!article) {
        problem.value = 'That article is gone.';
        return null;
      }
      picked = { id, title: article.title, address: `${location.origin}/help/${encodeURIComponent(id)}` };
      return [firstParagraph(article.body), picked.address].filter(Boolean).join('\n');
    } catch (error) {
      problem.value = reasonOf(error);
      return null;
    }
  }

  /** A reply went out: if the article is in it still, its wording is offered. */
  function sent(text: string): void {
    const question = messages.value.findLast(({ kind, sender, removedAt }) => kind === 'TEXT' && sender.__typename === 'Customer' && removedAt === null);
    if (picked && question && text.includes(picked.address)) offer.value = { key: ++offers, articleId: picked.id, title: picked.title, wording: asWording(question.text) };
  }

  return { isPicking, problem, offer, pick, sent, withdraw: () => { offer.value = null; } };
}
