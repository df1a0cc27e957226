import { describe, expect, it } from 'vitest';
import type { Bot, BotTurn, ForWhom } from '../../server/bot/bot.ts';
import { handBackToBot, takeOver } from '../../server/domain/conversations.ts';
import { removeMessage } from '../../server/domain/messages.ts';
import { topics } from '../../server/domain/ports/bus.ts';
import type { World } from '../domain/world.ts';
import { openWorld, say } from '../domain/world.ts';
import { range } from '../_util/parallel.ts';
import { until } from '../_util/wait.ts';
import { botSays, echo, handedOn, keepRecords, run, said, script } from './running.ts';

const MINUTE = 60_000;

describe('whoever waited for somebody else', () => {
  it('A8: is answered by the bot after the hand-back, however long it was, and the inbox shows the whole wait', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    await say(world, world.ana, 'Hello!', 'alice');
    await say(world, alice, 'where is my parcel?');
    const { waitingSince } = await world.state('alice');
    world.clock.advance(5 * MINUTE);
    await handBackToBot(world.deps, world.ben, { customerId: 'alice' });
    expect((await world.state('alice')).waitingSince).toEqual(waitingSince);
    const records = keepRecords(world);
    run(world, echo(), { deps: records.deps });
    await botSays(world, 'alice', 1);
    expect(await said(world, 'alice')).toEqual(['You said: where is my parcel?']);
    await records.count(1);
    expect(records.kept).toMatchObject([{ outcome: 'reply', waitMs: 5 * MINUTE }]);
  });

  it('B8: gets a person once the bot has had 30 seconds too, and the agent a note', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    await say(world, world.ana, 'Hello!', 'alice');
    await say(world, alice, 'where is my parcel?');
    world.clock.advance(5 * MINUTE);
    await handBackToBot(world.deps, world.ben, { customerId: 'alice' });
    world.clock.advance(31_000);
    run(world, echo());
    await handedOn(world, 'alice');
    expect(await said(world, 'alice')).toEqual(['A person will answer you here.']);
    const text = 'The customer waited too long for the bot.\nAsked: “where is my parcel?”';
    expect((await world.history('alice')).at(-1)).toMatchObject({ kind: 'note', audience: 'team', text });
  });
});

describe('whoever waits for a bot that hangs', () => {
  it('R68: has a person after 30 seconds, even if each nudge is a turn of its own', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    const turns: BotTurn[] = [];
    run(world, { name: 'hung', handle: (turn) => new Promise(() => { turns.push(turn); }) }, { timing: { burstMs: 30, deadlineMs: 60_000 } });
    await say(world, alice, 'where is my parcel?');
    await until('the bot to be asked', () => turns.length === 1);
    world.clock.advance(29_800);
    await say(world, alice, 'hello??');
    await until('the bot to be asked again', () => turns.length === 2);
    await handedOn(world, 'alice');
    expect(await said(world, 'alice')).toEqual(['I cannot answer just now. A person will answer you here.']);
  });
});

