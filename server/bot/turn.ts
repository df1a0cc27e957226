import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { TurnStart } from '../domain/bot-turn.ts';
import { awaitPerson, botHandsOff, botReplies, botStaysSilent, isCurrentTurn, showDraft, turnOf } from '../domain/bot-turn.ts';
import type { Deps } from '../domain/commit.ts';
import { UnavailableError } from '../domain/errors.ts';
import { MAX_TEXT_CHARACTERS } from '../domain/limits.ts';
import { topics } from '../domain/ports/bus.ts';
import type { BotAnswer, Conversation } from '../domain/types.ts';
import type { Asked, Waiting } from './asked.ts';
import { hasSaidEnough, readWaiting } from './asked.ts';
import type { Bot, BotOutcome, ForWhom, HandOff, HandOffReason, Reply } from './bot.ts';
import { requireOutcome } from './outcome.ts';
import type { Landed, Made } from './record.ts';
import { recordOf } from './record.ts';
import { summaryOf } from './summary.ts';

export interface Timing {
  /** People write in bursts: the bot waits for this much silence. */
  readonly burstMs: number;
  /** A bot that takes longer is not waited for: a person is asked for. */
  readonly deadlineMs: number;
}

/** Who answers in this conversation. Null: nobody but a person. */
export type Resolve = (conversation: ForWhom) => Bot | null | Promise<Bot | null>;

export interface Taking {
  readonly deps: Deps;
  readonly resolve: Resolve;
  readonly timing: Timing;
  /** Turns that are not begun come later, drafts that are not shown are not missed. */
  readonly admits: (work: 'drafts' | 'turns') => boolean;
  readonly log: Pick<Logger, 'error'>;
  /** The server stops: what is under way is dropped, and found again by the next start. */
  readonly stopping: AbortSignal;
  /** One for each bot that is asked right now: aborting it ends the turn. */
  readonly asking: Set<AbortController>;
}

/** Whoever has waited this long for the bot gets a person. */
const PATIENCE_MS = 30_000;
/** Whoever waits longer than this sees that an answer is being prepared; a quick one does not flicker. */
const PREPARING_MS = 400;
/** A bot may show each word: followers are told of the newest, ten times a second. */
const DRAFT_EVERY_MS = 100;
const LOCALE = 'en';
/** In the books, where none was asked. */
const NO_BOT = 'none';

/** One turn, from the pause of the customer to what is kept of it. @throws if it could not be kept: then the conversation stays on the work list */
export async function takeTurn(taking: Taking, customerId: string): Promise<void> {
  const { deps } = taking;
  const found = await settled(taking, customerId);
  if (!found) return;
  const { conversation, waiting } = found;
  const start = turnOf(conversation);
  const refusal = await refusalOf(deps, found);
  const made = await ask(taking, start, { waiting, refusal });
  if (!made) return awaitPerson(deps, start);
  if (!taking.stopping.aborted) await keep(taking, found, made);
}

/** For whom the bot has no time: asks for a person instead. @throws as `takeTurn` */
export async function turnAway(taking: Taking, conversation: Conversation): Promise<void> {
  const waiting = await readWaiting(taking.deps, conversation);
  const outcome = handOff(waiting.asked, 'overloaded', 'The bot was too busy.');
  await keep(taking, { conversation, waiting }, { bot: NO_BOT, outcome, isRefused: true, tookMs: 0 });
}

async function keep({ deps, log }: Taking, { conversation, waiting: { asked } }: Found, made: Made): Promise<void> {
  const landed = await land(deps, turnOf(conversation), made);
  try {
    await deps.botTurns.record(recordOf({ made, landed, asked, conversation, at: deps.clock.now() }));
  } catch (error) {
    // Said is said: what is counted about it is worth no more than a line in the log.
    log.error({ err: error }, 'a turn of the bot was not recorded');
  }
}

interface Found { readonly conversation: Conversation; readonly waiting: Waiting }

/** The conversation once its customer pauses, or has waited for too long. Null: the bot owes nothing any more. */
async function settled({ deps, timing, stopping }: Taking, customerId: string): Promise<Found | null> {
  let before = await deps.log.find(customerId);
  for (;;) {
    await delay(timing.burstMs, undefined, { signal: stopping });
    const now = await deps.log.find(customerId);
    if (!now || !isCurrentTurn(turnOf(now), now)) return null;
    const waiting = await readWaiting(deps, now);
    if (before?.lastCustomerSeq === now.lastCustomerSeq || patienceLeft(deps, waiting) < 0) return { conversation: now, waiting };
    before = now;
  }
}

/** Bounded, since whoever keeps writing voids each turn before it lands, and would never be answered. */
function patienceLeft({ clock }: Deps, { since }: Waiting): number {
  return PATIENCE_MS - (since ? clock.now() - since.getTime() : 0);
}

/** What comes of the turn, whatever the bot would say. */
async function refusalOf(deps: Deps, { conversation, waiting }: Found): Promise<BotOutcome | null> {
  if (waiting.isRemoved) return { kind: 'silent', reason: 'removed' };
  if (patienceLeft(deps, waiting) < 0) {
    return { ...handOff(waiting.asked, 'timeout', 'The customer waited too long for the bot.'), text: 'A person will answer you here.' };
  }
  if (await hasSaidEnough(deps, conversation)) {
    return { kind: 'handoff', reason: 'repeated_failure', note: 'The bot has written 20 messages here within an hour, so it stops.' };
  }
  return null;
}

