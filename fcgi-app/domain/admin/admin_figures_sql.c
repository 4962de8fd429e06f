#include "domain/admin/admin_figures_sql.h"
#include "domain/registry.h"

SHAPE_TABLE(figures_all_row, FIGURES_ALL_ROW)
SHAPE_TABLE(figures_people_row, FIGURES_PEOPLE_ROW)
SHAPE_TABLE(figures_groups_row, FIGURES_GROUPS_ROW)
SHAPE_TABLE(figures_category_row, FIGURES_CATEGORY_ROW)
SHAPE_TABLE(figures_day_row, FIGURES_DAY_ROW)

#define NUMBER_OF(of, where) "(SELECT COUNT(*) FROM " of " x WHERE " where ")"
#define NEW_NOW "x.created_at >= NOW(3) - INTERVAL 7 DAY"
#define NEW_BEFORE "x.created_at >= NOW(3) - INTERVAL 14 DAY AND x.created_at < NOW(3) - INTERVAL 7 DAY"
/* By both values of is_recruiting, so that the times after it in studies_there are found by the index as well. */
#define STUDY_THERE "x.gone = FALSE AND x.is_recruiting IN (FALSE, TRUE) AND "
#define USERS_BY_STATUS                                                                            \
	NUMBER_OF("users", "x.status = 'ACTIVE'") " AS active,"                                    \
	" " NUMBER_OF("users", "x.status = 'SUSPENDED'") " AS suspended,"                          \
	" " NUMBER_OF("users", "x.status = 'DELETED'") " AS deleted"
#define STUDIES_OPEN                                                                               \
	NUMBER_OF("studies", "x.is_public = TRUE") " AS public,"                                   \
	" " NUMBER_OF("studies", "x.gone = FALSE AND x.is_recruiting = TRUE") " AS recruiting"

READ(FIGURES_ALL, figures_all_row,
     "SELECT " USERS_BY_STATUS ", " NUMBER_OF("users", NEW_NOW) " AS users_now,"
     " " NUMBER_OF("users", NEW_BEFORE) " AS users_before, " NUMBER_OF("studies", "x.gone = FALSE") " AS studies,"
     " " STUDIES_OPEN ", " NUMBER_OF("studies", STUDY_THERE NEW_NOW) " AS studies_now,"
     " " NUMBER_OF("studies", STUDY_THERE NEW_BEFORE) " AS studies_before,"
     " " NUMBER_OF("reports", "x.status = 'PENDING'") " AS pending,"
     " " NUMBER_OF("reports", "x.status = 'IN_PROGRESS'") " AS in_progress,"
     " " NUMBER_OF("reports", "x.status = 'RESOLVED'") " AS resolved,"
     " " NUMBER_OF("reports", "x.status = 'REJECTED'") " AS rejected")

/* Each account has one identity at most. Those of deleted accounts are few, and are taken off: an account that an
 * administrator deleted keeps its own, to be restored with it. */
#define IDENTITIES(at)                                                                             \
	NUMBER_OF("user_identities", "x.provider = '" at "'") " - d." at " AS " at
#define OF_DELETED(at) "COALESCE(SUM(i.provider = '" at "'), 0) AS " at
READ(FIGURES_PEOPLE, figures_people_row,
     "SELECT " USERS_BY_STATUS ", " IDENTITIES("google") ", " IDENTITIES("naver") ", " IDENTITIES("kakao") ","
     " a.dau, a.wau, a.mau, " NUMBER_OF("warnings", "x.created_at >= ?") " AS warnings, s.suspensions, s.bans"
     " FROM (SELECT " OF_DELETED("google") ", " OF_DELETED("naver") ", " OF_DELETED("kakao")
     "  FROM users u FORCE INDEX (users_status) STRAIGHT_JOIN user_identities i ON i.user_id = u.id"
     "  WHERE u.status = 'DELETED') d,"
     " (SELECT COALESCE(SUM(u.active_at >= NOW(3) - INTERVAL 1 DAY), 0) AS dau,"
     "   COALESCE(SUM(u.active_at >= NOW(3) - INTERVAL 7 DAY), 0) AS wau, COUNT(*) AS mau"
     "  FROM users u FORCE INDEX (users_active) WHERE u.active_at >= NOW(3) - INTERVAL 30 DAY) a,"
     " (SELECT COALESCE(SUM(x.type = 'SUSPENSION' AND x.expires_at IS NOT NULL), 0) AS suspensions,"
     "   COALESCE(SUM(x.type <> 'SUSPENSION' OR x.expires_at IS NULL), 0) AS bans"
     "  FROM sanctions x FORCE INDEX (sanctions_given) WHERE x.type IN"
     "  ('SUSPENSION', 'CHAT_BAN', 'STUDY_CREATE_BAN', 'FILE_UPLOAD_BAN', 'PERMANENT_BAN') AND x.created_at >= ?) s")

