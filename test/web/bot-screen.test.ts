import { afterEach, describe, expect, it } from 'vitest';
import { ConnectionLostError } from '../../web/src/graphql/errors.ts';
import BotScreen from '../../web/src/settings/BotScreen.vue';
import type { BotSettings } from '../../web/src/settings/botSettings.ts';
import { until } from '../_util/wait.ts';
import type { Answers, Shown } from './_screen.ts';
import { show } from './_screen.ts';

type Rules = BotSettings['rules'];

const SETTINGS: BotSettings = {
  enabled: true, available: true, name: 'built-in', health: 'OK', detail: '', rulesVersion: '1',
  rules: ['hello', 'thanks', 'bye'].map((name) => ({ name, says: [name], reply: `${name}!`, choices: [] })),
  textModel: { name: '', state: 'OFF', progress: null, detail: '', canFetch: false },
};

let shown: Shown;
afterEach(() => shown.leave());

async function open(answers: Answers): Promise<void> {
  shown = await show(BotScreen, { BotSettings: () => ({ botSettings: SETTINGS }), ...answers });
}

function toggle(n: number): HTMLButtonElement | undefined {
  return shown.root.querySelectorAll<HTMLButtonElement>('.RuleRow-toggle')[n];
}

/** What is read out with a field. */
function described(label: string): string | null | undefined {
  return document.getElementById(shown.field(label).getAttribute('aria-describedby') ?? '')?.textContent;
}

const saved = (rules: unknown) => ({ setBotRules: { __typename: 'BotSettingsPayload', settings: { ...SETTINGS, rules: rules as Rules, rulesVersion: '2' } } });
const saveByKey = (): void => { dispatchEvent(new KeyboardEvent('keydown', { key: 's', ctrlKey: true })); };

describe('the bot\'s settings', () => {
  it('B13: say why they did not load', async () => {
    await open({ BotSettings: () => { throw new ConnectionLostError(); } });
    await shown.see(/The bot’s settings did not load.*The server did not answer\./);
  });

  it('B13: keep what is typed while they are saved, the open rule and the keyboard in it', async () => {
    const sent: { rules: unknown; answer: () => void }[] = [];
    await open({ SetBotRules: ({ rules }) => new Promise((resolve) => { sent.push({ rules, answer: () => resolve(saved(rules)) }); }) });
    await shown.see('hello');
    toggle(0)?.click();
    await shown.see('The bot replies');
    shown.write('The bot replies', 'Hi');
    saveByKey();
    await until('the rules to be sent', () => sent.length === 1);
    shown.write('The bot replies', 'Hi there');
    await shown.see('Not saved yet');
    sent[0]?.answer();
    await until('the answer to be in', () => shown.root.querySelector('[aria-disabled=false]')?.textContent === 'Save the rules');
    expect(shown.field('The bot replies').value).toBe('Hi there');
    expect(document.activeElement).toBe(shown.field('The bot replies'));
    await shown.see('Not saved yet');
    saveByKey();
    await until('the rest to be sent', () => sent.length === 2);
    expect(sent[1]?.rules).toEqual([{ name: 'hello', says: ['hello'], reply: 'Hi there', choices: [] }, ...SETTINGS.rules.slice(1)]);
    sent[1]?.answer();
    await shown.see('Saved. The bot goes by it');
    expect(document.activeElement).toBe(shown.field('The bot replies'));
  });

  it('B13: leave the keyboard beside a rule that is removed', async () => {
    await open({});
    await shown.see('hello');
    for (const next of ['thanks', 'bye', 'Add a rule']) {
      toggle(0)?.click();
      await shown.see('The bot replies');
      shown.press('Remove this rule');
      await shown.holdFocus(next);
    }
  });

  it('B13: open the rule that was refused, with the keyboard in its field, and name the line', async () => {
    const reason = 'Rule “thanks”: says has at most 200 characters.';
    await open({ SetBotRules: () => ({ setBotRules: { __typename: 'InvalidInputError', field: 'rules.1.says.1', reason } }) });
    await shown.see('hello');
    toggle(1)?.click();
    await shown.see('The bot replies');
    expect(described('When a customer says')).toMatch(/^One phrase per line/);
    shown.write('When a customer says', 'thanks\n\nthanks\n too long ');
    toggle(1)?.click();
    await shown.see('Not saved yet');
    shown.press('Save the rules');
    await shown.see(`Line 4. ${reason}`);
    expect(document.activeElement).toBe(shown.field('When a customer says'));
    expect(described('When a customer says')).toBe(`Line 4. ${reason}`);
  });

  it('B13: say below the rules what is wrong with all of them', async () => {
    await open({ SetBotRules: () => ({ setBotRules: { __typename: 'InvalidInputError', field: 'rules', reason: 'Two rules have the same name.' } }) });
    await shown.see('hello');
    toggle(1)?.click();
    await shown.see('The bot replies');
    shown.write('Name', 'hello');
    await shown.see('Not saved yet');
    shown.press('Save the rules');
    await shown.see('Not saved. Two rules have the same name.');
  });

  it('B13: are tried as they are written, before anybody else has them, and as they are saved', async () => {
    const tried: unknown[] = [];
    const nothing = { by: null, matched: null, confidence: null, reason: null, detail: null, heldBack: null, firstTextMs: null, sources: [], choices: [] };
    await open({
      TryBot: ({ rules }) => {
        tried.push(rules);
        return { tryBot: { ...nothing, outcome: 'REPLY', text: `answer ${tried.length}` } };
      },
      SetBotRules: ({ rules }) => saved(rules),
    });
    await shown.see('hello');
    shown.write('A customer’s question', 'hello');
    shown.press('Ask');
    await shown.see('answer 1');
    toggle(0)?.click();
    await shown.see('The bot replies');
    shown.write('The bot replies', 'Hi');
    await shown.see('Asks by the rules below, which are not saved yet.');
    shown.press('Ask');
    await shown.see('answer 2');
    saveByKey();
    await shown.see('Asks the bot as it is saved.');
    shown.press('Ask');
    await shown.see('answer 3');
    expect(tried).toEqual([null, [{ name: 'hello', says: ['hello'], reply: 'Hi', choices: [] }, ...SETTINGS.rules.slice(1)], null]);
  });

  it('B4: follow a switch that somebody else moved, as soon as the page is looked at', async () => {
    let health: Partial<BotSettings> = {};
    // As a server does: no more than was asked for.
    await open({ BotHealth: (_, source) => ({ botSettings: pick({ ...SETTINGS, ...health }, source) }) });
    await shown.see('The bot answers first');
    for (const enabled of [false, true]) {
      health = { enabled, health: enabled ? 'OK' : 'OFF' };
      dispatchEvent(new Event('focus'));
      await shown.see(enabled ? 'The bot answers first' : 'Every customer who writes waits for a person.');
      expect(shown.root.querySelector<HTMLInputElement>('[role=switch]')?.checked).toBe(enabled);
    }
  });
});

function pick(settings: BotSettings, source: string): unknown {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => new RegExp(`\\b${name}\\b`).test(source)));
}
