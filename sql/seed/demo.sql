-- Accounts to try things with; never applied in production. Password of all: password123.

INSERT IGNORE INTO users (id, email, name, english_name, role, gender, birth_year, birth_monthday,
	location_id, time_zone, bio, native_language_id, onboarded_at, onboarding_steps)
VALUES
	(1, 'admin@example.com', '관리자', 'Admin', 'ADMIN', NULL, 1985, '01-01', 1, 'Asia/Seoul',
	 NULL, 1, NULL, 0),
	(2, 'kim@example.com', '김스터디', 'Kim', 'USER', 'MALE', 1995, '03-15', 1, 'Asia/Seoul',
	 '함께 공부해요', 1, NULL, 0),
	(3, 'minji@example.com', '박민지', 'Minji', 'USER', 'FEMALE', 1997, '07-21', 1, 'Asia/Seoul',
	 '영어로 편하게 대화하고 싶어요', 1, NULL, 0),
	(4, 'alex@example.com', 'Alex Carter', 'Alex', 'USER', 'MALE', 1996, '11-02', 19, 'America/New_York',
	 'Learning Korean for work and for dramas', 2, NULL, 0);

INSERT INTO user_passwords (user_id, hash)
SELECT u.id, '$argon2id$v=19$m=19456,t=2,p=1$ZGVtbyBhY2NvdW50cyAxNg$xfQ7yd9QSaI1tfyND0sU0Oj+9ysBOy2gC8uBb7owRC4'
FROM users u
WHERE u.id <= 4 AND NOT EXISTS (SELECT 1 FROM user_passwords p WHERE p.user_id = u.id);

-- Minji (Korean, learns English) and Alex (English, learns Korean) are ready to be matched.
UPDATE users SET onboarded_at = COALESCE(onboarded_at, CURRENT_TIMESTAMP(3)), onboarding_steps = 15,
	communication_method = COALESCE(communication_method, 'VIDEO'),
	daily_minute = COALESCE(daily_minute, 'MINUTES_20'), partner_gender = COALESCE(partner_gender, 'ANY')
WHERE id IN (3, 4) AND onboarded_at IS NULL;

INSERT IGNORE INTO user_languages (user_id, language_id, current_level_id, target_level_id, partner_level_id, learning)
VALUES (3, 2, 102, 104, 202, TRUE), (4, 1, 101, 103, 201, TRUE);

INSERT IGNORE INTO user_options (user_id, kind, option_id, position) VALUES
	(3, 'motivation', 4, 1), (3, 'motivation', 7, 2), (4, 'motivation', 1, 1), (4, 'motivation', 4, 2),
	(3, 'topic', 1, 1), (3, 'topic', 3, 2), (3, 'topic', 5, 3), (4, 'topic', 5, 1), (4, 'topic', 3, 2),
	(4, 'topic', 9, 3), (3, 'learning_style', 2, 1), (4, 'learning_style', 3, 1),
	(3, 'learning_expectation', 2, 1), (4, 'learning_expectation', 4, 1), (3, 'personality', 1, 1),
	(3, 'personality', 5, 2), (4, 'personality', 5, 1), (3, 'group_size', 1, 1), (4, 'group_size', 4, 1);

-- Minji's evenings are Alex's mornings.
INSERT IGNORE INTO user_schedules (user_id, day, minute) VALUES
	(3, 0, 1260), (3, 2, 1260), (3, 4, 1320), (3, 5, 1320), (4, 0, 420), (4, 2, 420), (4, 4, 480), (4, 5, 480);

-- As matching_refresh() makes them, with New York at its winter time; only while they are missing.
INSERT IGNORE INTO matching_profiles (user_id, native_language_id, spoken_level, topics, motivations,
	styles, expectations, personalities, group_sizes, week, tongues, gender, partner_gender, communication,
	birth_year, birth_monthday, card)
SELECT u.id, u.native_language_id, (SELECT MAX(l.current_level_id) FROM user_languages l WHERE l.user_id = u.id),
	m.topics, m.motivations, m.styles, m.expectations, m.personalities, m.group_sizes, w.week,
	(SELECT GROUP_CONCAT(CONCAT_WS(':', t.language_id, t.learning, COALESCE(t.current_level_id, 0),
		COALESCE(t.partner_level_id, 0)) ORDER BY t.learning DESC, t.language_id SEPARATOR ' ')
		FROM user_languages t WHERE t.user_id = u.id),
	u.gender, u.partner_gender, u.communication_method, u.birth_year, u.birth_monthday,
	CONCAT_WS('\t', (SELECT GROUP_CONCAT(CONCAT_WS(':', t.language_id, COALESCE(t.current_level_id, 0),
		COALESCE(t.target_level_id, 0)) ORDER BY t.language_id SEPARATOR ' ')
		FROM user_languages t WHERE t.user_id = u.id AND t.learning), m.card)
FROM users u
JOIN (SELECT user_id, BIT_OR(IF(kind = 'topic', 1 << option_id, 0)) AS topics,
	BIT_OR(IF(kind = 'motivation', 1 << option_id, 0)) AS motivations,
	BIT_OR(IF(kind = 'learning_style', 1 << option_id, 0)) AS styles,
	BIT_OR(IF(kind = 'learning_expectation', 1 << option_id, 0)) AS expectations,
	BIT_OR(IF(kind = 'personality', 1 << option_id, 0)) AS personalities,
	BIT_OR(IF(kind = 'group_size', 1 << option_id, 0)) AS group_sizes,
	CONCAT_WS('\t', GROUP_CONCAT(IF(kind = 'topic', option_id, NULL) ORDER BY position, option_id SEPARATOR ' '),
		GROUP_CONCAT(IF(kind = 'personality', option_id, NULL) ORDER BY position, option_id SEPARATOR ' '),
		GROUP_CONCAT(IF(kind = 'motivation', option_id, NULL) ORDER BY position, option_id SEPARATOR ' ')) AS card
	FROM user_options WHERE user_id IN (3, 4) GROUP BY user_id) m ON m.user_id = u.id