/* The newest message of each group is one step from the end of its part of the index. */
READ(FIGURES_GROUPS, figures_groups_row,
     "SELECT g.total, g.members, g.fewest, g.most, " STUDIES_OPEN ","
     " (SELECT COUNT(*) FROM studies s FORCE INDEX (studies_figures) WHERE s.gone = FALSE"
     "   AND (SELECT c.created_at FROM study_messages c FORCE INDEX (study_messages_day) WHERE c.study_id = s.id"
     "     ORDER BY c.created_at DESC LIMIT 1) >= NOW(3) - INTERVAL 30 DAY) AS active"
     " FROM (SELECT COUNT(*) AS total, COALESCE(SUM(x.member_count), 0) AS members,"
     "   COALESCE(MIN(x.member_count), 0) AS fewest, COALESCE(MAX(x.member_count), 0) AS most"
     "  FROM studies x FORCE INDEX (studies_figures) WHERE x.gone = FALSE) g")
READ(FIGURES_CATEGORIES, figures_category_row,
     "SELECT x.category, COUNT(*) AS count FROM studies x FORCE INDEX (studies_figures) WHERE x.gone = FALSE"
     " GROUP BY x.category ORDER BY count DESC, x.category LIMIT ?")

#define PER_DAY(of, where)                                                                         \
	"SELECT TO_DAYS(" KOREA_DAY("x.created_at") ") - TO_DAYS('1970-01-01') AS day, COUNT(*) AS count" \
	" FROM " of " x WHERE " where "x.created_at >= ? GROUP BY day ORDER BY day LIMIT ?"
READ(FIGURES_USERS_DAYS, figures_day_row, PER_DAY("users", ""))
READ(FIGURES_STUDIES_DAYS, figures_day_row, PER_DAY("studies", STUDY_THERE))
READ(FIGURES_REPORTS_DAYS, figures_day_row, PER_DAY("reports", ""))

const struct stmt *const admin_figures_stmts[] = {
	&FIGURES_ALL, &FIGURES_PEOPLE, &FIGURES_GROUPS, &FIGURES_CATEGORIES, &FIGURES_USERS_DAYS,
	&FIGURES_STUDIES_DAYS, &FIGURES_REPORTS_DAYS, NULL,
};

enum status admin_figures_sql_all(struct ctx *c, struct figures_all_row *out)
{
	return db_one(c, &FIGURES_ALL, out, NO_ARGS);
}

enum status admin_figures_sql_people(struct ctx *c, int64_t since, struct figures_people_row *out)
{
	return db_one(c, &FIGURES_PEOPLE, out, ARGS(db_time(since), db_time(since)));
}

enum status admin_figures_sql_groups(struct ctx *c, struct figures_groups_row *out)
{
	return db_one(c, &FIGURES_GROUPS, out, NO_ARGS);
}

enum status admin_figures_sql_categories(struct ctx *c, struct list *rows)
{
	return db_list(c, &FIGURES_CATEGORIES, rows, FIGURES_CATEGORIES_MAX, ARGS(P((int)FIGURES_CATEGORIES_MAX)));
}

enum status admin_figures_sql_days(struct ctx *c, enum figures_kind of, int64_t since, struct list *rows)
{
	static const struct stmt *const days[FIGURES_KINDS] = {
		[FIGURES_OF_USERS] = &FIGURES_USERS_DAYS,
		[FIGURES_OF_STUDIES] = &FIGURES_STUDIES_DAYS,
		[FIGURES_OF_REPORTS] = &FIGURES_REPORTS_DAYS,
	};

	return db_list(c, days[of], rows, FIGURES_DAYS_MAX, ARGS(db_time(since), P((int)FIGURES_DAYS_MAX)));
}
