-- Accounts, logins, settings that other domains must respect, and the machinery every write needs.
-- Every statement can be run again: a migration that was killed is simply started anew.

-- up

CREATE TABLE IF NOT EXISTS locations (
	id INT UNSIGNED NOT NULL PRIMARY KEY,
	country_ko VARCHAR(40) NOT NULL,
	country_en VARCHAR(40) NOT NULL,
	city_ko VARCHAR(40) NOT NULL,
	city_en VARCHAR(40) NOT NULL,
	time_zone VARCHAR(64) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS languages (
	id INT UNSIGNED NOT NULL PRIMARY KEY,
	code VARCHAR(8) NOT NULL UNIQUE,
	name_ko VARCHAR(40) NOT NULL,
	name_en VARCHAR(40) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Every other list a person chooses from: levels, motivations, topics, styles, genders, days, …
CREATE TABLE IF NOT EXISTS options (
	kind VARCHAR(24) NOT NULL,
	id INT UNSIGNED NOT NULL,
	code VARCHAR(32) NOT NULL,
	name_ko VARCHAR(120) NOT NULL,
	name_en VARCHAR(120) NOT NULL,
	description_ko VARCHAR(200) NOT NULL,
	description_en VARCHAR(200) NOT NULL,
	PRIMARY KEY (kind, id),
	UNIQUE KEY options_code (kind, code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS users (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	email VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL UNIQUE,
	name VARCHAR(100) NOT NULL,
	english_name VARCHAR(50) NULL,
	role ENUM('USER', 'ADMIN') NOT NULL DEFAULT 'USER',
	status ENUM('ACTIVE', 'SUSPENDED', 'DELETED') NOT NULL DEFAULT 'ACTIVE',
	gender ENUM('MALE', 'FEMALE', 'OTHER', 'NONE') NULL,
	birth_year SMALLINT UNSIGNED NULL,
	birth_monthday CHAR(5) CHARACTER SET ascii NULL,
	location_id INT UNSIGNED NULL,
	residence VARCHAR(255) NULL,
	time_zone VARCHAR(64) NOT NULL DEFAULT 'Asia/Seoul',
	job VARCHAR(255) NULL,
	bio TEXT NULL,
	profile_image VARCHAR(2048) NULL,
	native_language_id INT UNSIGNED NULL,
	communication_method VARCHAR(32) NULL,
	daily_minute VARCHAR(32) NULL,
	partner_gender VARCHAR(32) NULL,
	onboarding_steps INT UNSIGNED NOT NULL DEFAULT 0,
	onboarded_at DATETIME(3) NULL,
	created_by_key BINARY(32) NULL,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
	active_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	CONSTRAINT users_location FOREIGN KEY (location_id) REFERENCES locations (id),
	CONSTRAINT users_native_language FOREIGN KEY (native_language_id) REFERENCES languages (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The newest row is the password; older ones are kept so that they are not chosen again.
CREATE TABLE IF NOT EXISTS user_passwords (
	user_id BIGINT UNSIGNED NOT NULL,
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	hash VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	PRIMARY KEY (user_id, id),
	KEY user_passwords_id (id),
	CONSTRAINT user_passwords_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- One login. Its refresh tokens are numbered by generation; none is stored, since the same claims
-- always make the same token. rotations: when the last eight were replaced, newest first, 8 bytes
-- each (ms since 1970, big-endian).
CREATE TABLE IF NOT EXISTS sessions (
	id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	user_id BIGINT UNSIGNED NOT NULL,
	generation BIGINT UNSIGNED NOT NULL DEFAULT 1,
	issued_at DATETIME(3) NOT NULL,
	rotations VARBINARY(64) NOT NULL DEFAULT '',
	expires_at DATETIME(3) NOT NULL,
	revoked_at DATETIME(3) NULL,
	revoked_why VARCHAR(32) NULL,
	created_at DATETIME(3) NOT NULL,
	user_agent VARCHAR(255) NULL,
	ip VARCHAR(45) NULL,
	KEY sessions_user (user_id, revoked_at),
	KEY sessions_revoked (revoked_at),
	KEY sessions_expires (expires_at),
	CONSTRAINT sessions_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- No row means every default.
CREATE TABLE IF NOT EXISTS user_privacy (
	user_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	profile_visibility ENUM('public', 'friends', 'private') NOT NULL DEFAULT 'public',
	allow_matching BOOL NOT NULL DEFAULT TRUE,
	show_in_search BOOL NOT NULL DEFAULT TRUE,
	show_age BOOL NOT NULL DEFAULT TRUE,
	show_location BOOL NOT NULL DEFAULT TRUE,
	show_online_status BOOL NOT NULL DEFAULT TRUE,
	show_email BOOL NOT NULL DEFAULT FALSE,
	CONSTRAINT user_privacy_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS blocks (
	user_id BIGINT UNSIGNED NOT NULL,
	blocked_id BIGINT UNSIGNED NOT NULL,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	PRIMARY KEY (user_id, blocked_id),
	KEY blocks_blocked (blocked_id, user_id),
	CONSTRAINT blocks_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT blocks_blocked FOREIGN KEY (blocked_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Idempotency-Key: the first answer, written in the transaction of its effect.
CREATE TABLE IF NOT EXISTS request_keys (
	user_id BIGINT UNSIGNED NOT NULL,
	key_hash BINARY(32) NOT NULL,
	body_hash BINARY(32) NOT NULL,
	status SMALLINT UNSIGNED NOT NULL DEFAULT 0,
	answer MEDIUMTEXT NULL,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	PRIMARY KEY (user_id, key_hash),
	KEY request_keys_created (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What must happen outside SQL, written in the transaction of its cause; also the queue of the jobs.
-- Whoever takes a row moves due_at into the future (its lease) and deletes the row when all is done.
-- No due_at: given up after too many tries, until an operator requeues it.
CREATE TABLE IF NOT EXISTS outbox (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	event VARCHAR(40) CHARACTER SET ascii NOT NULL,
	subject_id BIGINT UNSIGNED NOT NULL,
	actor_id BIGINT UNSIGNED NOT NULL,
	payload JSON NOT NULL,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	due_at DATETIME(3) NULL DEFAULT CURRENT_TIMESTAMP(3),
	tries INT UNSIGNED NOT NULL DEFAULT 0,
	-- how far a job that works in pieces has come
	progress BIGINT UNSIGNED NOT NULL DEFAULT 0,
	error VARCHAR(200) NULL,
	KEY outbox_due (due_at, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Who runs what the clock asks for: whoever moves due_at on.
CREATE TABLE IF NOT EXISTS schedules (
	name VARCHAR(40) CHARACTER SET ascii NOT NULL PRIMARY KEY,
	due_at DATETIME(3) NOT NULL,
	ran_at DATETIME(3) NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- down

DROP TABLE IF EXISTS schedules;
DROP TABLE IF EXISTS outbox;
DROP TABLE IF EXISTS request_keys;
DROP TABLE IF EXISTS blocks;
DROP TABLE IF EXISTS user_privacy;
DROP TABLE IF EXISTS sessions;
DROP TABLE IF EXISTS user_passwords;
DROP TABLE IF EXISTS users;
DROP TABLE IF EXISTS options;
DROP TABLE IF EXISTS languages;
DROP TABLE IF EXISTS locations;
