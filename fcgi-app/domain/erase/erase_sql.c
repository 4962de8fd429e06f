#include "domain/erase/erase_sql.h"
#include "domain/registry.h"
#include "domain/sql.h"

SHAPE_TABLE(erased_row, ERASED_ROW)
SHAPE_TABLE(erase_count_row, ERASE_COUNT_ROW)

/* ---- at once ------------------------------------------------------------------------------ */

#define BLANK                                                                                      \
	"email = NULL, email_confirmed_at = NULL, email_asked_at = NULL, email_asked = 0, name = '[삭제된 사용자]'," \
	" english_name = NULL, role = 'USER', gender = NULL,"                                      \
	" birth_year = NULL, birth_monthday = NULL, location_id = NULL, residence = NULL, time_zone = DEFAULT," \
	" job = NULL, bio = NULL, profile_image = NULL, phone = NULL, native_language_id = NULL,"  \
	" communication_method = NULL, daily_minute = NULL, partner_gender = NULL, onboarding_steps = 0," \
	" onboarded_at = NULL, created_by_key = NULL, suspended_until = NULL, suspend_reason = NULL," \
	" restricted_until = NULL, restricted_actions = ''"

/* Few rows of each; codes of the second factor and picks of the dating app go with theirs. */
#define FEW(F)                                                                                     \
	F(user_passwords) F(user_identities) F(admin_roles) F(two_factor) F(user_privacy)          \
	F(user_preferences) F(notification_settings) F(language_levels)                            \
	F(notification_topics) F(push_subscriptions) F(user_languages) F(user_options) F(user_schedules) \
	F(blocks) F(presence) F(user_status) F(matching_profiles) F(matching_index) F(matching_taken) F(dating_people)
#define DELETE_FEW(table) " DELETE FROM " #table " WHERE user_id = who;"

#define EMPTY                                                                                      \
	" SELECT GROUP_CONCAT(i.learns, ' ', i.speaks SEPARATOR ' ') INTO pairs FROM matching_index i" \
	"  WHERE i.user_id = who;"                                                                 \
	FEW(DELETE_FEW)                                                                            \
	" DELETE FROM blocks WHERE blocked_id = who;"                                              \
	" DELETE FROM matching_taken WHERE other_id = who;"                                        \
	" UPDATE matching_requests SET status = 'cancelled', responded_at = SYSDATE(3)"            \
	"  WHERE sender_id = who AND status = 'pending';"                                          \
	" UPDATE matching_requests SET status = 'cancelled', responded_at = SYSDATE(3)"            \
	"  WHERE receiver_id = who AND status = 'pending';"                                        \
	" UPDATE user_matches SET deactivated_at = SYSDATE(3), deactivated_by = who, is_active = FALSE" \
	"  WHERE user1_id = who AND is_active;"                                                    \
	" UPDATE user_matches SET deactivated_at = SYSDATE(3), deactivated_by = who, is_active = FALSE" \
	"  WHERE user2_id = who AND is_active;"

/* READ COMMITTED, so that a table with nothing in it is not locked where newcomers write. The account's row comes
 * first, as where a login starts. */
WRITE_ROW(ERASE_ACCOUNT, erased_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE who BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE owners_too, by_password BOOL;"
	  " DECLARE known, newest, found BIGINT UNSIGNED;"
	  " DECLARE owned INT DEFAULT 0;"
	  " DECLARE pairs TEXT CHARACTER SET ascii;"
	  " SET owners_too = ?, by_password = ?, known = ?;"
	  " SET TRANSACTION ISOLATION LEVEL READ COMMITTED;"
	  " START TRANSACTION;"
	  " SELECT u.id INTO found FROM users u WHERE u.id = who AND u.status = 'ACTIVE' FOR UPDATE;"
	  " IF found IS NULL THEN " REFUSE("USER_NOT_FOUND") "; END IF;"
	  " SELECT MAX(p.id) INTO newest FROM user_passwords p WHERE p.user_id = who;"
	  " IF by_password AND NOT newest <=> known THEN " REFUSE("PASSWORD_WRONG") "; END IF;"
	  " SELECT COUNT(*) INTO owned FROM study_members m"
	  "  WHERE m.user_id = who AND m.status = 'ACTIVE' AND m.role = 'OWNER';"
	  " IF owned > 0 AND NOT owners_too THEN " REFUSE("ERASE_OWNER") "; END IF;"
	  " UPDATE users SET status = 'DELETED', " BLANK " WHERE id = who;"
	  " UPDATE sessions SET revoked_at = SYSDATE(3), revoked_why = 'account deleted'"
	  "  WHERE user_id = who AND revoked_at IS NULL;"
	  EMPTY
	  " INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES ('account.deleted', who, who, '{}');"
	  " COMMIT;"
	  " SELECT pairs;"
	  " END")

