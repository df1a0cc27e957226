import type {
  Act, Action, Actor, Agent, AgentRole, ApiToken, Article, Audience, AuditEntry, BotAnswer, BotRule, Conversation, ConversationStatus, Customer, Ephemeral, Handler, Message, MessageKind, Page, Scope, Sender,
  StreamRow,
} from './types.ts';

/** What the domain needs said. Adapters satisfy these; each method is one atomic operation, and a transaction never crosses a port. */

export interface Clock {
  /** Wall-clock milliseconds. For display and expiry, never for order. */
  now(): number;
}

/** At once, where it was read a moment ago. */
export type Soon<T> = T | Promise<T>;

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
  /** For the audit log, where no line of the conversation tells it. */
  readonly act?: Act & { readonly by: Actor };
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

  message(id: string): Soon<Message | null>;

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

export interface NewSession {
  readonly hash: string;
  readonly expiresAt: Date;
  readonly absoluteExpiresAt: Date | null;
  /** What the browser calls itself. */
  readonly userAgent?: string | null;
  /** The key that vouched for the customer. */
  readonly identityKid?: string | null;
}

/** A live session of an agent. */
export interface AgentSessionInfo {
  readonly hash: string;
  readonly createdAt: Date;
  readonly touchedAt: Date;
  readonly expiresAt: Date;
  readonly userAgent: string | null;
}

/** An invite that can still be used. */
export interface Invite {
  readonly hash: string;
  readonly role: AgentRole;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Null: made by a command. */
  readonly createdBy: string | null;
}

/** A credential that was looked up by its hash: what it stands for, whatever has become of it is not told. */
export type Credential =
  | { readonly kind: 'customer'; readonly id: string; readonly expiresAt: Date; readonly absoluteExpiresAt: Date | null; readonly touchedAt: Date }
  | { readonly kind: 'agent'; readonly id: string; readonly role: AgentRole; readonly expiresAt: Date; readonly absoluteExpiresAt: Date | null; readonly touchedAt: Date }
  | { readonly kind: 'token'; readonly id: string; readonly scopes: readonly Scope[]; readonly expiresAt: Date; readonly usedAt: Date | null };

export interface IdentityKey {
  readonly kid: string;
  readonly algorithm: 'HS256' | 'EdDSA';
  readonly sealedSecret: string;
  readonly createdAt: Date;
  /** Tokens that it signed are refused since. */
  readonly retiredAt: Date | null;
}

/** What an agent signs in with. */
export interface AgentSecrets {
  readonly agent: Agent;
  readonly passwordHash: string;
  /** Null: the password is enough. */
  readonly sealedTotpSecret: string | null;
}

/** A second factor that was shown and is used up by signing in: a time step, or the hash of a recovery code. */
export type Proof = { readonly totpStep: number } | { readonly recoveryHash: string };

export interface AgentNow {
  readonly agent: Agent;
  /** This one included. */
  readonly activeAdmins: number;
}

export interface AgentChange extends AgentPatch {
  readonly action: Action;
  readonly detail?: Act['detail'];
}

/** What becomes of an agent. What is not said stays. */
export interface AgentPatch {
  /** Used up by it. @throws InvalidInputError (`code`) as `startAgentSession` */
  readonly proof?: Proof;
  readonly role?: AgentRole;
  readonly active?: boolean;
  readonly passwordHash?: string;
  /** Null takes it off, recovery codes and all. */
  readonly secondFactor?: { readonly sealedSecret: string; readonly step: number; readonly recoveryHashes: readonly string[] } | null;
  /** Ends the agent's sessions, but for this one. */
  readonly endSessions?: { readonly butHash: string | null };
  /** Voids the links that the agent made and that nobody has used. */
  readonly endLinks?: boolean;
}

