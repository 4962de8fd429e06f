-- What is said in study groups.

-- up

-- A page of a group's messages is a range of the primary key. client_key: as in chat_messages.
CREATE TABLE IF NOT EXISTS study_messages (
	study_id BIGINT UNSIGNED NOT NULL,
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	user_id BIGINT UNSIGNED NOT NULL,
	-- empty when there is only a file
	content TEXT NOT NULL,
	file_id BIGINT UNSIGNED NULL,
	client_key BINARY(32) NULL,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	PRIMARY KEY (study_id, id),
	UNIQUE KEY study_messages_id (id),
	UNIQUE KEY study_messages_once (user_id, client_key),
	KEY study_messages_pace (user_id, study_id, created_at),
	CONSTRAINT study_messages_study FOREIGN KEY (study_id) REFERENCES studies (id) ON DELETE CASCADE,
	CONSTRAINT study_messages_user FOREIGN KEY (user_id) REFERENCES users (id),
	CONSTRAINT study_messages_file FOREIGN KEY (file_id) REFERENCES files (id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Whoever wrote a message is the first who has read it.
CREATE TABLE IF NOT EXISTS study_message_readers (
	study_id BIGINT UNSIGNED NOT NULL,
	message_id BIGINT UNSIGNED NOT NULL,
	user_id BIGINT UNSIGNED NOT NULL,
	read_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	PRIMARY KEY (study_id, message_id, user_id),
	CONSTRAINT study_message_readers_message FOREIGN KEY (study_id, message_id)
		REFERENCES study_messages (study_id, id) ON DELETE CASCADE,
	CONSTRAINT study_message_readers_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The group whose members may see a file, and show it in messages.
ALTER TABLE files
	ADD COLUMN IF NOT EXISTS study_id BIGINT UNSIGNED NULL AFTER room_id,
	ADD KEY IF NOT EXISTS files_study (study_id, deleted_at, id),
	ADD CONSTRAINT FOREIGN KEY IF NOT EXISTS files_study (study_id) REFERENCES studies (id) ON DELETE SET NULL;

-- As for rooms in 0011: told_seq is the id of a message here.
ALTER TABLE study_members
	ADD COLUMN IF NOT EXISTS told_seq BIGINT UNSIGNED NOT NULL DEFAULT 0,
	ADD COLUMN IF NOT EXISTS told_at DATETIME(3) NULL;

-- A group's chat has one unread notification with each member.
ALTER TABLE notifications
	ADD COLUMN IF NOT EXISTS study_id BIGINT UNSIGNED NULL AFTER open_room,
	ADD COLUMN IF NOT EXISTS open_study BIGINT UNSIGNED AS (IF(status = 'UNREAD', study_id, NULL)) PERSISTENT,
	ADD UNIQUE KEY IF NOT EXISTS notifications_study (user_id, open_study);

-- down

ALTER TABLE notifications
	DROP KEY IF EXISTS notifications_study,
	DROP COLUMN IF EXISTS open_study,
	DROP COLUMN IF EXISTS study_id;

ALTER TABLE study_members
	DROP COLUMN IF EXISTS told_at,
	DROP COLUMN IF EXISTS told_seq;

DROP TABLE IF EXISTS study_message_readers;
DROP TABLE IF EXISTS study_messages;

ALTER TABLE files
	DROP FOREIGN KEY IF EXISTS files_study,
	DROP KEY IF EXISTS files_study,
	DROP COLUMN IF EXISTS study_id;
