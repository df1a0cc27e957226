import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Bot } from '../../server/bot/bot.ts';
import { startApp } from '../_util/app.ts';
import type { Call, Socket, Stream } from '../_util/graphql-client.ts';
import { httpCall, openSocket } from '../_util/graphql-client.ts';
import { dataOf, enterAsAgent, enterAsCustomer, newSend, readHistory, readSnapshot, send } from '../_util/minicom.ts';
import { inParallel, range } from '../_util/parallel.ts';
import type { Random } from '../_util/random.ts';
import { createRandom, SEED } from '../_util/random.ts';
import { scaled } from '../_util/scaled.ts';
import { until } from '../_util/wait.ts';

const random = createRandom(SEED);
/** What a customer says when all is over. */
const LAST = 'thank you';
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

describe('a slow bot, over sockets', () => {
  it('R63 A7 B5: no message of the bot after the take-over, and no draft on any subscription', { timeout: 600_000 }, async () => {
    const app = await startApp({ bot: slow, env: { BOT: 'on', RATE_LIMITS: 'off' } });
    const agent = await openSocket(await enterAsAgent(app.url, 'ana'));
    const races = await inParallel(range(scaled(500)), 10, (index) => race(app.url, agent, createRandom(SEED + index), `race-${index}`));
    await app.stop();
    expect(races.flatMap(({ problems }) => problems), `SEED=${SEED}`).toEqual([]);
    expect(races.filter(({ sawDraft }) => sawDraft).length, 'many were in the middle').toBeGreaterThan(races.length / 5);
    expect(races.filter(({ hasSpoken }) => hasSpoken).length, 'in some the bot was first').toBeGreaterThan(0);
  });

  it('B4 B5: the same when the bot is switched off, and everybody who waited gets a person', { timeout: 600_000 }, async () => {
    const app = await startApp({ bot: slow, env: { BOT: 'on', RATE_LIMITS: 'off' } });
    const agent = await openSocket(await enterAsAgent(app.url, 'ana'));
    const problems: string[] = [];
    for (const round of range(scaled(50))) problems.push(...await switchOff(app.url, agent, createRandom(SEED + round), `round-${round}`));
    await app.stop();
    expect(problems, `SEED=${SEED}`).toEqual([]);
  });

  it('R65: of two agents who take over at once one has it, and the other is told who', { timeout: 120_000 }, async () => {
    const app = await startApp({ bot: slow, env: { BOT: 'on', RATE_LIMITS: 'off' } });
    const [ana, ben] = [await openSocket(await enterAsAgent(app.url, 'ana')), await openSocket(await enterAsAgent(app.url, 'ben'))];
    const problems = await inParallel(range(scaled(200)), 10, async (index) => {
      const customerId = `pair-${index}`;
      await send(httpCall(await enterAsCustomer(app.url, customerId)), newSend(customerId, 'hello'));
      const order = index % 2 === 0 ? [ana, ben] : [ben, ana];
      const outcomes = await Promise.all(order.map(({ call }) => takeOver(call, customerId)));
      const [winner] = outcomes.flatMap(({ conversation }) => (conversation ? [conversation.assignee.name] : []));
      const [loser] = outcomes.flatMap(({ __typename, assignee }) => (__typename === 'AlreadyTakenError' ? [assignee?.name] : []));
      return winner !== undefined && winner === loser ? [] : [`${customerId}: ${JSON.stringify(outcomes)}`];
    });
    await app.stop();
    expect(problems.flat()).toEqual([]);
  });
});

interface Race extends Seen {
  /** The bot, before the take-over. */
  readonly hasSpoken: boolean;
}

async function race(url: string, agent: Socket, chance: Random, customerId: string): Promise<Race> {
  const { customer, streams, question } = await ask(url, agent, customerId);
  await delay(600 + chance.int(0, 550));
  const { __typename } = await takeOver(agent.call, customerId);
  await until('the bot to finish', () => !asked.has(question));
  await send(customer.call, newSend(customerId, LAST));

  const problems = __typename === 'ConversationPayload' ? [] : [`${customerId}: ${__typename}`];
  const seen = await inParallel(streams, 2, (stream) => watchDrafts(stream, customerId));
  const history = await readHistory(agent.call, customerId);
  const takenAt = history.find(({ kind }) => kind === 'ACTIVITY')?.seq ?? 0;
  const said = history.filter(({ sender }) => sender.__typename === 'Bot');
  if (said.some(({ seq }) => seq > takenAt)) problems.push(`${customerId}: the bot spoke after the take-over`);
  customer.close();
  return {
    problems: [...problems, ...seen.flatMap((each) => each.problems)],
    sawDraft: seen.every(({ sawDraft }) => sawDraft),
    hasSpoken: said.some(({ seq }) => seq < takenAt),
  };
}

