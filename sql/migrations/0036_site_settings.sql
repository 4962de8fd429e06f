-- What those who run the study groups' site have set: of the table in domain/admin/admin_site.h what is not the default.

-- up

CREATE TABLE IF NOT EXISTS site_settings (
	name VARCHAR(40) CHARACTER SET ascii NOT NULL PRIMARY KEY,
	value VARCHAR(500) NOT NULL,
	updated_by BIGINT UNSIGNED NOT NULL,
	updated_at DATETIME(3) NOT NULL,
	CONSTRAINT site_settings_user FOREIGN KEY (updated_by) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- down

DROP TABLE IF EXISTS site_settings;
