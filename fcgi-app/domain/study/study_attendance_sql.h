#ifndef DOMAIN_STUDY_ATTENDANCE_SQL_H
#define DOMAIN_STUDY_ATTENDANCE_SQL_H

#include "db/db.h"
#include "domain/study/study_attendance.h"

/* fresh: how many groups it is new for; total: all of them. */
#define ATTENDED_ROW(F, S)                                                                         \
	ATTENDED_STUDY(F, S)                                                                       \
	F(S, INT, fresh)                                                                           \
	F(S, INT, total)
SHAPE_STRUCT(attended_row, ATTENDED_ROW)
MUST_USE enum status study_sql_check_in(struct ctx *c, struct list *rows);

/* possible: days of groups of which attended is how many somebody was there. */
#define ATTENDANCE_ROW(F, S)                                                                       \
	F(S, INT, possible)                                                                        \
	F(S, INT, attended)
SHAPE_STRUCT(attendance_row, ATTENDANCE_ROW)
MUST_USE enum status study_sql_attendance(struct ctx *c, struct attendance_row *out);

/* Days on which somebody was there, the newest first; ago: how many days before today. */
#define ATTENDED_DAY(F, S) F(S, INT, ago)
SHAPE_STRUCT(attended_day, ATTENDED_DAY)
MUST_USE enum status study_sql_attended_days(struct ctx *c, struct list *rows);

#define MY_STATS_ROW(F, S)                                                                            \
	STATS_WEEK(F, S)                                                                           \
	F(S, INT, studies)                                                                         \
	F(S, INT, managing)                                                                        \
	F(S, INT, completed)                                                                       \
	F(S, TIME, joined_at)
SHAPE_STRUCT(my_stats_row, MY_STATS_ROW)
/* since: when the week began, ms. E_NO_ROW: the account was deleted. */
MUST_USE enum status study_sql_stats(struct ctx *c, int64_t since, struct my_stats_row *out);
#endif
