#ifndef DOMAIN_MEETING_STATS_SQL_H
#define DOMAIN_MEETING_STATS_SQL_H

#include "db/db.h"

/* Of all one's sessions. from: the start of the period. */
#define MEETING_TOTALS_ROW(F, S)                                                                   \
	F(S, STR, zone)                                                                            \
	F(S, STR, daily)                                                                           \
	F(S, TIME, since)                                                                          \
	F(S, INT, completed)                                                                       \
	F(S, INT, cancelled)                                                                       \
	F(S, INT, upcoming)                                                                        \
	F(S, INT, minutes)                                                                         \
	F(S, INT, period_count)                                                                    \
	F(S, INT, period_minutes)                                                                  \
	F(S, INT, period_video)                                                                    \
	F(S, TIME, last_at)                                                                        \
	F(S, INT, partners)
SHAPE_STRUCT(meeting_totals_row, MEETING_TOTALS_ROW)

#define MEETING_OVER_ROW(F, S)                                                                     \
	F(S, TIME, starts_at)                                                                      \
	F(S, INT, minutes)                                                                         \
	F(S, STR, language)
SHAPE_STRUCT(meeting_over_row, MEETING_OVER_ROW)

#define MEETING_PARTNER_OUT(F, S)                                                                  \
	F(S, STR, name)                                                                            \
	F(S, STR, flag, .doc = "null: no country is known by its flag")                            \
	F(S, INT, sessions)                                                                        \
	F(S, NUM, rating, .doc = "how I rated them, on average; null: I did not")
SHAPE_STRUCT(meeting_partner_out, MEETING_PARTNER_OUT)

enum { MEETING_OVER_MAX = 2000, MEETING_PARTNERS_MAX = 5 };

/* The period began so many months, or so many days, ago. */
MUST_USE enum status meeting_sql_totals(struct ctx *c, int64_t months, int64_t days, struct meeting_totals_row *out);
/* Completed ones, the latest first. */
MUST_USE enum status meeting_sql_over(struct ctx *c, struct list *out);
MUST_USE enum status meeting_sql_partners(struct ctx *c, struct list *out);
#endif
