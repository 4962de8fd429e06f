-- What a person said of themselves while signing up: languages, chosen options, free times.

-- up

CREATE TABLE IF NOT EXISTS user_languages (
	user_id BIGINT UNSIGNED NOT NULL,
	language_id INT UNSIGNED NOT NULL,
	-- 100-series: how well I speak it; where I want to get; 200-series: what partner I look for
	current_level_id INT UNSIGNED NULL,
	target_level_id INT UNSIGNED NULL,
	partner_level_id INT UNSIGNED NULL,
	learning BOOL NOT NULL DEFAULT FALSE,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	PRIMARY KEY (user_id, language_id),
	KEY user_languages_language (language_id),
	CONSTRAINT user_languages_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT user_languages_language FOREIGN KEY (language_id) REFERENCES languages (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS user_options (
	user_id BIGINT UNSIGNED NOT NULL,
	kind VARCHAR(24) NOT NULL,
	option_id INT UNSIGNED NOT NULL,
	position INT UNSIGNED NOT NULL,
	detail VARCHAR(32) NULL,
	PRIMARY KEY (user_id, kind, option_id),
	KEY user_options_option (kind, option_id),
	CONSTRAINT user_options_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT user_options_option FOREIGN KEY (kind, option_id) REFERENCES options (kind, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- day: 0 = Monday. minute: of the day, in the user's own time zone, on the half-hour grid.
CREATE TABLE IF NOT EXISTS user_schedules (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	user_id BIGINT UNSIGNED NOT NULL,
	day TINYINT UNSIGNED NOT NULL,
	minute SMALLINT UNSIGNED NOT NULL,
	PRIMARY KEY (user_id, day, minute),
	KEY user_schedules_id (id),
	CONSTRAINT user_schedules_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT user_schedules_grid CHECK (day < 7 AND minute < 1440 AND minute MOD 30 = 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- down

DROP TABLE IF EXISTS user_schedules;
DROP TABLE IF EXISTS user_options;
DROP TABLE IF EXISTS user_languages;
