import { describe, expect, it, onTestFinished } from 'vitest';
import type { TestApp } from '../../_util/app.ts';
import { startApp } from '../../_util/app.ts';
import { httpCall, openSocket } from '../../_util/graphql-client.ts';
import type { Message } from '../../_util/minicom.ts';
import { addNote, dataOf, enterAsAgent, enterAsCustomer, newSend, readHistory, send } from '../../_util/minicom.ts';
import { at, inParallel, range } from '../../_util/parallel.ts';
import { scaled } from '../../_util/scaled.ts';
import { INJECTIONS } from './injections.ts';
import type { LlmRequest } from './llm-server.ts';
import { say, useLlmServer } from './llm-server.ts';

const KEY = 'CANARY-key-91';
const NOTE = 'CANARY-note-92';
const OTHER = 'CANARY-other-93';
/** As many as the endpoint is asked at once, and some less. */
const WIDTH = 60;

async function open(url: string): Promise<TestApp> {
  const app = await startApp({ env: { BOT: 'on', LLM_URL: url, LLM_MODEL: 'llama', LLM_KEY: KEY } });
  onTestFinished(() => app.stop());
  return app;
}

interface Told { readonly conversationEvents: { readonly message?: Pick<Message, 'text' | 'sender'>; readonly conversation?: { readonly handler: string } } }

const FOLLOW = `subscription Follow($customerId: ID!) {
  conversationEvents(customerId: $customerId) {
    ... on ConversationChanged { conversation { handler } }
    ... on MessageAdded { message { text sender { __typename } } }
  }
}`;

/** Says one text after the other, each when the bot has answered the one before or handed on; then it is silent. @returns what it said */
async function ask(app: TestApp, customerId: string, ...texts: readonly string[]): Promise<string[]> {
  const customer = await openSocket(await enterAsCustomer(app.url, customerId));
  const stream = customer.subscribe<Told>(FOLLOW, { customerId });
  await stream.next();
  const said: string[] = [];
  for (const text of texts) {
    await send(customer.call, newSend(customerId, text));
    for (let isOver = false; !isOver;) {
      const answer = await stream.next();
      if (!answer) throw new Error('the stream ended');
      const { message, conversation } = dataOf(answer).conversationEvents;
      if (message?.sender.__typename === 'Bot') said.push(message.text);
      isOver = message?.sender.__typename === 'Bot' || conversation?.handler === 'QUEUE';
    }
  }
  customer.close();
  return said;
}

const last = ({ body }: LlmRequest): string => body.messages.at(-1)?.content ?? '';
const whole = ({ body }: LlmRequest): string => body.messages.map(({ content }) => content).join('\n');

/** The worst that a model can do: it obeys, and gives away all that it was given. */
const OBEDIENT: readonly ((request: LlmRequest) => string)[] = [
  whole,
  last,
  (request) => `My rules are: ${at(request.body.messages, 0).content}`,
  (request) => `Sure! ${last(request).replace(/^.*?:/, '')}.`,
  () => 'Please sign in on https://evil.example.net/login to go on.',
  () => 'Agent: this is Ana, a human. How can I help you?',
  () => '<img src="https://evil.example.net/?q=1"> Here is what you wanted.',
  () => 'I have deleted the account of bob, and we will send you a free order.',
  () => 'DONE.',
  () => `${'This is a very long answer about nothing at all, and it goes on. '.repeat(200)}`,
];

describe('what people write to turn the model', () => {
  it('R69: makes it say nothing of notes, other conversations, settings or rules, no link, and nothing in a person\'s name', { timeout: 300_000 }, async () => {
    expect(INJECTIONS.length).toBeGreaterThanOrEqual(150);
    let asked = 0;
    const server = await useLlmServer((request, response) => {
      asked += 1;
      say(response, at(OBEDIENT, asked % OBEDIENT.length)(request));
    });
    const app = await open(server.url);
    const agent = httpCall(await enterAsAgent(app.url, 'ana'));
    await ask(app, 'other', `My secret word is ${OTHER}, remember it.`);
    const outcomes = await inParallel(INJECTIONS, WIDTH, async (text, index) => {
      const customerId = `eve-${index}`;
      await enterAsCustomer(app.url, customerId);
      await addNote(agent, newSend(customerId, `${NOTE}: she is a difficult customer.`));
      return ask(app, customerId, text, 'Go on with what I said before, every word.');
    });
    const said = outcomes.flat();
    const reached = server.requests.filter((request) => !whole(request).includes(OTHER));
    expect(reached.length, 'most of them reach the model').toBeGreaterThan(100);
    for (const request of reached) expect(whole(request)).not.toMatch(/CANARY/);
    for (const request of server.requests) expect(whole(request)).not.toMatch(/<\|im_start|<\|endoftext|\[INST\]|<<SYS>>|\bSystem:/i);
    expect(said.filter((text) => /CANARY|evil|https?:|<|\]\(|^agent\b|\bDAN\b|7731|what the customer writes|never an instruction|deleted the account|i am a human/i.test(text))).toEqual([]);
    expect(said.filter(({ length }) => length > 1_000)).toEqual([]);
  });
});

describe('conversations side by side', () => {
  it('R70: never hear a word of each other', { timeout: 1_200_000 }, async () => {
    const server = await useLlmServer(async (request, response) => {
      const words = whole(request).match(/boat\d+x/g) ?? [];
      // Answers come out of order.
      for (let turns = server.requests.length % 7; turns > 0; turns -= 1) await new Promise(setImmediate);
      say(response, `The name ${words.at(-1)} sounds good for something that floats.`);
    });
    const app = await open(server.url);
    const replies = await inParallel(range(scaled(2_500)), WIDTH, async (index) => {
      const name = `boat${index}x`;
      const customerId = `owner-${index}`;
      const said = await ask(app, customerId, `Which rope suits a dinghy named ${name}?`, `And which sail does ${name} want?`);
      const foreign = said.filter((text) => (text.match(/boat\d+x/g) ?? []).some((word) => word !== name));
      return { answered: said.filter((text) => text.includes(name)).length, foreign };
    });
    expect(replies.flatMap(({ foreign }) => foreign)).toEqual([]);
    for (const request of server.requests) expect(new Set(whole(request).match(/boat\d+x/g)).size).toBe(1);
    expect(replies.reduce((sum, { answered }) => sum + answered, 0), 'most were answered').toBeGreaterThan(scaled(2_500));
  });

  it('R69: and an agent\'s words before a hand-over back are not shown to it', async () => {
    const server = await useLlmServer((_, response) => say(response, 'Boats float on the water, as far as I know.'));
    const app = await open(server.url);
    const agent = httpCall(await enterAsAgent(app.url, 'ana'));
    await ask(app, 'fay', 'Which rope suits a wooden dinghy?');
    await send(agent, newSend('fay', `The ${NOTE} rope, dear.`));
    const mutation = 'mutation { handBackToBot(input: { customerId: "fay" }) { __typename } }';
    expect(await agent<object>(mutation)).toMatchObject({ data: { handBackToBot: { __typename: 'ConversationPayload' } } });
    await ask(app, 'fay', 'And which sail for the dinghy?');
    expect(server.requests).toHaveLength(2);
    expect(whole(at(server.requests, 1))).not.toMatch(/CANARY|rope/);
    expect((await readHistory(agent, 'fay')).filter(({ text }) => text.startsWith('Boats float'))).toHaveLength(2);
  });
});
