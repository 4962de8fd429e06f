-- Who was put out of a call room and may not come back: for as long as the room is there.

-- up

-- address: of the client, as limits count it; guests have nothing else that is not their own choice
ALTER TABLE room_seats
	ADD COLUMN IF NOT EXISTS address VARCHAR(46) CHARACTER SET ascii COLLATE ascii_bin NULL AFTER account_id;

CREATE TABLE IF NOT EXISTS room_kicks (
	room_id BIGINT UNSIGNED NOT NULL,
	user_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
	address VARCHAR(46) CHARACTER SET ascii COLLATE ascii_bin NULL,
	kicked_at DATETIME(3) NOT NULL,
	PRIMARY KEY (room_id, user_id),
	CONSTRAINT room_kicks_room FOREIGN KEY (room_id) REFERENCES rooms (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- down

DROP TABLE IF EXISTS room_kicks;
ALTER TABLE room_seats DROP COLUMN IF EXISTS address;
