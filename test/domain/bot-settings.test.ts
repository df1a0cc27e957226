import { describe, expect, it } from 'vitest';
import { readBotReport, listUnanswered, dismissUnanswered } from '../../server/domain/bot-report.ts';
import type { BotSettingsDeps } from '../../server/domain/bot-settings.ts';
import { readBotSettings, setBotEnabled, setBotRules, tryBot } from '../../server/domain/bot-settings.ts';
import { ForbiddenError, InvalidInputError, UnauthenticatedError } from '../../server/domain/errors.ts';
import type { BotDesk } from '../../server/domain/ports/bot.ts';
import type { BotRule, Viewer } from '../../server/domain/types.ts';
import type { World } from './world.ts';
import { agentViewer, customerViewer, openWorld, refusalOf, tokenViewer } from './world.ts';

const HELLO: BotRule = { name: 'hello', says: ['hi'], reply: 'Hello!', choices: [] };
const desk: BotDesk = {
  name: 'a bot',
  defaultRules: [HELLO],
  health: async () => ({ state: 'ok', detail: '3 articles' }),
  try: async (question, rules) => ({ outcome: 'reply', text: rules?.[0]?.reply ?? question, by: null, matched: null, confidence: null, reason: null, detail: null, heldBack: null, firstMs: null, sources: [], choices: [] }),
  textModel: () => ({ name: '', state: 'off', progress: null, detail: '', canFetch: false }),
  fetchTextModel: () => undefined,
};

async function open(hasBot = true): Promise<{ world: World; deps: World['deps'] & BotSettingsDeps }> {
  const world = await openWorld({ hasBot });
  return { world, deps: { ...world.deps, botDesk: desk } };
}

