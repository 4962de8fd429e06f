/* What analytics keeps by itself: that a session is over, what clients report, and how long requests took. */
#ifndef DOMAIN_ANALYTICS_RECORDS_H
#define DOMAIN_ANALYTICS_RECORDS_H

#include "base/score.h"
#include "domain/analytics/analytics.h"

enum { EVENTS_DAYS = 90, REQUESTS_DAYS = 31, EVENTS_MAX = 100, EVENT_BYTES = 4096, EVENTS_BYTES = 128 * 1024 };
enum { REQUEST_ROUTES_MAX = 2 * SCORE_ROUTES };

struct analytics_record {
	uint64_t session_id;
	int64_t minutes, rating; /* 0: not said */
	const char *notes;
};
struct analytics_recorded {
	int64_t minutes, recorded_at;
	bool fresh; /* it was not said before */
};

/*
 * Somebody says that a session of theirs is over. Of its host that ends it, as the session's own endpoint does: so
 * there is one end, and one event that achievements count. E_SESSION_NONE; E_SESSION_STATE: it has not begun,
 * or its host has yet to end it.
 */
MUST_USE enum status analytics_complete(struct ctx *c, const struct analytics_record *r,
					struct analytics_recorded *out);

/* Adds what the pool answered since this was last called (base/score.h) to this hour's sums: one statement, or none.
 * For the pool's keeper alone. */
MUST_USE enum status requests_save(struct ctx *c);

#define SUM_OF_BUCKETS(F, S)                                                                       \
	F(S, INT, b0) F(S, INT, b1) F(S, INT, b2) F(S, INT, b3) F(S, INT, b4) F(S, INT, b5) F(S, INT, b6) \
	F(S, INT, b7) F(S, INT, b8) F(S, INT, b9) F(S, INT, b10) F(S, INT, b11) F(S, INT, b12) F(S, INT, b13) \
	F(S, INT, b14)
#define REQUESTS_ROW(F, S)                                                                         \
	F(S, STR, route)                                                                           \
	F(S, INT, answers)                                                                         \
	F(S, INT, errors)                                                                          \
	F(S, INT, us)                                                                              \
	SUM_OF_BUCKETS(F, S)
SHAPE_STRUCT(analytics_requests, REQUESTS_ROW)
#endif
