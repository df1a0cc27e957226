DROP INDEX `message_by_position`;--> statement-breakpoint
DROP INDEX `message_by_client_key`;--> statement-breakpoint
CREATE UNIQUE INDEX `message_changed` ON `message` (`conversation_row`,`position`) WHERE "message"."position" <> "message"."seq";--> statement-breakpoint
CREATE UNIQUE INDEX `message_by_client_key` ON `message` (`client_message_id`,`conversation_row`,`sender_kind`,`sender_id`) WHERE "message"."client_message_id" is not null;