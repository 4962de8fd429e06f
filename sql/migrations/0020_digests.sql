-- Mails that tell once a day or week what was not read.

-- up

-- When the next one goes; NULL: it is to be found out, since what decides it was changed.
ALTER TABLE notification_settings
	ADD COLUMN IF NOT EXISTS digest_at DATETIME(3) NULL,
	ADD KEY IF NOT EXISTS notification_settings_digest (digest, digest_at);

-- MAILED: it is in no list, but in a mailbox. A person has one such row, source_id 0, for whichever digest is the newest.
ALTER TABLE notifications
	MODIFY status ENUM('UNREAD', 'READ', 'SCHEDULED', 'CANCELLED', 'MAILED') CHARACTER SET ascii NOT NULL DEFAULT 'UNREAD';

-- down

DELETE FROM notifications WHERE status = 'MAILED';

ALTER TABLE notifications
	MODIFY status ENUM('UNREAD', 'READ', 'SCHEDULED', 'CANCELLED') CHARACTER SET ascii NOT NULL DEFAULT 'UNREAD';

ALTER TABLE notification_settings
	DROP KEY IF EXISTS notification_settings_digest,
	DROP COLUMN IF EXISTS digest_at;
