import type { Client } from '../graphql/client.ts';
import { graphql } from '../graphql/document.ts';

const RememberWording = graphql(`
  mutation RememberWording($input: RememberWordingInput!) {
    rememberWording(input: $input) { __typename ... on Error { reason } }
  }
`);

const MOST_CHARACTERS = 200;

/** A text as short as a wording may be, in UTF-16 units as the server counts it, on one line and without half a character at its end. */
export function asWording(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim().slice(0, MOST_CHARACTERS).replace(/[\uD800-\uDBFF]$/, '').trim();
}

/**
 * From now on the article is also found by these words. Null: it is; else why not, fit to show.
 * @throws ConnectionLostError, RefusedError
 */
export async function rememberWording(client: Client, articleId: string, wording: string): Promise<string | null> {
  const { rememberWording: result } = await client.execute(RememberWording, { input: { articleId, wording: asWording(wording) } });
  return result.__typename === 'ArticlePayload' ? null : result.reason;
}
