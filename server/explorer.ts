import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { headers } from './headers.ts';

export interface Explorer { readonly gzipped: Buffer; readonly etag: string; readonly headers: Readonly<Record<string, string>> }

let made: Promise<Explorer> | null = null;

/** GraphiQL in one page that asks no other host for anything: 9 MB, so it is loaded, hashed and compressed at its first use and kept. */
export function explorer(): Promise<Explorer> {
  made ??= make();
  return made;
}

async function make(): Promise<Explorer> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL({ title: 'Minicom API', endpoint: '/graphql', subscriptionsProtocol: 'WS', defaultQuery: FIRST_TAB });
  const scripts = [...html.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/g)].map(([, script = '']) => script).filter((script) => script.trim() !== '');
  return {
    gzipped: await promisify(gzip)(html),
    etag: `"${createHash('sha256').update(html).digest('base64url').slice(0, 22)}"`,
    headers: headers.explorer(scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`)),
  };
}

const FIRST_TAB = `# Minicom's whole API. The docs are in the book at the left.
query Inbox {
  viewer { ... on Agent { name role } }
  conversations(first: 10) {
    nodes { customer { id name } handler waitingSince unreadCount lastMessage { text } }
  }
}

subscription FollowAlice {
  conversationEvents(customerId: "alice") {
    __typename
    cursor
    ... on MessageAdded { message { seq text sender { __typename } } }
  }
}
`;
