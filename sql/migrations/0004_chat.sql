-- Chat: rooms, members, messages. Messages are numbered within their room without a gap; a member's
-- unread count is the room's last number less the last one they read. Whoever changes the members
-- locks the room's row first and keeps its count, so that the check on seats holds in any race.

-- up

CREATE TABLE IF NOT EXISTS chat_rooms (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	name VARCHAR(100) NOT NULL,
	type ENUM('DIRECT', 'GROUP') NOT NULL,
	is_public BOOL NOT NULL DEFAULT FALSE,
	max_members INT UNSIGNED NOT NULL DEFAULT 4,
	members INT UNSIGNED NOT NULL DEFAULT 0,
	created_by BIGINT UNSIGNED NOT NULL,
	-- "<lower id>-<higher id>" of a DIRECT room, so that two people share one
	pair VARCHAR(41) CHARACTER SET ascii NULL UNIQUE,
	last_seq BIGINT UNSIGNED NOT NULL DEFAULT 0,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	-- set while anyone may join: private and full rooms cost the index nothing when a message is sent
	open_at DATETIME(3) AS (IF(is_public AND members < max_members, updated_at, NULL)) PERSISTENT,
	KEY chat_rooms_open (open_at, id),
	CONSTRAINT chat_rooms_creator FOREIGN KEY (created_by) REFERENCES users (id),
	CONSTRAINT chat_rooms_seats CHECK (members <= max_members)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS chat_members (
	room_id BIGINT UNSIGNED NOT NULL,
	user_id BIGINT UNSIGNED NOT NULL,
	last_read_seq BIGINT UNSIGNED NOT NULL DEFAULT 0,
	joined_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	PRIMARY KEY (room_id, user_id),
	KEY chat_members_user (user_id, room_id),
	CONSTRAINT chat_members_room FOREIGN KEY (room_id) REFERENCES chat_rooms (id) ON DELETE CASCADE,
	CONSTRAINT chat_members_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- client_key: what makes a repeated send the same message (clientMessageId or Idempotency-Key).
CREATE TABLE IF NOT EXISTS chat_messages (
	room_id BIGINT UNSIGNED NOT NULL,
	seq BIGINT UNSIGNED NOT NULL,
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	sender_id BIGINT UNSIGNED NOT NULL,
	type ENUM('TEXT', 'IMAGE', 'AUDIO', 'FILE') NOT NULL DEFAULT 'TEXT',
	-- empty when there are only attachments (table files)
	body TEXT NOT NULL,
	client_key BINARY(32) NULL,
	sent_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	PRIMARY KEY (room_id, seq),
	UNIQUE KEY chat_messages_id (id),
	UNIQUE KEY chat_messages_once (sender_id, client_key),
	CONSTRAINT chat_messages_room FOREIGN KEY (room_id) REFERENCES chat_rooms (id) ON DELETE CASCADE,
	CONSTRAINT chat_messages_sender FOREIGN KEY (sender_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- down

DROP TABLE IF EXISTS chat_messages;
DROP TABLE IF EXISTS chat_members;
DROP TABLE IF EXISTS chat_rooms;
