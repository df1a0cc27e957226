import type { Logger } from 'pino';
import { readRules, RULES_KEY } from '../domain/bot-settings.ts';
import type { Settings } from '../domain/ports/bot.ts';
import type { BotRule } from '../domain/types.ts';
import type { Bot, BotHealth } from './bot.ts';
import { createBuiltInBot } from './built-in.ts';
import type { LiveIndex } from './knowledge/live-index.ts';
import type { Index } from './knowledge/search-index.ts';
import { NO_MODEL } from './model/no-model.ts';
import type { ModelSlot } from './model/slot.ts';
import type { TextModel } from './model/text-model.ts';
import { writeReply } from './model/write-reply.ts';
import { OPENING_HOURS, SMALL_TALK } from './small-talk.ts';

/** The rules that the bot comes with: in force while the team has none of its own. */
export const DEFAULT_RULES: readonly BotRule[] = [...SMALL_TALK, ...OPENING_HOURS].map(({ choices = [], ...rule }) => ({ ...rule, choices }));

/** Of all rules the only one that is asked after the articles, so that one about opening hours comes first. */
const ASKED_LAST = 'hours';

export interface LiveBot extends Bot {
  /** Reads what changed since the last question, so that its health is that of now. */
  refresh(): Promise<void>;
  /** The same bot with these rules in place of the team's. */
  withRules(rules: readonly BotRule[]): Bot;
}

export interface LiveParts {
  readonly index: LiveIndex;
  readonly settings: Settings;
  /** @default none */
  readonly model?: ModelSlot;
  readonly log: Pick<Logger, 'error'>;
}

const HEALTH_WITH = { off: 'ok', ready: 'ok', fetching: 'starting', missing: 'degraded', failed: 'degraded' } as const;

/** The built-in bot over what is there at each question: an article, a rule or the text model changed, another bot. */
export function createLiveBot({ index, settings, model: slot = NO_MODEL, log }: LiveParts): LiveBot {
  let made: { readonly index: Index; readonly stored: string | null; readonly model: TextModel | null; readonly bot: Bot } | null = null;
  let broken: string | null = null;

  async function current(): Promise<Bot> {
    const [published, stored, model] = await Promise.all([index.published(), settings.read(RULES_KEY), slot.current()]);
    if (made?.index !== published || made.stored !== stored || made.model !== model) {
      made = { index: published, stored, model, bot: botOf(published, rulesIn(stored), model) };
    }
    return made.bot;
  }

  function botOf(published: Index, rules: readonly BotRule[], model: TextModel | null): Bot {
    const smallTalk = rules.filter(({ name }) => name !== ASKED_LAST);
    const openingHours = rules.filter(({ name }) => name === ASKED_LAST);
    const parts = { index: () => published, smallTalk, openingHours };
    return createBuiltInBot({ ...parts, writeReply: model && writeReply({ index: parts.index, model }) });
  }

  function rulesIn(stored: string | null): readonly BotRule[] {
    const rules = readRules(stored);
    if (stored !== null && !rules && broken !== stored) log.error({}, "the team's rules for the bot cannot be read: those that it came with are in force");
    broken = rules ? null : stored;
    return rules ?? DEFAULT_RULES;
  }

  async function refresh(): Promise<void> {
    await current();
  }

  return {
    name: 'built-in',
    refresh,
    withRules: (rules) => ({
      name: 'built-in',
      async handle(turn, io) {
        const [published, model] = await Promise.all([index.published(), slot.current()]);
        return botOf(published, rules, model).handle(turn, io);
      },
    }),
    /** The first question need not wait for the articles. */
    start: refresh,
    health(): BotHealth {
      if (broken !== null) return { state: 'degraded', detail: "the team's rules cannot be read, so those that it came with are in force; save them again" };
      const count = index.publishedCount();
      if (count === null) return { state: 'starting', detail: 'reading the articles' };
      const { state, detail } = slot.status();
      return { state: HEALTH_WITH[state], detail: [count === 1 ? '1 article' : `${count} articles`, ...(detail === '' ? [] : [detail])].join('; ') };
    },
    stop: () => slot.close(),
    async handle(turn, io) {
      return (await current()).handle(turn, io);
    },
  };
}