describe('the bot\'s settings', () => {
  const DAY_MS = 86_400_000;

  it('R1: are read by the team, the report and the questions too; set by admins; and tokens with admin do both', async () => {
    const { world, deps } = await open();
    const period = { since: new Date(world.clock.now() - DAY_MS) };
    const reading: ((viewer: Viewer | null) => Promise<unknown>)[] = [
      (viewer) => readBotSettings(deps, viewer), (viewer) => tryBot(deps, viewer, 'hi'), (viewer) => listUnanswered(deps, viewer),
      (viewer) => readBotReport(deps, viewer, period),
    ];
    const dismissing = [(viewer: Viewer | null) => dismissUnanswered(deps, viewer, 'x')];
    const setting = [(viewer: Viewer | null) => setBotEnabled(deps, viewer, false), (viewer: Viewer | null) => setBotRules(deps, viewer, { rules: null })];
    const marks = async (verbs: typeof reading): Promise<string> => {
      const who = [
        null, customerViewer('alice'), world.ana, world.ben, agentViewer('viewer'), tokenViewer(['conversations:read']),
        tokenViewer(['conversations:write', 'messages:write', 'notes', 'customers:read', 'customers:write']), tokenViewer(['admin']),
      ];
      return (await Promise.all(who.map(async (viewer) => {
        const refusals = await Promise.all(verbs.map((verb) => verb(viewer).then(() => 'x', (error: unknown) => (
          error instanceof UnauthenticatedError ? 'u' : error instanceof ForbiddenError ? 'f' : String(error)
        ))));
        return [...new Set(refusals)].join('');
      }))).join(' ');
    };
    //                                 nobody alice admin agent viewer c:read others t:admin
    expect(await marks(reading)).toBe('u f x x x x f x');
    expect(await marks(dismissing)).toBe('u f x x f f f x');
    expect(await marks(setting)).toBe('u f x f f f f x');
  });

  it('B4: switch the bot for the whole server, and say so', async () => {
    const { world, deps } = await open();
    expect(await readBotSettings(deps, world.ben)).toEqual({ enabled: true, available: true, name: 'a bot', health: 'ok', detail: '3 articles', rules: [HELLO], rulesVersion: expect.stringMatching(/^[\w-]{16}$/), textModel: desk.textModel() });
    expect(await setBotEnabled(deps, world.ana, false)).toMatchObject({ enabled: false, available: true, health: 'off' });
    expect(deps.botSwitch.isOn()).toBe(false);
    expect(await setBotEnabled(deps, world.ana, true)).toMatchObject({ enabled: true, health: 'ok' });
    const { items } = await deps.audit.page({ action: 'setting.changed', limit: 9, after: null });
    expect(items.map(({ node }) => [node.actor.id, node.target?.id])).toEqual([[world.ana.id, 'bot.enabled'], [world.ana.id, 'bot.enabled']]);
  });

  it('B4: cannot switch on what was left out at the start', async () => {
    const { world, deps } = await open(false);
    expect(await readBotSettings(deps, world.ana)).toMatchObject({ enabled: false, available: false, health: 'off' });
    expect(await refusalOf(setBotEnabled(deps, world.ana, true))).toMatchObject({ name: 'InvalidInputError', field: 'enabled' });
  });

  it('keep the whole list of rules in its order, or forget it', async () => {
    const { world, deps } = await open();
    const list = [{ name: ' b ', says: [' x ', 'y'], reply: ' Yes\nand no ', choices: ['c'] }, HELLO];
    const { rules } = await setBotRules(deps, world.ana, { rules: list });
    expect(rules).toEqual([{ name: 'b', says: ['x', 'y'], reply: 'Yes\nand no', choices: ['c'] }, HELLO]);
    expect((await setBotRules(deps, world.ana, { rules: [] })).rules, 'none is a list too').toEqual([]);
    expect((await setBotRules(deps, world.ana, { rules: null })).rules).toEqual([HELLO]);
    const largest = Array.from({ length: 100 }, (_, index) => ({
      name: `${index}`.padEnd(100, 'n'), says: Array.from({ length: 200 }, () => 's'.repeat(20)), reply: 'r'.repeat(2_000), choices: Array.from({ length: 5 }, () => 'c'.repeat(200)),
    }));
    expect((await setBotRules(deps, world.ana, { rules: largest })).rules).toEqual(largest);
  });

  it('B13: two admins at once: the second is told, and overwrites nothing', async () => {
    const { world, deps } = await open();
    const eve = await world.hire('Eve', 'admin');
    const set = (viewer: Viewer, reply: string, version?: string) => setBotRules(deps, viewer, { rules: [{ ...HELLO, reply }], version });
    const { rulesVersion: opened } = await readBotSettings(deps, world.ana);
    const { rulesVersion: anas } = await set(world.ana, 'Hello from Ana', opened);
    expect(anas).not.toBe(opened);
    for (const rules of [[{ ...HELLO, reply: 'Hello from Eve' }], null]) {
      expect(await refusalOf(setBotRules(deps, eve, { rules, version: opened }))).toMatchObject({ name: 'InvalidInputError', field: 'version' });
    }
    expect(await readBotSettings(deps, eve)).toMatchObject({ rules: [{ reply: 'Hello from Ana' }], rulesVersion: anas });
    expect(await set(eve, 'Hello from Ana', opened), 'the same is no conflict').toMatchObject({ rulesVersion: anas });
    expect((await set(eve, 'Hello from Eve', anas)).rules).toMatchObject([{ reply: 'Hello from Eve' }]);
    expect((await set(world.ana, 'Hello again')).rules, 'without a version').toMatchObject([{ reply: 'Hello again' }]);
    expect((await setBotRules(deps, eve, { rules: null })).rulesVersion, 'of the same rules').toBe(opened);
    const races = await Promise.allSettled([set(world.ana, 'One', opened), set(eve, 'Two', opened)]);
    expect(races.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it.each([
    ['rules', Array.from({ length: 101 }, (_, index) => ({ ...HELLO, name: `${index}` }))],
    ['rules', [HELLO, { ...HELLO, reply: 'x' }]],
    ['rules.1.name', [HELLO, { ...HELLO, name: ' ' }]],
    ['rules.0.says', [{ ...HELLO, says: [] }]],
    ['rules.0.says.1', [{ ...HELLO, says: ['x', ''] }]],
    ['rules.0.says', [{ ...HELLO, says: Array.from({ length: 201 }, () => 'x') }]],
    ['rules.0.reply', [{ ...HELLO, reply: 'r'.repeat(2_001) }]],
    ['rules.0.choices', [{ ...HELLO, choices: ['1', '2', '3', '4', '5', '6'] }]],
  ])('refuse rules, naming %s, and keep those before', async (field, rules) => {
    const { world, deps } = await open();
    await setBotRules(deps, world.ana, { rules: [{ ...HELLO, reply: 'before' }] });
    const refusal = await refusalOf(setBotRules(deps, world.ana, { rules }));
    expect(refusal).toMatchObject({ name: 'InvalidInputError', field });
    expect((refusal as Error).message).toMatch(/\.$/);
    expect((await readBotSettings(deps, world.ana)).rules).toEqual([{ ...HELLO, reply: 'before' }]);
  });

  it('try a question only if it is a text', async () => {
    const { world, deps } = await open();
    expect(await tryBot(deps, world.ben, 'hi')).toMatchObject({ outcome: 'reply', text: 'hi' });
    expect(await tryBot(deps, world.ben, 'hi', [{ ...HELLO, reply: ' Tried. ' }]), 'as the rules would be kept').toMatchObject({ text: 'Tried.' });
    expect((await readBotSettings(deps, world.ben)).rules, 'which they are not').toEqual([HELLO]);
    expect(await refusalOf(tryBot(deps, world.ben, 'hi', [{ ...HELLO, says: [] }]))).toMatchObject({ name: 'InvalidInputError', field: 'rules.0.says' });
    for (const question of [' ', 'x'.repeat(8_001), '\0']) expect(await refusalOf(tryBot(deps, world.ben, question))).toBeInstanceOf(InvalidInputError);
  });

  it('report on 1 ms to 366 days', async () => {
    const { world, deps } = await open();
    const now = world.clock.now();
    const read = (since: number, until?: number): Promise<unknown> =>
      readBotReport(deps, world.ana, { since: new Date(since), until: until === undefined ? null : new Date(until) });
    for (const [since, until] of [[now - 1], [now, now + 1], [now - 366 * DAY_MS, now]] as const) expect(await read(since, until)).toMatchObject({ conversations: 0 });
    expect(await refusalOf(read(now))).toMatchObject({ field: 'until' });
    expect(await refusalOf(read(now, now - 1))).toMatchObject({ field: 'until' });
    expect(await refusalOf(read(now - 366 * DAY_MS - 1, now))).toMatchObject({ field: 'since' });
    expect(await refusalOf(listUnanswered(deps, world.ana, 101))).toMatchObject({ field: 'first' });
  });
});
