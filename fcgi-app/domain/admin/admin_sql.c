#include "domain/admin/admin_sql.h"
#include "domain/registry.h"

SHAPE_TABLE(admin_role_row, ADMIN_ROLE_ROW)
SHAPE_TABLE(admin_barred_row, ADMIN_BARRED_ROW)
SHAPE_TABLE(admin_told_row, ADMIN_TOLD_ROW)
SHAPE_TABLE(admin_stats_row, ADMIN_STATS_ROW)
SHAPE_TABLE(admin_recent_row, ADMIN_RECENT_ROW)
SHAPE_TABLE(admin_day_row, ADMIN_DAY_ROW)

READ(ADMIN_ROLE, admin_role_row,
     "SELECT " ADMIN_ROLE_OF("u", "r") " AS role FROM users u LEFT JOIN admin_roles r ON r.user_id = u.id"
     " WHERE u.id = ? AND u.status = 'ACTIVE'")
READ(ADMIN_BARRED, admin_barred_row,
     "SELECT " BARRED("u", "", "FILE_UPLOAD_BAN") " AS barred, " SITE_OFF("allow_file_upload") " AS off"
     " FROM users u WHERE u.id = ?")
WRITE(ADMIN_RECORD,
      "INSERT INTO admin_logs"
      " (admin_id, action, target_type, target_id, was, became, reason, ip, user_agent, created_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, SYSDATE(3))")

READ(ADMIN_TOLD, admin_told_row,
     "SELECT COALESCE(s.time_zone, u.time_zone) AS zone,"
     " (SELECT ss.value FROM site_settings ss WHERE ss.name = 'contact_email') AS contact"
     " FROM users u LEFT JOIN notification_settings s ON s.user_id = u.id WHERE u.id = ?")

/* Days are those of Korea. */
#define TODAY "(" KOREA_DAY("NOW(3)") " - INTERVAL 9 HOUR)"
#define THERE "x.gone = FALSE AND x.is_recruiting IN (FALSE, TRUE)"
#define HOW_MANY(of, where) "(SELECT COUNT(*) FROM " of " x WHERE " where ")"

READ(ADMIN_STATS, admin_stats_row,
     "SELECT " HOW_MANY("users", "x.status = 'ACTIVE'") " AS users_active,"
     " " HOW_MANY("users", "x.status = 'SUSPENDED'") " AS users_suspended,"
     " " HOW_MANY("users", "x.status = 'DELETED'") " AS users_deleted,"
     " " HOW_MANY("users", "x.created_at >= " TODAY) " AS users_today,"
     " " HOW_MANY("users", "x.created_at >= " TODAY " - INTERVAL 6 DAY") " AS users_week,"
     " " HOW_MANY("studies", "x.gone = FALSE") " AS studies_total,"
     " " HOW_MANY("studies", "x.gone = FALSE AND x.is_recruiting = TRUE") " AS studies_active,"
     " " HOW_MANY("studies", THERE " AND x.created_at >= " TODAY) " AS studies_today,"
     " " HOW_MANY("studies", THERE " AND x.created_at >= " TODAY " - INTERVAL 6 DAY") " AS studies_week,"
     " " HOW_MANY("reports", "x.status = 'PENDING'") " AS reports_pending,"
     " " HOW_MANY("reports", "x.status = 'IN_PROGRESS'") " AS reports_open,"
     " " HOW_MANY("reports", "x.status IN ('RESOLVED', 'REJECTED')") " AS reports_closed,"
     " " HOW_MANY("reports", "x.status = 'PENDING' AND x.priority = 'URGENT'") " AS reports_urgent,"
     " " HOW_MANY("reports", "x.created_at >= " TODAY) " AS reports_today,"
     " " HOW_MANY("warnings", "x.created_at >= '2000-01-01'") " AS warnings_total,"
     " " HOW_MANY("warnings", "x.created_at >= " TODAY) " AS warnings_today,"
     " " HOW_MANY("sanctions", "x.is_active = TRUE AND x.expires_at IS NULL") " +"
     " " HOW_MANY("sanctions", "x.is_active = TRUE AND x.expires_at > NOW(3)") " AS sanctions_active")

