#include "domain/notification/delivery_rules.h"
#include "domain/notification/notification_wants.h"
#include "domain/registry.h"

SHAPE_TABLE(delivery, DELIVERY)
SHAPE_TABLE(delivery_state, DELIVERY_STATE)
SHAPE_TABLE(delivery_dead, DELIVERY_DEAD)

enum { DEAD_MAX = 20 };

/* A browser whose login l was ended shows its owner's news to whoever sits there now. That the password is another is
 * what may have ended it, and says nothing. */
#define HEARS "(l.revoked_at IS NULL OR l.revoked_why = 'expired' OR n.type = 'password_changed')"

/* As OUTBOX_TAKE does it. What a person wants is asked when it is sent: a retry may come much later. */
WRITE_ROW(DELIVERY_TAKE, delivery,
	  "BEGIN NOT ATOMIC"
	  " DECLARE way VARCHAR(4) CHARACTER SET ascii DEFAULT ?;"
	  " DECLARE many, lease INT DEFAULT ?;"
	  " DECLARE ids LONGTEXT;"
	  " SET lease = ?;"
	  " SET TRANSACTION ISOLATION LEVEL READ COMMITTED;"
	  " START TRANSACTION;"
	  " SELECT JSON_ARRAYAGG(t.id) INTO ids FROM"
	  "  (SELECT id FROM deliveries FORCE INDEX (deliveries_due) WHERE channel = way AND due_at <= NOW(3)"
	  "   ORDER BY due_at, id LIMIT many FOR UPDATE SKIP LOCKED) t;"
	  " UPDATE " IDS_OF("ids") " j STRAIGHT_JOIN deliveries d ON d.id = j.id"
	  "  SET d.due_at = SYSDATE(3) + INTERVAL lease SECOND, d.tries = d.tries + 1;"
	  " COMMIT;"
	  " SELECT d.id, d.notification_id, d.device_id, d.tries, COALESCE("
	  "   (u.status = 'ACTIVE' AND n.status IN ('UNREAD', 'MAILED') OR way = 'mail' AND (" DECISION
	  "    OR u.status = 'SUSPENDED' AND " RESET "))"
	  "   AND NOT " BLOCKED("u.id", "d.actor_id")
	  "   AND IF(way = 'push', p.id IS NOT NULL AND " HEARS " AND " PUSHED ", u.email IS NOT NULL AND " MAILED "),"
	  "   FALSE) AS wanted,"
	  "  " OFF("quiet") " AND NOT " PRESSING("n.category", "n.priority") " AS quiet,"
	  "  " SET("quiet_start", "'22:00'") " AS quiet_start, " SET("quiet_end", "'08:00'") " AS quiet_end,"
	  "  COALESCE(s.time_zone, u.time_zone) AS zone, " SET("language", "'ko'") " = 'ko' AS korean,"
	  "  " ON("sound") " AS sound, " ON("vibration") " AS vibration, n.user_id, u.name,"
	  "  u.email_confirmed_at IS NOT NULL AS confirmed,"
	  "  IF(way = 'push', p.token, " MAILED_TO ") AS address, n.type, n.category, n.priority, n.title, n.message,"
	  "  COALESCE(n.data, '{}') AS data, n.click_url, n.icon_url, n.created_at AS shown_at, n.expires_at"
	  "  FROM " IDS_OF("ids") " j STRAIGHT_JOIN deliveries d ON d.id = j.id"
	  "  STRAIGHT_JOIN notifications n ON n.id = d.notification_id STRAIGHT_JOIN users u ON u.id = n.user_id"
	  "  LEFT JOIN notification_settings s ON s.user_id = n.user_id"
	  /* a device that has another owner now is not theirs to hear of it */
	  "  LEFT JOIN push_subscriptions p ON p.id = d.device_id AND p.user_id = n.user_id AND p.device = 'web'"
	  "  LEFT JOIN sessions l ON l.id = p.session_id;"
	  " END")
WRITE(DELIVERY_DONE, "DELETE d FROM " IDS_OF("?") " j STRAIGHT_JOIN deliveries d ON d.id = j.id")
WRITE(DELIVERY_FAILED,
      "UPDATE deliveries SET due_at = SYSDATE(3) + INTERVAL ? SECOND, error = LEFT(?, 200) WHERE id = ?")
