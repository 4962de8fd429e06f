#ifndef DOMAIN_ANALYTICS_RECORDS_SQL_H
#define DOMAIN_ANALYTICS_RECORDS_SQL_H

#include "db/db.h"
#include "domain/analytics/analytics_records.h"

#define ENDED_ROW(F, S)                                                                            \
	F(S, STR, status)                                                                          \
	F(S, BOOL, hosted)                                                                         \
	F(S, INT, minutes)                                                                         \
	F(S, TIME, recorded_at)
SHAPE_STRUCT(analytics_ended_row, ENDED_ROW)

/* A session the caller takes part in, or E_NO_ROW; recorded_at: when the caller said that it is over, or 0. */
MUST_USE enum status analytics_sql_ended(struct ctx *c, uint64_t id, bool of_group, struct analytics_ended_row *out);

/* Once: *fresh tells whether this was it. */
MUST_USE enum status analytics_sql_record(struct ctx *c, bool of_group, const struct analytics_record *r, bool *fresh);

/* events: a JSON array of [type, path, feature, session, happened, more]. Nothing of who shares none. */
MUST_USE enum status analytics_sql_events(struct ctx *c, const char *events);

/* hours: a JSON array of [route, answers, errors, us, b0, …, b14]: added to this hour. */
MUST_USE enum status analytics_sql_add_requests(struct ctx *c, const char *hours);

/* Sums of a route: rows of analytics_requests. */
MUST_USE enum status analytics_sql_requests_then(struct ctx *c, int64_t from, int64_t to, struct list *out);

MUST_USE enum status analytics_sql_forget_events(struct ctx *c, int64_t before, int64_t most, int64_t *n);
MUST_USE enum status analytics_sql_forget_requests(struct ctx *c, int64_t before, int64_t most, int64_t *n);
#endif