READ(ADMIN_RECENT, admin_recent_row,
     "(SELECT 'user' AS kind, u.id, u.name, u.email, u.profile_image AS avatar, NULL AS what, NULL AS about,"
     " NULL AS grade, u.created_at AS createdAt FROM users u WHERE u.id > 0 ORDER BY u.id DESC LIMIT 5)"
     " UNION ALL (SELECT 'report', r.id, u.name, u.email, NULL, r.type, r.target_type, r.priority, r.created_at"
     "  FROM (SELECT p.id FROM reports p WHERE p.status = 'PENDING' ORDER BY p.id DESC LIMIT 5) w"
     "  STRAIGHT_JOIN reports r ON r.id = w.id STRAIGHT_JOIN users u ON u.id = r.reporter_id)"
     " UNION ALL (SELECT 'warning', r.id, u.name, u.email, NULL, r.reason, NULL, r.severity, r.created_at"
     "  FROM (SELECT p.id FROM warnings p WHERE p.id > 0 ORDER BY p.id DESC LIMIT 5) w"
     "  STRAIGHT_JOIN warnings r ON r.id = w.id STRAIGHT_JOIN users u ON u.id = r.user_id)"
     " ORDER BY kind, id DESC")

#define LAST_DAYS(kind, of)                                                                        \
	"(SELECT '" kind "' AS kind, CAST(d.day AS CHAR) AS date, COALESCE(n.count, 0) AS count"   \
	" FROM (SELECT " KOREA_DAY("NOW(3)") " - INTERVAL q.seq DAY AS day FROM seq_0_to_6 q) d LEFT JOIN" \
	" (SELECT " KOREA_DAY("x.created_at") " AS day, COUNT(*) AS count FROM " of " x"                \
	"  WHERE x.created_at >= " TODAY " - INTERVAL 6 DAY GROUP BY 1) n ON n.day = d.day)"
READ(ADMIN_DAYS, admin_day_row,
     LAST_DAYS("users", "users") " UNION ALL " LAST_DAYS("reports", "reports") " ORDER BY kind, date")

WRITE(ADMIN_FORGET, "DELETE FROM admin_logs WHERE created_at < ? ORDER BY created_at LIMIT ?")

const struct stmt *const admin_stmts[] = {
	&ADMIN_ROLE, &ADMIN_BARRED, &ADMIN_RECORD, &ADMIN_STATS, &ADMIN_RECENT, &ADMIN_DAYS, &ADMIN_FORGET,
	&ADMIN_TOLD, NULL,
};

enum status admin_sql_role(struct ctx *c, uint64_t user_id, struct admin_role_row *out)
{
	return db_one(c, &ADMIN_ROLE, out, ARGS(P(user_id)));
}

enum status admin_sql_barred(struct ctx *c, struct admin_barred_row *out)
{
	return db_one(c, &ADMIN_BARRED, out, ARGS(P(c->me.user_id)));
}

enum status admin_sql_record(struct ctx *c, const struct admin_act *a)
{
	return db_exec(c, &ADMIN_RECORD, NULL,
		       ARGS(P(c->me.user_id), P(a->action), P(a->target_type), db_id(a->target_id), P(a->was),
			    P(a->became), P(a->reason), P(a->place.ip), P(a->place.user_agent)));
}

enum status admin_sql_told(struct ctx *c, uint64_t user_id, struct admin_told_row *out)
{
	return db_one(c, &ADMIN_TOLD, out, ARGS(P(user_id)));
}

enum status admin_sql_stats(struct ctx *c, struct admin_stats_row *out)
{
	return db_one(c, &ADMIN_STATS, out, NO_ARGS);
}

enum status admin_sql_recent(struct ctx *c, struct list *rows)
{
	return db_list(c, &ADMIN_RECENT, rows, 15, NO_ARGS);
}

enum status admin_sql_days(struct ctx *c, struct list *rows)
{
	return db_list(c, &ADMIN_DAYS, rows, 14, NO_ARGS);
}

enum status admin_sql_forget(struct ctx *c, int64_t before, int64_t most, int64_t *n)
{
	return db_exec(c, &ADMIN_FORGET, n, ARGS(db_time(before), P(most)));
}
