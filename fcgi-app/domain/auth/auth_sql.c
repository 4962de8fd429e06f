#include "domain/auth/auth_sql.h"
#include "domain/admin/admin.h"
#include "domain/file/file.h"
#include "domain/registry.h"
#include "domain/sql.h"

SHAPE_TABLE(account_row, ACCOUNT_ROW)
SHAPE_TABLE(vouched_row, VOUCHED_ROW)
SHAPE_TABLE(session_row, SESSION_ROW)
SHAPE_TABLE(rotated_row, ROTATED_ROW)
SHAPE_TABLE(changed_row, CHANGED_ROW)
SHAPE_TABLE(password_row, PASSWORD_ROW)
SHAPE_TABLE(login_row, LOGIN_ROW)
SHAPE_TABLE(factor_row, FACTOR_ROW)
SHAPE_TABLE(unconfirmed_row, UNCONFIRMED_ROW)

READ(ACCOUNT_BY_EMAIL, account_row,
     "SELECT u.id, u.email, u.name, u.status, u.role, u.suspended_until, u.suspend_reason, u.restricted_until,"
     " HEX(u.created_by_key) AS created_by_key, p.id AS password_id, p.hash, t.secret AS factor"
     " FROM users u LEFT JOIN user_passwords p ON p.user_id = u.id"
     " LEFT JOIN two_factor t ON t.user_id = u.id AND t.enabled_at IS NOT NULL"
     " WHERE u.email = ? ORDER BY p.id DESC LIMIT 1")

/* Somebody is here: days in a row are counted from it. */
#define ACTIVE(who)                                                                                \
	" INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES ('user.active', " who ", " who ", '{}');"

WRITE_ROW(SIGNUP, account_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE picture VARCHAR(2048) CHARACTER SET utf8mb4 DEFAULT ?;"
	  " DECLARE new_user BIGINT UNSIGNED;"
	  " DECLARE barred INT;"
	  REFUSE_OFF("allow_signup")
	  " START TRANSACTION;"
	  " INSERT INTO users (email, name, gender, birth_year, birth_monthday, created_by_key, profile_image)"
	  "  VALUES (?, ?, ?, ?, ?, ?, picture);"
	  " SET new_user = LAST_INSERT_ID();"
	  FILE_PICTURE_ADOPTED("new_user")
	  " INSERT INTO user_passwords (user_id, hash) VALUES (new_user, ?);"
	  " INSERT INTO sessions (id, user_id, issued_at, created_at, expires_at, user_agent, ip)"
	  "  VALUES (?, new_user, ?, ?, ?, ?, ?);"
	  ACTIVE("new_user")
	  " COMMIT;"
	  " SELECT new_user AS id;"
	  " END")

/* The account's row is locked first: whoever suspends it or changes its password ends this login, too, or comes
 * before it. */
WRITE(SESSION_START,
      "BEGIN NOT ATOMIC"
      " DECLARE who BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE at DATETIME(3) DEFAULT ?;"
      " DECLARE new_hash VARCHAR(160) DEFAULT ?;"
      " DECLARE known, newest BIGINT UNSIGNED;"
      " DECLARE state VARCHAR(9);"
      " SET known = ?;"
      " START TRANSACTION;"
      " UPDATE users SET active_at = at WHERE id = who;"
      " SELECT u.status INTO state FROM users u WHERE u.id = who;"
      " IF state = 'SUSPENDED' THEN " REFUSE("ACCOUNT_SUSPENDED") "; END IF;"
      " SELECT MAX(p.id) INTO newest FROM user_passwords p WHERE p.user_id = who;"
      " IF state = 'DELETED' OR known <> newest THEN " REFUSE("BAD_CREDENTIALS") "; END IF;"
      " INSERT INTO sessions (id, user_id, issued_at, created_at, expires_at, method, user_agent, ip)"
      "  VALUES (?, who, at, at, ?, ?, ?, ?);"
      ACTIVE("who")
      " UPDATE matching_index SET active_at = at WHERE user_id = who;"
      " IF new_hash IS NOT NULL THEN"
      "  UPDATE user_passwords SET hash = new_hash WHERE user_id = who AND id = newest;"
      " END IF;"
      " COMMIT;"
      " END")

