import { ApolloClient, HttpLink, InMemoryCache, gql, split } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { getMainDefinition } from '@apollo/client/utilities';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { BASE, FOLLOW, READ, SEND, backOff, customerId, newSend, show, startSession, take } from './chat.mjs';

/** Apollo Client: queries and mutations over HTTP, subscriptions over WebSocket. */

globalThis.WebSocket ??= WebSocket; // Apollo's link looks for the browser's when a socket closes; Node has one from 22 on

const token = await startSession();
const sockets = createClient({ url: `${BASE.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, connectionParams: { token }, retryAttempts: 0 });
const client = new ApolloClient({
  cache: new InMemoryCache(), // messages and conversations have unique ids, so it merges them by itself
  link: split(
    ({ query }) => getMainDefinition(query).operation === 'subscription',
    new GraphQLWsLink(sockets),
    new HttpLink({ uri: `${BASE}/graphql`, headers: { authorization: `Bearer ${token}` } }),
  ),
});

async function send() {
  for (let tries = 0; ; tries += 1) {
    try {
      const { data } = await client.mutate({ mutation: gql(SEND), variables: { input: newSend } });
      if (data.sendMessage.__typename !== 'RateLimitedError') return data.sendMessage;
    } catch {
      // The outcome is not known: the same key again.
    }
    await backOff(tries);
  }
}

async function follow() {
  let after = null;
  for (let tries = 0; ; tries += 1) {
    try {
      if (after === null) {
        const { data } = await client.query({ query: gql(READ), variables: { customerId }, fetchPolicy: 'network-only' });
        data.conversation.messages.nodes.forEach(show);
        after = data.conversation.cursor;
      }
      await new Promise((complete, error) => {
        const next = ({ data, error: failed }) => {
          if (failed) return error(failed);
          after = take(data.conversationEvents, after);
          tries = 0;
        };
        client.subscribe({ query: gql(FOLLOW), variables: { customerId, after }, fetchPolicy: 'no-cache' }).subscribe({ next, error, complete });
      });
    } catch (error) {
      if (error.cause?.code === 4403) throw new Error('The session ended: start another.', { cause: error });
    }
    await backOff(tries);
  }
}

await Promise.all([send(), follow()]);
