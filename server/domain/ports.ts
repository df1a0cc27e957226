import type {
  Agent, AgentRole, Article, Audience, BotAnswer, Conversation, ConversationStatus, Customer, Ephemeral, Handler, Message, MessageKind, Page, Scope, Sender,
  StreamRow,
} from './types.ts';

/** What the domain needs said. Adapters satisfy these; each method is one atomic operation, and a transaction never crosses a port. */

export interface Clock {
  /** Wall-clock milliseconds. For display and expiry, never for order. */
  now(): number;
}

// ── the log ──────────────────────────────────────────────────────────────────────────────────────

/** What a change is about; everything named here is read in the same transaction and handed to `decide`. */
export interface About {
  readonly customerId: string;
  /** Look for a message that this sender already sent under this key. */
  readonly key?: { readonly sender: Sender; readonly clientMessageId: string };
  /** Look for the oldest 100 texts after this `seq`, removed ones excepted, by anybody but this sender. */
  readonly unseenBy?: { readonly sender: Sender; readonly afterSeq: number };
  /** Look for this message of the conversation. */
  readonly messageId?: string;
}

export interface Now {
  readonly at: Date;
  readonly conversation: Conversation;
  /** The assignee, as an agent; null if there is none. */
  readonly assignee: Agent | null;
  readonly existing: Message | null;
  readonly unseen: readonly Message[];
  readonly target: Message | null;
  /** The newest text that is not removed, whoever wrote it. */
  readonly lastText: Message | null;
}

/** The conversation's own state. `fence` is part of it: whoever decides a new handler or status raises it. */
export type StatePatch = Partial<Pick<Conversation, 'status' | 'handler' | 'assigneeId' | 'fence' | 'seenByCustomer' | 'seenByAgents'>>;

export interface NewMessage {
  readonly kind: MessageKind;
  readonly audience: Audience;
  readonly sender: Sender;
  readonly text: string;
  readonly clientMessageId?: string;
  readonly contentHash?: string;
  readonly answer?: BotAnswer;
}

/** One step takes one position. */
export type Step =
  | { readonly type: 'state'; readonly patch: StatePatch }
  | { readonly type: 'append'; readonly message: NewMessage }
  | { readonly type: 'edit'; readonly messageId: string; readonly text: string }
  | { readonly type: 'remove'; readonly messageId: string }
  | { readonly type: 'rate'; readonly messageId: string; readonly helpful: boolean | null };

export interface Change {
  /** Empty: nothing happens, and nothing is written. */
  readonly steps: readonly Step[];
  /** Facts that ride along with the steps and take no position. */
  readonly facts?: Partial<Pick<Conversation, 'waitingSince' | 'botDoneSeq'>>;
}

export interface Committed {
  readonly conversation: Conversation;
  /** The messages that the steps appended, edited, removed or rated, in the order of the steps. */
  readonly messages: readonly Message[];
  /** False if `decide` returned no steps and no facts: there is nothing to ring about. */
  readonly changed: boolean;
}

export interface StreamPage {
  /** Names the stream these positions count in; another one after a restore, an erasure or a merge. Compare it, read nothing from it. */
  readonly stream: string;
  /** The position that the cursor asked after. */
  readonly from: number;
  /** Rows with `from < position <= to`, in order, at most `limit`, as they are now. */
  readonly rows: readonly StreamRow[];
  /** Every row up to here is in `rows` or was before it; `head` unless `hasMore`. */
  readonly to: number;
  /** `to`, as the API hands it out. */
  readonly cursor: string;
  readonly hasMore: boolean;
}

export interface ConversationFilter {
  readonly status?: ConversationStatus;
  readonly handler?: Handler;
  readonly assigneeId?: string;
  readonly unreadOnly?: boolean;
}

export interface ConversationCounts {
  readonly queue: number;
  readonly mine: number;
  readonly bot: number;
  readonly open: number;
  readonly resolved: number;
}

export interface InboxPage {
  readonly conversations: readonly Conversation[];
  /** Customers whose conversations went away. */
  readonly removed: readonly string[];
  readonly cursor: string;
  readonly hasMore: boolean;
}

/** Why a cursor cannot be followed: the data it points into is not the data that is here. */
export interface Reset { readonly reset: string }

export interface ConversationLog {
  /**
   * One transaction. `decide` is pure and synchronous, sees the locked rows, and returns the change or throws a domain error; it may be called
   * again. Settles only after the commit is durable. Changes of one caller are committed in the order of the calls.
   * @throws NotFoundError if there is no such conversation; UnavailableError if the outcome is unknown.
   */
  change(about: About, decide: (now: Now) => Change): Promise<Committed>;

