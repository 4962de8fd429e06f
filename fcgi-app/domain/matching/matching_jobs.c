/* Requests nobody answered in time stand in nobody's way any more; the list leaves them out at once. */
#include "domain/job.h"
#include "domain/matching/matching_sql.h"

enum { EVERY_S = 600, PIECE = 500 };

static enum status forget(struct ctx *c, int64_t *n)
{
	return matching_sql_forget(c, c->now, PIECE, n);
}

const struct schedule matching_schedules[] = {{"matching.forget", EVERY_S, .piece = forget, .full = PIECE}, {0}};
