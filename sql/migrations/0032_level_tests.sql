-- Level tests: those under way, what was said in them, how it was judged; and the level of each language that follows.

-- up

-- source: GUIDED: question after question here; SENT: all answers at once; SAVED: judged elsewhere. expires_at: deleted
-- after it, and in no list from then on.
CREATE TABLE IF NOT EXISTS level_tests (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	user_id BIGINT UNSIGNED NOT NULL,
	-- its code
	language VARCHAR(40) NOT NULL,
	type VARCHAR(40) CHARACTER SET ascii NOT NULL,
	mode ENUM('standard', 'voice') CHARACTER SET ascii NOT NULL,
	source ENUM('GUIDED', 'SENT', 'SAVED') CHARACTER SET ascii NOT NULL,
	-- how hard it is meant to be
	aim ENUM('BEGINNER', 'INTERMEDIATE', 'ADVANCED') CHARACTER SET ascii NOT NULL,
	questions TINYINT UNSIGNED NOT NULL,
	status ENUM('in-progress', 'completed', 'cancelled') CHARACTER SET ascii NOT NULL DEFAULT 'in-progress',
	-- of one that was judged elsewhere: its id there
	outside_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
	started_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	expires_at DATETIME(3) NOT NULL,
	UNIQUE KEY level_tests_outside (user_id, outside_id),
	KEY level_tests_user (user_id, status, id),
	KEY level_tests_expires (expires_at),
	CONSTRAINT level_tests_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT level_tests_questions CHECK (questions BETWEEN 1 AND 10)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- storage_key: of the recording, if there is one. transcript: NULL: nobody wrote down what was said.
CREATE TABLE IF NOT EXISTS level_test_answers (
	test_id BIGINT UNSIGNED NOT NULL,
	question TINYINT UNSIGNED NOT NULL,
	storage_key VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
	transcript TEXT NULL,
	seconds SMALLINT UNSIGNED NULL,
	answered_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	PRIMARY KEY (test_id, question),
	CONSTRAINT level_test_answers_test FOREIGN KEY (test_id) REFERENCES level_tests (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- One of a test: a second one loses. judge: the rules of leveltest/score.h, a model, whoever saved it; nobody: there was
-- no transcript, and the scores say nothing. estimated: what could not be measured and is the mean of the others.
-- texts: what a model or another server said of it; ours follow from the scores.
CREATE TABLE IF NOT EXISTS level_test_results (
	test_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	user_id BIGINT UNSIGNED NOT NULL,
	language VARCHAR(40) NOT NULL,
	judge ENUM('rules', 'model', 'client', 'nobody') CHARACTER SET ascii NOT NULL,
	model VARCHAR(100) NOT NULL,
	level ENUM('A1', 'A2', 'B1', 'B2', 'C1', 'C2') CHARACTER SET ascii NOT NULL,
	overall TINYINT UNSIGNED NOT NULL,
	pronunciation TINYINT UNSIGNED NOT NULL,
	fluency TINYINT UNSIGNED NOT NULL,
	grammar TINYINT UNSIGNED NOT NULL,
	vocabulary TINYINT UNSIGNED NOT NULL,
	coherence TINYINT UNSIGNED NOT NULL,
	interaction TINYINT UNSIGNED NOT NULL,
	estimated SET('pronunciation', 'fluency', 'grammar', 'vocabulary', 'coherence', 'interaction')
		CHARACTER SET ascii NOT NULL DEFAULT '',
	texts JSON NULL,
	completed_at DATETIME(3) NOT NULL,
	KEY level_test_results_user (user_id, completed_at, test_id),
	CONSTRAINT level_test_results_test FOREIGN KEY (test_id) REFERENCES level_tests (id) ON DELETE CASCADE,
	CONSTRAINT level_test_results_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT level_test_results_scores CHECK (overall <= 100 AND pronunciation <= 100 AND fluency <= 100
		AND grammar <= 100 AND vocabulary <= 100 AND coherence <= 100 AND interaction <= 100)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What the newest result that somebody judged says; it outlives the test.
CREATE TABLE IF NOT EXISTS language_levels (
	user_id BIGINT UNSIGNED NOT NULL,
	language VARCHAR(40) NOT NULL,
	level ENUM('A1', 'A2', 'B1', 'B2', 'C1', 'C2') CHARACTER SET ascii NOT NULL,
	score TINYINT UNSIGNED NOT NULL,
	tested_at DATETIME(3) NOT NULL,
	PRIMARY KEY (user_id, language),
	CONSTRAINT language_levels_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- down

DROP TABLE IF EXISTS language_levels;
DROP TABLE IF EXISTS level_test_results;
DROP TABLE IF EXISTS level_test_answers;
DROP TABLE IF EXISTS level_tests;
