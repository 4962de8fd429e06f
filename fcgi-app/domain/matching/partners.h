/* Recommending partners and explaining why: what the endpoints show of other people. */
#ifndef DOMAIN_MATCHING_PARTNERS_H
#define DOMAIN_MATCHING_PARTNERS_H

#include "domain/matching/matching_shapes.h"
#include "domain/matching/matching_sql.h"
#include "domain/matching/score.h"

/* NULL, 0 and empty lists filter nothing. */
struct partner_filter {
	const char *native, *target; /* code or name of a language */
	const char *level, *gender, *query, *place, *session;
	int64_t min_age, max_age;
	struct list nations, interests, availability; /* const char * */
	bool online, newest_first, abroad; /* abroad: not in South Korea */
	double min_score;
	const double *weights; /* PARTS, for score_weigh(): by which they are ordered; NULL: by fit.total */
};

/*
 * A page of the people who fit the caller best, best first; *total: how many were found, a thousand at most.
 * Looked at are the most recently active of those who match (windows.h, so that the cost does not
 * grow with the number of users), exchange partners first and who has no language for them last.
 */
MUST_USE enum status partners_find(struct ctx *c, const struct partner_filter *f, int64_t page,
				   int64_t size, struct partners_out *out, int64_t *total);

/* The first `size` of them by f->weights, and how each fits: fits has room for size. */
MUST_USE enum status partners_best(struct ctx *c, const struct partner_filter *f, int64_t size,
				   struct partners_out *out, struct fit *fits, int64_t *total);

/* The caller and another, and how they fit. */
struct partner_pair {
	struct person me, other;
	struct fit fit;
	bool closed;  /* takes no request from the caller, except as an answer */
	bool private; /* shows the caller nothing */
};

/* E_MATCH_NO_USER when there is no such active account, or a block between them. */
MUST_USE enum status partners_pair(struct ctx *c, uint64_t other, struct partner_pair *out);

/* fit: may be NULL. E_MATCH_SELF_SCORE, E_MATCH_NO_USER */
MUST_USE enum status partners_compare(struct ctx *c, uint64_t other, struct compatibility_out *out, struct fit *fit);
#endif
