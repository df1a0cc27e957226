import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** The tables. Times are UTC milliseconds; ids are made by us. `row` is SQLite's own row id: short, never reused, and never told to anybody. */

/** `epoch`: names this copy of the data; a restore makes a new one. `install_id`: names the installation, for ever. */
export const meta = sqliteTable('meta', { key: text().primaryKey(), value: text().notNull() });

// ── people ───────────────────────────────────────────────────────────────────────────────────────

export const customer = sqliteTable('customer', {
  id: text().primaryKey(),
  name: text(),
  email: text(),
  verified: integer({ mode: 'boolean' }).notNull(),
  createdAt: integer('created_at').notNull(),
  lastSeenAt: integer('last_seen_at'),
});

export const agent = sqliteTable('agent', {
  id: text().primaryKey(),
  name: text().notNull(),
  email: text().notNull(),
  /** The e-mail address in lower case: what makes it unique, and what it is found by. */
  emailKey: text('email_key').notNull().unique(),
  role: text({ enum: ['admin', 'agent', 'viewer'] }).notNull(),
  passwordHash: text('password_hash').notNull(),
  createdAt: integer('created_at').notNull(),
  deactivatedAt: integer('deactivated_at'),
  /** Sealed with the installation's key, like identity keys. Null: a password is enough. */
  sealedTotpSecret: text('sealed_totp_secret'),
  /** The newest time step that was used to sign in: none is good twice. */
  totpLastStep: integer('totp_last_step'),
}, (t) => [check('agent_role', sql`${t.role} in ('admin', 'agent', 'viewer')`)]);

export const session = sqliteTable('session', {
  hash: text().primaryKey(),
  customerId: text('customer_id').references(() => customer.id),
  agentId: text('agent_id').references(() => agent.id),
  createdAt: integer('created_at').notNull(),
  touchedAt: integer('touched_at').notNull(),
  expiresAt: integer('expires_at').notNull(),
  absoluteExpiresAt: integer('absolute_expires_at'),
  revokedAt: integer('revoked_at'),
  /** What the browser calls itself, cut short; so that agents know their sessions apart. */
  userAgent: text('user_agent'),
  /** The key that vouched for the customer: retiring it ends the session. */
  identityKid: text('identity_kid'),
}, (t) => [
  check('session_of_one', sql`(${t.customerId} is null) <> (${t.agentId} is null)`),
  index('session_by_customer').on(t.customerId),
  index('session_by_expiry').on(t.expiresAt),
  index('session_by_agent').on(t.agentId),
  index('session_by_revocation').on(t.revokedAt).where(sql`${t.revokedAt} is not null`),
  index('session_by_key').on(t.identityKid).where(sql`${t.identityKid} is not null`),
]);

export const apiToken = sqliteTable('api_token', {
  id: text().primaryKey(),
  hash: text().notNull().unique(),
  name: text().notNull(),
  /** Separated by spaces. */
  scopes: text().notNull(),
  createdAt: integer('created_at').notNull(),
  touchedAt: integer('touched_at').notNull(),
  expiresAt: integer('expires_at').notNull(),
  revokedAt: integer('revoked_at'),
  /** Null: made by a command. */
  createdBy: text('created_by').references(() => agent.id),
}, (t) => [index('api_token_by_revocation').on(t.revokedAt).where(sql`${t.revokedAt} is not null`)]);

/** One-time links: for a new agent or, with `agentId`, for a new password. */
export const invite = sqliteTable('invite', {
  hash: text().primaryKey(),
  role: text({ enum: ['admin', 'agent', 'viewer'] }).notNull(),
  createdAt: integer('created_at').notNull(),
  expiresAt: integer('expires_at').notNull(),
  usedAt: integer('used_at'),
  agentId: text('agent_id').references(() => agent.id),
  /** Null: made by a command. */
  createdBy: text('created_by').references(() => agent.id),
}, (t) => [check('invite_role', sql`${t.role} in ('admin', 'agent', 'viewer')`)]);

export const identityKey = sqliteTable('identity_key', {
  kid: text().primaryKey(),
  algorithm: text({ enum: ['HS256', 'EdDSA'] }).notNull(),
  sealedSecret: text('sealed_secret').notNull(),
  createdAt: integer('created_at').notNull(),
  retiredAt: integer('retired_at'),
}, (t) => [check('identity_key_algorithm', sql`${t.algorithm} in ('HS256', 'EdDSA')`)]);

/** Single-use codes for an agent whose second factor is lost. */
export const recoveryCode = sqliteTable('recovery_code', {
  hash: text().primaryKey(),
  agentId: text('agent_id').notNull().references(() => agent.id),
  usedAt: integer('used_at'),
}, (t) => [index('recovery_code_by_agent').on(t.agentId)]);

