-- Made-up learners, a batch at a time; used by scripts/seed, which makes the table
-- seed_zones, puts the numbers in for FROM and TO and repeats what stands below the line "-- batch". Numbers come from MD5 of the
-- user's number, so that number N is always the same person.

-- unique_checks stays on: without it an empty table is filled in bulk, which loses rows beside
-- INSERT IGNORE.
SET NAMES utf8mb4;
SET time_zone = '+00:00', foreign_key_checks = 0, group_concat_max_len = 100000;

-- 64 ways to be free: one to six sessions a week, evenings more than mornings.
CREATE TEMPORARY TABLE seed_times (pattern INT NOT NULL, day INT NOT NULL, minute INT NOT NULL,
	PRIMARY KEY (pattern, day, minute));
INSERT IGNORE INTO seed_times
SELECT p.seq, CRC32(CONCAT('day', p.seq, '-', s.seq)) % 7,
	IF(CRC32(CONCAT('eve', p.seq, '-', s.seq)) % 3, 1080, 420) + 30 * (CRC32(CONCAT('min', p.seq, '-', s.seq)) % 10)
FROM seq_0_to_63 p JOIN seq_1_to_6 s ON s.seq <= 1 + p.seq % 6;

-- The same as a map of half hours in UTC, as matching_refresh() makes it: a time is a session of
-- an hour. Bit n of byte m is half hour 8 m + n.
CREATE TEMPORARY TABLE seed_weeks (pattern INT NOT NULL, zone VARCHAR(64) NOT NULL, week BINARY(42) NOT NULL,
	PRIMARY KEY (pattern, zone));
INSERT INTO seed_weeks
SELECT b.pattern, b.zone, GROUP_CONCAT(REVERSE(UNHEX(LPAD(HEX(b.bits), 14, '0'))) ORDER BY b.part SEPARATOR '')
FROM (SELECT p.seq AS pattern, z.zone, part.seq AS part, BIT_OR(1 << h.slot % 56) AS bits
	FROM seq_0_to_63 p JOIN seed_zones z JOIN seq_0_to_5 part
	LEFT JOIN (SELECT t.pattern, y.zone,
		(FLOOR((t.day * 1440 + t.minute - y.minutes) / 30) + 336 + k.seq) % 336 AS slot
		FROM seed_times t JOIN seed_zones y JOIN seq_0_to_1 k) h
		ON h.pattern = p.seq AND h.zone = z.zone AND h.slot DIV 56 = part.seq
	GROUP BY p.seq, z.zone, part.seq) b
GROUP BY b.pattern, b.zone;

CREATE TEMPORARY TABLE seed_names (kind CHAR(2) NOT NULL, n INT NOT NULL, name VARCHAR(20) NOT NULL,
	latin VARCHAR(20) NOT NULL, PRIMARY KEY (kind, n));
