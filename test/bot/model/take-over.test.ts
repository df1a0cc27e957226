import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { TestApp } from '../../_util/app.ts';
import { startApp } from '../../_util/app.ts';
import type { Socket, Stream } from '../../_util/graphql-client.ts';
import { openSocket } from '../../_util/graphql-client.ts';
import type { Message } from '../../_util/minicom.ts';
import { dataOf, enterAsAgent, enterAsCustomer, newSend, perform, readHistory, readSnapshot, send } from '../../_util/minicom.ts';
import { inParallel, range } from '../../_util/parallel.ts';
import type { Random } from '../../_util/random.ts';
import { createRandom, SEED } from '../../_util/random.ts';
import { scaled } from '../../_util/scaled.ts';
import { until } from '../../_util/wait.ts';
import { TAUGHT } from './making/tiny.ts';
import { modelProcess, slowDown } from './model-process.ts';
import { useTinyFolder } from './tiny-folder.ts';

const files = useTinyFolder();
let app: TestApp;
let agent: Socket;
beforeAll(async () => {
  app = await startApp({ env: { BOT: 'on', MODEL_DIR: files.tiny } });
  agent = await openSocket(await enterAsAgent(app.url, 'ana'));
});
afterAll(() => app.stop());

const FOLLOW = `subscription Follow($customerId: ID!) {
  conversationEvents(customerId: $customerId) {
    __typename
    ... on ConversationChanged { conversation { handler } }
    ... on BotDraft { text }
    ... on MessageAdded { message { text sender { __typename } } }
  }
}`;
interface Told { conversationEvents: { __typename: string; text?: string | null; message?: { text: string; sender: { __typename: string } }; conversation?: { handler: string } } }

async function ask(customerId: string, text: string): Promise<{ customer: Socket; stream: Stream<Told> }> {
  const customer = await openSocket(await enterAsCustomer(app.url, customerId));
  const stream = customer.subscribe<Told>(FOLLOW, { customerId });
  await stream.next();
  await send(customer.call, newSend(customerId, text));
  return { customer, stream };
}

/** Everything that the stream tells, up to what is looked for. */
async function readUntil(stream: Stream<Told>, isIt: (event: Told['conversationEvents']) => boolean): Promise<Told['conversationEvents'][]> {
  const events: Told['conversationEvents'][] = [];
  for (;;) {
    const answer = await stream.next();
    if (!answer) throw new Error('the stream ended');
    events.push(dataOf(answer).conversationEvents);
    if (isIt(dataOf(answer).conversationEvents)) return events;
  }
}

/** Words, or the dots before the first of them. */
const isShown = ({ __typename, text }: Told['conversationEvents']): boolean => __typename === 'BotDraft' && text !== null;
const isDraft = (event: Told['conversationEvents']): boolean => isShown(event) && event.text !== '';
const isOutcome = ({ message, conversation }: Told['conversationEvents']): boolean => message?.sender.__typename === 'Bot' || conversation?.handler === 'QUEUE';
const isOfBot = ({ sender }: Pick<Message, 'sender'>): boolean => sender.__typename === 'Bot';

/** The model takes one after the other: when this has its answer, whatever was asked before has come to an end. */
async function settleAll(customerId: string): Promise<void> {
  await ask(customerId, TAUGHT.kayak.question);
  await until('an answer', async () => (await readHistory(agent.call, customerId)).some(isOfBot));
}

/** A customer to whom the model is writing. On a busy machine a reply may come at once, or a person: then it is the next one. */
async function catchWriting(name: string): Promise<{ customerId: string; customer: Socket; stream: Stream<Told> }> {
  for (let tries = 1; ; tries += 1) {
    const customerId = `${name}-${tries}`;
    const { customer, stream } = await ask(customerId, TAUGHT.long.question);
    const [last] = (await readUntil(stream, (event) => isDraft(event) || isOutcome(event))).slice(-1);
    if (last && isDraft(last)) return { customerId, customer, stream };
    customer.close();
  }
}