WRITE_ROW(VOUCHED, vouched_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE voucher VARCHAR(6) CHARACTER SET ascii DEFAULT ?;"
	  " DECLARE number VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin DEFAULT ?;"
	  " DECLARE address VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT ?;"
	  " DECLARE proved BOOL DEFAULT ?;"
	  " DECLARE who, other BIGINT UNSIGNED;"
	  " DECLARE made BOOL DEFAULT FALSE;"
	  " DECLARE barred INT;"
	  " SELECT i.user_id INTO who FROM user_identities i WHERE i.provider = voucher AND i.subject = number;"
	  " IF who IS NULL THEN" REFUSE_OFF("allow_signup")
	  "  START TRANSACTION;"
	  "  SELECT u.id INTO other FROM users u WHERE u.email = address;"
	  "  IF other IS NOT NULL THEN SET address = NULL; END IF;"
	  "  INSERT INTO users (email, name, profile_image) VALUES (address, ?, ?);"
	  "  SET who = LAST_INSERT_ID(), made = TRUE;"
	  "  INSERT INTO user_identities (provider, subject, user_id) VALUES (voucher, number, who);"
	  "  COMMIT;"
	  " END IF;"
	  " IF proved THEN"
	  "  UPDATE users SET email_confirmed_at = SYSDATE(3)"
	  "   WHERE id = who AND email = address AND email_confirmed_at IS NULL;"
	  " END IF;"
	  " SELECT u.id, u.email, u.name, u.status, u.role, u.suspended_until, u.restricted_until, made AS created"
	  "  FROM users u WHERE u.id = who;"
	  " END")

/* Who refreshes is there, which nothing else tells for a week. Not in the transaction of the rotation: two logins
 * of one account would hold the shared lock on its row that both want to change. */
WRITE_ROW(SESSION_ROTATE, rotated_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE at DATETIME(3) DEFAULT ?;"
	  " DECLARE login, who BIGINT UNSIGNED;"
	  " DECLARE rotated BOOL;"
	  " SET login = ?;"
	  " UPDATE sessions SET generation = generation + 1, issued_at = at, expires_at = ?,"
	  "  rotations = LEFT(CONCAT(UNHEX(?), rotations), 64)"
	  "  WHERE id = login AND generation = ? AND revoked_at IS NULL AND expires_at > at"
	  "  AND EXISTS (SELECT 1 FROM users u WHERE u.id = user_id AND u.status = 'ACTIVE' AND u.role = ?);"
	  " SET rotated = ROW_COUNT() = 1;"
	  " IF rotated THEN"
	  "  SELECT u.id INTO who FROM sessions s JOIN users u ON u.id = s.user_id"
	  "   WHERE s.id = login AND u.active_at < at - INTERVAL 5 MINUTE;"
	  " END IF;"
	  " IF who IS NOT NULL THEN"
	  "  START TRANSACTION;"
	  "  UPDATE users SET active_at = at WHERE id = who;"
	  "  UPDATE matching_index SET active_at = at WHERE user_id = who;"
	  ACTIVE("who")
	  "  COMMIT;"
	  " END IF;"
	  " SELECT rotated;"
	  " END")

READ(SESSION_BY_ID, session_row,
     "SELECT s.id, s.user_id, s.generation, s.issued_at, s.expires_at, s.revoked_at,"
     " HEX(s.rotations) AS rotations, u.role"
     " FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = ? AND u.status = 'ACTIVE'")

WRITE(SESSION_REVOKE,
      "UPDATE sessions SET revoked_at = ?, revoked_why = ? WHERE id = ? AND revoked_at IS NULL")

