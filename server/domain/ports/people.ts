import type { Act, Action, Actor, Agent, AgentRole, ApiToken, AuditEntry, Customer, Handler, Page, Scope, Soon } from '../types.ts';

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
