/**
 * The nouns of the product, in its own words (ARCHITECTURE.md, glossary). Plain data; nothing here knows SQL, GraphQL or sockets.
 * Numbers named `seq` and `position` count within one conversation's stream and only grow.
 */

export type ConversationStatus = 'open' | 'snoozed' | 'resolved';

/** Whose turn it is to answer. */
export type Handler = 'bot' | 'queue' | 'agent';

/** Each may what those before it may. */
export const ROLES = ['viewer', 'agent', 'admin'] as const;
export type AgentRole = (typeof ROLES)[number];

/** Who may see a row: everyone in the conversation, or the team alone. */
export type Audience = 'everyone' | 'team';

export type MessageKind = 'text' | 'note' | 'activity';

export interface Sender {
  readonly kind: 'customer' | 'bot' | 'agent' | 'token' | 'system';
  readonly id: string;
}

/** The authenticated caller. `session` names the credential, so that its end can reach whatever the caller has open. */
export type Viewer =
  | { readonly kind: 'customer'; readonly id: string; readonly session: SessionRef }
  | { readonly kind: 'agent'; readonly id: string; readonly role: AgentRole; readonly session: SessionRef }
  | { readonly kind: 'token'; readonly id: string; readonly scopes: readonly Scope[]; readonly session: SessionRef };

export interface SessionRef {
  /** SHA-256 of the credential, hex. Safe to keep, useless to sign in with. */
  readonly hash: string;
  readonly expiresAt: Date;
}

export const SCOPES = ['conversations:read', 'conversations:write', 'messages:write', 'notes', 'customers:read', 'customers:write', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

export interface Customer {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  /** A signed identity token vouched for this id. */
  readonly verified: boolean;
  readonly createdAt: Date;
  readonly lastSeenAt: Date | null;
}

export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: AgentRole;
  /** False: signs in no more, and has nothing to answer. */
  readonly active: boolean;
  /** Signs in with a code beside the password. */
  readonly hasSecondFactor: boolean;
}

/** An integrator's program, without its secret. */
export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** An hour old at most. Null: never. */
  readonly usedAt: Date | null;
  /** Null: made by a command. */
  readonly createdBy: string | null;
}

/**
 * Who does something of consequence. Only those who were found to be allowed get to be one (`audit.ts`), and an agent under the role that allowed it:
 * whoever keeps the act looks whether the role still stands.
 */
export type Actor =
  | { readonly kind: 'agent'; readonly id: string; readonly role: AgentRole }
  | { readonly kind: 'token' | 'command' | 'system'; readonly id: string };

/** What the audit log says was done. New words may come. */
export type Action =
  | 'agent.invited' | 'agent.invite_revoked' | 'agent.joined' | 'agent.role_changed' | 'agent.deactivated' | 'agent.reactivated'
  | 'agent.signed_in' | 'agent.sign_in_throttled' | 'agent.session_ended'
  | 'agent.password_changed' | 'agent.password_link_made' | 'agent.password_reset'
  | 'agent.second_factor_on' | 'agent.second_factor_off' | 'agent.second_factor_reset'
  | 'token.created' | 'token.revoked' | 'key.added' | 'key.retired' | 'identity.link_made'
  | 'setting.changed' | 'article.deleted' | 'message.removed' | 'model.fetch_begun';

export interface Act {
  readonly action: Action;
  /** Null: the installation. */
  readonly target: { readonly kind: 'agent' | 'token' | 'key' | 'customer' | 'setting' | 'article' | 'message'; readonly id: string } | null;
  /** Facts beside it. Never what people write, e-mail addresses or secrets. */
  readonly detail?: Readonly<Record<string, string>>;
}

/** One line of the audit log. */
export interface AuditEntry extends Required<Act> {
  readonly id: string;
  readonly at: Date;
  readonly actor: { readonly kind: Actor['kind']; readonly id: string };
}

