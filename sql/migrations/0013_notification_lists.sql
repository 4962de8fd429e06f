-- A list of one category is a range of an index, however much of other categories there is.

-- up

ALTER TABLE notifications ADD KEY IF NOT EXISTS notifications_category (user_id, category, created_at, id);

-- down

ALTER TABLE notifications DROP KEY IF EXISTS notifications_category;
