CREATE TABLE `agent` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`email_key` text NOT NULL,
	`role` text NOT NULL,
	`password_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`deactivated_at` integer,
	CONSTRAINT "agent_role" CHECK("agent"."role" in ('admin', 'agent', 'viewer'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `agent_email_key_unique` ON `agent` (`email_key`);--> statement-breakpoint
CREATE TABLE `api_token` (
	`id` text PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`name` text NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`touched_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_token_hash_unique` ON `api_token` (`hash`);--> statement-breakpoint
CREATE INDEX `api_token_by_revocation` ON `api_token` (`revoked_at`) WHERE "api_token"."revoked_at" is not null;--> statement-breakpoint
CREATE TABLE `conversation` (
	`row` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`customer_id` text NOT NULL,
	`status` text NOT NULL,
	`handler` text NOT NULL,
	`assignee_id` text,
	`created_at` integer NOT NULL,
	`seen_by_customer` integer NOT NULL,
	`seen_by_agents` integer NOT NULL,
	`waiting_since` integer,
	`position` integer NOT NULL,
	`head` integer NOT NULL,
	`fence` integer NOT NULL,
	`life` integer NOT NULL,
	`last_customer_seq` integer NOT NULL,
	`bot_done_seq` integer NOT NULL,
	`unread_for_customer` integer NOT NULL,
	`unread_for_agents` integer NOT NULL,
	`last_message_id` text,
	`last_text_at` integer,
	`change` integer,
	FOREIGN KEY (`customer_id`) REFERENCES `customer`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`assignee_id`) REFERENCES `agent`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "conversation_status" CHECK("conversation"."status" in ('open', 'snoozed', 'resolved')),
	CONSTRAINT "conversation_handler" CHECK("conversation"."handler" in ('bot', 'queue', 'agent')),
	CONSTRAINT "conversation_positions" CHECK("conversation"."position" between 0 and "conversation"."head" and "conversation"."last_customer_seq" between 0 and "conversation"."head"),
	CONSTRAINT "conversation_marks" CHECK("conversation"."seen_by_customer" between 0 and "conversation"."head" and "conversation"."seen_by_agents" between 0 and "conversation"."head"),
	CONSTRAINT "conversation_unread" CHECK("conversation"."unread_for_customer" >= 0 and "conversation"."unread_for_agents" >= 0),
	CONSTRAINT "conversation_listed" CHECK(("conversation"."last_text_at" is null) = ("conversation"."change" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `conversation_id_unique` ON `conversation` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `conversation_customer_id_unique` ON `conversation` (`customer_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `conversation_change_unique` ON `conversation` (`change`);--> statement-breakpoint
