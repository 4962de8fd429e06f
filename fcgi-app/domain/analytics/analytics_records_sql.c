#include "domain/analytics/analytics_records_sql.h"
#include "domain/lessons.h"
#include "domain/registry.h"

SHAPE_TABLE(analytics_ended_row, ENDED_ROW)
SHAPE_TABLE(analytics_requests, REQUESTS_ROW)

READ(ANALYTICS_ENDED, analytics_ended_row,
     "SELECT s.status, s.host_id = v.me AS hosted, s.actual_minutes AS minutes, r.recorded_at FROM " CALLER
     " STRAIGHT_JOIN session_seats x ON x.session_id = ? AND x.user_id = v.me AND x.left_at IS NULL"
     " STRAIGHT_JOIN learning_sessions s ON s.id = x.session_id"
     " LEFT JOIN session_records r ON r.user_id = v.me AND r.session_id = s.id")
READ(ANALYTICS_GROUP_ENDED, analytics_ended_row,
     "SELECT s.status, s.host_id = v.me AS hosted, s.actual_minutes AS minutes, r.recorded_at FROM " CALLER
     " STRAIGHT_JOIN group_seats x ON x.session_id = ? AND x.user_id = v.me AND x.status = 'JOINED'"
     " STRAIGHT_JOIN group_sessions s ON s.id = x.session_id"
     " LEFT JOIN session_records r ON r.user_id = v.me AND r.group_id = s.id")

/* A rating stands where nobody rated it before: feedback says more. */
WRITE(ANALYTICS_RECORD, "INSERT IGNORE INTO session_records (user_id, session_id, rating, notes) VALUES (?, ?, ?, ?)")
WRITE(ANALYTICS_RATE, "INSERT IGNORE INTO session_feedback (session_id, user_id, rating, updated_at)"
		       " VALUES (?, ?, ?, SYSDATE(3))")
WRITE(ANALYTICS_RECORD_GROUP,
      "INSERT IGNORE INTO session_records (user_id, group_id, rating, notes) VALUES (?, ?, ?, ?)")

WRITE(ANALYTICS_EVENTS,
      "INSERT INTO analytics_events (user_id, type, path, feature, session, happened_at, more)"
      " SELECT p.who, e.type, e.path, e.feature, e.session, '1970-01-01' + INTERVAL e.at * 1000 MICROSECOND, e.more"
      " FROM (SELECT CAST(? AS UNSIGNED) AS who) p LEFT JOIN user_privacy w ON w.user_id = p.who"
      " JOIN JSON_TABLE(?, '$[*]' COLUMNS (type VARCHAR(100) PATH '$[0]', path VARCHAR(500) PATH '$[1]',"
      "  feature VARCHAR(100) PATH '$[2]', session VARCHAR(128) PATH '$[3]', at BIGINT PATH '$[4]',"
      "  more TEXT PATH '$[5]')) e"
      " WHERE COALESCE(w.allow_analytics, TRUE)")
WRITE(ANALYTICS_FORGET_EVENTS, "DELETE FROM analytics_events WHERE received_at < ? ORDER BY received_at LIMIT ?")

#define BUCKETS(B, sep)                                                                            \
	B(0) sep B(1) sep B(2) sep B(3) sep B(4) sep B(5) sep B(6) sep B(7) sep B(8) sep B(9) sep B(10) sep B(11) \
	sep B(12) sep B(13) sep B(14)
#define NAME(i) "b" #i
#define COLUMN(i) "b" #i " BIGINT PATH '$[4][" #i "]'"
#define OF_ROW(i) "r.b" #i
#define MORE(i) "b" #i " = request_hours.b" #i " + VALUES(b" #i ")"
#define SUM(i) "CAST(SUM(h.b" #i ") AS SIGNED) AS b" #i
static_assert(SCORE_BUCKETS + 1 == 15, "the columns b0 to b14");
WRITE(ANALYTICS_ADD_REQUESTS,
      "INSERT INTO request_hours (begins_at, route, answers, errors, us, " BUCKETS(NAME, ", ") ")"
      " SELECT DATE_FORMAT(NOW(), '%Y-%m-%d %H:00:00'), r.route, r.answers, r.errors, r.us, " BUCKETS(OF_ROW, ", ")
      " FROM JSON_TABLE(?, '$[*]' COLUMNS (route VARCHAR(64) PATH '$[0]', answers BIGINT PATH '$[1]',"
      "  errors BIGINT PATH '$[2]', us BIGINT PATH '$[3]', " BUCKETS(COLUMN, ", ") ")) r"
      " ON DUPLICATE KEY UPDATE answers = request_hours.answers + VALUES(answers),"
      "  errors = request_hours.errors + VALUES(errors), us = request_hours.us + VALUES(us), " BUCKETS(MORE, ", "))
