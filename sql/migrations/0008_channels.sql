-- What leaves the house: a row for each notification and device or mailbox it is still to be brought to.

-- up

-- The table is its own queue, as the outbox is: taken by moving due_at into the future, deleted when it
-- is delivered or no longer wanted; due_at NULL: a dead letter. Rows are written in the transaction of
-- their notification, so a job that is run again makes none twice.
CREATE TABLE IF NOT EXISTS deliveries (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	notification_id BIGINT UNSIGNED NOT NULL,
	channel ENUM('push', 'mail') CHARACTER SET ascii NOT NULL,
	-- push: which of push_subscriptions; mail: 0, the address of the account
	device_id BIGINT UNSIGNED NOT NULL DEFAULT 0,
	-- whose doing the notification tells of; a block that came meanwhile stops it. 0: nobody's
	actor_id BIGINT UNSIGNED NOT NULL DEFAULT 0,
	due_at DATETIME(3) NULL DEFAULT CURRENT_TIMESTAMP(3),
	tries INT UNSIGNED NOT NULL DEFAULT 0,
	error VARCHAR(200) NULL,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	UNIQUE KEY deliveries_once (notification_id, channel, device_id),
	KEY deliveries_due (channel, due_at, id),
	CONSTRAINT deliveries_notification FOREIGN KEY (notification_id) REFERENCES notifications (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

ALTER TABLE notification_settings
	ADD COLUMN IF NOT EXISTS achievement BOOL NOT NULL DEFAULT TRUE,
	ADD COLUMN IF NOT EXISTS sound BOOL NOT NULL DEFAULT TRUE,
	ADD COLUMN IF NOT EXISTS vibration BOOL NOT NULL DEFAULT TRUE,
	ADD COLUMN IF NOT EXISTS email_new_match BOOL NOT NULL DEFAULT TRUE,
	ADD COLUMN IF NOT EXISTS email_session_reminder BOOL NOT NULL DEFAULT TRUE,
	ADD COLUMN IF NOT EXISTS email_weekly_summary BOOL NOT NULL DEFAULT TRUE,
	ADD COLUMN IF NOT EXISTS email_promotions BOOL NOT NULL DEFAULT FALSE;

-- down

ALTER TABLE notification_settings
	DROP COLUMN IF EXISTS achievement,
	DROP COLUMN IF EXISTS sound,
	DROP COLUMN IF EXISTS vibration,
	DROP COLUMN IF EXISTS email_new_match,
	DROP COLUMN IF EXISTS email_session_reminder,
	DROP COLUMN IF EXISTS email_weekly_summary,
	DROP COLUMN IF EXISTS email_promotions;

DROP TABLE IF EXISTS deliveries;
