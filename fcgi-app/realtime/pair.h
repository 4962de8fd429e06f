/*
 * Whom a session connects with by WebRTC, and how much it has relayed to them for that. Browsers need an offer or
 * answer now and then, each with some ten to forty candidates; more is no call.
 */
#ifndef REALTIME_PAIR_H
#define REALTIME_PAIR_H

#include "realtime/circle.h"

struct pair {
	struct pair *next;
	int64_t began;		/* monotonic ms: of the minute in which descriptions are counted */
	unsigned descriptions;	/* offers and answers to that one */
	unsigned candidates;	/* since the last of them */
	int64_t sent, got;	/* monotonic ms: of an offer that waits for its answer, or 0; of call rooms alone */
	char peer[PEER_MAX + 1];
};

/* NULL: it has begun with too many others within a minute. */
struct pair *pair_with(struct pair **all, const char *peer);
void pair_forget(struct pair **all, const char *peer); /* NULL: all */

/* Whether one more may be relayed, which is counted; p may be NULL. */
bool pair_may_describe(struct pair *p);
bool pair_may_add(struct pair *p);
#define TOO_MANY_DESCRIPTIONS "연결 요청이 너무 많습니다", "Too many offers and answers"
#define TOO_MANY_CANDIDATES "ICE 후보가 너무 많습니다", "Too many candidates"
#endif
