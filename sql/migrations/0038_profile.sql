-- Days on which members of study groups were there, and pictures of people who are signing up.

-- up

-- day: of Korea. created_at: when its member said so.
CREATE TABLE IF NOT EXISTS study_attendance (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	user_id BIGINT UNSIGNED NOT NULL,
	study_id BIGINT UNSIGNED NOT NULL,
	day DATE NOT NULL,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	UNIQUE KEY study_attendance_once (user_id, study_id, day),
	KEY study_attendance_days (user_id, day),
	KEY study_attendance_mine (user_id),
	KEY study_attendance_study (study_id, day),
	CONSTRAINT study_attendance_study FOREIGN KEY (study_id) REFERENCES studies (id) ON DELETE CASCADE,
	CONSTRAINT study_attendance_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- NULL: nobody's yet, a picture of somebody who is signing up.
ALTER TABLE files MODIFY owner_id BIGINT UNSIGNED NULL;

-- down

DELETE FROM files WHERE owner_id IS NULL;
ALTER TABLE files MODIFY owner_id BIGINT UNSIGNED NOT NULL;

DROP TABLE IF EXISTS study_attendance;
