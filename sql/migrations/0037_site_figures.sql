-- The site in figures, for its administrators, from indexes alone.

-- up

-- What kinds of groups there are, and how large they are; what was done to people in a time.
ALTER TABLE studies ADD KEY IF NOT EXISTS studies_figures (gone, category, member_count);
ALTER TABLE sanctions ADD KEY IF NOT EXISTS sanctions_given (type, created_at, expires_at);

-- down

ALTER TABLE sanctions DROP KEY IF EXISTS sanctions_given;
ALTER TABLE studies DROP KEY IF EXISTS studies_figures;
