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
