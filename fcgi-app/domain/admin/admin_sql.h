#ifndef DOMAIN_ADMIN_SQL_H
#define DOMAIN_ADMIN_SQL_H

#include "db/db.h"
#include "domain/admin/admin.h"

#define ADMIN_ROLE_ROW(F, S) F(S, STR, role)
SHAPE_STRUCT(admin_role_row, ADMIN_ROLE_ROW)

/* NULL: none. */
MUST_USE enum status admin_sql_role(struct ctx *c, uint64_t user_id, struct admin_role_row *out);
#define ADMIN_BARRED_ROW(F, S)                                                                     \
	F(S, BOOL, barred)                                                                         \
	F(S, BOOL, off)
SHAPE_STRUCT(admin_barred_row, ADMIN_BARRED_ROW)
/* The caller from uploading, and whether all are. */
MUST_USE enum status admin_sql_barred(struct ctx *c, struct admin_barred_row *out);
MUST_USE enum status admin_sql_record(struct ctx *c, const struct admin_act *a);
/* For telling somebody: the zone of their clock, and the site's address for questions, or NULL. */
#define ADMIN_TOLD_ROW(F, S)                                                                       \
	F(S, STR, zone)                                                                            \
	F(S, STR, contact)
SHAPE_STRUCT(admin_told_row, ADMIN_TOLD_ROW)
MUST_USE enum status admin_sql_told(struct ctx *c, uint64_t user_id, struct admin_told_row *out);
/* The oldest from before then (ms); *n: how many, `most` at most. */
MUST_USE enum status admin_sql_forget(struct ctx *c, int64_t before, int64_t most, int64_t *n);

#define ADMIN_STATS_ROW(F, S)                                                                      \
	F(S, INT, users_active)                                                                    \
	F(S, INT, users_suspended)                                                                 \
	F(S, INT, users_deleted)                                                                   \
	F(S, INT, users_today)                                                                     \
	F(S, INT, users_week)                                                                      \
	F(S, INT, studies_total)                                                                   \
	F(S, INT, studies_active)                                                                  \
	F(S, INT, studies_today)                                                                   \
	F(S, INT, studies_week)                                                                    \
	F(S, INT, reports_pending)                                                                 \
	F(S, INT, reports_open)                                                                    \
	F(S, INT, reports_closed)                                                                  \
	F(S, INT, reports_urgent)                                                                  \
	F(S, INT, reports_today)                                                                   \
	F(S, INT, warnings_total)                                                                  \
	F(S, INT, warnings_today)                                                                  \
	F(S, INT, sanctions_active)
SHAPE_STRUCT(admin_stats_row, ADMIN_STATS_ROW)
MUST_USE enum status admin_sql_stats(struct ctx *c, struct admin_stats_row *out);

/* Something that happened lately: kind is user, report or warning. */
#define ADMIN_RECENT_ROW(F, S)                                                                     \
	F(S, STR, kind)                                                                            \
	F(S, ID, id)                                                                               \
	F(S, STR, name)                                                                            \
	F(S, STR, email)                                                                           \
	F(S, STR, avatar)                                                                          \
	F(S, STR, what)                                                                            \
	F(S, STR, about)                                                                           \
	F(S, STR, grade)                                                                           \
	F(S, TIME, createdAt)
SHAPE_STRUCT(admin_recent_row, ADMIN_RECENT_ROW)
MUST_USE enum status admin_sql_recent(struct ctx *c, struct list *rows);

#define ADMIN_DAY_ROW(F, S)                                                                        \
	F(S, STR, kind)                                                                            \
	F(S, STR, date)                                                                            \
	F(S, INT, count)
SHAPE_STRUCT(admin_day_row, ADMIN_DAY_ROW)
MUST_USE enum status admin_sql_days(struct ctx *c, struct list *rows);
#endif