/** Whatever takes an `Actor` writes its line of the audit log in the same transaction. @throws ForbiddenError if the actor may not act any more */
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

  customer(id: string): Soon<Customer | null>;

  /** @throws InvalidInputError (`code`) if the proof was used before or is none of this agent's; ForbiddenError for one who is not active */
  startAgentSession(agentId: string, session: NewSession, proof: Proof | null): Promise<void>;

  /** Live sessions and tokens only: null for unknown, expired and revoked alike, and for those of deactivated agents. */
  credential(hash: string): Promise<Credential | null>;

  /** Slides the expiry, and the customer's `lastSeenAt`. */
  touch(hash: string, expiresAt: Date): Promise<void>;

  /** True if it was live. */
  revoke(hash: string): Promise<boolean>;

  /** Hashes of what was revoked at or after this instant. */
  revokedSince(since: Date): Promise<readonly string[]>;

  /** By name; without those who were deactivated, unless asked for. */
  agents(options?: { readonly all?: boolean }): Promise<readonly Agent[]>;
  agent(id: string): Soon<Agent | null>;
  /** Null for unknown and deactivated. An e-mail address is compared without regard to case. */
  secretsOf(agent: { readonly email: string } | { readonly id: string }): Promise<AgentSecrets | null>;
  /** One transaction; `decide` is as in `ConversationLog.change`. Null from it: nothing is to be done. @returns the agent as it is then; null if there is none */
  changeAgent(by: Actor, id: string, decide: (now: AgentNow) => AgentChange | null): Promise<Agent | null>;
  /** Live ones, the last used first, at most 100. */
  sessionsOf(agentId: string): Promise<readonly AgentSessionInfo[]>;
  /** How many codes the agent has left. */
  recoveryCodesLeft(agentId: string): Promise<number>;
  /** Of the agent alone. True if it was live. */
  endSession(by: Actor, agentId: string, hash: string): Promise<boolean>;

  createInvite(by: Actor, invite: { readonly hash: string; readonly role: AgentRole; readonly expiresAt: Date }): Promise<void>;
  /** Those that can still be used, the newest first, at most 100. */
  invites(): Promise<readonly Invite[]>;
  /** True if it could still be used. */
  revokeInvite(by: Actor, hash: string): Promise<boolean>;
  /** A link for a new password of this agent. False: there is no such agent, or none that is active. */
  createPasswordLink(by: Actor, link: { readonly hash: string; readonly agentId: string; readonly expiresAt: Date }): Promise<boolean>;
  /** Is this an invite, or a link for a password, that can be used now? */
  isLiveLink(kind: 'invite' | 'password', hash: string): Promise<boolean>;
  /** Uses up the link, sets the password and ends the agent's sessions. Null: unknown, used or expired. */
  resetPassword(hash: string, passwordHash: string): Promise<Agent | null>;
  /** Uses up the invite and makes the agent, at once or not at all. Null: unknown, used or expired. @throws InvalidInputError on a taken e-mail address */
  acceptInvite(hash: string, agent: { readonly name: string; readonly email: string; readonly passwordHash: string }): Promise<Agent | null>;

  createToken(by: Actor, token: { readonly hash: string; readonly name: string; readonly scopes: readonly Scope[]; readonly expiresAt: Date }): Promise<ApiToken>;
  token(id: string): Promise<ApiToken | null>;
  /** Those that were not revoked, the newest first, at most 500. */
  tokens(): Promise<readonly ApiToken[]>;
  /** True if it was live. */
  revokeToken(by: Actor, id: string): Promise<boolean>;

  /** Retired ones too, the oldest first. */
  identityKeys(): Promise<readonly IdentityKey[]>;
  /** Null: as many are live already as may be. */
  addIdentityKey(by: Actor, key: Pick<IdentityKey, 'kid' | 'algorithm' | 'sealedSecret'>): Promise<IdentityKey | null>;
  /** Ends the sessions that it vouched for, too. True if it was live. */
  retireIdentityKey(by: Actor, kid: string): Promise<boolean>;

  /**
   * Forgets what ended before: sessions and invites, and customers who were not seen since and about whom there is nothing to know, because nobody ever
   * wrote. At most 200 customers a call. @returns how many customers went
   */
  prune(before: Date): Promise<number>;

  /** Who this installation is: the `aud` that identity tokens must carry. Random, made with the database. */
  installId(): Promise<string>;
}

/** Who did what of consequence. It only grows. */
export interface AuditLog {
  /** For what nothing else is written about: whatever writes takes the `Actor` itself. @throws ForbiddenError */
  record(by: Actor, act: Act): Promise<void>;
  /** Newest first. `action`: this one or, as `agent`, all of its kind. @throws BadCursorError */
  page(request: { readonly action: string | null; readonly limit: number; readonly after: string | null }): Promise<Page<AuditEntry>>;
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
  /** Null forgets it. What already is so changes nothing. @throws ForbiddenError */
  write(by: Actor, key: string, value: string | null): Promise<void>;
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
  /** What the bot would say to a customer's first text. Nothing is kept or shown. Settles within 8 seconds. */
  try(question: string): Promise<BotTrial>;
  textModel(): TextModelStatus;
  /** Begins to fetch the text model, or to try it again, and waits for nothing. @throws InvalidInputError if there is none to fetch */
  fetchTextModel(): void;
}

/** What keeps it all. */
export interface Store {
  readonly log: ConversationLog;
  readonly people: People;
  readonly audit: AuditLog;
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
