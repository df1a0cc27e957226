/**
 * What a bot is to the runner: THE hook. Anything that satisfies `Bot` can answer in place of the built-in one. Whatever it returns is fenced: it lands
 * only while nobody took over and the customer wrote nothing since.
 */
export interface Bot {
  readonly name: string;
  /** May throw, hang and take its time: the runner hands the conversation to a person then. Called for several conversations at once. */
  handle(turn: BotTurn, io: BotIo): Promise<BotOutcome>;
  /** Called once, and not waited for: turns may come before it has settled. If it throws, the bot goes on, and is said to be degraded. */
  start?(): Promise<void>;
  /** How it does, in words for an operator. Asked often, so it should cost nothing. */
  health?(): BotHealth;
  /** Called once when the server stops, which waits 2 seconds at most. */
  stop?(): Promise<void>;
}

export interface BotHealth {
  readonly state: 'ok' | 'starting' | 'degraded' | 'off';
  /** What it works with; where something is missing, what, and what mends it. May be empty. */
  readonly detail: string;
}

/**
 * Picks the bot for a conversation, anew for each turn and within its time. Null: none, so the customer waits for a person, without a word.
 * `builtIn` is the bot that comes with it: to leave the rest to.
 */
export type ResolveBot = (conversation: ForWhom, builtIn: Bot) => Bot | null | Promise<Bot | null>;

export interface ForWhom {
  /** The id under which the site vouched for the customer; `visitor_…` for whom nobody did. */
  readonly customerId: string;
  /** As in the turn. */
  readonly locale: string;
}

/** One thing to answer: the customer's newest texts in a conversation that the bot has. */
export interface BotTurn {
  /** Also the id of the draft that is shown meanwhile. */
  readonly id: string;
  /** The customer's texts since the last answer among the newest 20 lines, joined by newlines, at most some 160,000 characters. Not to be trusted. */
  readonly text: string;
  /** The part of `text` that came since the conversation was last given to the bot: only there a request for a person counts. */
  readonly newText: string;
  /** What was said before, oldest first, since the conversation was last given to the bot; the newest 20 lines at most. Not to be trusted. */
  readonly history: readonly Said[];
  /** BCP 47, as the customer's browser names it; `en` where nothing is known. */
  readonly locale: string;
  /** How many replies of the bot's stand at the end of the conversation without a person's among them. */
  readonly botRepliesInRow: number;
  /** Aborted when somebody takes over, when the customer writes more, and at the deadline. */
  readonly signal: AbortSignal;
}

export interface Said {
  readonly from: 'customer' | 'bot' | 'agent';
  readonly text: string;
  /** The responder, where it is a reply of the bot's that one decided. */
  readonly by?: string;
}

export interface BotIo {
  /** Shows what is written so far, whole; the newest, ten times a second at most. Dropped if nobody waits for it any more. */
  draft(text: string): void;
}

export type BotOutcome = Reply | HandOff | Silence;

export interface Reply {
  readonly kind: 'reply';
  /** Plain text, at most 8,000 characters. */
  readonly text: string;
  /** Where the text comes from. */
  readonly sources?: readonly Source[];
  /** Offered as buttons under the reply; a tap sends the words as the customer's text. */
  readonly choices?: readonly string[];
  /** What the reply is to the statistics. Only an `answer` can settle a question; `thanks` goes to who says that the last one did. */
  readonly counts: 'answer' | 'smalltalk' | 'clarify' | 'thanks';
  /** 0 to 1. */
  readonly confidence?: number;
  /** What decided it, for whoever asks why: the rule's name, the article's id. */
  readonly matched?: string;
  /** Where it was written word by word: milliseconds until there were some. */
  readonly firstMs?: number | null;
  /** The responder that decided. A chain fills it in. */
  readonly by?: string;
}

export interface HandOff {
  readonly kind: 'handoff';
  readonly reason: HandOffReason;
  /** Said to the customer before a person is asked for. */
  readonly text?: string;
  /** For the team alone: what the next agent should know. */
  readonly note?: string;
  /** More about the reason, in one word. Stored and counted. */
  readonly detail?: string;
  /** What was written and not said, for whoever tries the bot. Never kept. */
  readonly heldBack?: string;
  /** As in a reply. */
  readonly confidence?: number;
  readonly firstMs?: number | null;
  readonly by?: string;
}

export interface Silence {
  readonly kind: 'silent';
  readonly reason: string;
  readonly by?: string;
}

export interface Source {
  readonly articleId: string;
  readonly title: string;
}

/** Why a person is needed. Stored and counted. */
export type HandOffReason =
  | 'customer_request' | 'no_answer' | 'low_confidence' | 'sensitive_topic' | 'repeated_failure'
  | 'bot_error' | 'timeout' | 'overloaded' | 'guard_rejected';

/** A link of a chain. Null: not mine, ask the next. `passed` names the links that said so before, in order. */
export type Responder = (turn: BotTurn, io: BotIo, passed: readonly string[]) => BotOutcome | null | Promise<BotOutcome | null>;

/** Asks one responder after the other, in the order of the record. If none has an answer, a person is asked for. */
export function chain(name: string, responders: Readonly<Record<string, Responder>>): Bot {
  return {
    name,
    async handle(turn, io) {
      const passed: string[] = [];
      for (const [label, respond] of Object.entries(responders)) {
        const outcome = await respond(turn, io, passed);
        if (outcome) return { by: label, ...outcome };
        passed.push(label);
      }
      return { kind: 'handoff', reason: 'no_answer' };
    },
  };
}
