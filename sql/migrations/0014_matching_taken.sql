-- Whom not to recommend is one range of one table.

-- up

-- facts stays what it was, but says that it is bytes: whenever the table was rebuilt (ALTER, OPTIMIZE TABLE) MariaDB
-- 10.11 added a conversion of the week to utf8mb4, and refused each change from then on.
ALTER TABLE matching_profiles
	MODIFY COLUMN facts VARBINARY(1100) AS (CONCAT(COALESCE(week, CAST(REPEAT('\0', 42) AS BINARY)),
		CAST(CONCAT_WS('\t', COALESCE(native_language_id, 0), topics, motivations, styles,
		expectations, personalities, group_sizes, COALESCE(birth_year, 0), show_age, show_online,
		COALESCE(birth_monthday, ''), COALESCE(gender, ''), COALESCE(partner_gender, ''),
		COALESCE(communication, ''), COALESCE(tongues, '')) AS BINARY))) PERSISTENT;

-- Seen from either of two people: a match, or a request that waits until then.
CREATE TABLE IF NOT EXISTS matching_taken (
	user_id BIGINT UNSIGNED NOT NULL,
	other_id BIGINT UNSIGNED NOT NULL,
	until DATETIME(3) NOT NULL,
	PRIMARY KEY (user_id, other_id),
	KEY matching_taken_other (other_id),
	KEY matching_taken_until (until),
	CONSTRAINT matching_taken_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT matching_taken_other FOREIGN KEY (other_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT IGNORE INTO matching_taken (user_id, other_id, until)
	SELECT x.user1_id, x.user2_id, '9999-12-31' FROM user_matches x WHERE x.is_active
	UNION ALL SELECT x.user2_id, x.user1_id, '9999-12-31' FROM user_matches x WHERE x.is_active
	UNION ALL SELECT x.sender_id, x.receiver_id, x.expires_at FROM matching_requests x WHERE x.status = 'pending'
	UNION ALL SELECT x.receiver_id, x.sender_id, x.expires_at FROM matching_requests x WHERE x.status = 'pending';

-- down

DROP TABLE IF EXISTS matching_taken;
