import type { Actor, AnswerKind, Article, BotAnswer, BotRule, Page } from '../types.ts';

export interface ArticleContent {
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly aliases: readonly string[];
  readonly published: boolean;
}

export interface Articles {
  /** Rises with every change of any article: whoever made an index of them asks whether it still holds. */
  version(): Promise<number>;
  all(): Promise<readonly Article[]>;
  /** By title. @throws BadCursorError */
  page(request: { readonly publishedOnly: boolean; readonly limit: number; readonly after: string | null }): Promise<Page<Article>>;
  article(id: string): Promise<Article | null>;
  /** These, in this order, as one page; those that are gone are left out. */
  some(ids: readonly string[]): Promise<Page<Article>>;
  /** `id` is a wish: if it is taken, a number is put after it. @throws InvalidInputError if there are 2,000 articles */
  create(id: string, content: ArticleContent): Promise<Article>;
  /** Null: there is none. `decide` is as in `ConversationLog.change`: it sees the article, and returns the new content or throws. The same content changes nothing. */
  update(id: string, decide: (article: Article) => ArticleContent): Promise<Article | null>;
  /** True if there was one. @throws ForbiddenError */
  delete(by: Actor, id: string): Promise<boolean>;
}

export interface Settings {
  read(key: string): Promise<string | null>;
  /**
   * `decide` is as in `ConversationLog.change`: it sees the value, and returns the new one or throws. Null: there is none. What already is so changes
   * nothing. @throws ForbiddenError
   */
  write(by: Actor, key: string, decide: (value: string | null) => string | null): Promise<void>;
}

/** What became of one turn of the bot. */
export interface BotTurnRecord {
  readonly customerId: string;
  readonly bot: string;
  readonly by: string | null;
  /** `void`: somebody took over or the customer wrote on, and nothing was said. */
  readonly outcome: 'reply' | 'handoff' | 'silent' | 'void';
  readonly counts: AnswerKind | null;
  readonly reason: string | null;
  /** More about the reason, in one word. */
  readonly detail: string | null;
  readonly confidence: number | null;
  /** Milliseconds from the first text that waited to the outcome. */
  readonly waitMs: number;
  /** Milliseconds from the question to the outcome. */
  readonly tookMs: number;
  /** Milliseconds until the text model had words. Null: it was not asked, or had none. */
  readonly firstMs: number | null;
  readonly messageId: string | null;
  readonly articleId: string | null;
  /** What nobody could answer, and what all wordings of it have in common. Null where there was an answer. */
  readonly unanswered: { readonly question: string; readonly key: string } | null;
}

/** Turns that nobody could answer and that have a key in common. */
export interface UnansweredQuestion {
  readonly key: string;
  /** The newest wording. */
  readonly question: string;
  readonly count: number;
  readonly customers: number;
  readonly lastAskedAt: Date;
  readonly lastCustomerId: string;
}

/** Half of the values, and 95 of 100, are at most this. Null: there are none. */
export interface Spread { readonly p50: number | null; readonly p95: number | null }

export interface ReasonCount { readonly reason: string; readonly count: number }

/**
 * What the bot did in a period. Of conversations: those that began in it, as they stand now. Of turns: those that ended in it. A conversation is settled
 * while it is the bot's and the customer wrote nothing since: `resolvedConfirmed` where the customer said that the last answer helped, `resolvedAssumed`
 * where the last turn is an answer that lies a day back and that nobody called unhelpful.
 */
export interface BotReport {
  readonly conversations: number;
  readonly involved: number;
  readonly answered: number;
  readonly resolvedConfirmed: number;
  readonly resolvedAssumed: number;
  /** Something was said or handed on by the bot, and nothing said by a person. */
  readonly deflected: number;
  readonly handOffs: readonly ReasonCount[];
  /** Replies that the text model wrote. */
  readonly modelReplies: number;
  /** Texts of the model's that the guard held back. */
  readonly heldBack: readonly ReasonCount[];
  /** Milliseconds until the text model had words. */
  readonly firstMs: Spread;
  /** Turns that were void before they ended. */
  readonly superseded: number;
  readonly helpful: number;
  readonly notHelpful: number;
  /** Milliseconds from the first text that waited to the reply. */
  readonly replyMs: Spread;
  /** Milliseconds from the hand-off to a person's first text. */
  readonly queueMs: Spread;
  /** Answers by article, the most shown first. */
  readonly articles: readonly { readonly articleId: string; readonly title: string | null; readonly shown: number; readonly helped: number; readonly notHelped: number }[];
}

export interface BotTurns {
  /** For the statistics alone: nothing in a conversation waits for it. Of customers who are gone, nothing is kept. */
  record(turn: BotTurnRecord): Promise<void>;
  /** Most frequent first, then the newest. */
  unanswered(since: Date, limit: number): Promise<readonly UnansweredQuestion[]>;
  /** Forgets what was asked so far under these keys. @returns how many turns that concerned */
  dismiss(keys: readonly string[]): Promise<number>;
  /** `since` is in the period, `until` is not. */
  report(period: { readonly since: Date; readonly until: Date }): Promise<BotReport>;
  /**
   * Milliseconds from a hand-off to a person's first text, shortest first: of each customer the newest of those since then, if it had one. Of very many
   * hand-offs only the newest 1,000 count.
   */
  waits(since: Date): Promise<readonly number[]>;
  /** Forgets turns from before, at most 1,000 a call. @returns how many */
  prune(before: Date): Promise<number>;
}

/** Finding articles by what they are about. */
export interface Knowledge {
  /** Ids, best first, of what is there now. */
  search(words: string, options: { readonly publishedOnly: boolean; readonly limit: number }): Promise<readonly string[]>;
  /** What all wordings of a question have in common; empty if it asks for nothing. */
  questionKey(question: string): string;
}

export interface BotTrial {
  readonly outcome: 'reply' | 'handoff' | 'silent';
  readonly text: string | null;
  readonly by: string | null;
  readonly matched: string | null;
  readonly confidence: number | null;
  readonly reason: string | null;
  /** More about the reason, in one word. */
  readonly detail: string | null;
  /** What the text model wrote and the guard held back. */
  readonly heldBack: string | null;
  /** Until the text model had its first words; null: it was not asked. */
  readonly firstMs: number | null;
  readonly sources: BotAnswer['sources'];
  readonly choices: readonly string[];
}

/** The text model behind the built-in bot, in words and numbers. */
export interface TextModelStatus {
  /** Which it is; empty where there is none. */
  readonly name: string;
  /** `off`: the bot does without. `missing`: its files are not here. `failed`: they are, and it does not work. */
  readonly state: 'off' | 'missing' | 'fetching' | 'ready' | 'failed';
  /** 0 to 1 while it is fetched, else null. */
  readonly progress: number | null;
  /** Would `fetchTextModel` do something for it? */
  readonly canFetch: boolean;
  /** Where something is missing, what, and what mends it. */
  readonly detail: string;
}

/** The bot of this server, as those who set it see it. */
export interface BotDesk {
  readonly name: string;
  /** In force while the team has none of its own. */
  readonly defaultRules: readonly BotRule[];
  health(): Promise<{ readonly state: 'ok' | 'starting' | 'degraded' | 'off'; readonly detail: string }>;
  /** What the bot would say to a customer's first text, by these rules or the saved ones. Nothing is kept or shown. Settles within 8 seconds. */
  try(question: string, rules?: readonly BotRule[] | null): Promise<BotTrial>;
  textModel(): TextModelStatus;
  /** Begins to fetch the text model, or to try it again, and waits for nothing. @throws InvalidInputError if there is none to fetch */
  fetchTextModel(): void;
}
