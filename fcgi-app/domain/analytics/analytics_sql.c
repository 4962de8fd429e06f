#include "domain/analytics/analytics_sql.h"
#include "domain/lessons.h"
#include "domain/registry.h"

SHAPE_TABLE(analytics_met, ANALYTICS_MET)
SHAPE_TABLE(analytics_request, ANALYTICS_REQUEST)

/* x: the seats of the caller, s: their sessions. */
#define MINE                                                                                       \
	CALLER " STRAIGHT_JOIN session_seats x ON x.user_id = v.me AND x.left_at IS NULL"          \
	" STRAIGHT_JOIN learning_sessions s ON s.id = x.session_id AND s.status = 'COMPLETED'"
#define OTHERS                                                                                     \
	" STRAIGHT_JOIN session_seats o ON o.session_id = s.id AND o.user_id <> v.me AND o.left_at IS NULL"

READ(ANALYTICS_MET_THEN, analytics_met,
     "SELECT s.starts_at, o.user_id FROM " MINE OTHERS " WHERE s.starts_at >= ? AND s.starts_at < ? LIMIT ?")

READ(ANALYTICS_GROUPS, meeting_over_row,
     "SELECT s.id, s.type, s.host_id = v.me AS hosted, s.starts_at, s.actual_minutes AS minutes, s.language"
     " FROM " CALLER
     " STRAIGHT_JOIN group_seats x ON x.user_id = v.me AND x.status = 'JOINED'"
     " STRAIGHT_JOIN group_sessions s ON s.id = x.session_id AND s.status = 'COMPLETED'"
     " WHERE s.starts_at >= COALESCE(?, '1000-01-01') ORDER BY s.starts_at DESC, s.id DESC LIMIT ?")

#define REQUESTS(own, other, is_sender)                                                            \
	"(SELECT r.id, r." other " AS partner_id, r.status, " is_sender " AS sent, r.created_at,"   \
	" r.responded_at AS answered_at FROM matching_requests r WHERE r." own " = ? ORDER BY r.id DESC LIMIT ?)"
READ(ANALYTICS_REQUESTS, analytics_request,
     "SELECT q.partner_id, q.status, q.sent, q.created_at, q.answered_at, l.code AS language, m.minutes, m.type FROM ("
     REQUESTS("sender_id", "receiver_id", "TRUE") " UNION ALL " REQUESTS("receiver_id", "sender_id", "FALSE")
     " ORDER BY id DESC LIMIT ?) q"
     " LEFT JOIN users u ON u.id = q.partner_id LEFT JOIN languages l ON l.id = u.native_language_id"
     /* of the sessions with each of them: the mean length, and how the latest was held */
     " LEFT JOIN (SELECT o.user_id, CAST(ROUND(AVG(s.actual_minutes)) AS SIGNED) AS minutes,"
     "  SUBSTRING(MAX(CONCAT(s.starts_at, s.type)), 24) AS type FROM " MINE OTHERS " GROUP BY o.user_id) m"
     " ON m.user_id = q.partner_id ORDER BY q.id DESC")

const struct stmt *const analytics_stmts[] = {&ANALYTICS_MET_THEN, &ANALYTICS_GROUPS, &ANALYTICS_REQUESTS, NULL};

enum status analytics_sql_met(struct ctx *c, int64_t from, int64_t to, struct list *out)
{
	return db_list(c, &ANALYTICS_MET_THEN, out, ANALYTICS_MET_MAX,
		       ARGS(P(c->me.user_id), db_time(from), db_time(to), P((int64_t)ANALYTICS_MET_MAX)));
}

enum status analytics_sql_groups(struct ctx *c, int64_t from, int64_t most, struct list *out)
{
	return db_list(c, &ANALYTICS_GROUPS, out, (size_t)most, ARGS(P(c->me.user_id), db_time(from), P(most)));
}

enum status analytics_sql_requests(struct ctx *c, struct list *out)
{
	const uint64_t me = c->me.user_id;
	const int64_t most = ANALYTICS_REQUESTS_MAX;

	return db_list(c, &ANALYTICS_REQUESTS, out, ANALYTICS_REQUESTS_MAX,
		       ARGS(P(me), P(most), P(me), P(most), P(most), P(me)));
}
