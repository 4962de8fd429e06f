-- Study groups and who is in them. Members alone are read so far: by the gateways, for who hears whom.

-- up

CREATE TABLE IF NOT EXISTS studies (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	owner_id BIGINT UNSIGNED NOT NULL,
	name VARCHAR(50) NOT NULL,
	emoji VARCHAR(16) NOT NULL DEFAULT '📚',
	description TEXT NOT NULL,
	category VARCHAR(50) NOT NULL,
	sub_category VARCHAR(50) NULL,
	max_members INT UNSIGNED NOT NULL DEFAULT 20,
	is_public BOOL NOT NULL DEFAULT TRUE,
	auto_approve BOOL NOT NULL DEFAULT TRUE,
	is_recruiting BOOL NOT NULL DEFAULT TRUE,
	created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
	KEY studies_category (category),
	KEY studies_open (is_public, is_recruiting),
	KEY studies_owner (owner_id),
	CONSTRAINT studies_owner FOREIGN KEY (owner_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS study_members (
	study_id BIGINT UNSIGNED NOT NULL,
	user_id BIGINT UNSIGNED NOT NULL,
	role ENUM('OWNER', 'ADMIN', 'MEMBER') NOT NULL DEFAULT 'MEMBER',
	status ENUM('PENDING', 'ACTIVE', 'LEFT', 'KICKED') NOT NULL DEFAULT 'PENDING',
	joined_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
	approved_at DATETIME(3) NULL,
	PRIMARY KEY (study_id, user_id),
	KEY study_members_user (user_id, status, study_id),
	CONSTRAINT study_members_study FOREIGN KEY (study_id) REFERENCES studies (id) ON DELETE CASCADE,
	CONSTRAINT study_members_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- down

DROP TABLE IF EXISTS study_members;
DROP TABLE IF EXISTS studies;
