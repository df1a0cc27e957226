/** What a bot is to the runner. Anything that satisfies `Bot` can answer in its place. */

/** One thing to answer: the customer's newest texts in a conversation that the bot has. */
export interface BotTurn {
  /** Also the id of the draft that is shown meanwhile. */
  readonly id: string;
  /** The customer's texts since the last answer, joined by newlines. Not to be trusted. */
  readonly text: string;
  /** Aborted when somebody takes over, when the customer writes more, and at the deadline. */
  readonly signal: AbortSignal;
}

export interface BotIo {
  /** Shows what is written so far, whole. Dropped if nobody waits for it any more. */
  draft(text: string): void;
}

export type BotOutcome =
  | { readonly kind: 'reply'; readonly text: string }
  /** `text` is said before a person is asked for. */
  | { readonly kind: 'handoff'; readonly text?: string }
  | { readonly kind: 'silent' };

export interface Bot {
  readonly name: string;
  /** May throw, hang and take its time: the runner hands the conversation to a person then. */
  handle(turn: BotTurn, io: BotIo): Promise<BotOutcome>;
}

/** A link of a chain. Null: not mine, ask the next. */
export type Responder = (turn: BotTurn, io: BotIo) => BotOutcome | null | Promise<BotOutcome | null>;

/** Asks one responder after the other. If none has an answer, a person is asked for. */
export function chain(name: string, responders: readonly Responder[]): Bot {
  return {
    name,
    async handle(turn, io) {
      for (const respond of responders) {
        const outcome = await respond(turn, io);
        if (outcome) return outcome;
      }
      return { kind: 'handoff', text: 'I do not know that. A person will answer you here.' };
    },
  };
}
