-- Uploaded files. Their bytes lie in STORAGE_DIR under storage_key, which is random and all it takes
-- to read them; this table says whose they are, what they are, and which message shows them.

-- up

CREATE TABLE IF NOT EXISTS files (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	storage_key VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
	owner_id BIGINT UNSIGNED NOT NULL,
	-- NULL: uploaded to no room yet, or the room is gone
	room_id BIGINT UNSIGNED NULL,
	-- NULL: no message shows it (yet)
	message_seq BIGINT UNSIGNED NULL,
	name VARCHAR(255) NOT NULL,
	content_type VARCHAR(100) CHARACTER SET ascii NOT NULL,
	kind ENUM('IMAGE', 'AUDIO', 'VIDEO', 'DOCUMENT') NOT NULL,
	size BIGINT UNSIGNED NOT NULL,
	duration INT UNSIGNED NULL,
	sha256 BINARY(32) NOT NULL,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	-- the row outlives the bytes
	deleted_at DATETIME(3) NULL,
	KEY files_owner (owner_id, deleted_at, id, size),
	KEY files_room (room_id, deleted_at, id),
	KEY files_message (room_id, message_seq),
	CONSTRAINT files_owner FOREIGN KEY (owner_id) REFERENCES users (id),
	CONSTRAINT files_room FOREIGN KEY (room_id) REFERENCES chat_rooms (id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- down

DROP TABLE IF EXISTS files;
