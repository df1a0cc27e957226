import { MessageFields, nameOf } from '../conversation/fragments.ts';
import type { Client } from '../graphql/client.ts';
import { graphql } from '../graphql/document.ts';
import type { Result } from '../graphql/document.ts';

const Transcript = graphql(`
  query Transcript($customerId: ID!, $after: Cursor) {
    conversation(customerId: $customerId) {
      messages(first: 100, after: $after) { nodes { ...MessageFields } pageInfo { hasNextPage endCursor } }
    }
  }
`, [MessageFields]);

type Line = NonNullable<Result<typeof Transcript>['conversation']>['messages']['nodes'][number];

/** Puts all that was said, from the beginning, into a text file among the customer's downloads. @throws ConnectionLostError, RefusedError */
export async function saveTranscript(client: Client, customerId: string): Promise<void> {
  const lines: string[] = [];
  for (let after: string | null = null, hasMore = true; hasMore;) {
    const page: Result<typeof Transcript> = await client.execute(Transcript, { customerId, after });
    lines.push(...(page.conversation?.messages.nodes ?? []).map(lineOf));
    after = page.conversation?.messages.pageInfo.endCursor ?? null;
    hasMore = page.conversation?.messages.pageInfo.hasNextPage ?? false;
  }
  download(`conversation-${new Date().toISOString().slice(0, 10)}.txt`, lines.join('\n'));
}

function lineOf({ createdAt, kind, sender, text, removedAt }: Line): string {
  const at = new Date(createdAt).toLocaleString();
  if (kind === 'ACTIVITY') return `${at}  ${text}`;
  return `${at}  ${sender.__typename === 'Customer' ? 'You' : nameOf(sender)}: ${removedAt ? '(removed)' : text}`;
}

function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const link = Object.assign(document.createElement('a'), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // some browsers read it only after a while
}
