-- Learning sessions of two (and public ones of a few): when, who takes part, reminders, invitations, what was said of them.
-- A login is called a session elsewhere, hence learning_sessions.

-- up

-- taken: seats that are held, the host's too; whoever changes it has this row locked. A copy of a series names its first one.
CREATE TABLE IF NOT EXISTS learning_sessions (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	host_id BIGINT UNSIGNED NOT NULL,
	title VARCHAR(200) NULL,
	description VARCHAR(2000) NULL,
	type ENUM('VIDEO', 'AUDIO') CHARACTER SET ascii NOT NULL,
	language VARCHAR(40) NULL,
	target_language VARCHAR(40) NULL,
	level VARCHAR(40) NULL,
	starts_at DATETIME(3) NOT NULL,
	minutes SMALLINT UNSIGNED NOT NULL,
	ends_at DATETIME(3) AS (starts_at + INTERVAL minutes MINUTE) PERSISTENT,
	seats TINYINT UNSIGNED NOT NULL,
	taken TINYINT UNSIGNED NOT NULL,
	is_public BOOL NOT NULL,
	status ENUM('SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED') CHARACTER SET ascii NOT NULL DEFAULT 'SCHEDULED',
	series_id BIGINT UNSIGNED NULL,
	recurrence ENUM('DAILY', 'WEEKLY', 'BIWEEKLY', 'MONTHLY') CHARACTER SET ascii NULL,
	recurrence_until DATETIME(3) NULL,
	tags JSON NULL,
	preparation VARCHAR(2000) NULL,
	meeting_url VARCHAR(500) NULL,
	room_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NULL,
	room_type ENUM('audio', 'video') CHARACTER SET ascii NULL,
	started_at DATETIME(3) NULL,
	ended_at DATETIME(3) NULL,
	-- how long it was, once it is over
	actual_minutes SMALLINT UNSIGNED NULL,
	notes VARCHAR(4000) NULL,
	cancelled_at DATETIME(3) NULL,
	cancel_reason VARCHAR(500) NULL,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
	KEY learning_sessions_host (host_id, status),
	KEY learning_sessions_series (series_id),
	KEY learning_sessions_public (is_public, status, starts_at),
	KEY learning_sessions_language (is_public, status, language, starts_at),
	KEY learning_sessions_type (is_public, status, type, starts_at),
	CONSTRAINT learning_sessions_host FOREIGN KEY (host_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT learning_sessions_seats CHECK (seats BETWEEN 2 AND 10 AND taken BETWEEN 1 AND seats),
	CONSTRAINT learning_sessions_minutes CHECK (minutes BETWEEN 15 AND 480)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Who takes part: the host, the partner it was made for, and those who booked. A seat with left_at was given back; of a
-- cancelled session seats stay, so that its people still see with whom it was. remind_at: when the next reminder is due.
CREATE TABLE IF NOT EXISTS session_seats (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	session_id BIGINT UNSIGNED NOT NULL,
	user_id BIGINT UNSIGNED NOT NULL,
	role ENUM('HOST', 'GUEST', 'BOOKED') CHARACTER SET ascii NOT NULL,
	message VARCHAR(500) NULL,
	booked_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	-- when they said that they come; a partner who was only invited has not yet
	joined_at DATETIME(3) NULL,
	left_at DATETIME(3) NULL,
	left_reason VARCHAR(500) NULL,
	remind_before SMALLINT UNSIGNED NOT NULL DEFAULT 30,
	remind_email BOOL NOT NULL DEFAULT TRUE,
	remind_push BOOL NOT NULL DEFAULT TRUE,
	remind_sms BOOL NOT NULL DEFAULT FALSE,
	settings_at DATETIME(3) NULL,
	remind_at DATETIME(3) NULL,
	reminded_at DATETIME(3) NULL,
	UNIQUE KEY session_seats_person (session_id, user_id),
	KEY session_seats_user (user_id, session_id),
	KEY session_seats_remind (remind_at),
	CONSTRAINT session_seats_session FOREIGN KEY (session_id) REFERENCES learning_sessions (id) ON DELETE CASCADE,
	CONSTRAINT session_seats_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What somebody who took part says of it and of the other one.
CREATE TABLE IF NOT EXISTS session_feedback (
	session_id BIGINT UNSIGNED NOT NULL,
	user_id BIGINT UNSIGNED NOT NULL,
	rating TINYINT UNSIGNED NULL,
	comment VARCHAR(2000) NULL,
	partner_rating TINYINT UNSIGNED NULL,
	partner_comment VARCHAR(2000) NULL,
	tags JSON NULL,
	improvement_areas JSON NULL,
	would_recommend BOOL NULL,
	updated_at DATETIME(3) NOT NULL,
	PRIMARY KEY (session_id, user_id),
	KEY session_feedback_user (user_id),
	CONSTRAINT session_feedback_session FOREIGN KEY (session_id) REFERENCES learning_sessions (id) ON DELETE CASCADE,
	CONSTRAINT session_feedback_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT session_feedback_ratings CHECK (rating BETWEEN 1 AND 5 AND partner_rating BETWEEN 1 AND 5)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- An invitation lets one person in, once. Its token is nowhere but with who was given it.
CREATE TABLE IF NOT EXISTS session_invites (
	token_hash BINARY(32) NOT NULL PRIMARY KEY,
	session_id BIGINT UNSIGNED NOT NULL,
	expires_at DATETIME(3) NOT NULL,
	used_at DATETIME(3) NULL,
	used_by BIGINT UNSIGNED NULL,
	KEY session_invites_session (session_id),
	KEY session_invites_expires (expires_at),
	CONSTRAINT session_invites_session FOREIGN KEY (session_id) REFERENCES learning_sessions (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- down

DROP TABLE IF EXISTS session_invites;
DROP TABLE IF EXISTS session_feedback;
DROP TABLE IF EXISTS session_seats;
DROP TABLE IF EXISTS learning_sessions;
