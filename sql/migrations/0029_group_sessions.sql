-- Group sessions: a host and up to nine others, found in a list, by a code or by invitation; how hosts are rated, and what
-- clients say of their progress.

-- up

-- Ids of sessions are those of their call rooms: those of the learning sessions of two (0025) stay below.
-- taken: seats that are held, the host's too; whoever changes it has this row locked. ratings: sums of group_seats.
CREATE TABLE IF NOT EXISTS group_sessions (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	host_id BIGINT UNSIGNED NOT NULL,
	title VARCHAR(200) NOT NULL,
	description VARCHAR(2000) NOT NULL,
	type ENUM('VIDEO', 'AUDIO', 'TEXT') CHARACTER SET ascii NOT NULL,
	language VARCHAR(40) NOT NULL,
	level ENUM('BEGINNER', 'INTERMEDIATE', 'ADVANCED') CHARACTER SET ascii NOT NULL,
	topic VARCHAR(200) NOT NULL,
	tags JSON NOT NULL,
	seats TINYINT UNSIGNED NOT NULL,
	taken TINYINT UNSIGNED NOT NULL DEFAULT 1,
	starts_at DATETIME(3) NOT NULL,
	minutes SMALLINT UNSIGNED NOT NULL,
	ends_at DATETIME(3) AS (starts_at + INTERVAL minutes MINUTE) PERSISTENT,
	is_public BOOL NOT NULL,
	join_code CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	status ENUM('SCHEDULED', 'ONGOING', 'COMPLETED', 'CANCELLED') CHARACTER SET ascii NOT NULL DEFAULT 'SCHEDULED',
	-- what the public list may show
	listed BOOL AS (is_public AND status IN ('SCHEDULED', 'ONGOING')) PERSISTENT,
	started_at DATETIME(3) NULL,
	ended_at DATETIME(3) NULL,
	-- how long it was, once it is over
	actual_minutes SMALLINT UNSIGNED NULL,
	cancelled_at DATETIME(3) NULL,
	cancel_reason VARCHAR(500) NULL,
	rating_sum INT UNSIGNED NOT NULL DEFAULT 0,
	rating_count INT UNSIGNED NOT NULL DEFAULT 0,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	UNIQUE KEY group_sessions_code (join_code),
	KEY group_sessions_host (host_id, status),
	KEY group_sessions_listed (listed, starts_at, level),
	KEY group_sessions_language (listed, language, starts_at, level),
	CONSTRAINT group_sessions_host FOREIGN KEY (host_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT group_sessions_seats CHECK (seats BETWEEN 2 AND 10 AND taken BETWEEN 1 AND seats),
	CONSTRAINT group_sessions_minutes CHECK (minutes BETWEEN 15 AND 180)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci AUTO_INCREMENT=1000000000;

-- Who takes part or did, was asked to, or may not come back. The host's stays JOINED whatever becomes of the session.
CREATE TABLE IF NOT EXISTS group_seats (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	session_id BIGINT UNSIGNED NOT NULL,
	user_id BIGINT UNSIGNED NOT NULL,
	role ENUM('HOST', 'PARTICIPANT') CHARACTER SET ascii NOT NULL,
	status ENUM('INVITED', 'JOINED', 'LEFT', 'KICKED') CHARACTER SET ascii NOT NULL,
	message VARCHAR(500) NULL,
	mic BOOL NOT NULL DEFAULT TRUE,
	camera BOOL NOT NULL DEFAULT TRUE,
	invited_until DATETIME(3) NULL,
	joined_at DATETIME(3) NULL,
	left_at DATETIME(3) NULL,
	kick_reason VARCHAR(500) NULL,
	rating TINYINT UNSIGNED NULL,
	feedback VARCHAR(500) NULL,
	rated_at DATETIME(3) NULL,
	UNIQUE KEY group_seats_person (session_id, user_id),
	KEY group_seats_status (session_id, status),
	KEY group_seats_user (user_id, status, role),
	KEY group_seats_invited (invited_until),
	CONSTRAINT group_seats_session FOREIGN KEY (session_id) REFERENCES group_sessions (id) ON DELETE CASCADE,
	CONSTRAINT group_seats_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT group_seats_rating CHECK (rating BETWEEN 1 AND 5)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS group_hosts (
	user_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	rating_sum INT UNSIGNED NOT NULL,
	rating_count INT UNSIGNED NOT NULL,
	CONSTRAINT group_hosts_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What somebody's client measured of them in a session, the newest of it; kept for 90 days.
CREATE TABLE IF NOT EXISTS group_progress (
	user_id BIGINT UNSIGNED NOT NULL,
	session_id BIGINT UNSIGNED NOT NULL,
	speaking_time INT UNSIGNED NOT NULL DEFAULT 0,
	messages INT UNSIGNED NOT NULL DEFAULT 0,
	words INT UNSIGNED NOT NULL DEFAULT 0,
	participation TINYINT UNSIGNED NULL,
	vocabulary JSON NOT NULL,
	grammar JSON NOT NULL,
	-- what the shipped page sends besides: its rating, highlights, notes
	more JSON NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	PRIMARY KEY (user_id, session_id),
	KEY group_progress_session (session_id),
	KEY group_progress_old (updated_at),
	CONSTRAINT group_progress_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT group_progress_session FOREIGN KEY (session_id) REFERENCES group_sessions (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- down

DROP TABLE IF EXISTS group_progress;
DROP TABLE IF EXISTS group_hosts;
DROP TABLE IF EXISTS group_seats;
DROP TABLE IF EXISTS group_sessions;
