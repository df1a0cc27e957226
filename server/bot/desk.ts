import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { BotDesk, BotTrial } from '../domain/ports/bot.ts';
import type { BotRule } from '../domain/types.ts';
import type { BotOutcome, BotTurn } from './bot.ts';
import { DEFAULT_RULES } from './live-bot.ts';
import { NO_MODEL } from './model/no-model.ts';
import type { ModelSlot } from './model/slot.ts';
import { requireOutcome } from './outcome.ts';
import type { Resolve } from './turn.ts';
import { unlessAborted } from './turn.ts';

export interface Desk {
  readonly name: string;
  readonly resolve: Resolve;
  /** The same where the built-in bot has these rules. @default `resolve`: the bot has none of the team's */
  readonly resolveWith?: (rules: readonly BotRule[]) => Resolve;
  readonly health: BotDesk['health'];
  /** @default none */
  readonly model?: Pick<ModelSlot, 'status' | 'fetch'>;
  readonly log: Pick<Logger, 'error'>;
  /** @default 8 s */
  readonly deadlineMs?: number;
}

/** Nobody's: no session can have it. */
const TRIAL_ID = 'visitor_trial';

/** Where the team asks the bot how it is, and what it would say. */
export function createBotDesk({ name, resolve, resolveWith = () => resolve, health, model = NO_MODEL, log, deadlineMs = 8_000 }: Desk): BotDesk {
  async function ask(question: string, rules: readonly BotRule[] | null): Promise<BotOutcome> {
    const signal = AbortSignal.timeout(deadlineMs);
    const turn: BotTurn = { id: randomUUID(), text: question, newText: question, history: [], locale: 'en', botRepliesInRow: 0, signal };
    const asked = async (): Promise<unknown> => {
      const bot = await (rules ? resolveWith(rules) : resolve)({ customerId: TRIAL_ID, locale: turn.locale });
      return bot ? bot.handle(turn, { draft: () => undefined }) : { kind: 'silent', reason: 'no_bot' };
    };
    try {
      return requireOutcome(await unlessAborted(signal, asked));
    } catch (error) {
      log.error({ err: error }, 'the bot failed at a trial');
      return { kind: 'handoff', reason: signal.aborted ? 'timeout' : 'bot_error' };
    }
  }

  return {
    name, defaultRules: DEFAULT_RULES, health, try: async (question, rules = null) => trialOf(await ask(question, rules)),
    textModel: () => model.status(), fetchTextModel: () => model.fetch(),
  };
}

function trialOf(outcome: BotOutcome): BotTrial {
  const { by = null } = outcome;
  const nothing = { text: null, matched: null, confidence: null, reason: null, detail: null, heldBack: null, firstMs: null, sources: [], choices: [] };
  if (outcome.kind === 'silent') return { ...nothing, outcome: 'silent', by, reason: outcome.reason };
  if (outcome.kind === 'handoff') {
    const { reason, text = null, detail = null, heldBack = null, firstMs = null, confidence = null } = outcome;
    return { ...nothing, outcome: 'handoff', by, reason, text, detail, heldBack, firstMs, confidence };
  }
  const { text, matched = null, confidence = null, firstMs = null, sources = [], choices = [] } = outcome;
  return { ...nothing, outcome: 'reply', by, text, matched, confidence, firstMs, sources, choices };
}