#define SANCTIONS_END(who, kind)                                                                   \
	" UPDATE sanctions SET is_active = FALSE, ended_at = SYSDATE(3)"                           \
	"  WHERE user_id = " who " AND is_active AND type = '" kind "';"

WRITE_ROW(ACCOUNT_CHANGE, changed_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE who BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE state VARCHAR(9) CHARACTER SET ascii DEFAULT ?;"
	  " DECLARE part VARCHAR(5) CHARACTER SET ascii DEFAULT ?;"
	  " DECLARE why VARCHAR(32) CHARACTER SET ascii DEFAULT ?;"
	  " DECLARE ended INT DEFAULT 0;"
	  " UPDATE users SET status = COALESCE(state, status), role = COALESCE(part, role),"
	  "  suspended_until = IF(state IS NULL, suspended_until, NULL),"
	  "  suspend_reason = IF(state IS NULL, suspend_reason, NULL) WHERE id = who AND status <> 'DELETED';"
	  " IF state IS NOT NULL THEN" SANCTIONS_END("who", "SUSPENSION") " END IF;"
	  " IF why IS NOT NULL THEN"
	  "  UPDATE sessions SET revoked_at = SYSDATE(3), revoked_why = why WHERE user_id = who AND revoked_at IS NULL;"
	  "  SET ended = ROW_COUNT();"
	  " END IF;"
	  " SELECT email, name, status, role, ended AS logins FROM users WHERE id = who AND status <> 'DELETED';"
	  " END")

WRITE(ACCOUNT_LIFT,
      "BEGIN NOT ATOMIC"
      " DECLARE who BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE at DATETIME(3) DEFAULT ?;"
      " UPDATE users SET status = 'ACTIVE', suspended_until = NULL, suspend_reason = NULL"
      "  WHERE id = who AND status = 'SUSPENDED' AND suspended_until <= at;"
      " IF ROW_COUNT() > 0 THEN" SANCTIONS_END("who", "SUSPENSION") " END IF;"
      " UPDATE users SET restricted_until = NULL, restricted_actions = '' WHERE id = who AND restricted_until <= at;"
      " IF ROW_COUNT() > 0 THEN" SANCTIONS_END("who", "RESTRICTION") " END IF;"
      " END")

READ(PASSWORDS, password_row,
     "SELECT p.id, p.hash, u.email FROM users u LEFT JOIN user_passwords p ON p.user_id = u.id"
     " WHERE u.id = ? AND u.status <> 'DELETED' ORDER BY p.id DESC LIMIT 3")

/* The same steps whether there is such an account or not. */
WRITE(OF_ADDRESS,
      "BEGIN NOT ATOMIC"
      " DECLARE who BIGINT UNSIGNED DEFAULT (SELECT u.id FROM users u WHERE u.email = ? AND u.status <> 'DELETED');"
      " INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES (?, COALESCE(who, 0), 0, '{}');"
      " END")

#define ASKED_MAX "3"
#define ASK_PAUSE "INTERVAL 7 DAY"
READ(UNCONFIRMED, unconfirmed_row,
     "SELECT u.id FROM " IDS_OF("?") " j STRAIGHT_JOIN users u ON u.id = j.id"
     " WHERE u.status = 'ACTIVE' AND u.email IS NOT NULL AND u.email_confirmed_at IS NULL AND (NOT ?"
     "  OR u.email_asked = 0 OR u.email_asked < " ASKED_MAX " AND u.email_asked_at < SYSDATE(3) - " ASK_PAUSE ")"
     " GROUP BY u.id LIMIT ?")
WRITE(ADDRESS_ASKED,
      "UPDATE users SET email_asked = LEAST(email_asked + 1, 255), email_asked_at = SYSDATE(3) WHERE id = ?")
