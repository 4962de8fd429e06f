/* Tests that nobody needs any more go: unfinished ones after 14 days, results after 90, and all but the newest 20. */
#include "domain/job.h"
#include "domain/leveltest/leveltest_sql.h"

enum { FORGET_EVERY_S = 600, FORGET_PIECE = 100 };

static enum status forget(struct ctx *c, int64_t *n)
{
	return leveltest_sql_forget(c, c->now, FORGET_PIECE, n);
}

const struct schedule leveltest_schedules[] = {
	{"leveltest.forget", FORGET_EVERY_S, .piece = forget, .full = FORGET_PIECE},
	{0},
};