CREATE INDEX `conversation_by_text` ON `conversation` (`last_text_at`);--> statement-breakpoint
CREATE INDEX `conversation_by_status` ON `conversation` (`status`,`last_text_at`);--> statement-breakpoint
CREATE INDEX `conversation_by_handler` ON `conversation` (`status`,`handler`,`last_text_at`);--> statement-breakpoint
CREATE INDEX `conversation_by_assignee` ON `conversation` (`assignee_id`,`status`,`last_text_at`) WHERE "conversation"."assignee_id" is not null;--> statement-breakpoint
CREATE INDEX `conversation_silent` ON `conversation` (`created_at`) WHERE "conversation"."last_text_at" is null;--> statement-breakpoint
CREATE INDEX `conversation_unread_by_agents` ON `conversation` (`last_text_at`) WHERE "conversation"."unread_for_agents" > 0;--> statement-breakpoint
CREATE INDEX `conversation_by_wait` ON `conversation` (`waiting_since`) WHERE "conversation"."waiting_since" is not null;--> statement-breakpoint
CREATE INDEX `conversation_awaiting_bot` ON `conversation` (`handler`,`status`,`waiting_since`) WHERE "conversation"."last_customer_seq" > "conversation"."bot_done_seq";--> statement-breakpoint
CREATE TABLE `conversation_removal` (
	`customer_id` text PRIMARY KEY NOT NULL,
	`change` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `conversation_removal_change_unique` ON `conversation_removal` (`change`);--> statement-breakpoint
CREATE TABLE `conversation_tally` (
	`status` text NOT NULL,
	`handler` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`status`, `handler`),
	CONSTRAINT "conversation_tally_count" CHECK("conversation_tally"."count" >= 0)
);
--> statement-breakpoint
CREATE TABLE `customer` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text,
	`email` text,
	`verified` integer NOT NULL,
	`created_at` integer NOT NULL,
	`last_seen_at` integer
);
--> statement-breakpoint
CREATE TABLE `identity_key` (
	`kid` text PRIMARY KEY NOT NULL,
	`algorithm` text NOT NULL,
	`sealed_secret` text NOT NULL,
	`created_at` integer NOT NULL,
	CONSTRAINT "identity_key_algorithm" CHECK("identity_key"."algorithm" in ('HS256', 'EdDSA'))
);
--> statement-breakpoint
CREATE TABLE `invite` (
	`hash` text PRIMARY KEY NOT NULL,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	CONSTRAINT "invite_role" CHECK("invite"."role" in ('admin', 'agent', 'viewer'))
);
--> statement-breakpoint
CREATE TABLE `message` (
	`id` text PRIMARY KEY NOT NULL,
	`conversation_row` integer NOT NULL,
	`seq` integer NOT NULL,
	`position` integer NOT NULL,
	`kind` text NOT NULL,
	`audience` text NOT NULL,
	`sender_kind` text NOT NULL,
	`sender_id` text NOT NULL,
	`text` text NOT NULL,
	`created_at` integer NOT NULL,
	`edited_at` integer,
	`removed_at` integer,
	`client_message_id` text,
	`content_hash` text,
	`answer` text,
	FOREIGN KEY (`conversation_row`) REFERENCES `conversation`(`row`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "message_kind" CHECK("message"."kind" in ('text', 'note', 'activity')),
	CONSTRAINT "message_audience" CHECK("message"."audience" = 'team' or ("message"."audience" = 'everyone' and "message"."kind" <> 'note')),
	CONSTRAINT "message_sender" CHECK("message"."sender_kind" in ('customer', 'bot', 'agent', 'token', 'system')),
	CONSTRAINT "message_positions" CHECK("message"."seq" between 1 and "message"."position"),
	CONSTRAINT "message_removed" CHECK("message"."removed_at" is null or "message"."text" = '')
);
--> statement-breakpoint
CREATE UNIQUE INDEX `message_by_seq` ON `message` (`conversation_row`,`seq`);--> statement-breakpoint
CREATE UNIQUE INDEX `message_by_position` ON `message` (`conversation_row`,`position`);--> statement-breakpoint
CREATE UNIQUE INDEX `message_by_client_key` ON `message` (`conversation_row`,`sender_kind`,`sender_id`,`client_message_id`) WHERE "message"."client_message_id" is not null;--> statement-breakpoint
CREATE TABLE `message_revision` (
	`row` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`message_id` text NOT NULL,
	`text` text NOT NULL,
	FOREIGN KEY (`message_id`) REFERENCES `message`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `message_revision_by_message` ON `message_revision` (`message_id`);--> statement-breakpoint
CREATE TABLE `meta` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `session` (
	`hash` text PRIMARY KEY NOT NULL,
	`customer_id` text,
	`agent_id` text,
	`created_at` integer NOT NULL,
	`touched_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`absolute_expires_at` integer,
	`revoked_at` integer,
	FOREIGN KEY (`customer_id`) REFERENCES `customer`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agent_id`) REFERENCES `agent`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "session_of_one" CHECK(("session"."customer_id" is null) <> ("session"."agent_id" is null))
);
--> statement-breakpoint
CREATE INDEX `session_by_customer` ON `session` (`customer_id`);--> statement-breakpoint
CREATE INDEX `session_by_expiry` ON `session` (`expires_at`);--> statement-breakpoint
CREATE INDEX `session_by_agent` ON `session` (`agent_id`);--> statement-breakpoint
CREATE INDEX `session_by_revocation` ON `session` (`revoked_at`) WHERE "session"."revoked_at" is not null;