WRITE(ADDRESS_CONFIRMED,
      "UPDATE users SET email_confirmed_at = COALESCE(email_confirmed_at, SYSDATE(3))"
      " WHERE id = ? AND email = ? AND status <> 'DELETED'")
WRITE(ADDRESS_NEW,
      "BEGIN NOT ATOMIC"
      " DECLARE who BIGINT UNSIGNED DEFAULT ?;"
      " UPDATE users SET email_confirmed_at = NULL, email_asked_at = NULL, email_asked = 0 WHERE id = who;"
      " INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES ('auth.address_new', who, who, '{}');"
      " END")

/* The account's row is locked first, as where a login starts: one that knew the old password ends with this, or does
 * not start any more. */
WRITE(PASSWORD_CHANGE,
      "BEGIN NOT ATOMIC"
      " DECLARE who BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE replaced, newest, third, found BIGINT UNSIGNED;"
      " DECLARE proved BOOL;"
      " SET replaced = ?, proved = ?;"
      " START TRANSACTION;"
      " SELECT u.id INTO found FROM users u WHERE u.id = who AND u.status <> 'DELETED' FOR UPDATE;"
      " IF found IS NULL THEN " REFUSE("USER_NOT_FOUND") "; END IF;"
      " SELECT MAX(p.id) INTO newest FROM user_passwords p WHERE p.user_id = who;"
      " IF NOT newest <=> replaced THEN " REFUSE("PASSWORD_WRONG") "; END IF;"
      " INSERT INTO user_passwords (user_id, hash) VALUES (who, ?);"
      " SELECT p.id INTO third FROM user_passwords p WHERE p.user_id = who ORDER BY p.id DESC LIMIT 1 OFFSET 2;"
      " DELETE FROM user_passwords WHERE user_id = who AND id < third;"
      " UPDATE sessions SET revoked_at = SYSDATE(3), revoked_why = 'password changed'"
      "  WHERE user_id = who AND revoked_at IS NULL AND id <> ?;"
      " IF proved THEN"
      "  DELETE i FROM user_identities i JOIN users u ON u.id = i.user_id"
      "   WHERE i.user_id = who AND u.email_confirmed_at IS NULL;"
      "  UPDATE users SET email_confirmed_at = COALESCE(email_confirmed_at, SYSDATE(3)) WHERE id = who;"
      " END IF;"
      " INSERT INTO outbox (event, subject_id, actor_id, payload)"
      "  VALUES ('auth.password_changed', who, who, '{}');"
      " COMMIT;"
      " END")

READ(FACTOR, factor_row,
     "SELECT t.secret, t.enabled_at, t.last_used_at, u.email,"
     " (SELECT COUNT(*) FROM two_factor_codes k WHERE k.user_id = u.id) AS codes"
     " FROM users u LEFT JOIN two_factor t ON t.user_id = u.id WHERE u.id = ? AND u.status = 'ACTIVE'")

WRITE(FACTOR_NEW,
      "BEGIN NOT ATOMIC"
      " DECLARE who BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE hashes TEXT CHARACTER SET utf8mb4;"
      " DECLARE found BIGINT UNSIGNED;"
      " DECLARE since DATETIME(3);"
      " SET hashes = ?;"
      " START TRANSACTION;"
      " SELECT u.id INTO found FROM users u WHERE u.id = who AND u.status = 'ACTIVE' FOR UPDATE;"
      " IF found IS NULL THEN " REFUSE("USER_NOT_FOUND") "; END IF;"
      " SELECT t.enabled_at INTO since FROM two_factor t WHERE t.user_id = who;"
      " IF since IS NOT NULL THEN " REFUSE("FACTOR_ON") "; END IF;"
      " DELETE FROM two_factor WHERE user_id = who;"
      " INSERT INTO two_factor (user_id, secret) VALUES (who, ?);"
      " INSERT INTO two_factor_codes (user_id, code_hash) SELECT who, j.hash FROM JSON_TABLE(hashes, '$[*]'"
      "  COLUMNS (hash CHAR(64) CHARACTER SET ascii PATH '$')) j;"
      " COMMIT;"
      " END")

