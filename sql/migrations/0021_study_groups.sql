-- What people see of study groups and their members, invitations, and lists that read no more than they show.

-- up

-- member_count: of active members, kept by whoever changes their number, with this row locked. So the check is the word
-- on the last seat, and no list counts. open_now: new members are taken. gone: it is being deleted, in pieces.
ALTER TABLE studies
	ADD COLUMN IF NOT EXISTS tags JSON NOT NULL DEFAULT '[]' AFTER is_recruiting,
	ADD COLUMN IF NOT EXISTS rating DECIMAL(3, 2) NOT NULL DEFAULT 0,
	ADD COLUMN IF NOT EXISTS review_count INT UNSIGNED NOT NULL DEFAULT 0,
	ADD COLUMN IF NOT EXISTS member_count INT UNSIGNED NOT NULL DEFAULT 1,
	ADD COLUMN IF NOT EXISTS invite_code CHAR(8) CHARACTER SET ascii COLLATE ascii_bin NULL,
	ADD COLUMN IF NOT EXISTS invite_expires_at DATETIME(3) NULL,
	ADD COLUMN IF NOT EXISTS invite_max_uses INT UNSIGNED NULL,
	ADD COLUMN IF NOT EXISTS invite_used INT UNSIGNED NOT NULL DEFAULT 0,
	ADD COLUMN IF NOT EXISTS gone BOOL NOT NULL DEFAULT FALSE;

UPDATE studies s SET s.updated_at = s.updated_at,
	s.member_count = (SELECT COUNT(*) FROM study_members m WHERE m.study_id = s.id AND m.status = 'ACTIVE'),
	s.max_members = GREATEST(s.max_members, s.member_count);

-- With the number of the row, since MariaDB asks for random bytes once.
UPDATE studies s SET s.updated_at = s.updated_at,
	s.invite_code = CONVERT(UPPER(LEFT(SHA2(CONCAT(s.id, HEX(RANDOM_BYTES(16))), 256), 8)) USING ascii)
	WHERE s.invite_code IS NULL;

ALTER TABLE studies
	ADD COLUMN IF NOT EXISTS open_now BOOL AS (is_recruiting AND member_count < max_members) PERSISTENT,
	ADD CONSTRAINT IF NOT EXISTS studies_seats CHECK (member_count <= max_members),
	ADD UNIQUE KEY IF NOT EXISTS studies_invite (invite_code),
	ADD KEY IF NOT EXISTS studies_public (is_public, created_at),
	ADD KEY IF NOT EXISTS studies_public_open (is_public, open_now, created_at),
	ADD KEY IF NOT EXISTS studies_public_of (is_public, category, created_at),
	ADD KEY IF NOT EXISTS studies_public_open_of (is_public, category, open_now, created_at),
	DROP KEY IF EXISTS studies_category,
	DROP KEY IF EXISTS studies_open;

-- owns: one owner a group.
ALTER TABLE study_members
	ADD COLUMN IF NOT EXISTS id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE FIRST,
	ADD COLUMN IF NOT EXISTS introduction TEXT NULL,
	ADD COLUMN IF NOT EXISTS motivation TEXT NULL,
	ADD COLUMN IF NOT EXISTS level VARCHAR(50) NULL,
	ADD COLUMN IF NOT EXISTS owns BIGINT UNSIGNED AS (IF(role = 'OWNER', study_id, NULL)) PERSISTENT,
	ADD UNIQUE KEY IF NOT EXISTS study_members_owner (owns),
	ADD KEY IF NOT EXISTS study_members_list (study_id, status, role, joined_at);

-- down

ALTER TABLE study_members
	DROP KEY IF EXISTS study_members_list,
	DROP KEY IF EXISTS study_members_owner,
	DROP COLUMN IF EXISTS owns,
	DROP COLUMN IF EXISTS level,
	DROP COLUMN IF EXISTS motivation,
	DROP COLUMN IF EXISTS introduction,
	DROP COLUMN IF EXISTS id;

ALTER TABLE studies
	ADD KEY IF NOT EXISTS studies_category (category),
	ADD KEY IF NOT EXISTS studies_open (is_public, is_recruiting),
	DROP KEY IF EXISTS studies_public_open_of,
	DROP KEY IF EXISTS studies_public_of,
	DROP KEY IF EXISTS studies_public_open,
	DROP KEY IF EXISTS studies_public,
	DROP KEY IF EXISTS studies_invite,
	DROP CONSTRAINT IF EXISTS studies_seats,
	DROP COLUMN IF EXISTS open_now,
	DROP COLUMN IF EXISTS gone,
	DROP COLUMN IF EXISTS invite_used,
	DROP COLUMN IF EXISTS invite_max_uses,
	DROP COLUMN IF EXISTS invite_expires_at,
	DROP COLUMN IF EXISTS invite_code,
	DROP COLUMN IF EXISTS member_count,
	DROP COLUMN IF EXISTS review_count,
	DROP COLUMN IF EXISTS rating,
	DROP COLUMN IF EXISTS tags;