JOIN (SELECT b.user_id, UNHEX(GROUP_CONCAT(LPAD(HEX(b.bits), 2, '0') ORDER BY b.m SEPARATOR '')) AS week
	FROM (SELECT s.user_id, q.seq AS m, BIT_OR(IF(s.slot DIV 8 = q.seq, 1 << s.slot % 8, 0)) AS bits
		FROM seq_0_to_41 q JOIN (SELECT t.user_id, ((t.day * 1440 + t.minute
			- IF(t.user_id = 3, 540, -300)) DIV 30 + 336 + k.seq) % 336 AS slot
			FROM user_schedules t JOIN seq_0_to_1 k WHERE t.user_id IN (3, 4)) s
		GROUP BY s.user_id, q.seq) b
	GROUP BY b.user_id) w ON w.user_id = u.id;

INSERT IGNORE INTO matching_index (user_id, learns, speaks, visible, active_at, facts)
SELECT u.id, l.language_id, u.native_language_id, TRUE, u.active_at, m.facts
FROM users u JOIN matching_profiles m ON m.user_id = u.id JOIN user_languages l ON l.user_id = u.id AND l.learning WHERE u.id IN (3, 4);

SET NAMES utf8mb4;

-- Study groups: Kim is in six of eight, and asked to join one more. Of a group that has members nothing is changed.
INSERT IGNORE INTO studies (id, owner_id, name, emoji, description, category, sub_category, tags, max_members, is_public,
	auto_approve, is_recruiting, invite_code, member_count)
VALUES
	(1, 2, '매일 알고리즘', '💻', '매일 한 문제씩 풀고 저녁에 풀이를 이야기합니다', '프로그래밍', '알고리즘', '["알고리즘", "C"]', 10, TRUE, TRUE, TRUE, 'DEMO2222', 3),
	(2, 3, '영어 회화 모임', '🗣️', '주말마다 한 시간씩 영어로만 이야기합니다', '어학', '영어', '["영어", "회화"]', 20, TRUE, TRUE, TRUE, 'DEMO3333', 3),
	(3, 4, 'Korean for Beginners', '🇰🇷', 'We read one short Korean story a week and talk about it', '어학', '한국어', '["Korean"]', 8, TRUE, FALSE, TRUE, 'DEMO4444', 2),
	(4, 3, '정보처리기사 준비반', '📝', '기출 문제를 함께 풀며 실기까지 준비합니다', '자격증', 'IT', '["자격증", "기출"]', 15, TRUE, FALSE, TRUE, 'DEMO5555', 2),
	(5, 2, '한 달 한 권 독서회', '📖', '한 달에 한 권을 읽고 감상을 나눕니다', '독서', '소설', '["독서"]', 6, TRUE, FALSE, FALSE, 'DEMO6666', 2),
	(6, 3, '재테크 첫걸음', '💰', '가계부부터 시작하는 돈 관리 공부 모임입니다', '재테크', '기초', '[]', 2, TRUE, TRUE, TRUE, 'DEMO7777', 2),
	(7, 4, '사진 산책', '📷', '한 달에 두 번 함께 걸으며 사진을 찍습니다', '취미', '사진', '["사진"]', 12, TRUE, FALSE, TRUE, 'DEMO8888', 1),
	(8, 3, '우리끼리 면접 연습', '🎤', '초대받은 사람끼리 모의 면접을 연습합니다', '취업', '면접', '[]', 5, FALSE, FALSE, TRUE, 'DEMO9999', 2);

INSERT INTO study_members (study_id, user_id, role, status, introduction, joined_at, approved_at)
SELECT s.id, m.user_id, m.role, m.status, m.introduction, s.created_at, IF(m.status = 'ACTIVE', s.created_at, NULL)
FROM studies s JOIN (SELECT 1 AS study_id, 2 AS user_id, 'OWNER' AS role, 'ACTIVE' AS status, NULL AS introduction
	UNION ALL VALUES (1, 3, 'ADMIN', 'ACTIVE', NULL), (1, 4, 'MEMBER', 'ACTIVE', NULL), (2, 3, 'OWNER', 'ACTIVE', NULL),
		(2, 2, 'ADMIN', 'ACTIVE', NULL), (2, 4, 'MEMBER', 'ACTIVE', NULL), (3, 4, 'OWNER', 'ACTIVE', NULL),
		(3, 3, 'MEMBER', 'ACTIVE', NULL), (4, 3, 'OWNER', 'ACTIVE', NULL), (4, 2, 'MEMBER', 'ACTIVE', NULL),
		(5, 2, 'OWNER', 'ACTIVE', NULL), (5, 4, 'MEMBER', 'ACTIVE', NULL),
		(5, 3, 'MEMBER', 'PENDING', '책을 좋아합니다. 함께 읽고 싶어요'), (6, 3, 'OWNER', 'ACTIVE', NULL),
		(6, 2, 'MEMBER', 'ACTIVE', NULL), (7, 4, 'OWNER', 'ACTIVE', NULL),
		(7, 2, 'MEMBER', 'PENDING', '주말에 시간이 많습니다'), (8, 3, 'OWNER', 'ACTIVE', NULL),
		(8, 2, 'MEMBER', 'ACTIVE', NULL)) m ON m.study_id = s.id
WHERE NOT s.gone AND NOT EXISTS (SELECT 1 FROM study_members x WHERE x.study_id = s.id);