READ(ANALYTICS_REQUESTS_THEN, analytics_requests,
     "SELECT h.route, CAST(SUM(h.answers) AS SIGNED) AS answers, CAST(SUM(h.errors) AS SIGNED) AS errors,"
     " CAST(SUM(h.us) AS SIGNED) AS us, " BUCKETS(SUM, ", ")
     " FROM request_hours h WHERE h.begins_at >= ? AND h.begins_at < ? GROUP BY h.route LIMIT ?")
WRITE(ANALYTICS_FORGET_REQUESTS, "DELETE FROM request_hours WHERE begins_at < ? ORDER BY begins_at, route LIMIT ?")

const struct stmt *const analytics_records_stmts[] = {
	&ANALYTICS_ENDED,	 &ANALYTICS_GROUP_ENDED,  &ANALYTICS_RECORD,	    &ANALYTICS_RATE,
	&ANALYTICS_RECORD_GROUP, &ANALYTICS_EVENTS,	  &ANALYTICS_FORGET_EVENTS, &ANALYTICS_ADD_REQUESTS,
	&ANALYTICS_REQUESTS_THEN, &ANALYTICS_FORGET_REQUESTS, NULL,
};

enum status analytics_sql_ended(struct ctx *c, uint64_t id, bool of_group, struct analytics_ended_row *out)
{
	return db_one(c, of_group ? &ANALYTICS_GROUP_ENDED : &ANALYTICS_ENDED, out, ARGS(P(c->me.user_id), P(id)));
}

enum status analytics_sql_record(struct ctx *c, bool of_group, const struct analytics_record *r, bool *fresh)
{
	const struct db_val none = {.type = DB_NULL}, rating = r->rating ? db_int(r->rating) : none;
	int64_t n = 0;
	enum status st = db_exec(c, of_group ? &ANALYTICS_RECORD_GROUP : &ANALYTICS_RECORD, &n,
				 ARGS(P(c->me.user_id), P(r->session_id), rating, P(r->notes)));

	*fresh = n > 0;
	if (st != OK || !*fresh || of_group || !r->rating)
		return st;
	return db_exec(c, &ANALYTICS_RATE, NULL, ARGS(P(r->session_id), P(c->me.user_id), rating));
}

enum status analytics_sql_events(struct ctx *c, const char *events)
{
	return db_exec(c, &ANALYTICS_EVENTS, NULL, ARGS(db_id(c->me.user_id), P(events)));
}

enum status analytics_sql_add_requests(struct ctx *c, const char *hours)
{
	return db_exec(c, &ANALYTICS_ADD_REQUESTS, NULL, ARGS(P(hours)));
}

enum status analytics_sql_requests_then(struct ctx *c, int64_t from, int64_t to, struct list *out)
{
	return db_list(c, &ANALYTICS_REQUESTS_THEN, out, REQUEST_ROUTES_MAX,
		       ARGS(db_time(from), db_time(to), P((int64_t)REQUEST_ROUTES_MAX)));
}

enum status analytics_sql_forget_events(struct ctx *c, int64_t before, int64_t most, int64_t *n)
{
	return db_exec(c, &ANALYTICS_FORGET_EVENTS, n, ARGS(db_time(before), P(most)));
}

enum status analytics_sql_forget_requests(struct ctx *c, int64_t before, int64_t most, int64_t *n)
{
	return db_exec(c, &ANALYTICS_FORGET_REQUESTS, n, ARGS(db_time(before), P(most)));
}
