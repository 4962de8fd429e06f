#include "domain/export/export_sql.h"
#include "domain/registry.h"
#include "domain/sql.h"

SHAPE_TABLE(export_asked_row, EXPORT_ASKED_ROW)
SHAPE_TABLE(export_row, EXPORT_ROW)
SHAPE_TABLE(export_file_row, EXPORT_FILE_ROW)
SHAPE_TABLE(export_work_row, EXPORT_WORK_ROW)
SHAPE_TABLE(export_told_row, EXPORT_TOLD_ROW)

/* The account's row is locked before anything is read, so of two at once the second sees the first. */
/* Everything somebody ever wrote goes to nobody who may be another: a notification brings them the link, too. */
#define MAILBOX "IF(u.email_confirmed_at IS NULL, NULL, u.email)"

WRITE_ROW(EXPORT_ASK, export_asked_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE named CHAR(32) CHARACTER SET ascii DEFAULT ?;"
	  " DECLARE pause_days INT DEFAULT ?;"
	  " DECLARE found BIGINT UNSIGNED;"
	  " DECLARE address VARCHAR(255) CHARACTER SET utf8mb4;"
	  " DECLARE asked, now DATETIME(3);"
	  " SELECT u.id, " MAILBOX " INTO found, address FROM users u WHERE u.id = me AND u.status = 'ACTIVE'"
	  "  FOR UPDATE;"
	  " IF found IS NULL THEN " REFUSE("USER_NOT_FOUND") "; END IF;"
	  " SET now = SYSDATE(3);"
	  " SELECT MAX(e.requested_at) INTO asked FROM exports e"
	  "  WHERE e.user_id = me AND e.status <> 'FAILED' AND e.requested_at > now - INTERVAL pause_days DAY;"
	  " IF asked IS NULL THEN"
	  "  INSERT INTO exports (user_id, code, requested_at) VALUES (me, named, now);"
	  "  INSERT INTO outbox (event, subject_id, actor_id, payload)"
	  "   VALUES ('export.requested', LAST_INSERT_ID(), me, JSON_OBJECT('code', named));"
	  " END IF;"
	  " SELECT address AS email, asked AS asked_at, now AS requested_at;"
	  " END")
READ(EXPORT_NEWEST, export_row,
     "SELECT e.code, IF(e.status = 'READY' AND e.expires_at <= SYSDATE(3), 'EXPIRED', e.status) AS status,"
     " " MAILBOX " AS email, e.link, e.size, e.requested_at, e.ready_at, e.expires_at"
     " FROM exports e JOIN users u ON u.id = e.user_id WHERE e.user_id = ? ORDER BY e.id DESC LIMIT 1")
READ(EXPORT_LINKED, export_file_row,
     "SELECT e.id, e.code, e.storage_key, e.requested_at,"
     " e.storage_key IS NULL OR e.status <> 'READY' OR e.expires_at <= SYSDATE(3) AS ended"
     " FROM exports e JOIN users u ON u.id = e.user_id WHERE e.link = ? AND u.status = 'ACTIVE'")
/* one of them can be ready: they are kept for less time than passes between two */
WRITE(EXPORT_NEW_LINK,
      "UPDATE exports SET link = ? WHERE user_id = ? AND status = 'READY' ORDER BY id DESC LIMIT 1")

READ(EXPORT_WORK, export_work_row,
     "SELECT e.id, e.user_id, e.code FROM exports e JOIN users u ON u.id = e.user_id"
     " WHERE e.id = ? AND e.status = 'PROCESSING' AND u.status = 'ACTIVE'")
WRITE(EXPORT_READY,
      "BEGIN NOT ATOMIC"
      " DECLARE which BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE whose BIGINT UNSIGNED;"
      " START TRANSACTION;"
      " SELECT e.user_id INTO whose FROM exports e WHERE e.id = which AND e.status = 'PROCESSING' FOR UPDATE;"
      " IF whose IS NULL THEN " REFUSE("NO_EXPORT") "; END IF;"
      " UPDATE exports SET status = 'READY', link = ?, storage_key = ?, size = ?, ready_at = SYSDATE(3),"
      "  expires_at = SYSDATE(3) + INTERVAL ? DAY WHERE id = which;"
      " INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES ('export.ready', which, whose, '{}');"
      " COMMIT;"
      " END")
WRITE(EXPORT_FAILED, "UPDATE exports SET status = 'FAILED' WHERE id = ? AND status = 'PROCESSING'")
READ(EXPORT_TOLD, export_told_row,
     "SELECT e.code, e.user_id, u.time_zone AS zone, e.link, e.size, e.expires_at"
     " FROM exports e JOIN users u ON u.id = e.user_id"
     " WHERE e.id = ? AND e.status = 'READY' AND e.expires_at > SYSDATE(3) AND u.status = 'ACTIVE'")