WRITE(FACTOR_USE,
      "BEGIN NOT ATOMIC"
      " DECLARE who BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE step, last BIGINT UNSIGNED;"
      " DECLARE hashes VARCHAR(2000) CHARACTER SET ascii COLLATE ascii_bin;"
      " DECLARE toggle, enabled BOOL;"
      " SET step = ?, hashes = ?, toggle = ?;"
      " START TRANSACTION;"
      " SELECT t.enabled_at IS NOT NULL, t.last_step INTO enabled, last FROM two_factor t WHERE t.user_id = who"
      "  FOR UPDATE;"
      " IF enabled IS NULL OR NOT (enabled OR toggle) THEN " REFUSE("FACTOR_OFF") "; END IF;"
      " IF step > 0 THEN"
      "  IF step <= last THEN " REFUSE("CODE_WRONG") "; END IF;"
      " ELSE"
      "  DELETE FROM two_factor_codes WHERE user_id = who AND FIND_IN_SET(code_hash, hashes);"
      "  IF ROW_COUNT() = 0 OR NOT enabled THEN " REFUSE("CODE_WRONG") "; END IF;"
      " END IF;"
      " IF enabled AND toggle THEN"
      "  DELETE FROM two_factor WHERE user_id = who;"
      " ELSE"
      "  UPDATE two_factor SET last_step = GREATEST(last_step, step), last_used_at = SYSDATE(3),"
      "   enabled_at = COALESCE(enabled_at, SYSDATE(3)) WHERE user_id = who;"
      " END IF;"
      " COMMIT;"
      " END")

#define RECENT(at) at " > NOW(3) - INTERVAL 90 DAY ORDER BY " at " DESC LIMIT 100"
READ(LOGINS, login_row,
     "(SELECT s.id, s.created_at AS at, s.user_agent, s.ip, s.method, NULL AS reason FROM sessions s"
     " WHERE s.user_id = ? AND " RECENT("s.created_at") ") UNION ALL"
     " (SELECT f.id, f.at, f.user_agent, f.ip, 'password', f.reason FROM failed_logins f"
     " WHERE f.user_id = ? AND " RECENT("f.at") ") ORDER BY at DESC, id DESC LIMIT 100")

WRITE(LOGIN_FAILED,
      "BEGIN NOT ATOMIC"
      " DECLARE who BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE oldest BIGINT UNSIGNED;"
      " INSERT INTO failed_logins (user_id, at, reason, user_agent, ip) VALUES (who, ?, ?, ?, ?);"
      " SELECT f.id INTO oldest FROM failed_logins f WHERE f.user_id = who ORDER BY f.at DESC, f.id DESC"
      "  LIMIT 1 OFFSET 100;"
      " DELETE FROM failed_logins WHERE id = oldest;"
      " END")
WRITE(FAILED_FORGET, "DELETE FROM failed_logins WHERE at < ? ORDER BY at LIMIT ?")

/* Whoever looks for ended logins finds those whose time is over among them, too. */
WRITE(SESSIONS_EXPIRE,
      "UPDATE sessions FORCE INDEX (sessions_expires) SET revoked_at = ?, revoked_why = 'expired'"
      " WHERE expires_at <= ? AND revoked_at IS NULL ORDER BY expires_at LIMIT ?")
WRITE(SESSIONS_FORGET, "DELETE FROM sessions WHERE expires_at < ? ORDER BY expires_at LIMIT ?")

READ(SESSIONS_REVOKED_SINCE, session_row,
     "SELECT id, revoked_at FROM sessions WHERE revoked_at >= ? AND (revoked_at > ? OR id > ?)"
     " ORDER BY revoked_at, id LIMIT ?")

