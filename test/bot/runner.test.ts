import { describe, expect, it } from 'vitest';
import type { Bot, BotOutcome, BotTurn } from '../../server/bot/bot.ts';
import { questionKey } from '../../server/bot/knowledge/question-key.ts';
import { handBackToBot, requestHuman, takeOver } from '../../server/domain/conversations.ts';
import type { Deps } from '../../server/domain/commit.ts';
import { topics } from '../../server/domain/ports/bus.ts';
import { openWorld, say } from '../domain/world.ts';
import { range } from '../_util/parallel.ts';
import { until } from '../_util/wait.ts';
import { botSays, echo, handedOn, keepRecords, run, said, script } from './running.ts';

describe('turns of the bot', () => {
  it('B10: answers a burst once', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    run(world, echo());
    await say(world, alice, 'hi');
    await say(world, alice, 'a question');
    await botSays(world, 'alice', 1);
    await say(world, alice, 'another');
    await botSays(world, 'alice', 2);
    expect(await said(world, 'alice')).toEqual(['You said: hi\na question', 'You said: another']);
  });

  it('R98: wait, unread, while the server has too much else to do, and their drafts are not shown', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    const shut = new Set(['turns']);
    let asked = 0;
    let read = 0;
    const shown: string[] = [];
    const { bus, log } = world.deps;
    const deps: Deps = {
      ...world.deps,
      bus: { ...bus, show: (topic, key, ...rest) => { shown.push(key); bus.show(topic, key, ...rest); } },
      log: { ...log, awaitingBot: (limit) => { read += 1; return log.awaitingBot(limit); } },
    };
    const bot: Bot = { name: 'writer', handle: async (_turn, io) => { io.draft('You'); return { kind: 'reply', text: 'You said it', counts: 'answer' }; } };
    run(world, bot, { deps, admits: (work) => { asked += 1; return !shut.has(work); } });
    await say(world, alice, 'hi');
    await until('the list to be looked at', () => asked >= 2);
    expect(read).toBe(0);
    shut.delete('turns');
    bus.ring(topics.bot);
    await botSays(world, 'alice', 1);
    expect(shown).toContain('draft');
    shown.length = 0;
    shut.add('drafts');
    await say(world, alice, 'and again');
    await botSays(world, 'alice', 2);
    expect(shown).toEqual([]);
  });

  it('R64: two runners over one store give one reply', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    run(world, echo());
    run(world, echo());
    for (const index of [1, 2, 3, 4, 5]) {
      await say(world, alice, `question ${index}`);
      await botSays(world, 'alice', index);
    }
    expect(await said(world, 'alice')).toHaveLength(5);
  });

  it('gets a person for whoever keeps writing and is never answered', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    run(world, { name: 'slow', handle: () => new Promise(() => undefined) });
    await say(world, alice, 'hello');
    world.clock.advance(31_000);
    await until('a hand-off', async () => {
      await say(world, alice, 'and another thing');
      return (await world.state('alice')).handler === 'queue';
    }, 10_000);
    expect(await said(world, 'alice')).toEqual(['A person will answer you here.']);
  });

  it('R108: picks up what was asked while no runner ran', async () => {
    const world = await openWorld();
    await say(world, await world.meet('alice'), 'anybody there?');
    run(world, echo());
    await botSays(world, 'alice', 1);
  });

  it.each([
    ['throws', async () => { throw new Error('broken'); }],
    ['hangs', () => new Promise<never>(() => undefined)],
    ['says what cannot be kept', async () => ({ kind: 'reply' as const, text: '\0', counts: 'answer' as const })],
    ['says nothing that there is', async () => ({ kind: 'dance' }) as unknown as BotOutcome],
    ['names sources that are none', async () => ({ kind: 'reply', text: 'See there.', counts: 'answer', sources: [{ title: 1 }] }) as unknown as BotOutcome],
  ])('R66 R68: a bot that %s leads to a person, and the chat goes on', async (_, handle) => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    run(world, { name: 'bad', handle });
    await say(world, alice, 'hello?');
    await handedOn(world, 'alice');
    await say(world, alice, 'still here');
    expect((await world.history('alice')).map(({ text }) => text)).toContain('still here');
    expect(await said(world, 'alice')).toEqual(['I cannot answer just now. A person will answer you here.']);
  });

  it.each([
    ['throws', async () => { throw new Error('broken'); }, 'The bot failed.'],
    ['hangs', () => new Promise<never>(() => undefined), 'The bot took too long.'],
  ])('B8: after a bot that %s, a private note tells the agent so, and what was asked', async (_, handle, why) => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    run(world, { name: 'bad', handle });
    await say(world, alice, 'where is my parcel?');
    await handedOn(world, 'alice');
    const notes = (await world.history('alice')).filter(({ kind }) => kind === 'note');
    expect(notes).toMatchObject([{ audience: 'team', text: `${why}\nAsked: “where is my parcel?”` }]);
  });

  it('R68: whoever waits for a bot that hangs has a person within ten seconds', { timeout: 30_000 }, async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    run(world, { name: 'hung', handle: () => new Promise(() => undefined) }, { timing: undefined });
    const began = performance.now();
    await say(world, alice, 'hello?');
    await handedOn(world, 'alice');
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('R68: a hundred customers need not wait for each other', async () => {
    const world = await openWorld();
    const asked = new Set<string>();
    const hang = ({ customerId }: { customerId: string }): Bot => ({ name: 'hung', handle: () => new Promise(() => { asked.add(customerId); }) });
    for (const index of range(100)) await say(world, await world.meet(`customer-${index}`), 'hello?');
    run(world, echo(), { resolve: hang, timing: { burstMs: 1, deadlineMs: 60_000 } });
    await until('all to be asked about', () => asked.size === 100, 10_000);
  });

  it('C11: a bot that takes its time is seen to prepare its answer, and a quick one is not', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    const bert = await world.meet('bert');
    const draftsOf = (id: string): unknown[] => (
      world.deps.bus.shown(topics.conversation(id), 0).values.flatMap((value) => (value.type === 'draft' ? [value.text] : []))
    );
    let answer = (): void => undefined;
    const slow: Bot = { name: 'slow', handle: () => new Promise((resolve) => { answer = () => resolve({ kind: 'reply', text: 'Found it', counts: 'answer' }); }) };
    run(world, echo(), { resolve: ({ customerId }) => (customerId === 'alice' ? slow : echo()), timing: { burstMs: 1, deadlineMs: 60_000 } });
    await say(world, alice, 'where is it?');
    await say(world, bert, 'hello');
    await until('the dots', () => draftsOf('alice').includes(''), 10_000);
    answer();
    await botSays(world, 'alice', 1);
    await botSays(world, 'bert', 1);
    expect([draftsOf('alice'), draftsOf('bert')]).toEqual([[null], []]);
  });

  it('R68: a bot that floods its draft is shown under its own turn, and gone with the take-over', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    let hasStarted = false;
    run(world, {
      name: 'flood',
      async handle({ signal }, io) {
        for (let line = 0; line < 5_000; line += 1) io.draft(`line ${line}`);
        hasStarted = true;
        return new Promise((_, reject) => { signal.addEventListener('abort', () => reject(signal.reason)); });
      },
    });
    await say(world, alice, 'write me a book');
    await until('the flood', () => hasStarted);
    await takeOver(world.deps, world.ana, { customerId: 'alice', force: false });
    const drafts = (): unknown[] => world.deps.bus.shown(topics.conversation('alice'), 0).values.filter(({ type }) => type === 'draft');
    await until('the draft to be gone', () => drafts().every((draft) => (draft as { text: unknown }).text === null));
    expect(await said(world, 'alice')).toEqual([]);
  });

  it('A7: a take-over ends the turn under way', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    const turns: BotTurn[] = [];
    run(world, { name: 'slow', handle: (turn) => new Promise(() => { turns.push(turn); }) });
    await say(world, alice, 'hello');
    await until('the turn to begin', () => turns.length === 1);
    await takeOver(world.deps, world.ana, { customerId: 'alice', force: false });
    await until('the turn to be aborted', () => turns.every(({ signal }) => signal.aborted));
    expect(await world.state('alice')).toMatchObject({ handler: 'agent' });
  });

  it('A8: handed back, it answers what is unanswered, and an old request for a person is over', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    await say(world, alice, 'a human, please');
    await requestHuman(world.deps, alice, { customerId: 'alice' });
    await say(world, world.ana, 'Hello!', 'alice');
    await say(world, alice, 'where is my parcel?');
    await handBackToBot(world.deps, world.ben, { customerId: 'alice' });
    const turns: BotTurn[] = [];
    run(world, echo(turns));
    await botSays(world, 'alice', 1);
    expect(turns).toMatchObject([{ text: 'where is my parcel?', newText: '', history: [] }]);
  });

  it('R72: never answers itself or an agent', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    const turns: BotTurn[] = [];
    run(world, echo(turns));
    await say(world, alice, 'hello');
    await botSays(world, 'alice', 1);
    await say(world, world.ana, 'A person here', 'alice');
    await handBackToBot(world.deps, world.ana, { customerId: 'alice' });
    await say(world, alice, 'bye');
    await botSays(world, 'alice', 2);
    expect(turns.map(({ text }) => text)).toEqual(['hello', 'bye']);
  });

  it('R72 B9: stops two programs that answer each other after 20 messages in an hour, and goes on in the next', { timeout: 60_000 }, async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    run(world, echo(), { timing: { burstMs: 1, deadlineMs: 5_000 } });
    await until('the loop to end', async () => {
      await say(world, alice, 'echo');
      const { handler } = await world.state('alice');
      return handler === 'queue';
    }, 50_000);
    expect(await said(world, 'alice')).toHaveLength(20);
    expect((await world.history('alice')).map(({ text }) => text)).toContain('The bot has written 20 messages here within an hour, so it stops.');

    world.clock.advance(61 * 60_000);
    await handBackToBot(world.deps, world.ana, { customerId: 'alice' });
    await say(world, alice, 'and now?');
    await botSays(world, 'alice', 21);
  });

  it('leaves nothing behind when it stops', async () => {
    const world = await openWorld();
    const stop = run(world, { name: 'hung', handle: () => new Promise(() => undefined) });
    await say(world, await world.meet('alice'), 'hello');
    await stop();
    expect(world.gauges().bells).toBe(0);
  });
});

