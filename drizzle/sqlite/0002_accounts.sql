ALTER TABLE `invite` ADD `agent_id` text REFERENCES agent(id);--> statement-breakpoint
ALTER TABLE `invite` ADD `created_by` text REFERENCES agent(id);--> statement-breakpoint
ALTER TABLE `session` ADD `identity_kid` text;--> statement-breakpoint
CREATE INDEX `session_by_key` ON `session` (`identity_kid`) WHERE "session"."identity_kid" is not null;