INSERT INTO seed_names VALUES
	('kf', 0, '김', 'Kim'), ('kf', 1, '이', 'Lee'), ('kf', 2, '박', 'Park'), ('kf', 3, '최', 'Choi'),
	('kf', 4, '정', 'Jung'), ('kf', 5, '강', 'Kang'), ('kf', 6, '조', 'Cho'), ('kf', 7, '윤', 'Yoon'),
	('kg', 0, '서연', 'Seoyeon'), ('kg', 1, '민준', 'Minjun'), ('kg', 2, '지우', 'Jiwoo'), ('kg', 3, '도윤', 'Doyun'),
	('kg', 4, '하은', 'Haeun'), ('kg', 5, '시우', 'Siwoo'), ('kg', 6, '수아', 'Sua'), ('kg', 7, '준호', 'Junho'),
	('ef', 0, 'Smith', ''), ('ef', 1, 'Johnson', ''), ('ef', 2, 'Brown', ''), ('ef', 3, 'Taylor', ''),
	('ef', 4, 'Martin', ''), ('ef', 5, 'Garcia', ''), ('ef', 6, 'Müller', ''), ('ef', 7, 'Wilson', ''),
	('eg', 0, 'Emma', ''), ('eg', 1, 'Liam', ''), ('eg', 2, 'Olivia', ''), ('eg', 3, 'Noah', ''),
	('eg', 4, 'Sophie', ''), ('eg', 5, 'James', ''), ('eg', 6, 'Chloe', ''), ('eg', 7, 'Lucas', ''),
	('jf', 0, '佐藤', 'Sato'), ('jf', 1, '鈴木', 'Suzuki'), ('jf', 2, '高橋', 'Takahashi'), ('jf', 3, '田中', 'Tanaka'),
	('jf', 4, '伊藤', 'Ito'), ('jf', 5, '渡辺', 'Watanabe'), ('jf', 6, '山本', 'Yamamoto'), ('jf', 7, '中村', 'Nakamura'),
	('jg', 0, '陽葵', 'Himari'), ('jg', 1, '蓮', 'Ren'), ('jg', 2, '結衣', 'Yui'), ('jg', 3, '湊', 'Minato'),
	('jg', 4, 'さくら', 'Sakura'), ('jg', 5, '大翔', 'Haruto'), ('jg', 6, '美咲', 'Misaki'), ('jg', 7, '樹', 'Itsuki');

-- d1 … d8: dice of four hexadecimal digits each.
CREATE TEMPORARY TABLE seed_people (n INT NOT NULL PRIMARY KEY, id BIGINT UNSIGNED NOT NULL DEFAULT 0,
	d1 INT, d2 INT, d3 INT, d4 INT, d5 INT, d6 INT, d7 INT, d8 INT, native INT, location INT,
	zone VARCHAR(64), pattern INT, learns1 INT, learns2 INT, learns3 INT, UNIQUE KEY (id, n));

-- batch
TRUNCATE seed_people;
START TRANSACTION;

INSERT INTO seed_people (n, id, d1, d2, d3, d4, d5, d6, d7, d8)
SELECT h.n, 0, CONV(SUBSTRING(h.x, 1, 4), 16, 10), CONV(SUBSTRING(h.x, 5, 4), 16, 10),
	CONV(SUBSTRING(h.x, 9, 4), 16, 10), CONV(SUBSTRING(h.x, 13, 4), 16, 10),
	CONV(SUBSTRING(h.x, 17, 4), 16, 10), CONV(SUBSTRING(h.x, 21, 4), 16, 10),
	CONV(SUBSTRING(h.x, 25, 4), 16, 10), CONV(SUBSTRING(h.x, 29, 4), 16, 10)
FROM (SELECT seq AS n, MD5(CONCAT('studymate', seq)) AS x FROM seq_FROM_to_TO) h;

-- Half speak Korean, a quarter English, an eighth Japanese; they live where that is likely.
UPDATE seed_people SET native = ELT(1 + d1 % 16, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 5 + d2 % 8),
	pattern = d3 % 64;
UPDATE seed_people p JOIN locations l ON l.id = IF(p.d4 % 8 = 0, 1 + p.d2 % 46,
		CASE p.native WHEN 1 THEN 1 WHEN 2 THEN 16 + p.d2 % 11 WHEN 3 THEN 2 WHEN 4 THEN 3 + p.d2 % 2
		ELSE 27 + p.d2 % 20 END)
	SET p.location = l.id, p.zone = l.time_zone;
UPDATE seed_people SET learns1 = IF(native = 1, ELT(1 + d5 % 8, 2, 2, 2, 2, 2, 3, 3, 4),
		ELT(1 + d5 % 8, 1, 1, 1, 1, 1, IF(native = 2, 3, 2), IF(native = 2, 3, 2), IF(native = 4, 5, 4))),
	learns2 = IF(d6 % 3 = 0, 1 + d6 DIV 3 % 7, NULL), learns3 = IF(d7 % 6 = 0, 1 + d7 DIV 6 % 12, NULL);

