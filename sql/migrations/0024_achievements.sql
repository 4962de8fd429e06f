-- What people can earn, how far each of them is, and what was counted that is not kept elsewhere.

-- up

-- The catalogue (seed/reference.sql). counts: what the server counts for it by itself; NULL: only its clients say.
CREATE TABLE IF NOT EXISTS achievements (
	id INT UNSIGNED NOT NULL PRIMARY KEY,
	code VARCHAR(40) NOT NULL UNIQUE,
	name_ko VARCHAR(60) NOT NULL,
	name_en VARCHAR(60) NOT NULL,
	description_ko VARCHAR(200) NOT NULL,
	description_en VARCHAR(200) NOT NULL,
	category ENUM('STUDY', 'SOCIAL', 'MILESTONE', 'SPECIAL', 'STREAK') NOT NULL,
	type ENUM('COUNT', 'STREAK', 'ACCUMULATE', 'THRESHOLD', 'MILESTONE', 'COMBINATION') NOT NULL,
	tier ENUM('BRONZE', 'SILVER', 'GOLD', 'PLATINUM', 'DIAMOND', 'LEGENDARY') NOT NULL,
	icon VARCHAR(16) NOT NULL,
	badge_icon_url VARCHAR(255) NULL,
	target INT UNSIGNED NOT NULL,
	unit_ko VARCHAR(20) NOT NULL,
	unit_en VARCHAR(20) NOT NULL,
	points INT UNSIGNED NOT NULL,
	counts ENUM('messages', 'matches', 'profile', 'days', 'sessions', 'session_days', 'session_run', 'minutes', 'tests', 'level') NULL,
	prerequisite_id INT UNSIGNED NULL,
	hidden BOOL NOT NULL DEFAULT FALSE,
	active BOOL NOT NULL DEFAULT TRUE,
	sort_order INT UNSIGNED NOT NULL,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	CONSTRAINT achievements_prerequisite FOREIGN KEY (prerequisite_id) REFERENCES achievements (id),
	CONSTRAINT achievements_target CHECK (target > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Made when somebody first asks, or when something is counted. points: what was claimed, whatever the catalogue says
-- later. reported_at: when POST /achievements/check-completion told of it.
CREATE TABLE IF NOT EXISTS user_achievements (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	user_id BIGINT UNSIGNED NOT NULL,
	achievement_id INT UNSIGNED NOT NULL,
	progress INT UNSIGNED NOT NULL DEFAULT 0,
	points INT UNSIGNED NULL,
	started_at DATETIME(3) NULL,
	completed_at DATETIME(3) NULL,
	claimed_at DATETIME(3) NULL,
	reported_at DATETIME(3) NULL,
	updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	UNIQUE KEY user_achievements_once (user_id, achievement_id),
	CONSTRAINT user_achievements_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT user_achievements_achievement FOREIGN KEY (achievement_id) REFERENCES achievements (id),
	CONSTRAINT user_achievements_claimed CHECK (claimed_at IS NULL OR (completed_at IS NOT NULL AND points IS NOT NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Sessions and level tests, by the event that told of them, and days somebody was here, by the day's number: so each
-- counts once, however often its job runs. day: in that person's time zone. amount: minutes, or a level.
CREATE TABLE IF NOT EXISTS achievement_events (
	user_id BIGINT UNSIGNED NOT NULL,
	what ENUM('session', 'test', 'day') NOT NULL,
	source_id BIGINT UNSIGNED NOT NULL,
	amount INT UNSIGNED NOT NULL DEFAULT 0,
	day DATE NOT NULL,
	PRIMARY KEY (user_id, what, source_id),
	KEY achievement_events_run (user_id, what, day),
	KEY achievement_events_old (what, day),
	CONSTRAINT achievement_events_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- down

DROP TABLE IF EXISTS achievement_events;
DROP TABLE IF EXISTS user_achievements;
DROP TABLE IF EXISTS achievements;
