import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { BASE, FOLLOW, READ, SEND, backOff, customerId, newSend, show, startSession, take } from './chat.mjs';

/** graphql-ws: everything on one WebSocket. It does not retry by itself here, because only we know where to go on from. */

const token = await startSession();
const client = createClient({ url: `${BASE.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, connectionParams: { token }, retryAttempts: 0 });

async function ask(query, variables) {
  for await (const { data, errors } of client.iterate({ query, variables })) {
    if (errors) throw new Error(errors[0].message);
    return data;
  }
}

async function send() {
  for (let tries = 0; ; tries += 1) {
    try {
      const { sendMessage } = await ask(SEND, { input: newSend });
      if (sendMessage.__typename !== 'RateLimitedError') return sendMessage;
    } catch (error) {
      if (error.code === 4403) throw new Error('The session ended: start another.', { cause: error });
    }
    await backOff(tries); // the outcome is not known: the same key again
  }
}

async function follow() {
  let after = null;
  for (let tries = 0; ; tries += 1) {
    try {
      if (after === null) {
        const { conversation } = await ask(READ, { customerId });
        conversation.messages.nodes.forEach(show);
        after = conversation.cursor;
      }
      for await (const { data, errors } of client.iterate({ query: FOLLOW, variables: { customerId, after } })) {
        if (errors) throw new Error(errors[0].message);
        after = take(data.conversationEvents, after);
        tries = 0;
      }
    } catch (error) {
      if (error.code === 4403) throw new Error('The session ended: start another.', { cause: error });
    }
    await backOff(tries);
  }
}

await Promise.all([send(), follow()]);