describe('who answers', () => {
  it('is asked for each turn and each customer', async () => {
    const world = await openWorld();
    const [alice, bob] = [await world.meet('alice'), await world.meet('bob')];
    run(world, echo(), { resolve: ({ customerId }) => ({ ...echo(), handle: async () => ({ kind: 'reply', text: `For ${customerId}`, counts: 'answer' }) }) });
    await say(world, alice, 'hello');
    await say(world, bob, 'hello');
    await botSays(world, 'alice', 1);
    await botSays(world, 'bob', 1);
    expect([await said(world, 'alice'), await said(world, 'bob')]).toEqual([['For alice'], ['For bob']]);
  });

  it('may be nobody: then a person is asked for, without a word of the bot', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    run(world, echo(), { resolve: async () => null });
    await say(world, alice, 'hello');
    await handedOn(world, 'alice');
    expect((await world.history('alice')).map(({ text }) => text)).toEqual(['hello', 'Waiting for a person']);
    expect((await world.state('alice')).waitingSince).not.toBeNull();
  });

  it.each([
    ['throws', () => { throw new Error('broken'); }, 'bot_error'],
    ['rejects', () => Promise.reject(new Error('broken')), 'bot_error'],
    ['hangs', () => new Promise<never>(() => undefined), 'timeout'],
  ] as const)('R66: if the choice %s, a person is asked for', async (_, resolve, reason) => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    const records = keepRecords(world);
    run(world, echo(), { resolve, deps: records.deps });
    await say(world, alice, 'hello');
    await records.count(1);
    expect(records.kept).toMatchObject([{ bot: 'none', outcome: 'handoff', reason }]);
    expect(await world.state('alice')).toMatchObject({ handler: 'queue' });
  });
});