describe('a real model that writes', () => {
  it('A7 B5: is seen writing by the customer, and what it wrote is kept word for word, as the model\'s', async () => {
    await settleAll('loaded');
    onTestFinished(slowDown(modelProcess(files.tiny)));
    const { stream } = await ask('ada', TAUGHT.long.question);
    const events = await readUntil(stream, ({ message }) => message?.sender.__typename === 'Bot');
    const drafts = events.filter(isDraft);
    expect(drafts.length).toBeGreaterThan(0);
    for (const { text } of drafts) expect(TAUGHT.long.reply.startsWith(`${text} `)).toBe(true);
    expect(events.at(-1)?.message?.text).toBe(TAUGHT.long.reply);
    const query = '{ conversation(customerId: "ada") { messages(last: 1) { nodes { answer { by matched confidence choices sources { title } } } } } }';
    expect(dataOf(await agent.call<object>(query))).toEqual({ conversation: { messages: { nodes: [{ answer: {
      by: 'model', matched: expect.any(String), confidence: expect.any(Number), choices: ['That helped', 'Talk to a person'], sources: [],
    } }] } } });
  });

  it('R63: is stopped in the middle by a take-over, and nothing of it follows', async () => {
    await settleAll('before');
    const pid = modelProcess(files.tiny);
    const restore = slowDown(pid, { restMs: 120 });
    onTestFinished(restore);
    const { customerId, customer, stream } = await catchWriting('bea');
    expect((await perform(agent.call, 'takeOver', { customerId })).__typename).toBe('ConversationPayload');
    await restore();
    await settleAll('after');
    await send(customer.call, newSend(customerId, 'thank you'));
    const events = await readUntil(stream, ({ message }) => message?.text === 'thank you');
    const taken = events.findIndex(({ conversation }) => conversation?.handler === 'AGENT');
    expect(events.slice(taken).filter(isShown)).toEqual([]);
    expect((await readHistory(agent.call, customerId)).filter(isOfBot)).toEqual([]);
    expect(modelProcess(files.tiny), 'the process goes on').toBe(pid);
  });

  it('R63: in none of many races has it the last word after a take-over', { timeout: 1_200_000 }, async () => {
    await settleAll('warm');
    const restore = slowDown(modelProcess(files.tiny), { restMs: 16 });
    onTestFinished(restore);
    const races = await inParallel(range(scaled(500)), 8, (index) => race(createRandom(SEED + index), index));
    await restore();
    await settleAll('done');
    const problems = (await inParallel(races, 5, async ({ customerId, lateDrafts }) => {
      const history = await readHistory(agent.call, customerId);
      // Before it the bot may have handed on, which is an activity too.
      const takenAt = history.find(({ kind, text }) => kind === 'ACTIVITY' && text.endsWith(' joined'))?.seq ?? 0;
      return [...lateDrafts, ...history.filter((message) => isOfBot(message) && message.seq > takenAt).map(({ text }) => `${customerId}: “${text}” after the take-over`)];
    })).flat();
    expect(problems, `SEED=${SEED}`).toEqual([]);
    expect(races.filter(({ sawDraft }) => sawDraft).length, 'many were in the middle').toBeGreaterThan(races.length / 5);
  });

  it('R66: that is killed in the middle costs its customer a person within ten seconds, and the next nothing', { timeout: 60_000 }, async () => {
    await settleAll('before the end');
    const pid = modelProcess(files.tiny);
    onTestFinished(slowDown(pid, { restMs: 120 }));
    const { customerId, stream } = await catchWriting('cal');
    const began = performance.now();
    process.kill(pid, 'SIGKILL');
    await readUntil(stream, ({ conversation }) => conversation?.handler === 'QUEUE');
    expect(performance.now() - began).toBeLessThan(10_000);
    const { messages, state } = await readSnapshot(agent.call, customerId);
    expect(state.handler).toBe('QUEUE');
    expect(messages.find(isOfBot)?.text).toBe('I do not know that. A person will answer you here.');
    expect(await ready(app.url)).toContain('it ended with SIGKILL');
    await until('the model to work again', async () => {
      const id = `again-${performance.now()}`;
      await ask(id, TAUGHT.kayak.question);
      await until('an answer', async () => (await readHistory(agent.call, id)).some(isOfBot));
      return (await readHistory(agent.call, id)).some(({ text }) => text === TAUGHT.kayak.reply);
    });
    expect(await ready(app.url)).toMatch(/^ok: /);
  });
});

