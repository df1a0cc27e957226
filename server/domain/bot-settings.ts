import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canSeeBot, canSetBot } from './access.ts';
import { actorOf } from './audit.ts';
import type { Deps } from './commit.ts';
import { InvalidInputError } from './errors.ts';
import { requireText } from './limits.ts';
import { requireRight } from './people.ts';
import type { BotDesk, BotTrial, TextModelStatus } from './ports/bot.ts';
import type { BotRule, Viewer } from './types.ts';

export interface BotSettingsDeps extends Pick<Deps, 'settings' | 'botSwitch' | 'audit'> { readonly botDesk: BotDesk }

export interface BotSettings {
  /** The team's switch. */
  readonly enabled: boolean;
  /** False: the server was started without a bot. */
  readonly available: boolean;
  readonly name: string;
  readonly health: Awaited<ReturnType<BotDesk['health']>>['state'];
  readonly detail: string;
  readonly rules: readonly BotRule[];
  /** Another one for other rules. */
  readonly rulesVersion: string;
  readonly textModel: TextModelStatus;
}

/** Where the team's own rules are kept, as JSON. */
export const RULES_KEY = 'bot.rules';
const VERSION_LENGTH = 16;

/** @throws UnauthenticatedError, ForbiddenError */
export async function readBotSettings(deps: BotSettingsDeps, viewer: Viewer | null): Promise<BotSettings> {
  requireRight(viewer, canSeeBot(viewer));
  const { botDesk, botSwitch, settings } = deps;
  const { state, detail } = await botDesk.health();
  const rules = rulesIn(deps, await settings.read(RULES_KEY));
  const isOn = botSwitch.isOn();
  return {
    enabled: isOn, available: botSwitch.isAvailable, name: botDesk.name, health: isOn ? state : 'off', detail, rules, rulesVersion: versionOf(rules),
    textModel: botDesk.textModel(),
  };
}

/** For the whole server, at once. @throws UnauthenticatedError, ForbiddenError; InvalidInputError where there is no bot to switch on */
export async function setBotEnabled(deps: BotSettingsDeps, viewer: Viewer | null, enabled: boolean): Promise<BotSettings> {
  requireRight(viewer, canSetBot(viewer));
  if (enabled && !deps.botSwitch.isAvailable) throw new InvalidInputError('enabled', 'This server was started without a bot (BOT=off).');
  await deps.botSwitch.set(actorOf(viewer), enabled);
  return readBotSettings(deps, viewer);
}

export interface SetBotRules {
  /** All, in order; null: those that the bot came with. */
  readonly rules: readonly BotRule[] | null;
  /** Of the rules that were opened: whatever somebody else saved meanwhile is not overwritten. Null: it is. */
  readonly version?: string | null;
}

/** Replaces the whole list. @throws UnauthenticatedError, ForbiddenError, InvalidInputError */
export async function setBotRules(deps: BotSettingsDeps, viewer: Viewer | null, { rules, version }: SetBotRules): Promise<BotSettings> {
  requireRight(viewer, canSetBot(viewer));
  const wanted = rules && JSON.stringify(requireRules(rules));
  await deps.settings.write(actorOf(viewer), RULES_KEY, (stored) => {
    if (wanted === stored || version == null || version === versionOf(rulesIn(deps, stored))) return wanted;
    throw new InvalidInputError('version', 'Somebody changed the rules since you opened them. Nothing was saved.');
  });
  return readBotSettings(deps, viewer);
}

/** Begins to fetch the text model, or to try it again. @throws UnauthenticatedError, ForbiddenError; InvalidInputError where there is none to fetch */
export async function fetchTextModel(deps: BotSettingsDeps, viewer: Viewer | null): Promise<BotSettings> {
  requireRight(viewer, canSetBot(viewer));
  deps.botDesk.fetchTextModel();
  await deps.audit.record(actorOf(viewer), { action: 'model.fetch_begun', target: null });
  return readBotSettings(deps, viewer);
}

/** What the bot would say, by these rules instead of the saved ones, if any are given. Nobody hears it. @throws UnauthenticatedError, ForbiddenError, InvalidInputError */
export async function tryBot({ botDesk }: BotSettingsDeps, viewer: Viewer | null, question: string, rules?: readonly BotRule[] | null): Promise<BotTrial> {
  requireRight(viewer, canSeeBot(viewer));
  return botDesk.try(requireText('question', question), rules && requireRules(rules));
}

// ── rules ────────────────────────────────────────────────────────────────────────────────────────

const line = (max: number) => z.string().trim().min(1, 'must not be blank').max(max, `has at most ${max} characters`);
const ruleList = z.array(z.object({
  name: line(100),
  says: z.array(line(200)).min(1, 'needs at least one line').max(200, 'has at most 200 lines'),
  reply: line(2_000),
  choices: z.array(line(200)).max(5, 'has at most 5 choices'),
})).max(100, 'There may be at most 100 rules.').refine((rules) => new Set(rules.map(({ name }) => name)).size === rules.length, 'Two rules have the same name.');

function rulesIn({ botDesk }: BotSettingsDeps, stored: string | null): readonly BotRule[] {
  return readRules(stored) ?? botDesk.defaultRules;
}

function versionOf(rules: readonly BotRule[]): string {
  return createHash('sha256').update(JSON.stringify(rules)).digest('base64url').slice(0, VERSION_LENGTH);
}

/** Null: nothing is stored, or nothing that can be used. */
export function readRules(stored: string | null): readonly BotRule[] | null {
  if (stored === null) return null;
  try {
    return ruleList.parse(JSON.parse(stored));
  } catch {
    return null;
  }
}

function requireRules(rules: readonly BotRule[]): readonly BotRule[] {
  const { data, error } = ruleList.safeParse(rules);
  if (data) return data;
  const { path, message } = error.issues[0] ?? { path: [], message: 'This is no list of rules.' };
  const rule = rules[Number(path[0])];
  throw new InvalidInputError(['rules', ...path].join('.'), rule ? `Rule “${rule.name}”: ${String(path[1])} ${message}.` : message);
}