/** Ten customers ask, the bot is switched off at some moment, and on again for the next round. */
async function switchOff(url: string, agent: Socket, chance: Random, round: string): Promise<string[]> {
  const customers = await inParallel(range(10), 10, async (index) => ({ customerId: `${round}-${index}`, ...await ask(url, agent, `${round}-${index}`) }));
  await delay(300 + chance.int(0, 850));
  await setBotEnabled(agent, false);
  const problems = await inParallel(customers, 10, async ({ customerId, customer, streams, question }) => {
    const last = (await readHistory(agent.call, customerId)).at(-1)?.seq ?? 0;
    await until('the bot to finish', () => !asked.has(question));
    await send(customer.call, newSend(customerId, LAST));
    const found: string[] = [];
    for (const stream of streams) found.push(...(await watchDrafts(stream, customerId)).problems);
    const history = await readHistory(agent.call, customerId);
    if (history.some(({ sender, seq }) => sender.__typename === 'Bot' && seq > last)) found.push(`${customerId}: the bot spoke after it was switched off`);
    const { state } = await readSnapshot(agent.call, customerId);
    if (state.handler !== 'QUEUE') found.push(`${customerId}: waits for ${state.handler}`);
    customer.close();
    return found;
  });
  await setBotEnabled(agent, true);
  return problems.flat();
}

async function ask(url: string, agent: Socket, customerId: string): Promise<{ customer: Socket; streams: Stream<Told>[]; question: string }> {
  const customer = await openSocket(await enterAsCustomer(url, customerId));
  const streams = [customer.subscribe<Told>(FOLLOW, { customerId }), agent.subscribe<Told>(FOLLOW, { customerId })];
  for (const stream of streams) await stream.next();
  const question = `hello from ${customerId}`;
  await send(customer.call, newSend(customerId, question));
  return { customer, streams, question };
}

interface Seen {
  readonly problems: readonly string[];
  /** While it was with the bot. */
  readonly sawDraft: boolean;
}

/** Reads the stream up to the customer's last text, and ends it. */
async function watchDrafts(stream: Stream<Told>, customerId: string): Promise<Seen> {
  const problems: string[] = [];
  let sawDraft = false;
  let handler = 'BOT';
  for (;;) {
    const answer = await stream.next();
    if (!answer) throw new Error('the stream ended');
    const event = dataOf(answer).conversationEvents;
    handler = event.conversation?.handler ?? handler;
    if (event.__typename === 'BotDraft' && event.text !== null) {
      sawDraft ||= handler === 'BOT';
      if (handler !== 'BOT') problems.push(`${customerId}: a draft while it is with the ${handler}`);
    }
    if (event.message?.text === LAST) break;
  }
  stream.stop();
  return { problems, sawDraft };
}

interface TakenOver { readonly __typename: string; readonly conversation?: { readonly assignee: { readonly name: string } }; readonly assignee?: { readonly name: string } }

async function takeOver(call: Call, id: string): Promise<TakenOver> {
  const query = `mutation Take($id: ID!) { takeOver(input: { customerId: $id }) {
    __typename ... on ConversationPayload { conversation { assignee { name } } } ... on AlreadyTakenError { assignee { name } }
  } }`;
  return dataOf(await call<{ takeOver: TakenOver }>(query, { id })).takeOver;
}

async function setBotEnabled(agent: Socket, enabled: boolean): Promise<void> {
  const query = 'mutation Switch($enabled: Boolean!) { setBotEnabled(enabled: $enabled) { __typename ... on BotSettingsPayload { settings { enabled } } } }';
  expect(dataOf(await agent.call<object>(query, { enabled }))).toEqual({ setBotEnabled: { __typename: 'BotSettingsPayload', settings: { enabled } } });
}