/** A conversation as it stood at `head`. */
export interface Conversation {
  readonly id: string;
  readonly customerId: string;
  readonly status: ConversationStatus;
  readonly handler: Handler;
  readonly assigneeId: string | null;
  readonly createdAt: Date;
  readonly seenByCustomer: number;
  readonly seenByAgents: number;
  readonly waitingSince: Date | null;
  /** Position of the last change of the conversation's own state. */
  readonly position: number;
  /** Position of the last change of any row of the stream. */
  readonly head: number;
  /** Rises with every change of handler or status; a bot's turn that began under another number is void. */
  readonly fence: number;
  /** `seq` of the customer's newest text; 0 while there is none. */
  readonly lastCustomerSeq: number;
  /** Up to which customer `seq` the bot has replied, handed on or chosen silence. */
  readonly botDoneSeq: number;
  /** Texts from the other side after this side's mark. */
  readonly unreadForCustomer: number;
  readonly unreadForAgents: number;
  /** The newest message that the customer may see. */
  readonly lastMessageId: string | null;
  /** Where the stream stood for this object. */
  readonly cursor: string;
}

/** What the bot may quote, and customers may read once it is published. */
export interface Article {
  /** Made from the first title, and kept: its address under `/help`. */
  readonly id: string;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  /** Other wordings of the question that it answers. For the team. */
  readonly aliases: readonly string[];
  readonly published: boolean;
  /** Rises with every change. */
  readonly version: number;
  readonly updatedAt: Date;
}

/** A reply of the bot's to texts that say one of these things and nothing else. */
export interface BotRule {
  readonly name: string;
  readonly says: readonly string[];
  readonly reply: string;
  /** Texts that the customer may answer with at a tap. */
  readonly choices: readonly string[];
}

/** What a text of the bot's is to a question. Only an `answer` can settle one; `clarify` asks back, `thanks` goes to who says that the last answer did. */
export type AnswerKind = 'answer' | 'smalltalk' | 'clarify' | 'thanks';

/** How the bot came to say something. */
export interface BotAnswer {
  /** Null in last words before a person is asked for, and in what was kept before this was. */
  readonly counts: AnswerKind | null;
  /** The responder that decided; for the team. */
  readonly by: string | null;
  /** Of last words: why a person is asked for; for the team. */
  readonly reason: string | null;
  /** 0 to 1; for the team. */
  readonly confidence: number | null;
  /** What it found there: the rule's name, the article's id. For the team. */
  readonly matched: string | null;
  /** Milliseconds from the question to the answer; for the team. */
  readonly tookMs: number | null;
  readonly sources: readonly { readonly articleId: string; readonly title: string }[];
  /** Texts that the customer may answer with at a tap. */
  readonly choices: readonly string[];
}

export interface Message {
  readonly id: string;
  readonly customerId: string;
  readonly seq: number;
  readonly position: number;
  readonly kind: MessageKind;
  readonly audience: Audience;
  readonly sender: Sender;
  readonly text: string;
  readonly createdAt: Date;
  readonly editedAt: Date | null;
  readonly removedAt: Date | null;
  readonly clientMessageId: string | null;
  /** Of kind and text as first sent: tells an equal retry from a conflicting one, even after an edit. */
  readonly contentHash: string | null;
  /** Of the bot's texts alone. */
  readonly answer: BotAnswer | null;
  /** What the customer made of the bot's answer. Null: nothing was said. */
  readonly helpful: boolean | null;
}

/** One current row of a conversation's stream. */
export type StreamRow =
  | { readonly type: 'message'; readonly position: number; readonly cursor: string; readonly audience: Audience; readonly message: Message }
  | { readonly type: 'conversation'; readonly position: number; readonly cursor: string; readonly audience: Audience; readonly conversation: Conversation };

/** A value that is shown while it is fresh and never stored. */
export type Ephemeral =
  | { readonly type: 'typing'; readonly sender: Sender; readonly typing: boolean }
  | { readonly type: 'draft'; readonly turnId: string; readonly fence: number; readonly afterSeq: number; readonly text: string | null };

export interface Page<T> {
  readonly items: readonly { readonly node: T; readonly cursor: string }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

export const BOT: Sender = { kind: 'bot', id: 'bot' };
export const SYSTEM: Sender = { kind: 'system', id: 'system' };

/** At once, where it was read a moment ago. */
export type Soon<T> = T | Promise<T>;
