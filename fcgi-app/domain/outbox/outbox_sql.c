#include "domain/outbox/outbox.h"
#include "domain/registry.h"
#include "domain/sql.h"

SHAPE_TABLE(outbox_row, OUTBOX_ROW)
SHAPE_TABLE(outbox_state, OUTBOX_STATE)
SHAPE_TABLE(outbox_dead, OUTBOX_DEAD)

WRITE(OUTBOX_ADD, "INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES (?, ?, ?, ?)")

/* READ COMMITTED and SKIP LOCKED: no gap is locked and nobody's commit is waited for, so senders and
 * takers never stand in each other's way. STRAIGHT_JOIN: a short table is otherwise locked as a whole. */
#define OF(ids) IDS_OF(ids) " j STRAIGHT_JOIN outbox o ON o.id = j.id"
#define TAKEN OF("ids")
WRITE_ROW(OUTBOX_TAKE, outbox_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE n, lease INT DEFAULT ?;"
	  " DECLARE ids LONGTEXT;"
	  " SET lease = ?;"
	  " SET TRANSACTION ISOLATION LEVEL READ COMMITTED;"
	  " START TRANSACTION;"
	  " SELECT JSON_ARRAYAGG(t.id) INTO ids FROM"
	  "  (SELECT id FROM outbox FORCE INDEX (outbox_due) WHERE due_at <= NOW(3)"
	  "   ORDER BY due_at, id LIMIT n FOR UPDATE SKIP LOCKED) t;"
	  " UPDATE " TAKEN " SET o.due_at = SYSDATE(3) + INTERVAL lease SECOND, o.tries = o.tries + 1;"
	  " SELECT o.id, o.event, o.subject_id, o.actor_id, o.payload, o.created_at, o.tries, o.progress"
	  "  FROM " TAKEN ";"
	  " COMMIT;"
	  " END")
WRITE(OUTBOX_DONE, "DELETE o FROM " OF("?"))
WRITE(OUTBOX_AGAIN,
      "UPDATE " OF("?") " SET o.due_at = SYSDATE(3) + INTERVAL ? SECOND, o.tries = 0, o.error = NULL")
WRITE(OUTBOX_CONTINUE,
      "UPDATE outbox SET progress = ?, due_at = SYSDATE(3), tries = 0, error = NULL WHERE id = ?")
WRITE(OUTBOX_GIVE_BACK, "UPDATE outbox SET due_at = SYSDATE(3), tries = tries - 1 WHERE id = ? AND tries > 0")
WRITE(OUTBOX_FAILED,
      "UPDATE outbox SET due_at = SYSDATE(3) + INTERVAL ? SECOND, error = LEFT(?, 200) WHERE id = ?")
WRITE(OUTBOX_REQUEUE,
      "UPDATE outbox SET due_at = SYSDATE(3), tries = 0, error = NULL WHERE due_at IS NULL AND id = COALESCE(?, id)")

READ(OUTBOX_STATE_NOW, outbox_state,
     "SELECT (SELECT COUNT(*) FROM outbox WHERE due_at IS NOT NULL) AS waiting,"
     " (SELECT COUNT(*) FROM (SELECT error FROM outbox FORCE INDEX (outbox_due) WHERE due_at IS NOT NULL"
     "   ORDER BY due_at LIMIT 10000) o WHERE o.error IS NOT NULL) AS retrying,"
     " (SELECT COUNT(*) FROM outbox WHERE due_at IS NULL) AS dead,"
     " (SELECT GREATEST(0, CAST(TIMESTAMPDIFF(MICROSECOND, MIN(due_at), SYSDATE(3)) / 1000 AS SIGNED))"
     "  FROM outbox WHERE due_at IS NOT NULL) AS lag_ms")
READ(OUTBOX_DEAD_LETTERS, outbox_dead,
     "SELECT id, event, tries, created_at, error FROM outbox WHERE due_at IS NULL ORDER BY id DESC LIMIT 20")

WRITE(SCHEDULE_ADD, "INSERT IGNORE INTO schedules (name, due_at) VALUES (?, SYSDATE(3))")
/* of many processes one changes the row */
WRITE(SCHEDULE_TURN,
      "UPDATE schedules SET due_at = SYSDATE(3) + INTERVAL ? SECOND, ran_at = SYSDATE(3)"
      " WHERE name = ? AND due_at <= SYSDATE(3)")

static const struct stmt *const stmts[] = {
	&OUTBOX_ADD,	&OUTBOX_TAKE,	   &OUTBOX_DONE,	 &OUTBOX_AGAIN,	 &OUTBOX_CONTINUE,
	&OUTBOX_GIVE_BACK, &OUTBOX_FAILED,
	&OUTBOX_REQUEUE, &OUTBOX_STATE_NOW, &OUTBOX_DEAD_LETTERS, &SCHEDULE_ADD, &SCHEDULE_TURN,   NULL,
};
const struct domain outbox_domain = {.name = "outbox", .stmts = stmts};

enum status outbox_add(struct ctx *c, const char *event, uint64_t subject_id, const char *payload)
{
	return db_exec(c, &OUTBOX_ADD, NULL,
		       ARGS(P(event), P(subject_id), P(c->me.user_id), P(payload)));
}

enum status outbox_take(struct ctx *c, struct list *rows)
{
	return db_list(c, &OUTBOX_TAKE, rows, OUTBOX_BATCH, ARGS(P((int)OUTBOX_BATCH), P((int)OUTBOX_LEASE_S)));
}

enum status outbox_done(struct ctx *c, const char *ids)
{
	return db_exec(c, &OUTBOX_DONE, NULL, ARGS(P(ids)));
}

enum status outbox_again(struct ctx *c, const char *ids, unsigned wait_s)
{
	return db_exec(c, &OUTBOX_AGAIN, NULL, ARGS(P(ids), P(wait_s)));
}

enum status outbox_continue(struct ctx *c, uint64_t id, uint64_t progress)
{
	return db_exec(c, &OUTBOX_CONTINUE, NULL, ARGS(P(progress), P(id)));
}

enum status outbox_give_back(struct ctx *c, uint64_t id)
{
	return db_exec(c, &OUTBOX_GIVE_BACK, NULL, ARGS(P(id)));
}

enum status outbox_failed(struct ctx *c, uint64_t id, int64_t wait_s, const char *why)
{
	struct db_val wait = wait_s < 0 ? (struct db_val){0} : db_int(wait_s);

	return db_exec(c, &OUTBOX_FAILED, NULL, ARGS(wait, P(why), P(id)));
}

enum status outbox_requeue(struct ctx *c, uint64_t id, int64_t *n)
{
	return db_exec(c, &OUTBOX_REQUEUE, n, ARGS(db_id(id)));
}

enum status outbox_state(struct ctx *c, struct outbox_state *out)
{
	return db_one(c, &OUTBOX_STATE_NOW, out, NO_ARGS);
}

enum status outbox_dead(struct ctx *c, struct list *rows)
{
	return db_list(c, &OUTBOX_DEAD_LETTERS, rows, 20, NO_ARGS);
}

enum status outbox_schedule(struct ctx *c, const char *name)
{
	return db_exec(c, &SCHEDULE_ADD, NULL, ARGS(P(name)));
}

enum status outbox_turn(struct ctx *c, const char *name, unsigned every_s, bool *mine)
{
	int64_t matched = 0;
	enum status st = db_exec(c, &SCHEDULE_TURN, &matched, ARGS(P(every_s), P(name)));

	*mine = matched > 0;
	return st;
}
