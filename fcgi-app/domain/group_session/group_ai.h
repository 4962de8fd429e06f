/* What can be said of group sessions without a language model: scores of rules that are written down, and sums. */
#ifndef DOMAIN_GROUP_SESSION_GROUP_AI_H
#define DOMAIN_GROUP_SESSION_GROUP_AI_H

#include "base/ctx.h"

/* The points of a session for a profile, 100 at most. */
enum {
	FIT_LANGUAGE = 45, /* they learn it; a third when it is their own: somebody may learn from them */
	FIT_NATIVE = 15,
	FIT_LEVEL = 30, /* the same; half of it one step away */
	FIT_INTEREST = 15, /* the first tag that is an interest */
	FIT_MORE = 10, /* a second one */
};

struct group_wish {
	const char *native_language;
	const char *const *learning;
	size_t n_learning;
	const char *level; /* NULL: not said */
	const char *const *interests;
	size_t n_interests;
};
struct group_offer {
	const char *language, *level;
	const char *const *tags;
	size_t n_tags;
};
enum { FIT_REASONS = 5 };
struct group_fit {
	int64_t score;
	bool above; /* its level is above theirs */
	const char *reasons[FIT_REASONS];
	size_t n;
};
void group_fit(struct ctx *c, const struct group_wish *w, const struct group_offer *o, struct group_fit *out);

/* Languages are the same by code or English or Korean name, of those we have names for. */
bool group_same_language(const char *a, const char *b);
#endif