/** That the bot did not choose. The next agent learns why, and what was asked. */
function handOff(asked: Asked, reason: HandOffReason, why: string): HandOff {
  return { kind: 'handoff', reason, text: 'I cannot answer just now. A person will answer you here.', note: summaryOf(asked, { why }) };
}

/** Null: there is no bot for this conversation. A fault of the bot's is a hand-off. */
async function ask(taking: Taking, start: TurnStart, { waiting, refusal }: { waiting: Waiting; refusal: BotOutcome | null }): Promise<Made | null> {
  const { deps, resolve, timing, log, stopping, asking } = taking;
  if (!deps.botSwitch.isOn()) return null;
  const { customerId } = start;
  const { asked } = waiting;
  const began = deps.bus.monotonic();
  const over = new AbortController();
  // A nudge begins the turn anew, and not the wait.
  const late = AbortSignal.timeout(refusal ? timing.deadlineMs : Math.max(0, Math.min(timing.deadlineMs, patienceLeft(deps, waiting))));
  const signal = AbortSignal.any([over.signal, stopping, late]);
  const drafts = createDrafts(taking, start, signal);
  const made = (bot: string, outcome: BotOutcome | null): Made => ({ bot, outcome, isRefused: refusal !== null, tookMs: deps.bus.monotonic() - began });
  asking.add(over);
  const watching = watch(taking, start, over);
  let name = NO_BOT;
  try {
    const bot = await unlessAborted(signal, async () => resolve({ customerId, locale: LOCALE }));
    if (!bot) return null;
    name = bot.name;
    if (refusal) return made(name, refusal);
    const turn = { id: drafts.id, ...asked, locale: LOCALE, signal };
    return made(name, requireOutcome(await unlessAborted(signal, async () => bot.handle(turn, { draft: drafts.show }))));
  } catch (error) {
    if (over.signal.aborted || stopping.aborted) return made(name, null);
    log.error({ err: error, bot: name }, late.aborted ? 'the bot took too long' : 'the bot failed');
    return made(name, late.aborted ? handOff(asked, 'timeout', 'The bot took too long.') : handOff(asked, 'bot_error', 'The bot failed.'));
  } finally {
    asking.delete(over);
    over.abort();
    drafts.end();
    await watching;
  }
}

/** Rejects when the signal is aborted, whatever the work does then. */
export async function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const aborted = new Promise<never>((_, reject) => { signal.addEventListener('abort', () => reject(signal.reason), { once: true }); });
  return Promise.race([work(), aborted]);
}

/** Aborts when the turn is no longer the one that would land. */
async function watch({ deps, log }: Taking, start: TurnStart, over: AbortController): Promise<void> {
  const bell = deps.bus.listen(topics.conversation(start.customerId));
  over.signal.addEventListener('abort', () => bell.close(), { once: true });
  try {
    while (!bell.closed) {
      await bell.wait(Infinity);
      if (!bell.take()) continue;
      const now = await deps.log.find(start.customerId);
      if (!now || !isCurrentTurn(start, now)) over.abort();
    }
  } catch (error) {
    // The bot then works for nothing at worst: what lands is decided by the store.
    log.error({ err: error }, 'a turn of the bot goes on unwatched');
  }
}

interface Drafts {
  readonly id: string;
  show(text: string): void;
  end(): void;
}

function createDrafts({ deps, admits }: Taking, start: TurnStart, signal: AbortSignal): Drafts {
  const id = randomUUID();
  let newest = '';
  let shownAt = -Infinity;
  let timer: NodeJS.Timeout | undefined = setTimeout(showNewest, PREPARING_MS);

  function showNewest(): void {
    timer = undefined;
    if (signal.aborted || !deps.botSwitch.isOn() || !admits('drafts')) return;
    shownAt = deps.bus.monotonic();
    showDraft(deps, start, id, newest.slice(0, MAX_TEXT_CHARACTERS).toWellFormed());
  }

  return {
    id,
    show(text) {
      if (signal.aborted) return;
      newest = text;
      const restMs = shownAt + DRAFT_EVERY_MS - deps.bus.monotonic();
      if (restMs > 0) {
        timer ??= setTimeout(showNewest, Math.ceil(restMs));
      } else {
        clearTimeout(timer);
        showNewest();
      }
    },
    end() {
      clearTimeout(timer);
      if (shownAt > -Infinity) showDraft(deps, start, id, null);
    },
  };
}

async function land(deps: Deps, start: TurnStart, made: Made): Promise<Landed> {
  const { outcome } = made;
  try {
    if (outcome?.kind === 'handoff') return { isKept: await botHandsOff(deps, start, { ...outcome, answer: answerOf(outcome, made.tookMs) }), messageId: null };
    if (outcome?.kind === 'silent') return { isKept: await botStaysSilent(deps, start), messageId: null };
    const message = outcome && await botReplies(deps, start, outcome.text, answerOf(outcome, made.tookMs));
    return { isKept: message !== null, messageId: message?.id ?? null };
  } catch (error) {
    // What cannot be kept now is tried again. What can never be kept must not leave the customer waiting.
    if (!(error instanceof UnavailableError)) await botHandsOff(deps, start);
    throw error;
  }
}

/** What is kept with the text of an outcome. */
export function answerOf(outcome: Reply | HandOff, tookMs: number): BotAnswer {
  const { by = null, confidence = null } = outcome;
  const known = { by, confidence, tookMs: Math.round(tookMs) };
  if (outcome.kind === 'handoff') return { ...known, counts: null, reason: outcome.reason, matched: null, sources: [], choices: [] };
  const { counts, matched = null, sources = [], choices = [] } = outcome;
  return { ...known, counts, reason: null, matched, sources, choices };
}
