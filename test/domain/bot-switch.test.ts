import { describe, expect, it } from 'vitest';
import { ITSELF } from '../../server/domain/audit.ts';
import { openBotSwitch } from '../../server/domain/bot-switch.ts';
import { botHandsOff, botReplies, botStaysSilent, turnOf } from '../../server/domain/bot-turn.ts';
import { handBackToBot, reopenConversation, resolveConversation, takeOver } from '../../server/domain/conversations.ts';
import { InvalidInputError } from '../../server/domain/errors.ts';
import { topics } from '../../server/domain/ports/bus.ts';
import { openWorld, refusalOf, say } from './world.ts';

describe('the switch of the bot', () => {
  it('is on while nobody has touched it, and stands as it was left', async () => {
    const { deps } = await openWorld();
    expect(deps.botSwitch.isOn()).toBe(true);
    await deps.botSwitch.set(ITSELF, false);
    expect(deps.botSwitch.isOn()).toBe(false);
    const { settings, bus } = deps;
    expect((await openBotSwitch({ settings, bus, isAvailable: true })).isOn()).toBe(false);
    await deps.botSwitch.set(ITSELF, true);
    expect((await openBotSwitch({ settings, bus, isAvailable: true })).isOn()).toBe(true);
  });

  it('moves nothing on a server that was started without a bot', async () => {
    const { deps } = await openWorld({ hasBot: false });
    expect(deps.botSwitch).toMatchObject({ isAvailable: false });
    await deps.botSwitch.set(ITSELF, true);
    expect(deps.botSwitch.isOn()).toBe(false);
  });

  it('stays where it is if that could not be kept', async () => {
    const { deps } = await openWorld();
    const settings = { ...deps.settings, write: async () => { throw new Error('disk full'); } };
    const botSwitch = await openBotSwitch({ settings, bus: deps.bus, isAvailable: true });
    await expect(botSwitch.set(ITSELF, false)).rejects.toThrow('disk full');
    expect(botSwitch.isOn()).toBe(true);
  });

  it('ends where the last hand left it, and wakes the runner', async () => {
    const { deps } = await openWorld();
    const bell = deps.bus.listen(topics.bot);
    await Promise.all([false, true, false].map((on) => deps.botSwitch.set(ITSELF, on)));
    expect([deps.botSwitch.isOn(), await deps.settings.read('bot.enabled'), bell.take()]).toEqual([false, 'false', true]);
    bell.close();
  });
});

describe('while the bot is off', () => {
  it('B4: nothing of its turn lands but the way to a person', async () => {
    const world = await openWorld();
    await say(world, await world.meet('alice'), 'hello');
    const turn = turnOf(await world.state('alice'));
    await world.deps.botSwitch.set(ITSELF, false);

    expect(await botReplies(world.deps, turn, 'Hello!')).toBeNull();
    expect(await botStaysSilent(world.deps, turn)).toBe(false);
    expect(await world.state('alice')).toMatchObject({ handler: 'bot', head: 1 });
    expect(await botHandsOff(world.deps, turn, { text: 'A last word.', note: 'A summary.' })).toBe(true);
    expect((await world.history('alice')).map(({ text }) => text)).toEqual(['hello', 'Waiting for a person']);
    expect(await world.state('alice')).toMatchObject({ handler: 'queue', fence: 1, botDoneSeq: 1 });
  });

  it('B4: a customer’s text waits for a person from its own commit on', async () => {
    const world = await openWorld();
    const alice = await world.meet('alice');
    await world.deps.botSwitch.set(ITSELF, false);
    const { conversation } = await say(world, alice, 'hello');
    expect(conversation).toMatchObject({ handler: 'queue' });
    await resolveConversation(world.deps, world.ana, { customerId: 'alice' });
    expect((await say(world, alice, 'me again')).conversation).toMatchObject({ status: 'open', handler: 'queue' });
  });

  it('B4: nobody hands back to it, and reopening gives it nothing', async () => {
    const world = await openWorld();
    await say(world, await world.meet('alice'), 'hello');
    await resolveConversation(world.deps, world.ana, { customerId: 'alice' });
    await world.deps.botSwitch.set(ITSELF, false);
    expect(await reopenConversation(world.deps, world.ana, { customerId: 'alice' })).toMatchObject({ handler: 'queue' });
    await takeOver(world.deps, world.ana, { customerId: 'alice', force: false });
    expect(await refusalOf(handBackToBot(world.deps, world.ana, { customerId: 'alice' }))).toBeInstanceOf(InvalidInputError);
    await world.deps.botSwitch.set(ITSELF, true);
    expect(await handBackToBot(world.deps, world.ana, { customerId: 'alice' })).toMatchObject({ handler: 'bot' });
  });
});
