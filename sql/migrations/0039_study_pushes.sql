-- What of their study groups people want on their devices; the list has it all the same.

-- up

ALTER TABLE notification_settings
	ADD COLUMN IF NOT EXISTS study_messages BOOL NOT NULL DEFAULT TRUE,
	ADD COLUMN IF NOT EXISTS study_members BOOL NOT NULL DEFAULT TRUE,
	ADD COLUMN IF NOT EXISTS study_events BOOL NOT NULL DEFAULT TRUE,
	ADD COLUMN IF NOT EXISTS study_notices BOOL NOT NULL DEFAULT TRUE;

-- down

ALTER TABLE notification_settings
	DROP COLUMN IF EXISTS study_notices,
	DROP COLUMN IF EXISTS study_events,
	DROP COLUMN IF EXISTS study_members,
	DROP COLUMN IF EXISTS study_messages;
