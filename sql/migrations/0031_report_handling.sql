-- Reports as administrators find, share out and answer them.

-- up

-- The orders of a status, whose reports somebody has, and who is an administrator without a row of admin_roles.
ALTER TABLE reports
	ADD KEY IF NOT EXISTS reports_state (status, created_at),
	ADD KEY IF NOT EXISTS reports_handler (processed_by, status);
ALTER TABLE users ADD KEY IF NOT EXISTS users_role (role);

-- down

ALTER TABLE users DROP KEY IF EXISTS users_role;
ALTER TABLE reports
	ADD KEY IF NOT EXISTS reports_processed (processed_by),
	DROP KEY IF EXISTS reports_handler,
	DROP KEY IF EXISTS reports_state;
