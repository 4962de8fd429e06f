-- What a language model or a recogniser of speech was asked for, for whom: what it cost, and that it answered.

-- up

CREATE TABLE IF NOT EXISTS ai_calls (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	user_id BIGINT UNSIGNED NULL, -- NULL: a guest
	kind ENUM('text', 'translation', 'speech') CHARACTER SET ascii NOT NULL,
	-- who asked: "group.topics"
	feature VARCHAR(40) CHARACTER SET ascii NOT NULL,
	model VARCHAR(100) NOT NULL,
	good BOOL NOT NULL,
	tokens INT UNSIGNED NOT NULL DEFAULT 0,
	characters INT UNSIGNED NOT NULL DEFAULT 0,
	seconds DOUBLE NOT NULL DEFAULT 0,
	latency_ms INT UNSIGNED NOT NULL,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	KEY ai_calls_user (user_id, created_at),
	KEY ai_calls_old (created_at),
	CONSTRAINT ai_calls_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- down

DROP TABLE IF EXISTS ai_calls;