/* ---- in pieces ---------------------------------------------------------------------------- */

WRITE_ROW(ERASE_REST, erased_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE who BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE pairs TEXT CHARACTER SET ascii;"
	  " SET TRANSACTION ISOLATION LEVEL READ COMMITTED;"
	  " START TRANSACTION;"
	  " UPDATE users SET " BLANK " WHERE id = who AND status = 'DELETED';"
	  EMPTY
	  " COMMIT;"
	  " SELECT pairs;"
	  " END")

/* The rooms of others stay, and have an owner: whoever has been in the longest. What nobody is in any more is cleared
 * away as after the last one has left. */
WRITE_ROW(ERASE_ROOM, erase_count_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE who BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE room, heir, taken BIGINT UNSIGNED;"
	  " SELECT m.room_id INTO room FROM chat_members m WHERE m.user_id = who LIMIT 1;"
	  " IF room IS NOT NULL THEN"
	  "  START TRANSACTION;"
	  "  SELECT r.members INTO taken FROM chat_rooms r WHERE r.id = room FOR UPDATE;"
	  "  DELETE FROM chat_members WHERE room_id = room AND user_id = who;"
	  "  IF ROW_COUNT() > 0 THEN"
	  "   SELECT m.user_id INTO heir FROM chat_members m WHERE m.room_id = room"
	  "    ORDER BY m.joined_at, m.user_id LIMIT 1;"
	  "   UPDATE chat_rooms SET members = taken - 1, is_public = is_public AND heir IS NOT NULL,"
	  "    pair = IF(heir IS NULL, NULL, pair),"
	  "    created_by = IF(created_by = who AND type = 'GROUP', COALESCE(heir, who), created_by) WHERE id = room;"
	  "   INSERT INTO outbox (event, subject_id, actor_id, payload)"
	  "    VALUES (IF(heir IS NULL, 'chat.room_emptied', 'chat.left'), room, who,"
	  "     JSON_OBJECT('roomId', room, 'userId', who));"
	  "  END IF;"
	  "  COMMIT;"
	  " END IF;"
	  " SELECT room IS NOT NULL AS n;"
	  " END")

/* A group goes to its eldest admin, else member; without one it is deleted, as STUDY_DELETE_ALL does it. */
WRITE_ROW(ERASE_STUDY, erase_count_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE who BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE study, heir, held BIGINT UNSIGNED;"
	  " DECLARE part VARCHAR(6) CHARACTER SET ascii;"
	  " DECLARE state VARCHAR(7) CHARACTER SET ascii;"
	  " SELECT m.study_id INTO study FROM study_members m WHERE m.user_id = who LIMIT 1;"
	  " IF study IS NOT NULL THEN"
	  "  START TRANSACTION;"
	  "  SELECT s.id INTO held FROM studies s WHERE s.id = study FOR UPDATE;"
	  "  SELECT m.role, m.status INTO part, state FROM study_members m"
	  "   WHERE m.study_id = study AND m.user_id = who;"
	  "  SELECT m.user_id INTO heir FROM study_members m STRAIGHT_JOIN users u ON u.id = m.user_id"
	  "   WHERE m.study_id = study AND m.status = 'ACTIVE' AND m.user_id <> who AND u.status = 'ACTIVE'"
	  "   ORDER BY m.role = 'ADMIN' DESC, m.joined_at, m.user_id LIMIT 1;"
	  "  DELETE FROM study_members WHERE study_id = study AND user_id = who;"
	  "  IF part = 'OWNER' AND heir IS NULL THEN"
	  "   UPDATE studies SET gone = TRUE, is_public = FALSE, is_recruiting = FALSE, invite_code = NULL,"
	  "    member_count = 0 WHERE id = study;"
	  "   DELETE FROM study_members WHERE study_id = study;"
	  "   INSERT INTO outbox (event, subject_id, actor_id, payload)"
	  "    VALUES ('study.deleted', study, who, JSON_OBJECT('members', JSON_ARRAY(who)));"
	  "  ELSE"
	  "   UPDATE studies SET member_count = member_count - (state <=> 'ACTIVE'),"
	  "    owner_id = IF(part = 'OWNER', heir, owner_id), updated_at = updated_at WHERE id = study;"
	  "   IF part = 'OWNER' THEN"
	  "    UPDATE study_members SET role = 'OWNER' WHERE study_id = study AND user_id = heir;"
	  "   END IF;"
	  "   INSERT INTO outbox (event, subject_id, actor_id, payload)"
	  "    VALUES ('study.moved', who, who, JSON_OBJECT('studyId', study));"
	  "  END IF;"
	  "  COMMIT;"
	  " END IF;"
	  " SELECT study IS NOT NULL AS n;"
	  " END")

