-- Those who run the site: their roles, what they did, and what they did to people: warnings, sanctions, answers to reports.

-- up

-- restricted_actions hold until restricted_until. The keys are the orders of the administrators' list.
ALTER TABLE users
	ADD COLUMN IF NOT EXISTS suspended_until DATETIME(3) NULL,
	ADD COLUMN IF NOT EXISTS suspend_reason VARCHAR(500) NULL,
	ADD COLUMN IF NOT EXISTS restricted_until DATETIME(3) NULL,
	ADD COLUMN IF NOT EXISTS restricted_actions
		SET('STUDY_CREATE', 'STUDY_JOIN', 'MESSAGE') CHARACTER SET ascii NOT NULL DEFAULT '',
	ADD KEY IF NOT EXISTS users_created (created_at),
	ADD KEY IF NOT EXISTS users_active (active_at),
	ADD KEY IF NOT EXISTS users_name (name),
	ADD KEY IF NOT EXISTS users_status (status);

-- Whoever has no row but users.role ADMIN is a SUPER_ADMIN; a row that has expired is no role, whatever users.role says.
CREATE TABLE IF NOT EXISTS admin_roles (
	user_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	role ENUM('VIEWER', 'MODERATOR', 'ADMIN', 'SUPER_ADMIN') CHARACTER SET ascii NOT NULL,
	granted_by BIGINT UNSIGNED NULL,
	granted_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	expires_at DATETIME(3) NULL,
	KEY admin_roles_role (role),
	CONSTRAINT admin_roles_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT admin_roles_granted FOREIGN KEY (granted_by) REFERENCES users (id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Kept for two years (domain/admin/admin_jobs.c).
CREATE TABLE IF NOT EXISTS admin_logs (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	admin_id BIGINT UNSIGNED NOT NULL,
	action VARCHAR(24) CHARACTER SET ascii NOT NULL,
	target_type VARCHAR(12) CHARACTER SET ascii NULL,
	target_id BIGINT UNSIGNED NULL,
	-- what of it was, and is from now on
	was JSON NULL,
	became JSON NULL,
	reason VARCHAR(500) NULL,
	ip VARCHAR(45) NULL,
	user_agent VARCHAR(255) NULL,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	KEY admin_logs_admin (admin_id, created_at),
	KEY admin_logs_action (action, created_at),
	KEY admin_logs_target (target_type, target_id),
	KEY admin_logs_created (created_at),
	CONSTRAINT admin_logs_admin FOREIGN KEY (admin_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Both are kept as long as the account: they are its record.
CREATE TABLE IF NOT EXISTS warnings (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	user_id BIGINT UNSIGNED NOT NULL,
	admin_id BIGINT UNSIGNED NOT NULL,
	reason VARCHAR(500) NOT NULL,
	severity ENUM('MINOR', 'NORMAL', 'SERIOUS', 'CRITICAL') CHARACTER SET ascii NOT NULL DEFAULT 'NORMAL',
	related_content VARCHAR(100) NULL,
	expires_at DATETIME(3) NULL,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	KEY warnings_user (user_id, id),
	KEY warnings_created (created_at),
	CONSTRAINT warnings_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT warnings_admin FOREIGN KEY (admin_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS sanctions (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	user_id BIGINT UNSIGNED NOT NULL,
	admin_id BIGINT UNSIGNED NOT NULL,
	type ENUM('WARNING', 'CHAT_BAN', 'STUDY_CREATE_BAN', 'FILE_UPLOAD_BAN', 'RESTRICTION', 'SUSPENSION', 'PERMANENT_BAN')
		CHARACTER SET ascii NOT NULL,
	reason VARCHAR(500) NOT NULL,
	-- in words: 7d, permanent
	duration VARCHAR(20) CHARACTER SET ascii NULL,
	expires_at DATETIME(3) NULL,
	report_id BIGINT UNSIGNED NULL,
	metadata JSON NULL,
	is_active BOOL NOT NULL DEFAULT TRUE,
	ended_by BIGINT UNSIGNED NULL,
	ended_at DATETIME(3) NULL,
	end_reason VARCHAR(500) NULL,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	KEY sanctions_user (user_id, is_active, type),
	KEY sanctions_active (is_active, expires_at),
	CONSTRAINT sanctions_user FOREIGN KEY (user_id) REFERENCES users (id),
	CONSTRAINT sanctions_admin FOREIGN KEY (admin_id) REFERENCES users (id),
	CONSTRAINT sanctions_ended FOREIGN KEY (ended_by) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- target_id names a row of another table, which may be gone: what it was stands in evidence. open_target: one open report of
-- a person about a thing.
CREATE TABLE IF NOT EXISTS reports (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	reporter_id BIGINT UNSIGNED NOT NULL,
	target_type ENUM('USER', 'STUDY', 'MESSAGE') CHARACTER SET ascii NOT NULL,
	target_id BIGINT UNSIGNED NOT NULL,
	target_name VARCHAR(100) NULL,
	type ENUM('SPAM', 'HARASSMENT', 'INAPPROPRIATE', 'COPYRIGHT', 'OTHER') CHARACTER SET ascii NOT NULL,
	reason VARCHAR(2000) NOT NULL,
	evidence JSON NOT NULL,
	status ENUM('PENDING', 'IN_PROGRESS', 'RESOLVED', 'REJECTED') CHARACTER SET ascii NOT NULL DEFAULT 'PENDING',
	priority ENUM('LOW', 'MEDIUM', 'HIGH', 'URGENT') CHARACTER SET ascii NOT NULL DEFAULT 'MEDIUM',
	processed_by BIGINT UNSIGNED NULL,
	processed_at DATETIME(3) NULL,
	resolution VARCHAR(2000) NULL,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	open_target BIGINT UNSIGNED AS (IF(status IN ('PENDING', 'IN_PROGRESS'), target_id, NULL)) PERSISTENT,
	UNIQUE KEY reports_once (reporter_id, target_type, open_target),
	KEY reports_status (status, priority, created_at),
	KEY reports_target (target_type, target_id),
	KEY reports_created (created_at),
	CONSTRAINT reports_reporter FOREIGN KEY (reporter_id) REFERENCES users (id),
	CONSTRAINT reports_processed FOREIGN KEY (processed_by) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

ALTER TABLE studies ADD KEY IF NOT EXISTS studies_there (gone, is_recruiting, created_at);

-- down

ALTER TABLE studies DROP KEY IF EXISTS studies_there;
DROP TABLE IF EXISTS reports;
DROP TABLE IF EXISTS sanctions;
DROP TABLE IF EXISTS warnings;
DROP TABLE IF EXISTS admin_logs;
DROP TABLE IF EXISTS admin_roles;

ALTER TABLE users
	DROP KEY IF EXISTS users_status,
	DROP KEY IF EXISTS users_name,
	DROP KEY IF EXISTS users_active,
	DROP KEY IF EXISTS users_created,
	DROP COLUMN IF EXISTS restricted_actions,
	DROP COLUMN IF EXISTS restricted_until,
	DROP COLUMN IF EXISTS suspend_reason,
	DROP COLUMN IF EXISTS suspended_until;
