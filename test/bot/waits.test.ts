import { describe, expect, it } from 'vitest';
import type { BotTurn } from '../../server/bot/bot.ts';
import { handBackToBot, takeOver } from '../../server/domain/conversations.ts';
import { removeMessage } from '../../server/domain/messages.ts';
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
    expect((await world.history('alice')).at(-1)).toMatchObject({ kind: 'note', text: 'The customer waited too long for the bot.\nAsked: “where is my parcel?”' });
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