INSERT INTO users (email, name, english_name, gender, birth_year, birth_monthday, location_id, time_zone,
	bio, native_language_id, communication_method, daily_minute, partner_gender, onboarding_steps,
	onboarded_at, created_at, active_at)
SELECT CONCAT('user', p.n, '@seed.example.com'),
	CASE p.native WHEN 1 THEN CONCAT(f.name, g.name) WHEN 3 THEN CONCAT(f.name, ' ', g.name)
		ELSE CONCAT(g.name, ' ', f.name) END,
	IF(p.native IN (1, 3), CONCAT(g.latin, ' ', f.latin), g.name),
	ELT(1 + p.d1 DIV 16 % 20, 'OTHER', 'NONE', 'MALE', 'MALE', 'MALE', 'MALE', 'MALE', 'MALE', 'MALE', 'MALE',
		'MALE', 'FEMALE', 'FEMALE', 'FEMALE', 'FEMALE', 'FEMALE', 'FEMALE', 'FEMALE', 'FEMALE', 'FEMALE'),
	1965 + p.d2 % 42, CONCAT(LPAD(1 + p.d3 % 12, 2, '0'), '-', LPAD(1 + p.d4 % 28, 2, '0')), p.location, p.zone,
	ELT(1 + p.d8 % 4, '함께 꾸준히 공부할 친구를 찾아요', 'Looking for a language exchange partner',
		'一緒に話しましょう', NULL),
	p.native, ELT(1 + p.d5 DIV 8 % 4, 'TEXT', 'VOICE', 'VIDEO', 'HYBRID'),
	CONCAT('MINUTES_', 10 + 5 * (p.d6 % 5)), ELT(1 + p.d7 % 6, 'MALE', 'FEMALE', 'ANY', 'ANY', 'ANY', 'ANY'), 15,
	NOW(3), NOW(3) - INTERVAL 60 + p.d8 % 300 DAY,
	-- more of them were here lately
	NOW(3) - INTERVAL FLOOR(60 * 86400 * POW((p.d4 * 65536 + p.d2) / 4294967296, 2)) SECOND
FROM seed_people p
JOIN seed_names f ON f.kind = CASE p.native WHEN 1 THEN 'kf' WHEN 3 THEN 'jf' ELSE 'ef' END AND f.n = p.d6 % 8
JOIN seed_names g ON g.kind = CASE p.native WHEN 1 THEN 'kg' WHEN 3 THEN 'jg' ELSE 'eg' END AND g.n = p.d7 % 8
ORDER BY p.n;
UPDATE seed_people p JOIN users u ON u.email = CONCAT('user', p.n, '@seed.example.com') SET p.id = u.id;

INSERT INTO user_passwords (user_id, hash)
SELECT id, '$argon2id$v=19$m=19456,t=2,p=1$ZGVtbyBhY2NvdW50cyAxNg$xfQ7yd9QSaI1tfyND0sU0Oj+9ysBOy2gC8uBb7owRC4'
FROM seed_people ORDER BY id;

INSERT IGNORE INTO user_languages (user_id, language_id, current_level_id, target_level_id, partner_level_id, learning)
SELECT p.id, CASE k.seq WHEN 1 THEN p.learns1 WHEN 2 THEN p.learns2 ELSE p.learns3 END AS language,
	100 + CRC32(CONCAT(p.n, 'l', k.seq)) % 5, 104 + k.seq % 3, 200 + p.d8 % 4, TRUE
FROM seed_people p JOIN seq_1_to_3 k
HAVING language IS NOT NULL
ORDER BY 1, 2;
DELETE l FROM user_languages l JOIN seed_people p ON p.id = l.user_id AND p.native = l.language_id;

