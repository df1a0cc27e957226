import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { TurnStart } from '../domain/bot-turn.ts';
import { botHandsOff, botReplies, botStaysSilent, isCurrentTurn, showDraft, turnOf } from '../domain/bot-turn.ts';
import type { Deps } from '../domain/commit.ts';
import { UnavailableError } from '../domain/errors.ts';
import { requireText } from '../domain/limits.ts';
import { topics } from '../domain/ports.ts';
import type { BotAnswer, Conversation, Message } from '../domain/types.ts';
import type { Bot, BotOutcome, BotTurn, Reply } from './bot.ts';

export interface Timing {
  /** People write in bursts: the bot waits for this much silence. */
  readonly burstMs: number;
  /** A bot that takes longer is not waited for: a person is asked for. */
  readonly deadlineMs: number;
}

const TIMING: Timing = { burstMs: 600, deadlineMs: 8_000 };
/** Whoever has waited this long gets a person. */
const PATIENCE_MS = 30_000;
const MAX_TURNS_AT_ONCE = 32;
/** How many messages back the bot sees. */
const HISTORY = 20;
/** A lost ring costs at most this. */
const LOOK_AGAIN_MS = 5_000;

export interface BotRunner {
  start(): void;
  /** Settles when no turn is under way. */
  stop(): Promise<void>;
}

export interface Running {
  readonly deps: Deps;
  readonly bot: Bot;
  readonly log: Pick<Logger, 'error'>;
  /** @default 600 ms and 8 s */
  readonly timing?: Timing;
}

/**
 * Gives the bot its turns. The work list is a query, so starting again, a lost ring and a second runner are the same case; what lands is decided in the
 * store, so a bot that throws, hangs or is late cannot hurt the conversation.
 */
export function createBotRunner({ deps, bot, log, timing = TIMING }: Running): BotRunner {
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
    const turn = takeTurn({ deps, bot, timing, stopping: stopping.signal }, customerId)
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

interface Taking extends Required<Pick<Running, 'deps' | 'bot' | 'timing'>> { readonly stopping: AbortSignal }

async function takeTurn(taking: Taking, customerId: string): Promise<void> {
  const { deps } = taking;
  const conversation = await settled(taking, customerId);
  if (!conversation) return;
  const turn = turnOf(conversation);
  if (isOverdue(deps, conversation)) {
    await botHandsOff(deps, turn, { text: 'A person will answer you here.' });
    return;
  }
  const outcome = await outcomeOf(taking, conversation, turn);
  if (!outcome) return;
  try {
    await land(deps, turn, outcome);
  } catch (error) {
    // What cannot be kept now is tried again. What can never be kept must not leave the customer waiting.
    if (!(error instanceof UnavailableError)) await botHandsOff(deps, turn);
    throw error;
  }
}

/** Whoever keeps writing voids each turn before it lands, and would never be answered. */
function isOverdue({ clock }: Deps, { waitingSince }: Conversation): boolean {
  return waitingSince !== null && clock.now() - waitingSince.getTime() > PATIENCE_MS;
}

async function land(deps: Deps, turn: TurnStart, outcome: BotOutcome): Promise<void> {
  if (outcome.kind === 'handoff') await botHandsOff(deps, turn, outcome);
  else if (outcome.kind === 'reply') await botReplies(deps, turn, outcome.text, answerOf(outcome));
  else await botStaysSilent(deps, turn);
}

function answerOf({ by, confidence, sources = [], choices = [] }: Reply): BotAnswer {
  return { by: by ?? null, confidence: confidence ?? null, sources, choices };
}

/** The conversation once its customer pauses, or has waited for too long. Null: the bot owes nothing any more. */
async function settled({ deps, timing, stopping }: Taking, customerId: string): Promise<Conversation | null> {
  let before = await deps.log.find(customerId);
  for (;;) {
    await delay(timing.burstMs, undefined, { signal: stopping });
    const now = await deps.log.find(customerId);
    if (!now || !isCurrentTurn(turnOf(now), now)) return null;
    if (before?.lastCustomerSeq === now.lastCustomerSeq || isOverdue(deps, now)) return now;
    before = now;
  }
}

/** Null: somebody took over or the customer wrote on, so nobody waits for this outcome. A fault of the bot's is a hand-off. */
async function outcomeOf({ deps, bot, timing, stopping }: Taking, conversation: Conversation, turn: TurnStart): Promise<BotOutcome | null> {
  const id = randomUUID();
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, stopping, AbortSignal.timeout(timing.deadlineMs)]);
  const watching = watch(deps, turn, over);
  let drafted = false;
  const draft = (text: string): void => {
    if (signal.aborted) return;
    drafted = true;
    showDraft(deps, turn, id, text);
  };
  try {
    const asked = await read(deps, conversation);
    const aborted = new Promise<never>((_, reject) => { signal.addEventListener('abort', () => reject(signal.reason), { once: true }); });
    const outcome = await Promise.race([bot.handle({ id, ...asked, locale: 'en', signal }, { draft }), aborted]);
    if (outcome.kind !== 'silent' && outcome.text !== undefined) requireText('text', outcome.text);
    return outcome;
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

/** What the bot is asked, and what was said before: each change of whose turn it is leaves an activity, and what lies before the last one is over. */
async function read(deps: Deps, conversation: Conversation): Promise<Pick<BotTurn, 'text' | 'newText' | 'history' | 'botRepliesInRow'>> {
  const page = await deps.log.messages(conversation, { audiences: ['everyone'], direction: 'backward', limit: HISTORY, from: null });
  const messages = page.items.map(({ node }) => node).filter(({ removedAt }) => removedAt === null);
  const lastAnswer = messages.findLast(({ kind, sender }) => kind === 'text' && sender.kind !== 'customer')?.seq ?? 0;
  const answered = Math.max(conversation.botDoneSeq, lastAnswer);
  const isAsked = ({ kind, sender, seq }: Message): boolean => kind === 'text' && sender.kind === 'customer' && seq > answered;
  const since = messages.slice(messages.findLastIndex(({ kind }) => kind === 'activity') + 1);
  const before = since.filter((message) => !isAsked(message));
  const lastPerson = before.findLastIndex(({ sender }) => sender.kind === 'agent' || sender.kind === 'token');
  return {
    text: textOf(messages.filter(isAsked)),
    newText: textOf(since.filter(isAsked)),
    history: before.map(({ sender, text }) => ({ from: sender.kind === 'customer' || sender.kind === 'bot' ? sender.kind : 'agent', text })),
    botRepliesInRow: before.slice(lastPerson + 1).filter(({ sender }) => sender.kind === 'bot').length,
  };
}

function textOf(messages: readonly Message[]): string {
  return messages.map(({ text }) => text).join('\n');
}
