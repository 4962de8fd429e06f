-- What administrators made of the texts of notifications: of the product's templates (domain/notification/notification.h)
-- those whose texts are others, and templates of their own, which have the other columns as well.

-- up

CREATE TABLE IF NOT EXISTS notification_templates (
	id VARCHAR(40) CHARACTER SET ascii NOT NULL PRIMARY KEY,
	type VARCHAR(40) CHARACTER SET ascii NULL,
	category VARCHAR(20) CHARACTER SET ascii NULL,
	priority TINYINT UNSIGNED NULL,
	click_url VARCHAR(500) NULL,
	title_ko VARCHAR(200) NOT NULL,
	title_en VARCHAR(200) NOT NULL,
	message_ko VARCHAR(1000) NOT NULL,
	message_en VARCHAR(1000) NOT NULL,
	updated_by BIGINT UNSIGNED NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	CONSTRAINT notification_templates_user FOREIGN KEY (updated_by) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- down

DROP TABLE IF EXISTS notification_templates;
