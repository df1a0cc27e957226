CREATE TABLE `article` (
	`id` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`body` text NOT NULL,
	`aliases` text NOT NULL,
	`published` integer NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `article_by_title` ON `article` (`title`);--> statement-breakpoint
CREATE TABLE `audit_entry` (
	`row` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` text NOT NULL,
	`action` text NOT NULL,
	`target` text,
	`detail` text,
	CONSTRAINT "audit_entry_actor" CHECK("audit_entry"."actor_kind" in ('agent', 'token', 'command', 'system'))
);
--> statement-breakpoint
CREATE TABLE `bot_turn` (
	`row` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`conversation_row` integer NOT NULL,
	`at` integer NOT NULL,
	`bot` text NOT NULL,
	`by` text,
	`outcome` text NOT NULL,
	`counts` text,
	`reason` text,
	`confidence` real,
	`wait_ms` integer NOT NULL,
	`took_ms` integer NOT NULL,
	`message_id` text,
	`article_id` text,
	`question` text,
	`question_key` text,
	FOREIGN KEY (`conversation_row`) REFERENCES `conversation`(`row`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "bot_turn_outcome" CHECK("bot_turn"."outcome" in ('reply', 'handoff', 'silent', 'void')),
	CONSTRAINT "bot_turn_counts" CHECK("bot_turn"."counts" in ('answer', 'smalltalk', 'clarify', 'thanks'))
);
--> statement-breakpoint
CREATE INDEX `bot_turn_by_time` ON `bot_turn` (`at`);--> statement-breakpoint
CREATE INDEX `bot_turn_by_conversation` ON `bot_turn` (`conversation_row`);--> statement-breakpoint
CREATE INDEX `bot_turn_unanswered` ON `bot_turn` (`question_key`,`at`) WHERE "bot_turn"."question_key" is not null;--> statement-breakpoint
CREATE TABLE `recovery_code` (
	`hash` text PRIMARY KEY NOT NULL,
	`agent_id` text NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`agent_id`) REFERENCES `agent`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `recovery_code_by_agent` ON `recovery_code` (`agent_id`);--> statement-breakpoint
CREATE TABLE `setting` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE `agent` ADD `sealed_totp_secret` text;--> statement-breakpoint
ALTER TABLE `agent` ADD `totp_last_step` integer;--> statement-breakpoint
ALTER TABLE `api_token` ADD `created_by` text REFERENCES agent(id);--> statement-breakpoint
ALTER TABLE `identity_key` ADD `retired_at` integer;--> statement-breakpoint
ALTER TABLE `message` ADD `helpful` integer;--> statement-breakpoint
ALTER TABLE `session` ADD `user_agent` text;