-- Partners are found by what their names begin with, the English one as well.

-- up

ALTER TABLE users ADD KEY IF NOT EXISTS users_english_name (english_name);

-- down

ALTER TABLE users DROP KEY IF EXISTS users_english_name;
