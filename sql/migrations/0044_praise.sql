-- What somebody was told by those they met counts for achievements.

-- up

ALTER TABLE achievements
	MODIFY counts ENUM('messages', 'matches', 'profile', 'days', 'sessions', 'session_days', 'session_run', 'minutes', 'tests', 'level',
		'praises', 'helps') NULL;

-- praise, help: by the seat of whoever said it (twice its number, of a group session and one), so each counts once
-- however often they change their mind.
ALTER TABLE achievement_events
	MODIFY what ENUM('session', 'test', 'day', 'praise', 'help') NOT NULL;

-- down

DELETE FROM achievement_events WHERE what IN ('praise', 'help');
ALTER TABLE achievement_events
	MODIFY what ENUM('session', 'test', 'day') NOT NULL;
UPDATE achievements SET counts = NULL WHERE counts IN ('praises', 'helps');
ALTER TABLE achievements
	MODIFY counts ENUM('messages', 'matches', 'profile', 'days', 'sessions', 'session_days', 'session_run', 'minutes', 'tests', 'level') NULL;
