import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Bot } from '../../server/bot/bot.ts';
import { startApp } from '../_util/app.ts';
import type { Socket } from '../_util/graphql-client.ts';
import { openSocket } from '../_util/graphql-client.ts';
import { dataOf, enterAsAgent, enterAsCustomer, newSend, readHistory, send } from '../_util/minicom.ts';
import { inParallel, range } from '../_util/parallel.ts';
import type { Random } from '../_util/random.ts';
import { createRandom, SEED } from '../_util/random.ts';
import { scaled } from '../_util/scaled.ts';
import { until } from '../_util/wait.ts';

const random = createRandom(SEED);
/** What the bot is asked and has not answered. */
const asked = new Set<string>();

/** Thinks for up to half a second, and shows each step. It does not even listen when it is told to stop. */
const slow: Bot = {
  name: 'slow',
  async handle({ text }, io) {
    asked.add(text);
    for (const step of range(random.int(1, 25))) {
      io.draft(`thinking ${step}`);
      await delay(20);
    }
    asked.delete(text);
    return { kind: 'reply', text: 'At last.', counts: 'answer' };
  },
};

const FOLLOW = `subscription Follow($customerId: ID!) {
  conversationEvents(customerId: $customerId) {
    __typename
    ... on ConversationChanged { conversation { handler } }
    ... on BotDraft { text }
    ... on MessageAdded { message { text } }
  }
}`;
interface Told { conversationEvents: { __typename: string; text?: string | null; message?: { text: string }; conversation?: { handler: string } } }

describe('taking over from a slow bot, over sockets', () => {
  it('R63 A7 B5: no message of the bot after the take-over, and no draft on any subscription', { timeout: 600_000 }, async () => {
    const app = await startApp({ bot: slow, env: { BOT: 'on', RATE_LIMITS: 'off' } });
    const agent = await openSocket(await enterAsAgent(app.url, 'ana'));
    const problems = await inParallel(range(scaled(500)), 10, (index) => race(app.url, agent, createRandom(SEED + index), `race-${index}`));
    await app.stop();
    expect(problems.flat(), `SEED=${SEED}`).toEqual([]);
  });
});

async function race(url: string, agent: Socket, chance: Random, customerId: string): Promise<string[]> {
  const customer = await openSocket(await enterAsCustomer(url, customerId));
  const streams = [customer.subscribe<Told>(FOLLOW, { customerId }), agent.subscribe<Told>(FOLLOW, { customerId })];
  for (const stream of streams) await stream.next();
  const question = `hello from ${customerId}`;
  await send(customer.call, newSend(customerId, question));
  await delay(600 + chance.int(0, 550));
  const { takeOver } = dataOf(await agent.call<{ takeOver: { __typename: string } }>(
    'mutation Take($id: ID!) { takeOver(input: { customerId: $id }) { __typename } }', { id: customerId },
  ));
  await until('the bot to finish', () => !asked.has(question));
  await send(customer.call, newSend(customerId, 'thank you'));

  const problems = takeOver.__typename === 'ConversationPayload' ? [] : [`${customerId}: ${takeOver.__typename}`];
  for (const [index, stream] of streams.entries()) {
    let handler = 'BOT';
    for (;;) {
      const answer = await stream.next();
      if (!answer) throw new Error('the stream ended');
      const event = dataOf(answer).conversationEvents;
      handler = event.conversation?.handler ?? handler;
      if (event.__typename === 'BotDraft' && event.text !== null && handler !== 'BOT') problems.push(`${customerId}: stream ${index} told a draft after the take-over`);
      if (event.message?.text === 'thank you') break;
    }
    stream.stop();
  }
  const history = await readHistory(agent.call, customerId);
  const takenAt = history.find(({ kind }) => kind === 'ACTIVITY')?.seq ?? 0;
  if (history.some(({ sender, seq }) => sender.__typename === 'Bot' && seq > takenAt)) problems.push(`${customerId}: the bot spoke after the take-over`);
  customer.close();
  return problems;
}
