/* What the rules of the dating app share. */
#ifndef DOMAIN_DATING_RULES_H
#define DOMAIN_DATING_RULES_H

#include "base/ctx.h"
#include "domain/dating/pillars.h"

/* The caller. gender: MALE, FEMALE or OTHER. */
struct dating_me {
	struct pillars pillars;
	const char *gender;
	bool known; /* to the app, as they are now */
};
MUST_USE enum status dating_know_me(struct ctx *c, struct dating_me *out);
/* From now on the app has them, as they are. */
MUST_USE enum status dating_enter(struct ctx *c, const struct dating_me *me);

/* The date in Korea, "YYYY-MM-DD". */
const char *dating_today(struct ctx *c);

/* Of such a date. */
struct pillars dating_pillars(const char *date);
#endif