/** Who did what of consequence, in the order of `row`. Triggers refuse to change or delete a line. */
export const auditEntry = sqliteTable('audit_entry', {
  row: integer().primaryKey({ autoIncrement: true }),
  at: integer().notNull(),
  actorKind: text('actor_kind', { enum: ['agent', 'token', 'command', 'system'] }).notNull(),
  actorId: text('actor_id').notNull(),
  action: text().notNull(),
  /** What it was done to, as `kind:id`. Null: the installation. */
  target: text(),
  /** JSON with facts that hold no message text, e-mail address or secret. */
  detail: text(),
}, (t) => [check('audit_entry_actor', sql`${t.actorKind} in ('agent', 'token', 'command', 'system')`)]);

// ── the log ──────────────────────────────────────────────────────────────────────────────────────

export const conversation = sqliteTable('conversation', {
  row: integer().primaryKey({ autoIncrement: true }),
  id: text().notNull().unique(),
  customerId: text('customer_id').notNull().unique().references(() => customer.id),
  status: text({ enum: ['open', 'snoozed', 'resolved'] }).notNull(),
  handler: text({ enum: ['bot', 'queue', 'agent'] }).notNull(),
  assigneeId: text('assignee_id').references(() => agent.id),
  createdAt: integer('created_at').notNull(),
  seenByCustomer: integer('seen_by_customer').notNull(),
  seenByAgents: integer('seen_by_agents').notNull(),
  waitingSince: integer('waiting_since'),
  position: integer().notNull(),
  head: integer().notNull(),
  fence: integer().notNull(),
  /** Rises when what is here stops being a continuation of what was: no cursor reaches across. */
  life: integer().notNull(),
  lastCustomerSeq: integer('last_customer_seq').notNull(),
  botDoneSeq: integer('bot_done_seq').notNull(),
  unreadForCustomer: integer('unread_for_customer').notNull(),
  unreadForAgents: integer('unread_for_agents').notNull(),
  lastMessageId: text('last_message_id'),
  /** When the newest text came, before any text the first message. Null while there is no message, and then nobody lists the conversation. */
  lastTextAt: integer('last_text_at'),
  /** Place in the inbox feed: one number per change, over all conversations and removals. Null while there is no message. */
  change: integer().unique(),
}, (t) => [
  check('conversation_status', sql`${t.status} in ('open', 'snoozed', 'resolved')`),
  check('conversation_handler', sql`${t.handler} in ('bot', 'queue', 'agent')`),
  check('conversation_positions', sql`${t.position} between 0 and ${t.head} and ${t.lastCustomerSeq} between 0 and ${t.head}`),
  check('conversation_marks', sql`${t.seenByCustomer} between 0 and ${t.head} and ${t.seenByAgents} between 0 and ${t.head}`),
  check('conversation_unread', sql`${t.unreadForCustomer} >= 0 and ${t.unreadForAgents} >= 0`),
  check('conversation_listed', sql`(${t.lastTextAt} is null) = (${t.change} is null)`),
  index('conversation_by_text').on(t.lastTextAt),
  index('conversation_by_status').on(t.status, t.lastTextAt),
  index('conversation_by_handler').on(t.status, t.handler, t.lastTextAt),
  index('conversation_by_assignee').on(t.assigneeId, t.status, t.lastTextAt).where(sql`${t.assigneeId} is not null`),
  index('conversation_by_creation').on(t.createdAt).where(sql`${t.lastTextAt} is not null`),
  index('conversation_silent').on(t.createdAt).where(sql`${t.lastTextAt} is null`),
  index('conversation_unread_by_agents').on(t.lastTextAt).where(sql`${t.unreadForAgents} > 0`),
  index('conversation_by_wait').on(t.waitingSince).where(sql`${t.waitingSince} is not null`),
  index('conversation_awaiting_bot').on(t.handler, t.status, t.waitingSince).where(sql`${t.lastCustomerSeq} > ${t.botDoneSeq}`),
]);

/** Customers whose conversations left the inbox, for those who follow it. */
export const conversationRemoval = sqliteTable('conversation_removal', {
  customerId: text('customer_id').primaryKey(),
  change: integer().notNull().unique(),
});

/** How many conversations with a message are in each state: kept by whoever changes one, so that counting costs nothing. */
export const conversationTally = sqliteTable('conversation_tally', {
  status: text({ enum: ['open', 'snoozed', 'resolved'] }).notNull(),
  handler: text({ enum: ['bot', 'queue', 'agent'] }).notNull(),
  count: integer().notNull(),
}, (t) => [primaryKey({ columns: [t.status, t.handler] }), check('conversation_tally_count', sql`${t.count} >= 0`)]);

