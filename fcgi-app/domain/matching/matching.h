/* Partners: who fits whom, requests between people, and the pairs that come of them. */
#ifndef DOMAIN_MATCHING_H
#define DOMAIN_MATCHING_H

#include "base/ctx.h"
#include "base/shape.h"

/* Rebuilds what matching knows of a user from the other tables. To be called in the transaction of
 * every change to languages, chosen options, schedule, time zone, gender, birth, wishes for a partner,
 * privacy or status. */
MUST_USE enum status matching_refresh(struct ctx *c, uint64_t user_id);

/* After the commit of what took somebody out of matching_index; pairs: the languages they learned and spoke there,
 * "learns speaks …", or NULL. */
void matching_forget(struct ctx *c, uint64_t user_id, const char *pairs);

/* How the caller and another fit, 0 to 100; a statement. E_MATCH_NO_USER also for who shows the caller nothing. */
MUST_USE enum status matching_fit(struct ctx *c, uint64_t other, double *score);

/* A request or its answer. Ids are 0 where there is none (yet). */
struct match_state {
	uint64_t request_id, match_id, partner_id, room_id;
	const char *status; /* pending, accepted, rejected */
	int64_t created_at, expires_at; /* of a request made now */
	double score;
};

/*
 * Asks other to become the caller's partner. When other has asked already, that is accepted instead
 * (both said yes) and the state is the match. E_MATCH_NO_USER also for who may not be contacted.
 * score: how they fit, 0 to 100; NULL: as partners in languages.
 */
MUST_USE enum status matching_request(struct ctx *c, uint64_t other, const char *message, const double *score,
				      struct match_state *out);

/*
 * Accepts or rejects a request to the caller. ref: the request, or the user who sent it. The same
 * answer again succeeds, another one is E_MATCH_ANSWERED.
 */
MUST_USE enum status matching_answer(struct ctx *c, uint64_t ref, bool accept, const char *message,
				     struct match_state *out);

/* Maps what the workers of a pool share, windows.h; before the first fork. Without it there is nothing of that kind. */
void matching_share(void);

/* The n people who fit the caller best: rows of partner_out. */
MUST_USE enum status matching_best(struct ctx *c, int64_t n, struct list *out);

/* Ends a match of the caller; again: OK. E_MATCH_NO_MATCH: not one of theirs. */
MUST_USE enum status matching_end(struct ctx *c, uint64_t match_id);

/* In statements of other domains: % of the requests somebody got that they answered; NULL: they got none. One that its
 * sender's leaving withdrew counts for nothing. */
#define MATCHING_ANSWERED_OF(user)                                                                 \
	"(SELECT CAST(ROUND(100 * AVG(q.status IN ('accepted', 'rejected'))) AS DOUBLE)"           \
	" FROM matching_requests q FORCE INDEX (matching_requests_received)"                       \
	" WHERE q.receiver_id = " user " AND q.status <> 'cancelled')"
#endif
