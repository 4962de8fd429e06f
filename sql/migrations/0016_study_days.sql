-- Searching a study group by days reads those days alone.

-- up

ALTER TABLE study_messages ADD KEY IF NOT EXISTS study_messages_day (study_id, created_at);

-- down

ALTER TABLE study_messages DROP KEY IF EXISTS study_messages_day;
