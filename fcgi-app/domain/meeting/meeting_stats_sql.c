#include "domain/meeting/meeting_stats_sql.h"
#include "domain/meeting/meeting_item.h"
#include "domain/registry.h"

SHAPE_TABLE(meeting_totals_row, MEETING_TOTALS_ROW)
SHAPE_TABLE(meeting_over_row, MEETING_OVER_ROW)
SHAPE_TABLE(meeting_partner_out, MEETING_PARTNER_OUT)

#define DONE "s.status = 'COMPLETED'"
#define IN_PERIOD DONE " AND s.starts_at >= p.since"
#define SUM_OF(what) "COALESCE(SUM(" what "), 0)"
#define OTHERS                                                                                     \
	" STRAIGHT_JOIN session_seats o ON o.session_id = s.id AND o.user_id <> x.user_id AND o.left_at IS NULL"

READ(MEETING_TOTALS, meeting_totals_row,
     "SELECT u.time_zone AS zone, u.daily_minute AS daily, p.since, t.*,"
     " (SELECT l.code FROM languages l WHERE l.id = u.native_language_id) AS native,"
     " (SELECT COUNT(DISTINCT o.user_id) FROM session_seats x STRAIGHT_JOIN learning_sessions s ON s.id = x.session_id"
     OTHERS " WHERE x.user_id = u.id AND x.left_at IS NULL AND " DONE ") AS partners"
     " FROM (SELECT NOW(3) - INTERVAL ? MONTH - INTERVAL ? DAY AS since) p"
     " JOIN users u JOIN (SELECT " SUM_OF(DONE) " AS completed, " SUM_OF("s.status = 'CANCELLED'") " AS cancelled,"
     " " SUM_OF("s.status IN ('SCHEDULED', 'IN_PROGRESS') AND s.ends_at > NOW(3)") " AS upcoming,"
     " " SUM_OF("IF(" DONE ", s.actual_minutes, 0)") " AS minutes, " SUM_OF(IN_PERIOD) " AS period_count,"
     " " SUM_OF("IF(" IN_PERIOD ", s.actual_minutes, 0)") " AS period_minutes,"
     " " SUM_OF(IN_PERIOD " AND s.type = 'VIDEO'") " AS period_video, MAX(IF(" DONE ", s.ended_at, NULL)) AS last_at"
     " FROM (SELECT CAST(? AS UNSIGNED) AS me, NOW(3) - INTERVAL ? MONTH - INTERVAL ? DAY AS since) p"
     " STRAIGHT_JOIN session_seats x ON x.user_id = p.me AND x.left_at IS NULL"
     " STRAIGHT_JOIN learning_sessions s ON s.id = x.session_id) t WHERE u.id = ?")

READ(MEETINGS_OVER, meeting_over_row,
     "SELECT s.id, s.type, s.host_id = v.me AS hosted, s.starts_at, s.actual_minutes AS minutes, s.language"
     " FROM " MINE " WHERE " DONE
     " AND s.starts_at >= COALESCE(?, '1000-01-01') AND s.starts_at < COALESCE(?, '9999-12-31')"
     " ORDER BY s.starts_at DESC, s.id DESC LIMIT ?")

READ(MEETING_PARTNERS, meeting_partner_out,
     "SELECT MAX(" NAME_OF("u") ") AS name, NULL AS flag, COUNT(*) AS sessions,"
     " CAST(AVG(f.partner_rating) AS DOUBLE) AS rating FROM " MINE OTHERS
     " STRAIGHT_JOIN users u ON u.id = o.user_id"
     " LEFT JOIN session_feedback f ON f.session_id = s.id AND f.user_id = v.me"
     " WHERE " DONE " GROUP BY o.user_id ORDER BY sessions DESC, o.user_id LIMIT ?")

const struct stmt *const meeting_stats_stmts[] = {&MEETING_TOTALS, &MEETINGS_OVER, &MEETING_PARTNERS, NULL};

enum status meeting_sql_totals(struct ctx *c, int64_t months, int64_t days, struct meeting_totals_row *out)
{
	return db_one(c, &MEETING_TOTALS, out,
		      ARGS(P(months), P(days), P(c->me.user_id), P(months), P(days), P(c->me.user_id)));
}

enum status meeting_sql_over(struct ctx *c, int64_t from, int64_t to, struct list *out)
{
	return db_list(c, &MEETINGS_OVER, out, MEETING_OVER_MAX,
		       ARGS(P(c->me.user_id), db_time(from), db_time(to), P((int64_t)MEETING_OVER_MAX)));
}

enum status meeting_sql_partners(struct ctx *c, struct list *out)
{
	return db_list(c, &MEETING_PARTNERS, out, MEETING_PARTNERS_MAX,
		       ARGS(P(c->me.user_id), P((int64_t)MEETING_PARTNERS_MAX)));
}
