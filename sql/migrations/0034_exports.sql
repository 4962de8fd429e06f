-- Copies of all that is somebody's, as they ask for them.

-- up

-- code names it to its owner and is the name of what is being written; link is all it takes to fetch it, until expires_at.
-- working: one at a time. What lies under storage_key counts for nobody's quota.
CREATE TABLE IF NOT EXISTS exports (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	user_id BIGINT UNSIGNED NOT NULL,
	code CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
	status ENUM('PROCESSING', 'READY', 'FAILED', 'EXPIRED') CHARACTER SET ascii NOT NULL DEFAULT 'PROCESSING',
	working BIGINT UNSIGNED AS (IF(status = 'PROCESSING', user_id, NULL)) PERSISTENT,
	link CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL UNIQUE,
	storage_key VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
	size BIGINT UNSIGNED NULL,
	requested_at DATETIME(3) NOT NULL,
	ready_at DATETIME(3) NULL,
	expires_at DATETIME(3) NULL,
	UNIQUE KEY exports_one (working),
	KEY exports_user (user_id, id),
	KEY exports_stuck (status, requested_at),
	KEY exports_expires (status, expires_at),
	KEY exports_old (requested_at),
	CONSTRAINT exports_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT exports_ready CHECK (status <> 'READY'
		OR (link IS NOT NULL AND storage_key IS NOT NULL AND size IS NOT NULL AND expires_at IS NOT NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- down

DROP TABLE IF EXISTS exports;