#define EXPORT_FILE "SELECT e.id, e.code, e.storage_key, e.requested_at, TRUE AS ended FROM exports e"
READ(EXPORT_EXPIRED, export_file_row,
     EXPORT_FILE " WHERE e.status = 'READY' AND e.expires_at <= NOW(3) ORDER BY e.expires_at LIMIT 100")
READ(EXPORT_OF_USER, export_file_row, EXPORT_FILE " WHERE e.user_id = ? LIMIT 100")
#define GIVEN_EXPORTS IDS_OF("?") " j STRAIGHT_JOIN exports e ON e.id = j.id"
/* the link stays, so that it says that it has expired and not that there is none */
WRITE(EXPORT_EXPIRE, "UPDATE " GIVEN_EXPORTS " SET e.status = 'EXPIRED', e.storage_key = NULL")
WRITE(EXPORT_DELETE, "DELETE e FROM " GIVEN_EXPORTS)
WRITE(EXPORT_GIVE_UP,
      "UPDATE exports SET status = 'FAILED' WHERE status = 'PROCESSING' AND requested_at < ?"
      " ORDER BY requested_at LIMIT 100")
WRITE(EXPORT_FORGET,
      "DELETE FROM exports WHERE requested_at < ? AND storage_key IS NULL ORDER BY requested_at LIMIT 100")

const struct stmt *const export_stmts[] = {
	&EXPORT_ASK,	 &EXPORT_NEWEST,  &EXPORT_LINKED, &EXPORT_WORK,	  &EXPORT_READY,   &EXPORT_FAILED, &EXPORT_TOLD,
	&EXPORT_EXPIRED, &EXPORT_OF_USER, &EXPORT_EXPIRE, &EXPORT_DELETE, &EXPORT_GIVE_UP, &EXPORT_FORGET,
	&EXPORT_NEW_LINK, NULL,
};

enum status export_sql_ask(struct ctx *c, const char *code, struct export_asked_row *out)
{
	return db_one(c, &EXPORT_ASK, out, ARGS(P(c->me.user_id), P(code), P((int)EXPORT_EVERY_DAYS)));
}

enum status export_sql_newest(struct ctx *c, struct export_row *out)
{
	return db_one(c, &EXPORT_NEWEST, out, ARGS(P(c->me.user_id)));
}

enum status export_sql_linked(struct ctx *c, const char *link, struct export_file_row *out)
{
	return db_one(c, &EXPORT_LINKED, out, ARGS(P(link)));
}

enum status export_sql_new_link(struct ctx *c, uint64_t user_id, const char *link)
{
	return db_exec(c, &EXPORT_NEW_LINK, NULL, ARGS(P(link), P(user_id)));
}

enum status export_sql_work(struct ctx *c, uint64_t id, struct export_work_row *out)
{
	return db_one(c, &EXPORT_WORK, out, ARGS(P(id)));
}

enum status export_sql_ready(struct ctx *c, uint64_t id, const char *link, const char *key, int64_t size)
{
	return db_exec(c, &EXPORT_READY, NULL, ARGS(P(id), P(link), P(key), P(size), P((int)EXPORT_KEPT_DAYS)));
}

enum status export_sql_failed(struct ctx *c, uint64_t id)
{
	return db_exec(c, &EXPORT_FAILED, NULL, ARGS(P(id)));
}

enum status export_sql_told(struct ctx *c, uint64_t id, struct export_told_row *out)
{
	return db_one(c, &EXPORT_TOLD, out, ARGS(P(id)));
}

enum status export_sql_expired(struct ctx *c, struct list *rows)
{
	return db_list(c, &EXPORT_EXPIRED, rows, EXPORT_PIECE, NO_ARGS);
}

enum status export_sql_expire(struct ctx *c, const char *ids)
{
	return db_exec(c, &EXPORT_EXPIRE, NULL, ARGS(P(ids)));
}

enum status export_sql_of_user(struct ctx *c, uint64_t user_id, struct list *rows)
{
	return db_list(c, &EXPORT_OF_USER, rows, EXPORT_PIECE, ARGS(P(user_id)));
}

enum status export_sql_delete(struct ctx *c, const char *ids)
{
	return db_exec(c, &EXPORT_DELETE, NULL, ARGS(P(ids)));
}

enum status export_sql_give_up(struct ctx *c, int64_t before, int64_t *n)
{
	return db_exec(c, &EXPORT_GIVE_UP, n, ARGS(db_time(before)));
}

enum status export_sql_forget(struct ctx *c, int64_t before, int64_t *n)
{
	return db_exec(c, &EXPORT_FORGET, n, ARGS(db_time(before)));
}
