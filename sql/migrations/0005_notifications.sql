-- Notifications: what a person was told, what they want to be told, and where it can be pushed to.

-- up

-- One row per person and event of the outbox, however often its job runs; no source_id: none. A row
-- that waits for its time has scheduled_at and due_at; when that comes, it becomes UNREAD, created_at
-- is the moment it was shown, and a repeating one leaves its successor. Texts are in the language of
-- the person at that time.
CREATE TABLE IF NOT EXISTS notifications (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	user_id BIGINT UNSIGNED NOT NULL,
	source_id BIGINT UNSIGNED NULL,
	type VARCHAR(40) CHARACTER SET ascii NOT NULL,
	category VARCHAR(20) CHARACTER SET ascii NOT NULL,
	title VARCHAR(200) NOT NULL,
	message VARCHAR(1000) NOT NULL,
	data JSON NULL,
	click_url VARCHAR(500) NULL,
	image_url VARCHAR(2048) NULL,
	icon_url VARCHAR(2048) NULL,
	priority TINYINT UNSIGNED NOT NULL DEFAULT 2,
	status ENUM('UNREAD', 'READ', 'SCHEDULED', 'CANCELLED') CHARACTER SET ascii NOT NULL DEFAULT 'UNREAD',
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	read_at DATETIME(3) NULL,
	scheduled_at DATETIME(3) NULL,
	expires_at DATETIME(3) NULL,
	repeats ENUM('daily', 'weekly', 'monthly') CHARACTER SET ascii NULL,
	repeat_every SMALLINT UNSIGNED NULL,
	-- the first time of the series: the 31st stays the 31st after a February
	repeat_from DATETIME(3) NULL,
	-- last day and time of day, in the person's own zone
	repeat_until DATE NULL,
	repeat_time CHAR(5) CHARACTER SET ascii NULL,
	due_at DATETIME(3) AS (IF(status = 'SCHEDULED', scheduled_at, NULL)) PERSISTENT,
	UNIQUE KEY notifications_once (user_id, source_id),
	KEY notifications_newest (user_id, created_at, id),
	-- answers every count without reading rows
	KEY notifications_counts (user_id, status, category, type),
	KEY notifications_due (due_at, id),
	CONSTRAINT notifications_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- No row means every default.
CREATE TABLE IF NOT EXISTS notification_settings (
	user_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	enabled BOOL NOT NULL DEFAULT TRUE,
	push BOOL NOT NULL DEFAULT TRUE,
	email BOOL NOT NULL DEFAULT TRUE,
	sms BOOL NOT NULL DEFAULT FALSE,
	session BOOL NOT NULL DEFAULT TRUE,
	reminders BOOL NOT NULL DEFAULT TRUE,
	matching BOOL NOT NULL DEFAULT TRUE,
	chat BOOL NOT NULL DEFAULT TRUE,
	level_test BOOL NOT NULL DEFAULT TRUE,
	`system` BOOL NOT NULL DEFAULT TRUE,
	marketing BOOL NOT NULL DEFAULT FALSE,
	quiet BOOL NOT NULL DEFAULT FALSE,
	quiet_start CHAR(5) CHARACTER SET ascii NOT NULL DEFAULT '22:00',
	quiet_end CHAR(5) CHARACTER SET ascii NOT NULL DEFAULT '08:00',
	-- NULL: the account's
	time_zone VARCHAR(64) NULL,
	language VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'ko',
	digest BOOL NOT NULL DEFAULT FALSE,
	digest_frequency ENUM('DAILY', 'WEEKLY') CHARACTER SET ascii NOT NULL DEFAULT 'DAILY',
	digest_time CHAR(5) CHARACTER SET ascii NOT NULL DEFAULT '09:00',
	CONSTRAINT notification_settings_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS notification_topics (
	user_id BIGINT UNSIGNED NOT NULL,
	topic VARCHAR(40) CHARACTER SET ascii NOT NULL,
	PRIMARY KEY (user_id, topic),
	CONSTRAINT notification_topics_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- A device belongs to whoever registered it last. token: of a browser, the JSON text of its
-- subscription; the hash is what makes it unique.
CREATE TABLE IF NOT EXISTS push_subscriptions (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	user_id BIGINT UNSIGNED NOT NULL,
	token_hash BINARY(32) NOT NULL,
	token TEXT NOT NULL,
	device ENUM('web', 'ios', 'android') CHARACTER SET ascii NOT NULL,
	user_agent VARCHAR(255) NULL,
	updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
	UNIQUE KEY push_subscriptions_token (token_hash),
	KEY push_subscriptions_user (user_id),
	CONSTRAINT push_subscriptions_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- down

DROP TABLE IF EXISTS push_subscriptions;
DROP TABLE IF EXISTS notification_topics;
DROP TABLE IF EXISTS notification_settings;
DROP TABLE IF EXISTS notifications;