/* Numbers of a room have no gaps, so its messages stay and say that they are deleted. A key beyond all that clients can
 * have (SHA-256) marks those that are done: no other index finds the messages of somebody. */
#define NEVER_A_KEY "REPEAT(X'FF', 24)"
WRITE(ERASE_MESSAGES,
      "UPDATE chat_messages FORCE INDEX (chat_messages_once) SET body = '[삭제된 메시지]', type = 'TEXT',"
      " client_key = CONCAT(" NEVER_A_KEY ", UNHEX(LPAD(HEX(id), 16, '0')))"
      " WHERE sender_id = ? AND (client_key IS NULL OR client_key < " NEVER_A_KEY ") ORDER BY client_key LIMIT ?")

/* What planned and past sessions say in this person's words. That they were there stays, without a name. */
WRITE(ERASE_SESSIONS,
      "UPDATE learning_sessions SET title = NULL, description = NULL, preparation = NULL, meeting_url = NULL,"
      " notes = NULL, tags = NULL, cancel_reason = NULL WHERE host_id = ? AND (title IS NOT NULL"
      "  OR description IS NOT NULL OR preparation IS NOT NULL OR meeting_url IS NOT NULL OR notes IS NOT NULL"
      "  OR tags IS NOT NULL OR cancel_reason IS NOT NULL) ORDER BY id LIMIT ?")
WRITE(ERASE_SEATS,
      "UPDATE session_seats SET message = NULL, left_reason = NULL, remind_at = NULL WHERE user_id = ?"
      " AND (message IS NOT NULL OR left_reason IS NOT NULL OR remind_at IS NOT NULL) ORDER BY id LIMIT ?")
#define GONE_SESSION "'[삭제된 세션]'"
WRITE(ERASE_GROUPS,
      "UPDATE group_sessions SET title = " GONE_SESSION ", description = '', topic = '', tags = '[]',"
      " cancel_reason = NULL WHERE host_id = ? AND (title <> " GONE_SESSION " OR description <> '' OR topic <> ''"
      "  OR tags <> '[]' OR cancel_reason IS NOT NULL) ORDER BY id LIMIT ?")
WRITE(ERASE_GROUP_SEATS,
      "UPDATE group_seats SET message = NULL, feedback = NULL, kick_reason = NULL WHERE user_id = ?"
      " AND (message IS NOT NULL OR feedback IS NOT NULL OR kick_reason IS NOT NULL) ORDER BY id LIMIT ?")
WRITE(ERASE_GROUP_INVITES,
      "DELETE FROM group_seats WHERE user_id = ? AND status = 'INVITED' ORDER BY id LIMIT ?")
/* Ended logins are read until nobody can have a token of theirs; from where they were is nobody's business any more. */
WRITE(ERASE_LOGINS,
      "UPDATE sessions SET user_agent = NULL, ip = NULL, revoked_at = COALESCE(revoked_at, SYSDATE(3))"
      " WHERE user_id = ? AND (user_agent IS NOT NULL OR ip IS NOT NULL OR revoked_at IS NULL) ORDER BY id LIMIT ?")
WRITE(ERASE_CALLS, "UPDATE rooms SET created_by = NULL WHERE created_by = ? ORDER BY id LIMIT ?")

#define PIECE(name, table, whose, order)                                                           \
	WRITE(name, "DELETE FROM " table " WHERE " whose " = ? ORDER BY " order " LIMIT ?")
