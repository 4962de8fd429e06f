#include "domain/study/study_home_sql.h"
#include "domain/study/study_rules.h"

SHAPE_TABLE(study_mine_row, STUDY_MINE_ROW)

#define MINE                                                                                       \
	" FROM study_members m WHERE m.user_id = ? AND m.status IN (?, ?)"                         \
	" AND FIELD(m.role, 'MEMBER', 'ADMIN', 'OWNER') >= ?"

/* Which they are first: what is counted is then counted for those of a page. */
READ(STUDIES_MINE, study_mine_row,
     "SELECT w.id AS membershipId, w.role, w.status, w.joined_at AS joinedAt, w.approved_at AS approvedAt, s.id,"
     " s.name, s.emoji, s.description, s.category, s.sub_category AS subCategory, s.max_members AS maxMembers,"
     " s.member_count AS currentMembers, s.is_public AS isPublic, s.is_recruiting AS isRecruiting, s.tags,"
     " s.created_at AS createdAt,"
     " IF(w.status = 'ACTIVE', (SELECT COUNT(*) FROM study_messages c FORCE INDEX (study_messages_day)"
     "  WHERE c.study_id = s.id AND c.created_at > NOW(3) - INTERVAL 24 HOUR), 0) AS newMessages,"
     " IF(w.status = 'ACTIVE', (SELECT COUNT(*) FROM study_notices n WHERE n.study_id = s.id"
     "  AND n.is_pinned IN (FALSE, TRUE) AND n.created_at > NOW(3) - INTERVAL 7 DAY), 0) AS newNotices"
     " FROM (SELECT m.id, m.study_id, m.role, m.status, m.joined_at, m.approved_at" MINE
     "  ORDER BY m.status = 'PENDING', m.joined_at DESC, m.id DESC LIMIT ? OFFSET ?) w"
     " STRAIGHT_JOIN studies s ON s.id = w.study_id ORDER BY w.status = 'PENDING', w.joined_at DESC, w.id DESC")
READ(STUDIES_MINE_N, study_total_row, "SELECT COUNT(*) AS total" MINE)

#define THIS_MONTH "(DATE_FORMAT(" STUDY_TODAY ", '%Y-%m-01') - INTERVAL 9 HOUR)"

READ(HOME_NUMBERS, home_stats,
     "SELECT (SELECT COUNT(*) FROM study_members m WHERE m.user_id = ? AND m.status = 'ACTIVE') AS activeStudies,"
     " (SELECT COUNT(*) FROM tasks t WHERE t.user_id = ? AND t.completed = FALSE) AS pendingTasks,"
     " (SELECT COUNT(*) FROM notifications n WHERE n.user_id = ? AND n.status = 'UNREAD' AND n.category = 'study')"
     "  AS unreadNotifications,"
     " (SELECT COUNT(*) FROM tasks t FORCE INDEX (tasks_done) WHERE t.user_id = ? AND t.completed = TRUE"
     "  AND t.completed_at >= " THIS_MONTH ") AS completedThisMonth")
READ(HOME_STUDIES_OF, home_study,
     "SELECT s.id, s.name, s.emoji, s.category, m.role, s.member_count AS memberCount, m.joined_at AS joinedAt"
     " FROM study_members m STRAIGHT_JOIN studies s ON s.id = m.study_id"
     " WHERE m.user_id = ? AND m.status = 'ACTIVE' ORDER BY m.joined_at DESC, m.id DESC LIMIT ?")
READ(HOME_NEWS_OF, home_activity,
     "SELECT n.id, UPPER(n.type) AS type, n.message, JSON_VALUE(n.data, '$.studyName') AS studyName,"
     " JSON_VALUE(n.data, '$.studyEmoji') AS studyEmoji, n.status = 'READ' AS isRead, n.created_at AS createdAt"
     " FROM notifications n FORCE INDEX (notifications_category)"
     " WHERE n.user_id = ? AND n.category = 'study' AND n.status IN ('UNREAD', 'READ')"
     " ORDER BY n.created_at DESC, n.id DESC LIMIT ?")
READ(HOME_EVENTS_OF, home_event,
     "SELECT e.id, e.title, CAST(e.date AS DATETIME(3)) AS date, e.start_time AS startTime, e.end_time AS endTime,"
     " s.name AS studyName, s.emoji AS studyEmoji"
     " FROM study_members m STRAIGHT_JOIN study_events e ON e.study_id = m.study_id"
     "  AND e.date BETWEEN " STUDY_TODAY " AND " STUDY_TODAY " + INTERVAL ? DAY"
     " STRAIGHT_JOIN studies s ON s.id = m.study_id"
     " WHERE m.user_id = ? AND m.status = 'ACTIVE' ORDER BY e.date, e.start_time, e.id LIMIT ?")

const struct stmt *const study_home_stmts[] = {
	&STUDIES_MINE, &STUDIES_MINE_N, &HOME_NUMBERS, &HOME_STUDIES_OF, &HOME_NEWS_OF, &HOME_EVENTS_OF, NULL,
};

static const struct {
	const char *status[2];
	enum study_role least;
} filters[] = {
	[STUDY_MINE_ALL] = {{"ACTIVE", "PENDING"}, STUDY_MEMBER},
	[STUDY_MINE_ACTIVE] = {{"ACTIVE", "ACTIVE"}, STUDY_MEMBER},
	[STUDY_MINE_ADMIN] = {{"ACTIVE", "ACTIVE"}, STUDY_ADMIN},
	[STUDY_MINE_PENDING] = {{"PENDING", "PENDING"}, STUDY_MEMBER},
};
#define FILTER(which)                                                                              \
	P(c->me.user_id), P(filters[which].status[0]), P(filters[which].status[1]), P((int)filters[which].least)

enum status study_sql_mine(struct ctx *c, enum study_which which, int64_t page, int64_t size, struct list *rows)
{
	return db_list(c, &STUDIES_MINE, rows, STUDY_LIST_MAX, ARGS(FILTER(which), P(size), P((page - 1) * size)));
}

enum status study_sql_mine_total(struct ctx *c, enum study_which which, int64_t *total)
{
	struct study_total_row row = {0};
	enum status st = db_one(c, &STUDIES_MINE_N, &row, ARGS(FILTER(which)));

	*total = row.total;
	return st;
}

#define ME P(c->me.user_id)
enum status study_sql_home_stats(struct ctx *c, struct home_stats *out)
{
	return db_one(c, &HOME_NUMBERS, out, ARGS(ME, ME, ME, ME));
}

enum status study_sql_home_studies(struct ctx *c, struct list *rows)
{
	return db_list(c, &HOME_STUDIES_OF, rows, HOME_STUDIES, ARGS(ME, P((int)HOME_STUDIES)));
}

enum status study_sql_home_news(struct ctx *c, struct list *rows)
{
	return db_list(c, &HOME_NEWS_OF, rows, HOME_NEWS, ARGS(ME, P((int)HOME_NEWS)));
}

enum status study_sql_home_events(struct ctx *c, struct list *rows)
{
	return db_list(c, &HOME_EVENTS_OF, rows, HOME_EVENTS, ARGS(P((int)HOME_DAYS), ME, P((int)HOME_EVENTS)));
}
