-- Analytics keeps only what nothing else does: what clients report, how long requests took, and what somebody says of a
-- session when it is over. Figures are counted from the rows of their domains.

-- up

-- user_id NULL: nobody was logged in. Deleted after 90 days.
CREATE TABLE IF NOT EXISTS analytics_events (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	user_id BIGINT UNSIGNED NULL,
	type VARCHAR(100) NOT NULL,
	path VARCHAR(500) NULL,
	feature VARCHAR(100) NULL,
	session VARCHAR(128) NULL,
	-- as the client says
	happened_at DATETIME(3) NOT NULL,
	received_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	more JSON NULL,
	KEY analytics_events_user (user_id, id),
	KEY analytics_events_old (received_at),
	CONSTRAINT analytics_events_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Requests the pools answered in an hour: sums of all machines. b0 to b14: how many took how long (score_bounds of
-- lib/base/score.c). Deleted after 31 days.
CREATE TABLE IF NOT EXISTS request_hours (
	begins_at DATETIME NOT NULL,
	route VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	answers BIGINT UNSIGNED NOT NULL,
	-- those of 5xx
	errors BIGINT UNSIGNED NOT NULL,
	us BIGINT UNSIGNED NOT NULL,
	b0 BIGINT UNSIGNED NOT NULL,
	b1 BIGINT UNSIGNED NOT NULL,
	b2 BIGINT UNSIGNED NOT NULL,
	b3 BIGINT UNSIGNED NOT NULL,
	b4 BIGINT UNSIGNED NOT NULL,
	b5 BIGINT UNSIGNED NOT NULL,
	b6 BIGINT UNSIGNED NOT NULL,
	b7 BIGINT UNSIGNED NOT NULL,
	b8 BIGINT UNSIGNED NOT NULL,
	b9 BIGINT UNSIGNED NOT NULL,
	b10 BIGINT UNSIGNED NOT NULL,
	b11 BIGINT UNSIGNED NOT NULL,
	b12 BIGINT UNSIGNED NOT NULL,
	b13 BIGINT UNSIGNED NOT NULL,
	b14 BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (begins_at, route)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- That somebody said once that a session was over: one of two (session_id), or of a group (group_id).
CREATE TABLE IF NOT EXISTS session_records (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	user_id BIGINT UNSIGNED NOT NULL,
	session_id BIGINT UNSIGNED NULL,
	group_id BIGINT UNSIGNED NULL,
	rating TINYINT UNSIGNED NULL,
	notes VARCHAR(2000) NULL,
	recorded_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	UNIQUE KEY session_records_session (user_id, session_id),
	UNIQUE KEY session_records_group (user_id, group_id),
	CONSTRAINT session_records_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT session_records_of FOREIGN KEY (session_id) REFERENCES learning_sessions (id) ON DELETE CASCADE,
	CONSTRAINT session_records_of_group FOREIGN KEY (group_id) REFERENCES group_sessions (id) ON DELETE CASCADE,
	CONSTRAINT session_records_one CHECK ((session_id IS NULL) <> (group_id IS NULL)),
	CONSTRAINT session_records_rating CHECK (rating BETWEEN 1 AND 5)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- down

DROP TABLE IF EXISTS session_records;
DROP TABLE IF EXISTS request_hours;
DROP TABLE IF EXISTS analytics_events;
