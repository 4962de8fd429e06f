-- Whether an e-mail address is known to be its account's.

-- up

-- email_confirmed_at: when whoever reads its mail said so, or a provider vouched for it; NULL: nobody has.
-- email_asked: how often that was asked for, the last time at email_asked_at.
ALTER TABLE users
	ADD COLUMN IF NOT EXISTS email_confirmed_at DATETIME(3) NULL AFTER email,
	ADD COLUMN IF NOT EXISTS email_asked_at DATETIME(3) NULL AFTER email_confirmed_at,
	ADD COLUMN IF NOT EXISTS email_asked TINYINT UNSIGNED NOT NULL DEFAULT 0 AFTER email_asked_at;

-- down

ALTER TABLE users
	DROP COLUMN IF EXISTS email_asked,
	DROP COLUMN IF EXISTS email_asked_at,
	DROP COLUMN IF EXISTS email_confirmed_at;
