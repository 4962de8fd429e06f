-- A room with a schedule is kept until that is over, though nobody is in.

-- up

ALTER TABLE rooms ADD COLUMN IF NOT EXISTS planned_until DATETIME(3) NULL AFTER last_activity_at;

-- down

ALTER TABLE rooms DROP COLUMN IF EXISTS planned_until;
