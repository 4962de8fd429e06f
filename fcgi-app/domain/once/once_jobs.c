/* Keys that nobody comes back with any more. */
#include "domain/job.h"
#include "domain/once/once_sql.h"

enum { EVERY_S = 600, PIECE = 500 };
#define KEPT_MS (24 * INT64_C(3600000))

static enum status forget(struct ctx *c, int64_t *n)
{
	return once_sql_forget(c, c->now - KEPT_MS, PIECE, n);
}

const struct schedule once_schedules[] = {{"once.forget", EVERY_S, .piece = forget, .full = PIECE}, {0}};
