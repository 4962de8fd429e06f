-- Which files are somebody's picture of themselves, and what the jobs need to find what nobody needs.

-- up

ALTER TABLE files
	-- PROFILE: goes when another picture takes its place
	ADD COLUMN IF NOT EXISTS purpose ENUM('CHAT', 'PROFILE') CHARACTER SET ascii NOT NULL DEFAULT 'CHAT' AFTER kind,
	ADD KEY IF NOT EXISTS files_purpose (purpose, created_at),
	ADD KEY IF NOT EXISTS files_deleted (deleted_at);

ALTER TABLE notifications ADD KEY IF NOT EXISTS notifications_expires (expires_at);

-- down

ALTER TABLE notifications DROP KEY IF EXISTS notifications_expires;

ALTER TABLE files
	DROP KEY IF EXISTS files_deleted,
	DROP KEY IF EXISTS files_purpose,
	DROP COLUMN IF EXISTS purpose;
