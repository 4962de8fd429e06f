-- The dating app: whom it recommends, by the pillars of their births, and to whom it did today.

-- up

-- Who has opened the app. Pillars are 0 to 59. spot is random: where in a pillar somebody stands, so that everybody's
-- turn comes.
CREATE TABLE IF NOT EXISTS dating_people (
	user_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	gender ENUM('MALE', 'FEMALE', 'OTHER') CHARACTER SET ascii NOT NULL,
	year_pillar TINYINT UNSIGNED NOT NULL,
	month_pillar TINYINT UNSIGNED NOT NULL,
	day_pillar TINYINT UNSIGNED NOT NULL,
	spot INT UNSIGNED NOT NULL,
	KEY dating_people_day (day_pillar, spot, gender, user_id, year_pillar, month_pillar),
	CONSTRAINT dating_people_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Those of the last day on which somebody looked; place counts from 1.
CREATE TABLE IF NOT EXISTS dating_picks (
	user_id BIGINT UNSIGNED NOT NULL,
	place TINYINT UNSIGNED NOT NULL,
	other_id BIGINT UNSIGNED NOT NULL,
	score TINYINT UNSIGNED NOT NULL,
	-- in Korea
	day DATE NOT NULL,
	PRIMARY KEY (user_id, place),
	UNIQUE KEY dating_picks_once (user_id, other_id),
	KEY dating_picks_other (other_id),
	CONSTRAINT dating_picks_user FOREIGN KEY (user_id) REFERENCES dating_people (user_id) ON DELETE CASCADE,
	CONSTRAINT dating_picks_other FOREIGN KEY (other_id) REFERENCES dating_people (user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- down

DROP TABLE IF EXISTS dating_picks;
DROP TABLE IF EXISTS dating_people;
