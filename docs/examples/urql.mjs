import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { BASE, FOLLOW, READ, SEND, backOff, customerId, newSend, show, startSession, take } from './chat.mjs';

/** urql: queries and mutations over HTTP, subscriptions over WebSocket. */

const token = await startSession();
const sockets = createClient({ url: `${BASE.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, connectionParams: { token }, retryAttempts: 0 });
const client = new Client({
  url: `${BASE}/graphql`,
  preferGetMethod: false, // operations go by POST
  fetchOptions: { headers: { authorization: `Bearer ${token}` } },
  exchanges: [
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: ({ query, variables }) => ({ subscribe: (sink) => ({ unsubscribe: sockets.subscribe({ query, variables }, sink) }) }),
    }),
  ],
});

async function send() {
  for (let tries = 0; ; tries += 1) {
    const { data, error } = await client.mutation(SEND, { input: newSend });
    if (!error && data.sendMessage.__typename !== 'RateLimitedError') return data.sendMessage;
    await backOff(tries); // the outcome is not known: the same key again
  }
}

async function follow() {
  let after = null;
  for (let tries = 0; ; tries += 1) {
    if (after === null) {
      const { data, error } = await client.query(READ, { customerId }, { requestPolicy: 'network-only' });
      if (!error) {
        data.conversation.messages.nodes.forEach(show);
        after = data.conversation.cursor;
      }
    }
    if (after !== null) {
      await new Promise((ended) => {
        const { unsubscribe } = client.subscription(FOLLOW, { customerId, after }).subscribe(({ data, error, hasNext }) => {
          if (data) {
            after = take(data.conversationEvents, after);
            tries = 0;
          }
          if (!error && hasNext) return;
          ended();
          unsubscribe();
        });
      });
    }
    await backOff(tries);
  }
}

await Promise.all([send(), follow()]);