PIECE(ERASE_STUDY_MESSAGES, "study_messages", "user_id", "id")
PIECE(ERASE_READERS, "study_message_readers", "user_id", "study_id, message_id")
PIECE(ERASE_NOTIFICATIONS, "notifications", "user_id", "id")
PIECE(ERASE_ANSWERS, "request_keys", "user_id", "key_hash")
PIECE(ERASE_REQUESTS_SENT, "matching_requests", "sender_id", "id")
PIECE(ERASE_REQUESTS_GOT, "matching_requests", "receiver_id", "id")
PIECE(ERASE_MATCHES_1, "user_matches", "user1_id", "id")
PIECE(ERASE_MATCHES_2, "user_matches", "user2_id", "id")
PIECE(ERASE_FEEDBACK, "session_feedback", "user_id", "session_id")
PIECE(ERASE_GROUP_PROGRESS, "group_progress", "user_id", "session_id")
PIECE(ERASE_AI_CALLS, "ai_calls", "user_id", "id")
PIECE(ERASE_GROUP_HOST, "group_hosts", "user_id", "user_id")
PIECE(ERASE_FAILED, "failed_logins", "user_id", "id")
PIECE(ERASE_COUNTED, "achievement_events", "user_id", "what, source_id")
PIECE(ERASE_EARNED, "user_achievements", "user_id", "id")
PIECE(ERASE_LEVEL_TESTS, "level_tests", "user_id", "id")
PIECE(ERASE_RECORDS, "session_records", "user_id", "id")
PIECE(ERASE_EVENTS, "analytics_events", "user_id", "id")
PIECE(ERASE_ATTENDANCE, "study_attendance", "user_id", "id")
PIECE(ERASE_TASKS, "tasks", "user_id", "id")
PIECE(ERASE_ASSIGNED, "study_task_assignees", "user_id", "task_id")
PIECE(ERASE_CALL_SEATS, "room_seats", "account_id", "room_id, user_id")

#define PIECES                                                                                     \
	&ERASE_MESSAGES, &ERASE_STUDY_MESSAGES, &ERASE_READERS, &ERASE_NOTIFICATIONS, &ERASE_ANSWERS, \
	&ERASE_REQUESTS_SENT, &ERASE_REQUESTS_GOT, &ERASE_MATCHES_1, &ERASE_MATCHES_2, &ERASE_SESSIONS, \
	&ERASE_SEATS, &ERASE_FEEDBACK, &ERASE_LOGINS, &ERASE_FAILED, &ERASE_COUNTED, &ERASE_EARNED, \
	&ERASE_TASKS, &ERASE_ASSIGNED, &ERASE_CALLS, &ERASE_CALL_SEATS, &ERASE_GROUPS, &ERASE_GROUP_SEATS, \
	&ERASE_GROUP_INVITES, &ERASE_GROUP_PROGRESS, &ERASE_GROUP_HOST, &ERASE_LEVEL_TESTS, &ERASE_AI_CALLS, \
	&ERASE_RECORDS, &ERASE_EVENTS, &ERASE_ATTENDANCE

static const struct stmt *const pieces[ERASE_PIECES] = {PIECES};
const struct stmt *const erase_stmts[] = {&ERASE_ACCOUNT, &ERASE_REST, &ERASE_ROOM, &ERASE_STUDY, PIECES, NULL};

/* ---- functions ---------------------------------------------------------------------------- */

enum status erase_sql_account(struct ctx *c, const struct erase_terms *t, struct erased_row *out)
{
	return db_one(c, &ERASE_ACCOUNT, out,
		      ARGS(P(c->me.user_id), P(t->owners_too), P(t->by_password), db_id(t->password_id)));
}

enum status erase_sql_rest(struct ctx *c, uint64_t user_id, struct erased_row *out)
{
	return db_one(c, &ERASE_REST, out, ARGS(P(user_id)));
}

static enum status one(struct ctx *c, const struct stmt *s, uint64_t user_id, int64_t *n)
{
	struct erase_count_row row = {0};
	enum status st = db_one(c, s, &row, ARGS(P(user_id)));

	*n = row.n;
	return st;
}

enum status erase_sql_room(struct ctx *c, uint64_t user_id, int64_t *n)
{
	return one(c, &ERASE_ROOM, user_id, n);
}

enum status erase_sql_study(struct ctx *c, uint64_t user_id, int64_t *n)
{
	return one(c, &ERASE_STUDY, user_id, n);
}

enum status erase_sql_piece(struct ctx *c, size_t which, uint64_t user_id, int64_t *n)
{
	return db_exec(c, pieces[which], n, ARGS(P(user_id), P((int)ERASE_PIECE)));
}
