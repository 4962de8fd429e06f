-- Matching: one row a person with what the score needs, one row per learnt language for the index
-- that finds candidates, and the requests and pairs themselves.

-- up

-- Rebuilt whenever one of its sources changes: a copy of all that score and filters need, so that a
-- candidate is one read. tongues: "language:learning:level:wish …". Masks: bit (option id mod 64).
-- week: 336 bits, one per half hour from Monday 00:00 UTC, the free times. facts: most columns in
-- one, since sending and decoding each of them takes longer than the read. card: ids of what a card
-- shows, in its order: "language:level:wanted level …", topics, personalities, motivations.
CREATE TABLE IF NOT EXISTS matching_profiles (
	user_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	native_language_id INT UNSIGNED NULL,
	spoken_level INT UNSIGNED NOT NULL DEFAULT 0,
	tongues VARCHAR(500) CHARACTER SET ascii NULL,
	topics BIGINT UNSIGNED NOT NULL DEFAULT 0,
	motivations BIGINT UNSIGNED NOT NULL DEFAULT 0,
	styles BIGINT UNSIGNED NOT NULL DEFAULT 0,
	expectations BIGINT UNSIGNED NOT NULL DEFAULT 0,
	personalities BIGINT UNSIGNED NOT NULL DEFAULT 0,
	group_sizes BIGINT UNSIGNED NOT NULL DEFAULT 0,
	week BINARY(42) NULL,
	gender ENUM('MALE', 'FEMALE', 'OTHER', 'NONE') NULL,
	partner_gender VARCHAR(32) NULL,
	communication VARCHAR(32) NULL,
	birth_year SMALLINT UNSIGNED NULL,
	birth_monthday VARCHAR(5) CHARACTER SET ascii NULL,
	show_age BOOL NOT NULL DEFAULT TRUE,
	show_online BOOL NOT NULL DEFAULT TRUE,
	card VARCHAR(2000) CHARACTER SET ascii NOT NULL DEFAULT '',
	facts VARBINARY(1100) AS (CONCAT(COALESCE(week, REPEAT(X'00', 42)), CONCAT_WS('\t', COALESCE(native_language_id, 0), topics, motivations, styles,
		expectations, personalities, group_sizes, COALESCE(birth_year, 0), show_age, show_online,
		COALESCE(birth_monthday, ''), COALESCE(gender, ''), COALESCE(partner_gender, ''),
		COALESCE(communication, ''), COALESCE(tongues, '')))) PERSISTENT,
	updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
	CONSTRAINT matching_profiles_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- learns: a language the person learns (0: none chosen yet). visible: may be recommended. facts: those
-- of matching_profiles, here and in the index that most searches read, which then need no other page.
CREATE TABLE IF NOT EXISTS matching_index (
	user_id BIGINT UNSIGNED NOT NULL,
	learns INT UNSIGNED NOT NULL,
	speaks INT UNSIGNED NOT NULL,
	visible BOOL NOT NULL,
	active_at DATETIME(3) NOT NULL,
	facts VARBINARY(1100) NOT NULL,
	PRIMARY KEY (user_id, learns),
	KEY matching_index_pair (learns, speaks, visible, active_at, user_id, facts),
	KEY matching_index_speaks (speaks, visible, active_at, user_id),
	KEY matching_index_learns (learns, visible, active_at, user_id),
	KEY matching_index_recent (visible, active_at, user_id),
	CONSTRAINT matching_index_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT matching_index_facts CHECK (LENGTH(facts) > 42)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- open_pair is set while pending: the unique key lets one request live between two people,
-- whichever of them sent it. Ids start beyond any user id: a client answers a request by its id or
-- by its sender's, on the same path.
CREATE TABLE IF NOT EXISTS matching_requests (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	sender_id BIGINT UNSIGNED NOT NULL,
	receiver_id BIGINT UNSIGNED NOT NULL,
	message VARCHAR(500) NOT NULL DEFAULT '',
	status ENUM('pending', 'accepted', 'rejected', 'cancelled', 'expired') NOT NULL DEFAULT 'pending',
	response_message VARCHAR(500) NULL,
	compatibility_score DECIMAL(4, 1) NULL,
	responded_at DATETIME(3) NULL,
	expires_at DATETIME(3) NOT NULL,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	open_pair VARCHAR(41) CHARACTER SET ascii AS (IF(status = 'pending',
		CONCAT(LEAST(sender_id, receiver_id), '-', GREATEST(sender_id, receiver_id)), NULL)) PERSISTENT,
	UNIQUE KEY matching_requests_open (open_pair),
	KEY matching_requests_sent (sender_id, status, id),
	KEY matching_requests_received (receiver_id, status, id),
	KEY matching_requests_pair (sender_id, receiver_id, id),
	KEY matching_requests_expires (status, expires_at),
	CONSTRAINT matching_requests_sender FOREIGN KEY (sender_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT matching_requests_receiver FOREIGN KEY (receiver_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT matching_requests_two CHECK (sender_id <> receiver_id)
) ENGINE=InnoDB AUTO_INCREMENT=1000000000001 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS user_matches (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	user1_id BIGINT UNSIGNED NOT NULL,
	user2_id BIGINT UNSIGNED NOT NULL,
	compatibility_score DECIMAL(4, 1) NULL,
	matched_at DATETIME(3) NOT NULL,
	is_active BOOL NOT NULL DEFAULT TRUE,
	deactivated_at DATETIME(3) NULL,
	deactivated_by BIGINT UNSIGNED NULL,
	room_id BIGINT UNSIGNED NULL,
	UNIQUE KEY user_matches_pair (user1_id, user2_id),
	KEY user_matches_1 (user1_id, is_active, matched_at),
	KEY user_matches_2 (user2_id, is_active, matched_at),
	CONSTRAINT user_matches_user1 FOREIGN KEY (user1_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT user_matches_user2 FOREIGN KEY (user2_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT user_matches_order CHECK (user1_id < user2_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- down

DROP TABLE IF EXISTS user_matches;
DROP TABLE IF EXISTS matching_requests;
DROP TABLE IF EXISTS matching_index;
DROP TABLE IF EXISTS matching_profiles;
