/*
 * Parts of the search that were read a moment ago, in memory that the workers of the pool share. Most who look for
 * partners ask for one of a few pairs of languages; thousands of people are looked at for each of them, and to read
 * them takes far longer than to look.
 *
 * Whom a worker changed is in it as they are from the commit on. What others change (another machine's pool; who was
 * active when) is not: a window that is older than ten seconds is used once more, if it is not older than five
 * minutes, and read again when the answer has been sent. Somebody who may no longer be recommended is never shown: the
 * cards ask again, for each answer.
 */
#ifndef DOMAIN_MATCHING_WINDOWS_H
#define DOMAIN_MATCHING_WINDOWS_H

#include "domain/matching/matching_sql.h"
#include "domain/matching/score.h"

enum { WINDOW_ROWS = 3072 };

/* Those who were active last in one place, and each at a glance. Where others may write to them meanwhile, what was
 * seen counts only if windows_stood() says so afterwards. */
struct crowd {
	const struct person *person;
	const struct glance *glance;
	size_t n;
	uint64_t speaks; /* 0: not looked for by what they speak */
	const void *window;
	uint32_t seq;
};

/* The parts of one tier; n: how many. limit: people of each; WINDOW_ROWS: of what is kept. */
MUST_USE enum status windows_search(struct ctx *c, enum partner_tier tier, const struct partner_search *s,
				    int64_t limit, struct crowd out[PARTNER_TONGUES], size_t *n);
/* All parts of a tier in one, of those who pass its filters; never kept. */
MUST_USE enum status windows_filter(struct ctx *c, enum partner_tier tier, const struct partner_search *s,
				    int64_t limit, struct crowd *out);
/* Whether nobody has written to what was searched since; always so of what is the request's own. */
bool windows_stood(const struct crowd *crowd);

/* Somebody who changed. before, now: languages they learned and spoke and do now, "learns speaks …", or NULL. */
struct moved {
	const char *before, *now;
	struct person person; /* as they are now, if `now` has any */
};

/* For db_after(). moved: struct moved. */
void windows_move(const void *moved);
#endif