  find(customerId: string): Promise<Conversation | null>;

  /** The stream after a cursor. A cursor that cannot be followed gives a reset. @throws BadCursorError for garbage; NotFoundError */
  streamAfter(customerId: string, after: string, limit: number): Promise<StreamPage | Reset>;

  message(id: string): Promise<Message | null>;

  /** Texts that an edit replaced, oldest first. Gone once the message is removed. */
  earlierTexts(messageId: string): Promise<readonly string[]>;

  /** Messages in order of `seq`, none after the conversation's own `head`. @throws BadCursorError */
  messages(conversation: Conversation, page: MessagePageRequest): Promise<Page<Message>>;

  /** Conversations with at least one message. @throws BadCursorError */
  list(request: ListRequest): Promise<Page<Conversation> & { readonly cursor: string }>;

  counts(agentId: string | null): Promise<ConversationCounts>;

  /** Conversations that changed after the cursor, as they are now. Without one: none, and where the feed stands. @throws BadCursorError */
  inboxAfter(after: string | null, limit: number): Promise<InboxPage | Reset>;

  /** The bot's work list: open conversations whose handler is the bot and whose customer has no answer yet, longest unanswered first. */
  awaitingBot(limit: number): Promise<readonly Conversation[]>;
}

export interface MessagePageRequest {
  readonly audiences: readonly Audience[];
  readonly direction: 'forward' | 'backward';
  readonly limit: number;
  readonly from: string | null;
}

export interface ListRequest {
  readonly filter: ConversationFilter;
  readonly order: 'newest_activity' | 'longest_wait';
  readonly limit: number;
  readonly after: string | null;
}

// ── people ───────────────────────────────────────────────────────────────────────────────────────

export interface NewSession { readonly hash: string; readonly expiresAt: Date; readonly absoluteExpiresAt: Date | null }

/** A credential that was looked up by its hash: what it stands for, whatever has become of it is not told. */
export type Credential =
  | { readonly kind: 'customer'; readonly id: string; readonly expiresAt: Date; readonly absoluteExpiresAt: Date | null; readonly touchedAt: Date }
  | { readonly kind: 'agent'; readonly id: string; readonly role: AgentRole; readonly expiresAt: Date; readonly absoluteExpiresAt: Date | null; readonly touchedAt: Date }
  | { readonly kind: 'token'; readonly id: string; readonly scopes: readonly Scope[]; readonly expiresAt: Date; readonly touchedAt: Date };

export interface IdentityKey { readonly kid: string; readonly algorithm: 'HS256' | 'EdDSA'; readonly sealedSecret: string }

export interface People {
  /** A fresh customer, conversation and session together. `id` is unused so far: a taken one throws. */
  startVisitor(visitor: { readonly id: string; readonly handler: Handler }, session: NewSession): Promise<Customer>;

  /**
   * Gets or creates the customer and conversation, and starts a session. With `visitorHash`, the live session of an anonymous visitor, what the
   * visitor said moves over in the same transaction: the conversation itself while the customer has no message, else its messages (at
   * most 500, else nothing happens to the visitor) under one activity. The visitor's sessions end then. `rung`: whose conversations changed.
   */
  startCustomer(
    customer: { readonly id: string; readonly name: string | null; readonly email: string | null; readonly handler: Handler },
    session: NewSession,
    visitorHash: string | null,
  ): Promise<{ readonly customer: Customer; readonly rung: readonly string[] }>;

  customer(id: string): Promise<Customer | null>;

  startAgentSession(agentId: string, session: NewSession): Promise<void>;

  /** Live sessions and tokens only: null for unknown, expired and revoked alike, and for those of deactivated agents. */
  credential(hash: string): Promise<Credential | null>;

  /** Slides the expiry, and the customer's `lastSeenAt`. */
  touch(hash: string, expiresAt: Date): Promise<void>;

  /** True if it was live. */
  revoke(hash: string): Promise<boolean>;

  /** Hashes of what was revoked at or after this instant. */
  revokedSince(since: Date): Promise<readonly string[]>;

  agents(): Promise<readonly Agent[]>;
  agent(id: string): Promise<Agent | null>;
  /** Null for unknown and deactivated. The e-mail address is compared without regard to case. */
  passwordOf(email: string): Promise<{ readonly agent: Agent; readonly passwordHash: string } | null>;

