/* What is shown of other people: those who were found, and one's matches. */
#ifndef DOMAIN_MATCHING_CARDS_H
#define DOMAIN_MATCHING_CARDS_H

#include "base/ctx.h"
#include "domain/matching/matching_shapes.h"
#include "domain/matching/score.h"

/* Cards of n people, in their order, and how each fits; fits: NULL, or room for as many. Whose account or privacy
 * changed since they were found is left out. */
MUST_USE enum status cards_fill(struct ctx *c, const uint64_t *ids, const struct fit *const *fit, size_t n,
				uint64_t my_topics, struct partners_out *out, struct fit *fits);

/* Pages of the caller's matches, newest first: struct match_out. */
MUST_USE enum status cards_matches(struct ctx *c, bool active_only, int64_t page, int64_t size, struct list *out,
				   int64_t *total);

/* Why they fit, in the caller's language. shared_topics: names. */
struct list cards_reasons(struct ctx *c, const struct fit *f, struct list shared_topics);

/* Years; 0: not said, or not shown. monthday: MM-DD, or NULL. */
int64_t cards_age(struct ctx *c, bool show, int64_t year, const char *monthday);
#endif
