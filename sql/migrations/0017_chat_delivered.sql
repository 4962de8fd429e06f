-- How far a member's messages have reached one of their devices; what was read, did.

-- up

ALTER TABLE chat_members
	ADD COLUMN IF NOT EXISTS delivered_seq BIGINT UNSIGNED NOT NULL DEFAULT 0 AFTER last_read_seq;

-- down

ALTER TABLE chat_members
	DROP COLUMN IF EXISTS delivered_seq;