  createInvite(invite: { readonly hash: string; readonly role: AgentRole; readonly expiresAt: Date }): Promise<void>;
  /** Uses up the invite and makes the agent, at once or not at all. Null: unknown, used or expired. @throws InvalidInputError on a taken e-mail address */
  acceptInvite(hash: string, agent: { readonly name: string; readonly email: string; readonly passwordHash: string }): Promise<Agent | null>;

  createToken(token: { readonly hash: string; readonly name: string; readonly scopes: readonly Scope[]; readonly expiresAt: Date }): Promise<string>;
  token(id: string): Promise<{ readonly id: string; readonly name: string; readonly scopes: readonly Scope[] } | null>;

  identityKeys(): Promise<readonly IdentityKey[]>;
  addIdentityKey(key: IdentityKey): Promise<void>;

  /**
   * Forgets what ended before: sessions and invites, and customers who were not seen since and about whom there is nothing to know, because nobody ever
   * wrote. At most 200 customers a call. @returns how many customers went
   */
  prune(before: Date): Promise<number>;

  /** Who this installation is: the `aud` that identity tokens must carry. Random, made with the database. */
  installId(): Promise<string>;
}

// ── the bot ──────────────────────────────────────────────────────────────────────────────────────

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
  /** `id` is a wish: if it is taken, a number is put after it. */
  create(id: string, content: ArticleContent): Promise<Article>;
  /** Null: there is none. `decide` is as in `ConversationLog.change`: it sees the article, and returns the new content or throws. */
  update(id: string, decide: (article: Article) => ArticleContent): Promise<Article | null>;
  /** True if there was one. */
  delete(id: string): Promise<boolean>;
}

export interface Settings {
  read(key: string): Promise<string | null>;
  /** Null forgets it. */
  write(key: string, value: string | null): Promise<void>;
}

/** What became of one turn of the bot. */
export interface BotTurnRecord {
  readonly customerId: string;
  readonly bot: string;
  readonly by: string | null;
  /** `void`: somebody took over or the customer wrote on, and nothing was said. */
  readonly outcome: 'reply' | 'handoff' | 'silent' | 'void';
  readonly counts: 'answer' | 'smalltalk' | 'clarify' | 'thanks' | null;
  readonly reason: string | null;
  readonly confidence: number | null;
  /** Milliseconds from the first text that waited to the outcome. */
  readonly waitMs: number;
  /** Milliseconds from the question to the outcome. */
  readonly tookMs: number;
  readonly messageId: string | null;
  readonly articleId: string | null;
  /** What nobody could answer, and what all wordings of it have in common. Null where there was an answer. */
  readonly unanswered: { readonly question: string; readonly key: string } | null;
}

export interface BotTurns {
  /** For the statistics alone: nothing in a conversation waits for it. */
  record(turn: BotTurnRecord): Promise<void>;
}

/** What keeps it all. */
export interface Store {
  readonly log: ConversationLog;
  readonly people: People;
  readonly articles: Articles;
  readonly settings: Settings;
  readonly botTurns: BotTurns;
  /** Can it be relied on now, and in words. A full disk is ok: reads go on, and writes say so themselves. */
  health(): { readonly ok: boolean; readonly detail: string };
  /** Settles what is under way, then lets go. Everything asked for afterwards is refused. */
  close(): Promise<void>;
}

// ── the doorbell ─────────────────────────────────────────────────────────────────────────────────

/**
 * One listener's wake-up: one bit, so it cannot overflow. A ring while nobody waits is remembered.
 * NOTE: one waiter at a time.
 */
export interface Bell {
  /** Takes the bit: true if it was rung since it was last taken. */
  take(): boolean;
  /** Resolves when rung, when `untilMs` of monotonic time is reached (give or take a tick), or when closed. Never rejects. */
  wait(untilMs: number): Promise<void>;
  readonly closed: boolean;
  /** Ends the listening and any wait. */
  close(): void;
}

export interface Bus {
  listen(topic: string): Bell;
  /** Says only that something changed. Losing a ring delays a reader, never loses anything. */
  ring(topic: string): void;
  /** Keeps the last value under a key of the topic until it expires, and rings. */
  show(topic: string, key: string, value: Ephemeral, ttlMs: number): void;
  /** Values shown after `since` (a number that an earlier call returned; 0 for all that are fresh). */
  shown(topic: string, since: number): { readonly values: readonly Ephemeral[]; readonly version: number };
  /** Monotonic milliseconds, the clock of `Bell.wait`. */
  monotonic(): number;
  stop(): void;
}

export const topics = {
  conversation: (customerId: string) => `conversation:${customerId}`,
  inbox: 'inbox',
  bot: 'bot',
} as const;
