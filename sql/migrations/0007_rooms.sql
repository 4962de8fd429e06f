-- Call rooms and who sits in them, the gateways that hold their sockets, and who is online.

-- up

-- A gateway is alive while its beat is younger than 30 s. No started_at: it has not said who is
-- connected to it (it is new, or was declared dead), and is asked to at its next beat.
CREATE TABLE IF NOT EXISTS gateways (
	id CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
	started_at DATETIME(3) NULL,
	beat_at DATETIME(3) NOT NULL,
	draining BOOL NOT NULL DEFAULT FALSE,
	sockets BIGINT UNSIGNED NOT NULL DEFAULT 0,
	users BIGINT UNSIGNED NOT NULL DEFAULT 0,
	queued_bytes BIGINT UNSIGNED NOT NULL DEFAULT 0,
	in_bytes BIGINT UNSIGNED NOT NULL DEFAULT 0,
	rooms BIGINT UNSIGNED NOT NULL DEFAULT 0,
	calls BIGINT UNSIGNED NOT NULL DEFAULT 0,
	poll_waiting BIGINT UNSIGNED NOT NULL DEFAULT 0,
	KEY gateways_beat (beat_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- public_id is a capability: whoever knows it may enter. Of a room that somebody created it is random;
-- clients also bring ids of their own, for which rooms are made when first needed. expires_at: while
-- nobody is in; a room past it is gone, even if its row is still there.
CREATE TABLE IF NOT EXISTS rooms (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	public_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
	type ENUM('audio', 'video') CHARACTER SET ascii NOT NULL,
	max_participants TINYINT UNSIGNED NOT NULL,
	-- whether everybody is shown it in the list of rooms
	listed BOOL NOT NULL DEFAULT FALSE,
	-- the account that made it; NULL: a guest did
	created_by BIGINT UNSIGNED NULL,
	metadata JSON NOT NULL,
	settings JSON NOT NULL,
	total_participants BIGINT UNSIGNED NOT NULL DEFAULT 0,
	peak_participants BIGINT UNSIGNED NOT NULL DEFAULT 0,
	messages BIGINT UNSIGNED NOT NULL DEFAULT 0,
	errors BIGINT UNSIGNED NOT NULL DEFAULT 0,
	-- how long all who have left sat in it, together
	person_ms BIGINT UNSIGNED NOT NULL DEFAULT 0,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	last_activity_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	expires_at DATETIME(3) NULL,
	KEY rooms_listed (listed, updated_at),
	KEY rooms_updated (updated_at),
	KEY rooms_expires (expires_at),
	CONSTRAINT rooms_creator FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL,
	CONSTRAINT rooms_seats CHECK (max_participants BETWEEN 2 AND 10)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- user_id is what the socket called itself, of guests too; account_id is set when a token proved it.
-- left_at: the connection was lost; the seat is kept for that user_id for 10 s.
CREATE TABLE IF NOT EXISTS room_seats (
	room_id BIGINT UNSIGNED NOT NULL,
	user_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
	account_id BIGINT UNSIGNED NULL,
	gateway CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	socket VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
	name VARCHAR(100) NOT NULL,
	audio BOOL NOT NULL,
	video BOOL NOT NULL,
	screen BOOL NOT NULL,
	joined_at DATETIME(3) NOT NULL,
	left_at DATETIME(3) NULL,
	PRIMARY KEY (room_id, user_id),
	KEY room_seats_left (left_at, gateway),
	KEY room_seats_account (account_id, left_at),
	CONSTRAINT room_seats_room FOREIGN KEY (room_id) REFERENCES rooms (id) ON DELETE CASCADE,
	CONSTRAINT room_seats_account FOREIGN KEY (account_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Who has a socket open, and at which gateways.
CREATE TABLE IF NOT EXISTS presence (
	user_id BIGINT UNSIGNED NOT NULL,
	gateway CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	since DATETIME(3) NOT NULL,
	PRIMARY KEY (user_id, gateway),
	KEY presence_gateway (gateway, user_id),
	KEY presence_since (since, user_id, gateway),
	CONSTRAINT presence_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What people chose to be, and when they were last there. No row: ONLINE whenever connected.
CREATE TABLE IF NOT EXISTS user_status (
	user_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	status ENUM('ONLINE', 'OFFLINE', 'AWAY', 'STUDYING') CHARACTER SET ascii NOT NULL DEFAULT 'ONLINE',
	device_info VARCHAR(200) NULL,
	session_id VARCHAR(128) NULL,
	last_seen_at DATETIME(3) NULL,
	touched_at DATETIME(3) NULL,
	KEY user_status_touched (touched_at, user_id),
	CONSTRAINT user_status_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- down

DROP TABLE IF EXISTS user_status;
DROP TABLE IF EXISTS presence;
DROP TABLE IF EXISTS room_seats;
DROP TABLE IF EXISTS rooms;
DROP TABLE IF EXISTS gateways;
