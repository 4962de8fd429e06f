#ifndef DOMAIN_MEETING_STATS_SQL_H
#define DOMAIN_MEETING_STATS_SQL_H

#include "db/db.h"
#include "domain/meeting/meeting_stats.h"

#define MEETING_PARTNER_OUT(F, S)                                                                  \
	F(S, STR, name)                                                                            \
	F(S, STR, flag, .doc = "null: no country is known by its flag")                            \
	F(S, INT, sessions)                                                                        \
	F(S, NUM, rating, .doc = "how I rated them, on average; null: I did not")
SHAPE_STRUCT(meeting_partner_out, MEETING_PARTNER_OUT)

enum { MEETING_PARTNERS_MAX = 5 };

/* The period began so many months, or so many days, ago. */
MUST_USE enum status meeting_sql_totals(struct ctx *c, int64_t months, int64_t days, struct meeting_totals_row *out);
/* Completed ones from then until then (0: no bound), the latest first. */
MUST_USE enum status meeting_sql_over(struct ctx *c, int64_t from, int64_t to, struct list *out);
MUST_USE enum status meeting_sql_partners(struct ctx *c, struct list *out);
#endif
