#include "base/clock.h"
#include "domain/analytics/analytics_records_sql.h"
#include "domain/job.h"

enum { FORGET_EVERY_S = 600, FORGET_PIECE = 1000 };

static enum status forget_events(struct ctx *c, int64_t *n)
{
	return analytics_sql_forget_events(c, c->now - EVENTS_DAYS * DAY_MS, FORGET_PIECE, n);
}

static enum status forget_requests(struct ctx *c, int64_t *n)
{
	return analytics_sql_forget_requests(c, c->now - REQUESTS_DAYS * DAY_MS, FORGET_PIECE, n);
}

const struct schedule analytics_schedules[] = {
	{"analytics.forget_events", FORGET_EVERY_S, .piece = forget_events, .full = FORGET_PIECE},
	{"analytics.forget_requests", FORGET_EVERY_S, .piece = forget_requests, .full = FORGET_PIECE},
	{0},
};