INSERT IGNORE INTO user_options (user_id, kind, option_id, position)
SELECT p.id, k.kind, 1 + CRC32(CONCAT(p.n, k.kind, s.seq)) % k.choices, s.seq
FROM seed_people p JOIN
	(SELECT 'topic' AS kind, 9 AS choices, 4 AS most UNION ALL SELECT 'motivation', 9, 2
	UNION ALL SELECT 'personality', 5, 2 UNION ALL SELECT 'learning_style', 3, 1
	UNION ALL SELECT 'learning_expectation', 4, 1 UNION ALL SELECT 'group_size', 4, 1) k
JOIN seq_1_to_4 s ON s.seq <= k.most - (k.kind = 'topic') * (p.d3 % 3)
ORDER BY 1, 2, 3;

INSERT INTO user_schedules (user_id, day, minute)
SELECT p.id, t.day, t.minute FROM seed_people p JOIN seed_times t ON t.pattern = p.pattern ORDER BY 1, 2, 3;

INSERT INTO matching_profiles (user_id, native_language_id, spoken_level, topics, motivations, styles,
	expectations, personalities, group_sizes, week, tongues, gender, partner_gender, communication,
	birth_year, birth_monthday, card)
SELECT p.id, p.native, COALESCE((SELECT MAX(l.current_level_id) FROM user_languages l WHERE l.user_id = p.id), 0),
	BIT_OR(IF(o.kind = 'topic', 1 << o.option_id, 0)), BIT_OR(IF(o.kind = 'motivation', 1 << o.option_id, 0)),
	BIT_OR(IF(o.kind = 'learning_style', 1 << o.option_id, 0)),
	BIT_OR(IF(o.kind = 'learning_expectation', 1 << o.option_id, 0)),
	BIT_OR(IF(o.kind = 'personality', 1 << o.option_id, 0)),
	BIT_OR(IF(o.kind = 'group_size', 1 << o.option_id, 0)), w.week,
	(SELECT GROUP_CONCAT(CONCAT_WS(':', t.language_id, t.learning, COALESCE(t.current_level_id, 0),
		COALESCE(t.partner_level_id, 0)) ORDER BY t.learning DESC, t.language_id SEPARATOR ' ')
		FROM user_languages t WHERE t.user_id = u.id),
	u.gender, u.partner_gender, u.communication_method, u.birth_year, u.birth_monthday,
	CONCAT_WS('\t', COALESCE((SELECT GROUP_CONCAT(CONCAT_WS(':', t.language_id, COALESCE(t.current_level_id, 0),
		COALESCE(t.target_level_id, 0)) ORDER BY t.language_id SEPARATOR ' ')
		FROM user_languages t WHERE t.user_id = u.id AND t.learning), ''),
		COALESCE(GROUP_CONCAT(IF(o.kind = 'topic', o.option_id, NULL) ORDER BY o.position, o.option_id SEPARATOR ' '), ''),
		COALESCE(GROUP_CONCAT(IF(o.kind = 'personality', o.option_id, NULL) ORDER BY o.position, o.option_id SEPARATOR ' '), ''),
		COALESCE(GROUP_CONCAT(IF(o.kind = 'motivation', o.option_id, NULL) ORDER BY o.position, o.option_id SEPARATOR ' '), ''))
FROM seed_people p JOIN users u ON u.id = p.id
JOIN seed_weeks w ON w.pattern = p.pattern AND w.zone = p.zone
JOIN user_options o ON o.user_id = p.id GROUP BY p.id ORDER BY p.id;

INSERT INTO matching_index (user_id, learns, speaks, visible, active_at, facts)
SELECT p.id, COALESCE(l.language_id, 0), p.native, TRUE, u.active_at, m.facts
FROM seed_people p JOIN users u ON u.id = p.id JOIN matching_profiles m ON m.user_id = p.id
LEFT JOIN user_languages l ON l.user_id = p.id AND l.learning
ORDER BY 1, 2;
COMMIT;
