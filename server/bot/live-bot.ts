import type { Logger } from 'pino';
import { readRules, RULES_KEY } from '../domain/bot-settings.ts';
import type { Settings } from '../domain/ports.ts';
import type { BotRule } from '../domain/types.ts';
import type { Bot } from './bot.ts';
import { createBuiltInBot } from './built-in.ts';
import type { LiveIndex } from './knowledge/live-index.ts';
import type { Index } from './knowledge/search-index.ts';
import { OPENING_HOURS, SMALL_TALK } from './small-talk.ts';

/** The rules that the bot comes with: in force while the team has none of its own. */
export const DEFAULT_RULES: readonly BotRule[] = [...SMALL_TALK, ...OPENING_HOURS].map(({ choices = [], ...rule }) => ({ ...rule, choices }));

/** Of all rules the only one that is asked after the articles, so that one about opening hours comes first. */
const ASKED_LAST = 'hours';

export interface LiveBot extends Bot {
  /** Reads what changed since the last question, so that its health is that of now. */
  refresh(): Promise<void>;
}

export interface LiveParts {
  readonly index: LiveIndex;
  readonly settings: Settings;
  readonly log: Pick<Logger, 'error'>;
}

/** The built-in bot over what is there at each question: an article or a rule changed, another bot. */
export function createLiveBot({ index, settings, log }: LiveParts): LiveBot {
  let made: { readonly index: Index; readonly stored: string | null; readonly bot: Bot } | null = null;
  let broken: string | null = null;

  async function current(): Promise<Bot> {
    const [published, stored] = await Promise.all([index.published(), settings.read(RULES_KEY)]);
    if (made?.index !== published || made.stored !== stored) {
      const rules = rulesIn(stored);
      const smallTalk = rules.filter(({ name }) => name !== ASKED_LAST);
      const openingHours = rules.filter(({ name }) => name === ASKED_LAST);
      made = { index: published, stored, bot: createBuiltInBot({ index: () => published, smallTalk, openingHours }) };
    }
    return made.bot;
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
    /** The first question need not wait for the articles. */
    start: refresh,
    health() {
      if (broken !== null) return { state: 'degraded', detail: "the team's rules cannot be read, so those that it came with are in force; save them again" };
      const count = index.publishedCount();
      if (count === null) return { state: 'starting', detail: 'reading the articles' };
      return { state: 'ok', detail: count === 1 ? '1 article' : `${count} articles` };
    },
    async handle(turn, io) {
      return (await current()).handle(turn, io);
    },
  };
}