describe('the settings', () => {
  const state = '{ botSettings { health textModel { name state progress detail } } }';

  it('tell how the model is, and that a folder of one\'s own is not fetched into', async () => {
    expect(dataOf(await agent.call<object>(state))).toMatchObject({ botSettings: { health: 'OK', textModel: { state: 'READY', progress: null } } });
    const fetch = 'mutation { fetchTextModel { __typename ... on InvalidInputError { reason field } } }';
    expect(dataOf(await agent.call<object>(fetch))).toEqual({ fetchTextModel: {
      __typename: 'InvalidInputError', field: 'model', reason: 'It cannot be fetched: MODEL_DIR names a folder of your own, which is only read.',
    } });
  });

  it('B3: try it: what it would say, and what the guard would hold back', async () => {
    const query = 'query T($question: String!) { tryBot(question: $question) { outcome by matched text reason detail heldBack } }';
    const trial = async (question: string) => dataOf(await agent.call<{ tryBot: object }>(query, { question })).tryBot;
    expect(await trial(TAUGHT.kayak.question)).toMatchObject({ outcome: 'REPLY', by: 'model', text: TAUGHT.kayak.reply, heldBack: null });
    expect(await trial(TAUGHT.promise.question)).toMatchObject({ outcome: 'HANDOFF', by: 'model', reason: 'guard_rejected', detail: 'promise', heldBack: expect.stringMatching(/^We will/) });
  });

  it('B18: the report counts what it wrote, and what was held back', async () => {
    const since = new Date(Date.now() - 3_600_000).toISOString();
    await ask('dan', TAUGHT.promise.question);
    await until('a hand-off', async () => (await readSnapshot(agent.call, 'dan')).state.handler === 'QUEUE');
    const query = 'query R($since: DateTime!) { botReport(since: $since) { modelReplies heldBack { reason count } firstTextMsP50 firstTextMsP95 } }';
    await until('it to be counted', async () => {
      const { botReport } = dataOf(await agent.call<{ botReport: { modelReplies: number; heldBack: { reason: string }[]; firstTextMsP50: number | null } }>(query, { since }));
      return botReport.modelReplies > 0 && botReport.heldBack.some(({ reason }) => reason === 'promise') && botReport.firstTextMsP50 !== null;
    });
  });
});

interface Race { readonly customerId: string; readonly sawDraft: boolean; readonly lateDrafts: readonly string[] }

/** Half of them take over when the first words are seen or a little later, the others at any moment: also before, while it waits for others, and afterwards. */
async function race(chance: Random, index: number): Promise<Race> {
  const customerId = `race-${index}`;
  const { customer, stream } = await ask(customerId, TAUGHT.long.question);
  const before = index % 2 === 0 ? await readUntil(stream, (event) => isDraft(event) || isOutcome(event)) : [];
  await delay(index % 2 === 0 ? chance.int(0, 200) : 500 + chance.int(0, 1_000));
  const { __typename } = await perform(agent.call, 'takeOver', { customerId });
  await send(customer.call, newSend(customerId, 'thank you'));
  const events = [...before, ...await readUntil(stream, ({ message }) => message?.text === 'thank you')];
  const taken = events.findIndex(({ conversation }) => conversation?.handler === 'AGENT');
  const late = [...(__typename === 'ConversationPayload' ? [] : [__typename]), ...events.slice(taken).filter(isShown).map(({ text }) => `a draft after the take-over: ${text}`)];
  customer.close();
  return { customerId, sawDraft: events.slice(0, taken).some(isDraft), lateDrafts: late.map((what) => `${customerId}: ${what}`) };
}

async function ready(url: string): Promise<string> {
  const { parts } = await (await fetch(`${url}/ready`)).json() as { parts: { bot: string } };
  return parts.bot;
}
