ALTER TABLE `bot_turn` ADD `detail` text;--> statement-breakpoint
ALTER TABLE `bot_turn` ADD `first_ms` integer;