const struct stmt *const auth_stmts[] = {
	&ACCOUNT_BY_EMAIL, &SIGNUP,	    &SESSION_START,	     &SESSION_ROTATE,
	&SESSION_BY_ID,	   &SESSION_REVOKE, &SESSIONS_EXPIRE,	     &SESSIONS_FORGET,
	&SESSIONS_REVOKED_SINCE, &ACCOUNT_CHANGE, &ACCOUNT_LIFT, &PASSWORDS, &PASSWORD_CHANGE, &OF_ADDRESS,
	&UNCONFIRMED, &ADDRESS_ASKED, &ADDRESS_CONFIRMED, &ADDRESS_NEW,
	&LOGINS, &LOGIN_FAILED, &FAILED_FORGET, &FACTOR, &FACTOR_NEW, &FACTOR_USE, &VOUCHED, NULL,
};

enum status auth_sql_account(struct ctx *c, const char *email, struct account_row *out)
{
	return db_one(c, &ACCOUNT_BY_EMAIL, out, ARGS(P(email)));
}

enum status auth_sql_signup(struct ctx *c, const struct new_account *in, const char *hash,
			    const unsigned char *key, const struct new_session *s, uint64_t *user_id)
{
	struct account_row row;
	int64_t year = in->birth_date ? strtol(in->birth_date, NULL, 10) : 0;
	enum status st = db_one(
		c, &SIGNUP, &row,
		ARGS(P(in->avatar), P(in->email), P(in->name), P(in->gender), db_id((uint64_t)year),
		     P(in->birth_date ? in->birth_date + 5 : NULL), db_bin(key, key ? 32 : 0),
		     P(hash), P(s->id), db_time(s->now), db_time(s->now), db_time(s->expires),
		     P(s->device.user_agent), P(s->device.ip)));

	if (st == OK)
		*user_id = row.id;
	return st;
}

enum status auth_sql_start(struct ctx *c, const struct new_session *s, const char *new_hash)
{
	return db_exec(c, &SESSION_START, NULL,
		       ARGS(P(s->user_id), db_time(s->now), P(new_hash), db_id(s->password_id), P(s->id),
			    db_time(s->expires), P(s->method), P(s->device.user_agent), P(s->device.ip)));
}

enum status auth_sql_vouched(struct ctx *c, const struct vouched *who, struct vouched_row *out)
{
	return db_one(c, &VOUCHED, out,
		      ARGS(P(who->provider), P(who->subject), P(who->email), P(who->proved), P(who->name),
			   P(who->picture)));
}

enum status auth_sql_logins(struct ctx *c, uint64_t user_id, struct list *out)
{
	return db_list(c, &LOGINS, out, LOGINS_SHOWN, ARGS(P(user_id), P(user_id)));
}

enum status auth_sql_failed(struct ctx *c, uint64_t user_id, int64_t at, const char *reason, const struct device *d)
{
	return db_exec(c, &LOGIN_FAILED, NULL,
		       ARGS(P(user_id), db_time(at), P(reason), P(d->user_agent), P(d->ip)));
}

enum status auth_sql_forget_failed(struct ctx *c, int64_t before, int64_t most, int64_t *n)
{
	return db_exec(c, &FAILED_FORGET, n, ARGS(db_time(before), P(most)));
}

enum status auth_sql_factor(struct ctx *c, uint64_t user_id, struct factor_row *out)
{
	return db_one(c, &FACTOR, out, ARGS(P(user_id)));
}

enum status auth_sql_factor_new(struct ctx *c, uint64_t user_id, const char *secret, const char *hashes)
{
	return db_exec(c, &FACTOR_NEW, NULL, ARGS(P(user_id), P(hashes), P(secret)));
}

enum status auth_sql_factor_use(struct ctx *c, uint64_t user_id, int64_t step, const char *hashes, bool toggle)
{
	return db_exec(c, &FACTOR_USE, NULL, ARGS(P(user_id), P(step), P(hashes), P(toggle)));
}

