import { BASE, FOLLOW, READ, SEND, backOff, customerId, newSend, postGraphQL, show, startSession, take } from './chat.mjs';

/** No client library: sends by POST, follows by server-sent events over fetch (`EventSource` cannot POST). */

const token = await startSession();

async function send() {
  for (let tries = 0; ; tries += 1) {
    try {
      const { sendMessage } = await postGraphQL(token, SEND, { input: newSend });
      if (sendMessage.__typename !== 'RateLimitedError') return sendMessage;
    } catch {
      // The outcome is not known: the same key again.
    }
    await backOff(tries);
  }
}

/** The results of a subscription, until the connection ends. */
async function* subscribe(query, variables) {
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` };
  const response = await fetch(`${BASE}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + chunk).split('\n\n');
    rest = events.pop();
    for (const event of events) {
      const data = event.split('\n').find((line) => line.startsWith('data: {'))?.slice('data: '.length);
      if (data) yield JSON.parse(data);
    }
  }
}

async function follow() {
  let after = null;
  for (let tries = 0; ; tries += 1) {
    try {
      if (after === null) {
        const { conversation } = await postGraphQL(token, READ, { customerId });
        conversation.messages.nodes.forEach(show);
        after = conversation.cursor;
      }
      for await (const { data, errors } of subscribe(FOLLOW, { customerId, after })) {
        if (errors) throw new Error(errors[0].message);
        after = take(data.conversationEvents, after);
        tries = 0;
      }
    } catch (error) {
      if (error.message === 'HTTP 401') throw new Error('The session ended: start another.', { cause: error });
    }
    await backOff(tries);
  }
}

await Promise.all([send(), follow()]);