describe('whoever finds no place among a hundred', () => {
  it('R68 B8: has a person within ten seconds, too, where the bot hangs', { timeout: 30_000 }, async () => {
    const world = await openWorld();
    const ids = await crowd(world);
    const records = keepRecords(world);
    const began = performance.now();
    const clock = { now: () => world.clock.now() + Math.trunc(performance.now() - began) };
    run(world, { name: 'hung', handle: () => new Promise(() => undefined) }, { deps: { ...records.deps, clock }, timing: undefined });
    await until('persons for all', async () => (await Promise.all(ids.map((id) => world.state(id)))).every(({ handler }) => handler === 'queue'), 10_000);
    await records.count(150);
    const outcomes = records.kept.map(({ bot, reason, unanswered }) => `${bot}: ${reason}, ${unanswered === null ? '' : 'un'}answered`);
    expect([...new Set(outcomes)].sort()).toEqual(['hung: timeout, answered', 'none: overloaded, answered']);
    expect(outcomes.filter((outcome) => outcome.startsWith('hung'))).toHaveLength(100);
    const turnedAway = records.kept.find(({ reason }) => reason === 'overloaded')?.customerId ?? '';
    expect((await world.history(turnedAway)).map(({ text }) => text)).toEqual([
      'hello?', 'I cannot answer just now. A person will answer you here.', 'The bot asked for a person', 'The bot was too busy.\nAsked: “hello?”',
    ]);
  });

  it('R108: gets one soon where the bot works, though all waited for it to start', async () => {
    const world = await openWorld();
    const ids = await crowd(world);
    world.clock.advance(20_000);
    run(world, echo());
    await until('answers for all', async () => (await Promise.all(ids.map((id) => said(world, id)))).every(({ length }) => length > 0), 10_000);
    expect((await Promise.all(ids.map((id) => world.state(id)))).every(({ handler }) => handler === 'bot')).toBe(true);
  });

  it('R98: is not turned away for the time in which the server had too much else to do', async () => {
    const world = await openWorld();
    await crowd(world);
    let isShut = false;
    let looks = 0;
    const asked = new Set<string>();
    const hang = ({ customerId }: ForWhom): Bot => ({ name: 'hung', handle: () => new Promise(() => { asked.add(customerId); }) });
    const records = keepRecords(world);
    run(world, echo(), { deps: records.deps, resolve: hang, admits: () => { looks += 1; return !isShut; } });
    await until('the places to be taken', () => asked.size === 100);
    isShut = true;
    looks = 0;
    world.clock.advance(20_000);
    await records.count(100);
    await until('the list to be left alone', () => looks > 0);
    isShut = false;
    world.deps.bus.ring(topics.bot);
    await until('all to be asked about', () => asked.size === 150, 10_000);
  });
});

describe('a silence that the bot chose', () => {
  it('ends the wait: what is said a minute later is given to the bot', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    const records = keepRecords(world);
    run(world, script({ kind: 'silent', reason: 'nothing to say' }, { kind: 'reply', text: 'Here it is.', counts: 'answer' }), { deps: records.deps });
    await say(world, alice, 'hm');
    await records.count(1);
    expect((await world.state('alice')).waitingSince).toBe(null);
    world.clock.advance(MINUTE);
    await say(world, alice, 'where is my parcel?');
    await botSays(world, 'alice', 1);
    expect(await said(world, 'alice')).toEqual(['Here it is.']);
  });

  it('is chosen for it where all that it was asked was removed', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    const { message } = await say(world, alice, 'my password is');
    await removeMessage(world.deps, alice, { customerId: 'alice', messageId: message.id });
    world.clock.advance(MINUTE);
    const records = keepRecords(world);
    const turns: BotTurn[] = [];
    run(world, echo(turns), { deps: records.deps });
    await records.count(1);
    expect(records.kept).toMatchObject([{ bot: 'echo', outcome: 'silent', reason: 'removed', unanswered: null }]);
    expect(await world.state('alice')).toMatchObject({ handler: 'bot', waitingSince: null });
    await say(world, alice, 'hello');
    await botSays(world, 'alice', 1);
    expect(turns).toMatchObject([{ text: 'hello' }]);
  });

  it('is not taken for granted where what it was asked lies too far back to be seen', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    await say(world, alice, 'where is my parcel?');
    for (const _ of range(11)) {
      await takeOver(world.deps, world.ana, { customerId: 'alice', force: false });
      await handBackToBot(world.deps, world.ana, { customerId: 'alice' });
    }
    const turns: BotTurn[] = [];
    run(world, echo(turns));
    await until('the bot to be asked', () => turns.length > 0);
  });
});

/** Half as many again as there are places; each has asked. */
async function crowd(world: World): Promise<string[]> {
  const ids = range(150).map((index) => `customer-${index}`);
  for (const id of ids) await say(world, await world.meet(id), 'hello?');
  return ids;
}
