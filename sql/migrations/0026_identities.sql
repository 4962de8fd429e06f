-- Accounts that others vouch for: who somebody is at Google or Naver, by their number there and never by an address.

-- up

CREATE TABLE IF NOT EXISTS user_identities (
	provider ENUM('google', 'naver', 'kakao') CHARACTER SET ascii NOT NULL,
	subject VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	user_id BIGINT UNSIGNED NOT NULL,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	PRIMARY KEY (provider, subject),
	KEY user_identities_user (user_id),
	CONSTRAINT user_identities_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- down

DROP TABLE IF EXISTS user_identities;
