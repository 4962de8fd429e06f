-- Study groups that administrators hide or close.

-- up

-- While a group is held it is neither public nor does it take members; was_…: what it was before, and is again then.
ALTER TABLE studies
	ADD COLUMN IF NOT EXISTS held SET('HIDDEN', 'CLOSED') CHARACTER SET ascii NOT NULL DEFAULT '',
	ADD COLUMN IF NOT EXISTS was_public BOOL NOT NULL DEFAULT TRUE,
	ADD COLUMN IF NOT EXISTS was_recruiting BOOL NOT NULL DEFAULT TRUE;
ALTER TABLE studies DROP CONSTRAINT IF EXISTS studies_held;
ALTER TABLE studies
	ADD CONSTRAINT studies_held CHECK (held = '' OR NOT (is_public OR is_recruiting));

-- down

ALTER TABLE studies DROP CONSTRAINT IF EXISTS studies_held;
ALTER TABLE studies
	DROP COLUMN IF EXISTS was_recruiting,
	DROP COLUMN IF EXISTS was_public,
	DROP COLUMN IF EXISTS held;
