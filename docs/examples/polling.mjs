import { setTimeout as delay } from 'node:timers/promises';
import { READ, SEND, backOff, customerId, newSend, postGraphQL, show, startSession, take } from './chat.mjs';

/** The plainest client there is: for jobs, and for networks that pass nothing but requests. `Conversation.events` is the stream, pulled. */

const PULL = /* GraphQL */ `
  query Pull($customerId: ID!, $after: Cursor!) {
    conversation(customerId: $customerId) {
      events(after: $after) {
        cursor
        hasMore
        events {
          __typename
          cursor
          ... on MessageAdded { message { id seq position text removedAt sender { __typename } } }
          ... on MessageChanged { message { id seq position text removedAt sender { __typename } } }
        }
      }
    }
  }
`;
const EVERY_MS = Number(process.env.EVERY_MS ?? 2_000);

const token = await startSession();
let isSent = false;
let after = null;
for (let tries = 0; ; ) {
  try {
    if (!isSent) {
      const { sendMessage } = await postGraphQL(token, SEND, { input: newSend });
      isSent = sendMessage.__typename !== 'RateLimitedError';
    }
    if (after === null) {
      const { conversation } = await postGraphQL(token, READ, { customerId });
      conversation.messages.nodes.forEach(show);
      after = conversation.cursor;
    }
    const { conversation } = await postGraphQL(token, PULL, { customerId, after });
    const { events, cursor, hasMore } = conversation.events;
    after = events.reduce((at, event) => take(event, at), after) && cursor;
    tries = 0;
    if (!hasMore) await delay(EVERY_MS);
  } catch {
    await backOff(tries += 1); // nothing is lost: the same key, the same cursor again
  }
}