describe('what is kept of a turn', () => {
  it('B18: who decided, why, from what, and how long it took', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    const records = keepRecords(world);
    run(world, script(
      { kind: 'reply', text: 'Like this.', counts: 'answer', confidence: 0.9, by: 'knowledge', matched: 'returns', sources: [{ articleId: 'returns', title: 'Returns' }] },
      { kind: 'reply', text: 'With pleasure.', counts: 'thanks', by: 'follow-up' },
    ), { deps: records.deps });
    await say(world, alice, 'how do I return it?');
    await records.count(1);
    await say(world, alice, 'thanks');
    await records.count(2);
    await say(world, alice, 'hm');
    await records.count(3);

    const [question, answer] = await world.history('alice');
    const nothing = { by: null, counts: null, reason: null, confidence: null, messageId: null, articleId: null, detail: null, firstMs: null, unanswered: null };
    const ms = { waitMs: expect.any(Number), tookMs: expect.any(Number) };
    const turn = { ...nothing, ...ms, customerId: question?.customerId, bot: 'script' };
    expect(records.kept).toEqual([
      { ...turn, by: 'knowledge', outcome: 'reply', counts: 'answer', confidence: 0.9, messageId: answer?.id, articleId: 'returns' },
      { ...turn, by: 'follow-up', outcome: 'reply', counts: 'thanks', messageId: expect.any(String) },
      { ...turn, outcome: 'silent', reason: 'all is said' },
    ]);
    expect(answer?.answer).toEqual({
      counts: 'answer', by: 'knowledge', reason: null, confidence: 0.9, matched: 'returns', tookMs: expect.any(Number), sources: [{ articleId: 'returns', title: 'Returns' }], choices: [],
    });
  });

  it('B18: what was void, and how long the customer waited', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    const records = keepRecords(world);
    const asked: BotTurn[] = [];
    run(world, { name: 'slow', handle: (turn) => new Promise(() => { asked.push(turn); }) }, { deps: records.deps });
    await say(world, alice, 'hello');
    world.clock.advance(1_500);
    await until('the turn to begin', () => asked.length === 1);
    await takeOver(world.deps, world.ana, { customerId: 'alice', force: false });
    await records.count(1);
    expect(records.kept).toMatchObject([{ bot: 'slow', outcome: 'void', reason: null, waitMs: 1_500, unanswered: null }]);
  });

  it.each([
    ['no_answer', ['is it blue?'], 'is it blue?'],
    ['low_confidence', ['is it blue?'], 'is it blue?'],
    ['repeated_failure', ['is it blue?', 'that did not help'], 'is it blue?'],
    ['sensitive_topic', ['is it blue?'], null],
    ['no_answer', ['and so on'], null],
  ] as const)('B14: after %s, the question that nobody could answer', async (reason, texts, question) => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    const records = keepRecords(world);
    const replies = texts.slice(1).map(() => ({ kind: 'reply', text: 'Perhaps.', counts: 'answer' }) as const);
    run(world, script(...replies, { kind: 'handoff', reason, text: 'A person will answer you here.' }), { deps: records.deps });
    for (const [index, text] of texts.entries()) {
      await say(world, alice, text);
      await records.count(index + 1);
    }
    expect(records.kept.at(-1)).toMatchObject({ outcome: 'handoff', reason, unanswered: question && { question, key: questionKey(question) } });
  });

  it('costs the conversation nothing if it cannot be kept', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    const record = async (): Promise<never> => { throw new Error('broken'); };
    run(world, echo(), { deps: { ...world.deps, botTurns: { ...world.deps.botTurns, record } } });
    for (const count of [1, 2]) {
      await say(world, alice, `question ${count}`);
      await botSays(world, 'alice', count);
    }
  });
});
