-- What people set for themselves: privacy, languages of the app, a second factor; and what they are shown of their logins.

-- up

ALTER TABLE users
	ADD COLUMN IF NOT EXISTS phone VARCHAR(32) CHARACTER SET ascii NULL;

-- OAuth logins will say theirs.
ALTER TABLE sessions
	ADD COLUMN IF NOT EXISTS method ENUM('password', 'oauth_google', 'oauth_naver', 'oauth_kakao')
		CHARACTER SET ascii NOT NULL DEFAULT 'password',
	ADD KEY IF NOT EXISTS sessions_history (user_id, created_at);

ALTER TABLE user_privacy
	ADD COLUMN IF NOT EXISTS show_phone BOOL NOT NULL DEFAULT FALSE,
	ADD COLUMN IF NOT EXISTS show_last_seen BOOL NOT NULL DEFAULT TRUE,
	ADD COLUMN IF NOT EXISTS matching_radius ENUM('10', '25', '50', '100', 'unlimited') CHARACTER SET ascii NOT NULL DEFAULT '50',
	ADD COLUMN IF NOT EXISTS direct_message ENUM('everyone', 'friends', 'none') CHARACTER SET ascii NOT NULL DEFAULT 'everyone',
	ADD COLUMN IF NOT EXISTS group_invite ENUM('everyone', 'friends', 'none') CHARACTER SET ascii NOT NULL DEFAULT 'everyone',
	ADD COLUMN IF NOT EXISTS show_learning_stats BOOL NOT NULL DEFAULT TRUE,
	ADD COLUMN IF NOT EXISTS show_achievements BOOL NOT NULL DEFAULT TRUE,
	ADD COLUMN IF NOT EXISTS show_session_history BOOL NOT NULL DEFAULT FALSE,
	ADD COLUMN IF NOT EXISTS allow_analytics BOOL NOT NULL DEFAULT TRUE,
	ADD COLUMN IF NOT EXISTS allow_personalization BOOL NOT NULL DEFAULT TRUE,
	ADD COLUMN IF NOT EXISTS allow_marketing BOOL NOT NULL DEFAULT FALSE,
	ADD COLUMN IF NOT EXISTS allow_third_party BOOL NOT NULL DEFAULT FALSE;

-- No row means every default. voice NULL: that of the interface language.
CREATE TABLE IF NOT EXISTS user_preferences (
	user_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	interface_language ENUM('ko', 'en', 'ja', 'zh', 'es', 'fr') CHARACTER SET ascii NOT NULL DEFAULT 'ko',
	auto_translate BOOL NOT NULL DEFAULT TRUE,
	auto_detect BOOL NOT NULL DEFAULT TRUE,
	voice VARCHAR(64) CHARACTER SET ascii NULL,
	speech_speed DECIMAL(3, 2) NOT NULL DEFAULT 1,
	show_romanization BOOL NOT NULL DEFAULT FALSE,
	translation_service ENUM('google', 'deepl', 'papago') CHARACTER SET ascii NOT NULL DEFAULT 'google',
	speech_language ENUM('en-US', 'en-GB', 'ko-KR', 'ja-JP', 'zh-CN') CHARACTER SET ascii NOT NULL DEFAULT 'en-US',
	voice_gender ENUM('female', 'male') CHARACTER SET ascii NOT NULL DEFAULT 'female',
	theme ENUM('light', 'dark', 'auto') CHARACTER SET ascii NOT NULL DEFAULT 'auto',
	CONSTRAINT user_preferences_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Logins that failed at an account there is: the newest hundred of each, for three months.
CREATE TABLE IF NOT EXISTS failed_logins (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	user_id BIGINT UNSIGNED NOT NULL,
	at DATETIME(3) NOT NULL,
	reason ENUM('password', 'code', 'suspended') CHARACTER SET ascii NOT NULL,
	user_agent VARCHAR(255) NULL,
	ip VARCHAR(45) NULL,
	KEY failed_logins_user (user_id, at),
	KEY failed_logins_at (at),
	CONSTRAINT failed_logins_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- secret: sealed, see sec/seal.h. enabled_at NULL: it waits for its first code. last_step: of the last code, none of
-- whose time or before is taken again.
CREATE TABLE IF NOT EXISTS two_factor (
	user_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	secret VARCHAR(200) CHARACTER SET ascii NOT NULL,
	enabled_at DATETIME(3) NULL,
	last_step BIGINT UNSIGNED NOT NULL DEFAULT 0,
	last_used_at DATETIME(3) NULL,
	CONSTRAINT two_factor_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- For who has lost the device; each goes when it is used.
CREATE TABLE IF NOT EXISTS two_factor_codes (
	user_id BIGINT UNSIGNED NOT NULL,
	code_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	PRIMARY KEY (user_id, code_hash),
	CONSTRAINT two_factor_codes_factor FOREIGN KEY (user_id) REFERENCES two_factor (user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- down

DROP TABLE IF EXISTS two_factor_codes;
DROP TABLE IF EXISTS two_factor;
DROP TABLE IF EXISTS failed_logins;

DROP TABLE IF EXISTS user_preferences;

ALTER TABLE user_privacy
	DROP COLUMN IF EXISTS show_phone,
	DROP COLUMN IF EXISTS show_last_seen,
	DROP COLUMN IF EXISTS matching_radius,
	DROP COLUMN IF EXISTS direct_message,
	DROP COLUMN IF EXISTS group_invite,
	DROP COLUMN IF EXISTS show_learning_stats,
	DROP COLUMN IF EXISTS show_achievements,
	DROP COLUMN IF EXISTS show_session_history,
	DROP COLUMN IF EXISTS allow_analytics,
	DROP COLUMN IF EXISTS allow_personalization,
	DROP COLUMN IF EXISTS allow_marketing,
	DROP COLUMN IF EXISTS allow_third_party;

ALTER TABLE sessions
	DROP KEY IF EXISTS sessions_history,
	DROP COLUMN IF EXISTS method;

ALTER TABLE users
	DROP COLUMN IF EXISTS phone;
