-- A device hears of its owner's news for as long as the login that registered it was not ended.

-- up

ALTER TABLE push_subscriptions
	ADD COLUMN IF NOT EXISTS session_id BIGINT UNSIGNED NULL AFTER user_id,
	ADD KEY IF NOT EXISTS push_subscriptions_session (session_id);
ALTER TABLE push_subscriptions
	ADD CONSTRAINT FOREIGN KEY IF NOT EXISTS push_subscriptions_session (session_id) REFERENCES sessions (id)
	ON DELETE CASCADE;

-- down

ALTER TABLE push_subscriptions
	DROP FOREIGN KEY IF EXISTS push_subscriptions_session,
	DROP KEY IF EXISTS push_subscriptions_session,
	DROP COLUMN IF EXISTS session_id;
