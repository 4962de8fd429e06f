-- What study groups have besides their chat: notices, a calendar, tasks and files. And people's own tasks.

-- up

CREATE TABLE IF NOT EXISTS study_notices (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	study_id BIGINT UNSIGNED NOT NULL,
	author_id BIGINT UNSIGNED NOT NULL,
	title VARCHAR(100) NOT NULL,
	-- HTML of a few tags (study_rich.h): what is escaped takes up to five times what was written
	content MEDIUMTEXT NOT NULL,
	-- which of the three places a pinned one holds
	pin TINYINT UNSIGNED NULL,
	is_pinned BOOL AS (pin IS NOT NULL) PERSISTENT,
	is_important BOOL NOT NULL DEFAULT FALSE,
	views INT UNSIGNED NOT NULL DEFAULT 0,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	UNIQUE KEY study_notices_pin (study_id, pin),
	KEY study_notices_page (study_id, is_pinned, created_at, id),
	CONSTRAINT study_notices_three CHECK (pin BETWEEN 1 AND 3),
	CONSTRAINT study_notices_study FOREIGN KEY (study_id) REFERENCES studies (id) ON DELETE CASCADE,
	CONSTRAINT study_notices_author FOREIGN KEY (author_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS study_notice_files (
	notice_id BIGINT UNSIGNED NOT NULL,
	file_id BIGINT UNSIGNED NOT NULL,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	PRIMARY KEY (notice_id, file_id),
	CONSTRAINT study_notice_files_notice FOREIGN KEY (notice_id) REFERENCES study_notices (id) ON DELETE CASCADE,
	CONSTRAINT study_notice_files_file FOREIGN KEY (file_id) REFERENCES files (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- A day and times as people in the group read them on their clocks.
CREATE TABLE IF NOT EXISTS study_events (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	study_id BIGINT UNSIGNED NOT NULL,
	created_by BIGINT UNSIGNED NOT NULL,
	title VARCHAR(100) NOT NULL,
	date DATE NOT NULL,
	start_time CHAR(5) CHARACTER SET ascii NOT NULL,
	end_time CHAR(5) CHARACTER SET ascii NOT NULL,
	location VARCHAR(200) NULL,
	color CHAR(7) CHARACTER SET ascii NOT NULL DEFAULT '#6366F1',
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	KEY study_events_day (study_id, date, start_time, id),
	CONSTRAINT study_events_order CHECK (start_time < end_time),
	CONSTRAINT study_events_study FOREIGN KEY (study_id) REFERENCES studies (id) ON DELETE CASCADE,
	CONSTRAINT study_events_author FOREIGN KEY (created_by) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Somebody's own; study_id: which group they do it for. due: the tasks without a day come last.
CREATE TABLE IF NOT EXISTS tasks (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	user_id BIGINT UNSIGNED NOT NULL,
	study_id BIGINT UNSIGNED NULL,
	title VARCHAR(200) NOT NULL,
	description TEXT NULL,
	status ENUM('TODO', 'IN_PROGRESS', 'REVIEW', 'DONE') CHARACTER SET ascii NOT NULL DEFAULT 'TODO',
	priority ENUM('LOW', 'MEDIUM', 'HIGH', 'URGENT') CHARACTER SET ascii NOT NULL DEFAULT 'MEDIUM',
	due_date DATETIME(3) NULL,
	due DATETIME(3) AS (COALESCE(due_date, TIMESTAMP'9999-12-31 00:00:00')) PERSISTENT,
	completed BOOL NOT NULL DEFAULT FALSE,
	completed_at DATETIME(3) NULL,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	KEY tasks_due (user_id, completed, due, created_at DESC, id DESC),
	KEY tasks_priority (user_id, priority DESC, due, id DESC),
	KEY tasks_created (user_id, created_at, id),
	KEY tasks_done (user_id, completed, completed_at),
	KEY tasks_study (study_id, status),
	CONSTRAINT tasks_study FOREIGN KEY (study_id) REFERENCES studies (id) ON DELETE CASCADE,
	CONSTRAINT tasks_user FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- A group's.
CREATE TABLE IF NOT EXISTS study_tasks (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	study_id BIGINT UNSIGNED NOT NULL,
	created_by BIGINT UNSIGNED NOT NULL,
	title VARCHAR(100) NOT NULL,
	description VARCHAR(1000) NULL,
	status ENUM('TODO', 'IN_PROGRESS', 'REVIEW', 'DONE', 'CANCELLED') CHARACTER SET ascii NOT NULL DEFAULT 'TODO',
	priority ENUM('LOW', 'MEDIUM', 'HIGH', 'URGENT') CHARACTER SET ascii NOT NULL DEFAULT 'MEDIUM',
	due_date DATETIME(3) NULL,
	due DATETIME(3) AS (COALESCE(due_date, TIMESTAMP'9999-12-31 00:00:00')) PERSISTENT,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	KEY study_tasks_page (study_id, status, priority DESC, due, created_at DESC, id DESC),
	CONSTRAINT study_tasks_study FOREIGN KEY (study_id) REFERENCES studies (id) ON DELETE CASCADE,
	CONSTRAINT study_tasks_author FOREIGN KEY (created_by) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS study_task_assignees (
	task_id BIGINT UNSIGNED NOT NULL,
	user_id BIGINT UNSIGNED NOT NULL,
	assigned_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	PRIMARY KEY (task_id, user_id),
	KEY study_task_assignees_user (user_id, task_id),
	CONSTRAINT study_task_assignees_task FOREIGN KEY (task_id) REFERENCES study_tasks (id) ON DELETE CASCADE,
	CONSTRAINT study_task_assignees_user FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- STUDY: a group's; its members alone read it, and it goes with the group. folder: NULL is the topmost.
ALTER TABLE files
	MODIFY purpose ENUM('CHAT', 'PROFILE', 'STUDY') CHARACTER SET ascii NOT NULL DEFAULT 'CHAT',
	ADD COLUMN IF NOT EXISTS folder VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL AFTER study_id,
	ADD COLUMN IF NOT EXISTS downloads INT UNSIGNED NOT NULL DEFAULT 0,
	ADD KEY IF NOT EXISTS files_folder (study_id, folder, deleted_at, id),
	ADD KEY IF NOT EXISTS files_quota (purpose, study_id, deleted_at, size);

-- down

DELETE FROM files WHERE purpose = 'STUDY';

ALTER TABLE files
	DROP KEY IF EXISTS files_quota,
	DROP KEY IF EXISTS files_folder,
	DROP COLUMN IF EXISTS downloads,
	DROP COLUMN IF EXISTS folder,
	MODIFY purpose ENUM('CHAT', 'PROFILE') CHARACTER SET ascii NOT NULL DEFAULT 'CHAT';

DROP TABLE IF EXISTS study_task_assignees;
DROP TABLE IF EXISTS study_tasks;
DROP TABLE IF EXISTS tasks;
DROP TABLE IF EXISTS study_events;
DROP TABLE IF EXISTS study_notice_files;
DROP TABLE IF EXISTS study_notices;
