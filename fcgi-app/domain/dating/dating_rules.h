/* What the rules of the dating app share. */
#ifndef DOMAIN_DATING_RULES_H
#define DOMAIN_DATING_RULES_H

#include "base/ctx.h"
#include "domain/dating/pillars.h"

/* The caller. gender: MALE, FEMALE or OTHER. */
struct dating_me {
	struct pillars pillars;
	const char *gender;
};
MUST_USE enum status dating_know_me(struct ctx *c, struct dating_me *out);

/* The date in Korea, "YYYY-MM-DD". */
const char *dating_today(struct ctx *c);

/* Of such a date. */
struct pillars dating_pillars(const char *date);
#endif
