-- Study groups' messages have numbers, by which a gateway or a client sees that it has missed one.

-- up

-- The newest number given out: whoever writes takes the next, and holds this row until it is committed.
ALTER TABLE studies ADD COLUMN IF NOT EXISTS last_seq BIGINT UNSIGNED NOT NULL DEFAULT 0;

-- Within the group, from 1. A deleted message leaves a gap.
ALTER TABLE study_messages ADD COLUMN IF NOT EXISTS seq BIGINT UNSIGNED NOT NULL DEFAULT 0 AFTER id;

UPDATE study_messages c
	JOIN (SELECT m.id, ROW_NUMBER() OVER (PARTITION BY m.study_id ORDER BY m.id) AS nth FROM study_messages m) n ON n.id = c.id
	SET c.seq = n.nth;

ALTER TABLE study_messages
	ALTER COLUMN seq DROP DEFAULT,
	ADD UNIQUE KEY IF NOT EXISTS study_messages_seq (study_id, seq);

UPDATE studies s
	SET s.last_seq = COALESCE((SELECT MAX(c.seq) FROM study_messages c WHERE c.study_id = s.id), 0), s.updated_at = s.updated_at;

-- down

ALTER TABLE study_messages
	DROP KEY IF EXISTS study_messages_seq,
	DROP COLUMN IF EXISTS seq;

ALTER TABLE studies DROP COLUMN IF EXISTS last_seq;
