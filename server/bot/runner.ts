import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { TurnStart } from '../domain/bot-turn.ts';
import { botHandsOff, botReplies, botStaysSilent, isCurrentTurn, showDraft, turnOf } from '../domain/bot-turn.ts';
import type { Deps } from '../domain/commit.ts';
import { topics } from '../domain/ports.ts';
import type { Conversation } from '../domain/types.ts';
import type { Bot, BotOutcome } from './bot.ts';

/** People write in bursts: the bot waits for this much silence. */
const BURST_MS = 600;
const DEADLINE_MS = 10_000;
/** Whoever has waited this long gets a person with the next outcome. */
const PATIENCE_MS = 30_000;
const MAX_TURNS_AT_ONCE = 32;
/** A lost ring costs at most this. */
const LOOK_AGAIN_MS = 5_000;

export interface BotRunner {
  start(): void;
  /** Settles when no turn is under way. */
  stop(): Promise<void>;
}

/**
 * Gives the bot its turns. The work list is a query, so starting again, a lost ring and a second runner are the same case; what lands is decided in the
 * store, so a bot that throws, hangs or is late cannot hurt the conversation.
 */
export function createBotRunner({ deps, bot, log }: { deps: Deps; bot: Bot; log: Pick<Logger, 'error'> }): BotRunner {
  const turns = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  const bell = deps.bus.listen(topics.bot);
  let loop = Promise.resolve();

  async function run(): Promise<void> {
    while (!bell.closed) {
      bell.take();
      try {
        for (const conversation of await deps.log.awaitingBot(MAX_TURNS_AT_ONCE)) begin(conversation);
      } catch (error) {
        log.error({ err: error }, 'the bot could not read its work list');
      }
      await bell.wait(deps.bus.monotonic() + LOOK_AGAIN_MS);
    }
  }

  function begin({ customerId }: Conversation): void {
    if (turns.has(customerId) || turns.size >= MAX_TURNS_AT_ONCE) return;
    const turn = takeTurn(deps, bot, customerId, stopping.signal)
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) log.error({ err: error }, 'a turn of the bot failed');
      })
      .finally(() => {
        turns.delete(customerId);
        deps.bus.ring(topics.bot); // there may be more of the customer's, or one that found no room
      });
    turns.set(customerId, turn);
  }

  return {
    start() {
      loop = run();
    },
    async stop() {
      bell.close();
      stopping.abort();
      await Promise.all([loop, ...turns.values()]);
    },
  };
}

async function takeTurn(deps: Deps, bot: Bot, customerId: string, stopping: AbortSignal): Promise<void> {
  const conversation = await settled(deps, customerId, stopping);
  if (!conversation) return;
  const turn = turnOf(conversation);
  const outcome = await outcomeOf(deps, bot, conversation, turn, stopping);
  if (!outcome) return;
  const waitedMs = deps.clock.now() - (conversation.waitingSince?.getTime() ?? deps.clock.now());
  if (outcome.kind === 'handoff' || waitedMs > PATIENCE_MS) await botHandsOff(deps, turn, outcome.kind === 'silent' ? undefined : outcome.text);
  else if (outcome.kind === 'reply') await botReplies(deps, turn, outcome.text);
  else await botStaysSilent(deps, turn);
}

/** The conversation once its customer pauses. Null: the bot owes nothing any more. */
async function settled(deps: Deps, customerId: string, stopping: AbortSignal): Promise<Conversation | null> {
  let before = await deps.log.find(customerId);
  for (;;) {
    await delay(BURST_MS, undefined, { signal: stopping });
    const now = await deps.log.find(customerId);
    if (!now || !isCurrentTurn(turnOf(now), now)) return null;
    if (before?.lastCustomerSeq === now.lastCustomerSeq) return now;
    before = now;
  }
}

/** Null: somebody took over or the customer wrote on, so nobody waits for this outcome. A fault of the bot's is a hand-off. */
async function outcomeOf(deps: Deps, bot: Bot, conversation: Conversation, turn: TurnStart, stopping: AbortSignal): Promise<BotOutcome | null> {
  const id = randomUUID();
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, stopping, AbortSignal.timeout(DEADLINE_MS)]);
  const watching = watch(deps, turn, over);
  let drafted = false;
  const draft = (text: string): void => {
    if (signal.aborted) return;
    drafted = true;
    showDraft(deps, turn, id, text);
  };
  try {
    const text = await unanswered(deps, conversation);
    const aborted = new Promise<never>((_, reject) => { signal.addEventListener('abort', () => reject(signal.reason), { once: true }); });
    return await Promise.race([bot.handle({ id, text, history: [], locale: 'en', botRepliesInRow: 0, signal }, { draft }), aborted]);
  } catch {
    // Whatever went wrong inside the bot is told to the customer as what it is: a person is needed.
    return over.signal.aborted || stopping.aborted ? null : { kind: 'handoff', reason: 'bot_error' };
  } finally {
    over.abort();
    if (drafted) showDraft(deps, turn, id, null);
    await watching;
  }
}

/** Aborts when the turn is no longer the one that would land. */
async function watch(deps: Deps, turn: TurnStart, over: AbortController): Promise<void> {
  const bell = deps.bus.listen(topics.conversation(turn.customerId));
  over.signal.addEventListener('abort', () => bell.close(), { once: true });
  while (!bell.closed) {
    await bell.wait(Infinity);
    if (!bell.take()) continue;
    const now = await deps.log.find(turn.customerId);
    if (!now || !isCurrentTurn(turn, now)) over.abort();
  }
}

/** The customer's texts since the bot last answered, oldest first. */
async function unanswered(deps: Deps, conversation: Conversation): Promise<string> {
  const page = await deps.log.messages(conversation, { audiences: ['everyone'], direction: 'backward', limit: 20, from: null });
  return page.items
    .map(({ node }) => node)
    .filter(({ kind, sender, seq, removedAt }) => kind === 'text' && sender.kind === 'customer' && seq > conversation.botDoneSeq && !removedAt)
    .map(({ text }) => text)
    .join('\n');
}
