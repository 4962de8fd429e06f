-- A room has one unread notification with each member, whatever is written there meanwhile.

-- up

ALTER TABLE notifications
	ADD COLUMN IF NOT EXISTS room_id BIGINT UNSIGNED NULL AFTER source_id,
	ADD COLUMN IF NOT EXISTS open_room BIGINT UNSIGNED AS (IF(status = 'UNREAD', room_id, NULL)) PERSISTENT,
	ADD UNIQUE KEY IF NOT EXISTS notifications_room (user_id, open_room);

-- The last message they were told of, and when that was; told_at is empty again once they have read.
ALTER TABLE chat_members
	ADD COLUMN IF NOT EXISTS told_seq BIGINT UNSIGNED NOT NULL DEFAULT 0 AFTER last_read_seq,
	ADD COLUMN IF NOT EXISTS told_at DATETIME(3) NULL AFTER told_seq;

-- down

ALTER TABLE chat_members
	DROP COLUMN IF EXISTS told_at,
	DROP COLUMN IF EXISTS told_seq;

ALTER TABLE notifications
	DROP KEY IF EXISTS notifications_room,
	DROP COLUMN IF EXISTS open_room,
	DROP COLUMN IF EXISTS room_id;
