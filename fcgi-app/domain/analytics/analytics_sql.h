#ifndef DOMAIN_ANALYTICS_SQL_H
#define DOMAIN_ANALYTICS_SQL_H

#include "db/db.h"
#include "domain/analytics/analytics.h"

#define ANALYTICS_MET(F, S)                                                                        \
	F(S, TIME, starts_at)                                                                      \
	F(S, ID, user_id)
SHAPE_STRUCT(analytics_met, ANALYTICS_MET)

#define ANALYTICS_REQUEST(F, S)                                                                    \
	F(S, ID, partner_id)                                                                       \
	F(S, STR, status)                                                                          \
	F(S, BOOL, sent)                                                                           \
	F(S, TIME, created_at)                                                                     \
	F(S, TIME, answered_at)                                                                    \
	F(S, STR, language)                                                                        \
	F(S, INT, minutes)                                                                         \
	F(S, STR, type)
SHAPE_STRUCT(analytics_request, ANALYTICS_REQUEST)

/* Who else took part in the caller's sessions of that time: a row for each of them and each session. */
MUST_USE enum status analytics_sql_met(struct ctx *c, int64_t from, int64_t to, struct list *out);

/* Group sessions the caller took part in until the end, as meeting_over_row, the latest first. */
MUST_USE enum status analytics_sql_groups(struct ctx *c, int64_t from, int64_t most, struct list *out);

/* Requests from and to the caller, the newest first. */
MUST_USE enum status analytics_sql_requests(struct ctx *c, struct list *out);
#endif
