import type { Act, Actor, Agent, Audience, BotAnswer, Conversation, ConversationStatus, Handler, Message, MessageKind, Page, Sender, Soon, StreamRow } from '../types.ts';

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