enum status auth_sql_passwords(struct ctx *c, uint64_t user_id, struct list *out)
{
	return db_list(c, &PASSWORDS, out, PASSWORDS_KEPT, ARGS(P(user_id)));
}

enum status auth_sql_of_address(struct ctx *c, const char *event, const char *email)
{
	return db_exec(c, &OF_ADDRESS, NULL, ARGS(P(email), P(event)));
}

enum status auth_sql_password(struct ctx *c, uint64_t user_id, uint64_t newest, const char *hash, uint64_t keep,
			      bool proved)
{
	return db_exec(c, &PASSWORD_CHANGE, NULL, ARGS(P(user_id), db_id(newest), P(proved), P(hash), P(keep)));
}

enum status auth_sql_unconfirmed(struct ctx *c, const char *ids, bool due, struct list *out, size_t max)
{
	return db_list(c, &UNCONFIRMED, out, max, ARGS(P(ids), P(due), P((int64_t)max)));
}

enum status auth_sql_asked(struct ctx *c, uint64_t user_id)
{
	return db_exec(c, &ADDRESS_ASKED, NULL, ARGS(P(user_id)));
}

enum status auth_sql_confirmed(struct ctx *c, uint64_t user_id, const char *email)
{
	int64_t n = 0;
	enum status st = db_exec(c, &ADDRESS_CONFIRMED, &n, ARGS(P(user_id), P(email)));

	return st == OK && !n ? E_NO_ROW : st;
}

enum status auth_sql_address_new(struct ctx *c, uint64_t user_id)
{
	return db_exec(c, &ADDRESS_NEW, NULL, ARGS(P(user_id)));
}

enum status auth_sql_rotate(struct ctx *c, uint64_t id, int64_t generation, const char *role, int64_t now,
			    int64_t expires, bool *rotated)
{
	char stamp[17];
	struct rotated_row row = {0};

	(void)snprintf(stamp, sizeof(stamp), "%016llX", (unsigned long long)now);
	enum status st = db_one(c, &SESSION_ROTATE, &row,
				ARGS(db_time(now), P(id), db_time(expires), P((const char *)stamp), P(generation),
				     P(role)));

	*rotated = row.rotated;
	return st;
}

enum status auth_sql_session(struct ctx *c, uint64_t id, struct session_row *out)
{
	return db_one(c, &SESSION_BY_ID, out, ARGS(P(id)));
}

enum status auth_sql_revoke(struct ctx *c, uint64_t id, int64_t now, const char *why)
{
	return db_exec(c, &SESSION_REVOKE, NULL, ARGS(db_time(now), P(why), P(id)));
}

enum status auth_sql_change(struct ctx *c, uint64_t user_id, const char *status, const char *role, const char *why,
			    struct changed_row *out)
{
	return db_one(c, &ACCOUNT_CHANGE, out, ARGS(P(user_id), P(status), P(role), P(why)));
}

enum status auth_sql_lift(struct ctx *c, uint64_t user_id, int64_t now)
{
	return db_exec(c, &ACCOUNT_LIFT, NULL, ARGS(P(user_id), db_time(now)));
}

enum status auth_sql_expire(struct ctx *c, int64_t now, int64_t most, int64_t *n)
{
	return db_exec(c, &SESSIONS_EXPIRE, n, ARGS(db_time(now), db_time(now), P(most)));
}

enum status auth_sql_forget(struct ctx *c, int64_t before, int64_t most, int64_t *n)
{
	return db_exec(c, &SESSIONS_FORGET, n, ARGS(db_time(before), P(most)));
}

enum status auth_sql_revoked_since(struct ctx *c, struct ended from, struct list *out, size_t max)
{
	return db_list(c, &SESSIONS_REVOKED_SINCE, out, max,
		       ARGS(db_time(from.at), db_time(from.at), P(from.id), P((int64_t)max)));
}