WRITE(DELIVERY_PUT_OFF,
      "UPDATE deliveries SET due_at = SYSDATE(3) + INTERVAL ? SECOND, tries = tries - 1 WHERE id = ? AND tries > 0")
WRITE(DEVICE_FORGET, "DELETE FROM push_subscriptions WHERE id = ?")

#define DEAD "channel IN ('push', 'mail') AND due_at IS NULL"
/* With few channels the optimizer would rather read them all. */
#define OF_CHANNEL "FROM deliveries FORCE INDEX (deliveries_due) WHERE channel = ?"
READ(DELIVERY_STATE_NOW, delivery_state,
     "SELECT (SELECT COUNT(*) " OF_CHANNEL " AND due_at IS NOT NULL) AS waiting,"
     " (SELECT COUNT(*) " OF_CHANNEL " AND due_at IS NOT NULL AND error IS NOT NULL) AS retrying,"
     " (SELECT COUNT(*) " OF_CHANNEL " AND due_at IS NULL) AS dead,"
     " (SELECT GREATEST(0, CAST(TIMESTAMPDIFF(MICROSECOND, MIN(due_at), SYSDATE(3)) / 1000 AS SIGNED))"
     "  " OF_CHANNEL " AND due_at IS NOT NULL) AS lag_ms")
READ(DELIVERY_DEAD_LETTERS, delivery_dead,
     "SELECT id, channel, tries, created_at, error FROM deliveries FORCE INDEX (deliveries_due) WHERE " DEAD
     " ORDER BY id DESC LIMIT 20")
WRITE(DELIVERY_REQUEUE,
      "UPDATE deliveries SET due_at = SYSDATE(3), tries = 0, error = NULL WHERE channel = ? AND due_at IS NULL")
WRITE(DELIVERY_FORGET_DEAD, "DELETE FROM deliveries WHERE " DEAD " AND created_at < ? LIMIT ?")

const struct stmt *const delivery_stmts[] = {
	&DELIVERY_TAKE,		&DELIVERY_DONE,		&DELIVERY_FAILED,  &DELIVERY_PUT_OFF,	  &DEVICE_FORGET,
	&DELIVERY_STATE_NOW,	&DELIVERY_DEAD_LETTERS, &DELIVERY_REQUEUE, &DELIVERY_FORGET_DEAD, NULL,
};

enum status delivery_take(struct ctx *c, enum channel ch, size_t n, struct list *rows)
{
	return db_list(c, &DELIVERY_TAKE, rows, n,
		       ARGS(P(channel_names[ch]), P((int)n), P((int)DELIVERY_LEASE_S)));
}

enum status delivery_sql_done(struct ctx *c, const char *ids)
{
	return db_exec(c, &DELIVERY_DONE, NULL, ARGS(P(ids)));
}

enum status delivery_sql_failed(struct ctx *c, uint64_t id, int64_t wait_s, const char *why)
{
	struct db_val wait = wait_s < 0 ? (struct db_val){0} : db_int(wait_s);

	return db_exec(c, &DELIVERY_FAILED, NULL, ARGS(wait, P(why), P(id)));
}

enum status delivery_put_off(struct ctx *c, uint64_t id, int64_t wait_s)
{
	return db_exec(c, &DELIVERY_PUT_OFF, NULL, ARGS(P(wait_s), P(id)));
}

enum status delivery_sql_forget_device(struct ctx *c, uint64_t id)
{
	return db_exec(c, &DEVICE_FORGET, NULL, ARGS(P(id)));
}

enum status delivery_sql_forget_dead(struct ctx *c, int64_t before, int64_t *n)
{
	return db_exec(c, &DELIVERY_FORGET_DEAD, n, ARGS(db_time(before), P((int)FORGET_PIECE)));
}

enum status delivery_state(struct ctx *c, enum channel ch, struct delivery_state *out)
{
	const char *name = channel_names[ch];

	return db_one(c, &DELIVERY_STATE_NOW, out, ARGS(P(name), P(name), P(name), P(name)));
}

enum status delivery_dead(struct ctx *c, struct list *rows)
{
	return db_list(c, &DELIVERY_DEAD_LETTERS, rows, DEAD_MAX, NO_ARGS);
}

enum status delivery_requeue(struct ctx *c, enum channel ch, int64_t *n)
{
	return db_exec(c, &DELIVERY_REQUEUE, n, ARGS(P(channel_names[ch])));
}
