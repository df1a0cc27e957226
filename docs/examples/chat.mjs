import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';

/** What every example here shares: who talks, the documents, and the list of messages. The rest of each file is about its client alone. */

const { positionals } = parseArgs({ allowPositionals: true });
export const [customerId = 'alice', text = 'Where is my parcel?'] = positionals;
export const BASE = process.env.BASE ?? 'http://127.0.0.1:8000';

/** One key per message, made once, however often it is sent. */
export const newSend = { customerId, text, clientMessageId: randomUUID() };

export const SEND = /* GraphQL */ `
  mutation Send($input: SendMessageInput!) {
    sendMessage(input: $input) {
      __typename
      ... on SendMessagePayload { message { id seq } }
      ... on Error { reason }
      ... on RateLimitedError { retryAfterMs }
    }
  }
`;

/** Where the stream stands, and what was said so far. */
export const READ = /* GraphQL */ `
  query Read($customerId: ID!) {
    conversation(customerId: $customerId) {
      cursor
      messages(last: 50) { nodes { id seq position text removedAt sender { __typename } } }
    }
  }
`;

export const FOLLOW = /* GraphQL */ `
  subscription Follow($customerId: ID!, $after: Cursor) {
    conversationEvents(customerId: $customerId, after: $after) {
      __typename
      cursor
      ... on MessageAdded { message { id seq position text removedAt sender { __typename } } }
      ... on MessageChanged { message { id seq position text removedAt sender { __typename } } }
    }
  }
`;

/** Exchanges the site's word on who this is for a session. In production your own server signs the identity token. */
export async function startSession() {
  const { identityToken } = await (await fetch(`${BASE}/demo/identity?customer=${encodeURIComponent(customerId)}`)).json();
  const query = /* GraphQL */ `
    mutation Start($input: StartCustomerSessionInput!) {
      startCustomerSession(input: $input) { ... on CustomerSession { token } ... on Error { reason } }
    }
  `;
  const { startCustomerSession } = await postGraphQL(null, query, { input: { identityToken } });
  if (!startCustomerSession.token) throw new Error(startCustomerSession.reason);
  return startCustomerSession.token;
}

/** One operation over HTTP. @throws on a refusal that is not part of the result */
export async function postGraphQL(token, query, variables) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(`${BASE}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors[0].message);
  return data;
}

/** What is known so far. Added and changed are both upserts by id; the greater position is the newer copy. */
const messages = new Map();

export function show(message) {
  const known = messages.get(message.id);
  if (known && known.position >= message.position) return;
  messages.set(message.id, message);
  console.log(`${message.seq} ${message.sender.__typename}: ${message.removedAt ? '(removed)' : message.text}`);
}

/** Keeps the cursor and shows the message of an event. @returns the cursor to go on from; null: read the conversation anew */
export function take(event, after) {
  if (event.message) show(event.message);
  return event.__typename === 'StreamReset' ? null : (event.cursor ?? after);
}

/** A little longer each time, never the same for two clients. */
export function backOff(tries) {
  return new Promise((done) => { setTimeout(done, Math.random() * Math.min(10_000, 200 * 2 ** tries)); });
}