export const message = sqliteTable('message', {
  id: text().primaryKey(),
  conversationRow: integer('conversation_row').notNull().references(() => conversation.row),
  seq: integer().notNull(),
  position: integer().notNull(),
  kind: text({ enum: ['text', 'note', 'activity'] }).notNull(),
  audience: text({ enum: ['everyone', 'team'] }).notNull(),
  senderKind: text('sender_kind', { enum: ['customer', 'bot', 'agent', 'token', 'system'] }).notNull(),
  senderId: text('sender_id').notNull(),
  text: text().notNull(),
  createdAt: integer('created_at').notNull(),
  editedAt: integer('edited_at'),
  removedAt: integer('removed_at'),
  clientMessageId: text('client_message_id'),
  contentHash: text('content_hash'),
  /** JSON of a `BotAnswer`. Only read and written whole. */
  answer: text(),
  /** What the customer made of an answer of the bot's. */
  helpful: integer({ mode: 'boolean' }),
}, (t) => [
  check('message_kind', sql`${t.kind} in ('text', 'note', 'activity')`),
  check('message_audience', sql`${t.audience} = 'team' or (${t.audience} = 'everyone' and ${t.kind} <> 'note')`),
  check('message_sender', sql`${t.senderKind} in ('customer', 'bot', 'agent', 'token', 'system')`),
  check('message_positions', sql`${t.seq} between 1 and ${t.position}`),
  check('message_removed', sql`${t.removedAt} is null or ${t.text} = ''`),
  uniqueIndex('message_by_seq').on(t.conversationRow, t.seq),
  // Most messages never change, and stand at their `seq` in the stream: only the others are listed here, which saves a page written per message.
  uniqueIndex('message_changed').on(t.conversationRow, t.position).where(sql`${t.position} <> ${t.seq}`),
  // The key comes first: our own apps' begin with the time, so that new ones stand together, however many conversations they are in.
  uniqueIndex('message_by_client_key').on(t.clientMessageId, t.conversationRow, t.senderKind, t.senderId)
    .where(sql`${t.clientMessageId} is not null`),
]);

/** Texts that an edit replaced, in the order of `row`. */
export const messageRevision = sqliteTable('message_revision', {
  row: integer().primaryKey({ autoIncrement: true }),
  messageId: text('message_id').notNull().references(() => message.id),
  text: text().notNull(),
}, (t) => [index('message_revision_by_message').on(t.messageId)]);

// ── the bot ──────────────────────────────────────────────────────────────────────────────────────

/** The knowledge base. `id` is what `/help/<id>` shows: made from the first title, and kept. */
export const article = sqliteTable('article', {
  id: text().primaryKey(),
  title: text().notNull(),
  /** Markdown. */
  body: text().notNull(),
  /** JSON list of other wordings of the question that it answers. */
  aliases: text().notNull(),
  published: integer({ mode: 'boolean' }).notNull(),
  /** Rises with every change, so that two editors do not overwrite each other. */
  version: integer().notNull(),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
}, (t) => [index('article_by_title').on(t.title)]);

/** What the team has set while the server runs; one JSON value per key. */
export const setting = sqliteTable('setting', {
  key: text().primaryKey(),
  value: text().notNull(),
  updatedAt: integer('updated_at').notNull(),
});

/** What became of each turn of the bot: for its report, and for what it could not answer. */
export const botTurn = sqliteTable('bot_turn', {
  row: integer().primaryKey({ autoIncrement: true }),
  conversationRow: integer('conversation_row').notNull().references(() => conversation.row),
  at: integer().notNull(),
  bot: text().notNull(),
  /** The responder that decided. */
  by: text(),
  /** `void`: somebody took over or the customer wrote on, and nothing was said. */
  outcome: text({ enum: ['reply', 'handoff', 'silent', 'void'] }).notNull(),
  counts: text({ enum: ['answer', 'smalltalk', 'clarify', 'thanks'] }),
  reason: text(),
  /** More about the reason, in one word. */
  detail: text(),
  confidence: real(),
  /** From the first text that waited to the outcome. */
  waitMs: integer('wait_ms').notNull(),
  /** From the question to the outcome. */
  tookMs: integer('took_ms').notNull(),
  /** From the question to the first words of what a model wrote. Null where none did. */
  firstMs: integer('first_ms'),
  messageId: text('message_id'),
  articleId: text('article_id'),
  /** What nobody could answer, in the customer's words, and what is alike in all wordings of it. Null where there was an answer. */
  question: text(),
  questionKey: text('question_key'),
}, (t) => [
  check('bot_turn_outcome', sql`${t.outcome} in ('reply', 'handoff', 'silent', 'void')`),
  check('bot_turn_counts', sql`${t.counts} in ('answer', 'smalltalk', 'clarify', 'thanks')`),
  index('bot_turn_by_time').on(t.at),
  index('bot_turn_handed_on').on(t.at).where(sql`${t.outcome} = 'handoff'`),
  index('bot_turn_by_conversation').on(t.conversationRow),
  index('bot_turn_unanswered').on(t.questionKey, t.at).where(sql`${t.questionKey} is not null`),
]);
