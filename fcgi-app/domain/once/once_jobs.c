/* Keys that nobody comes back with any more. */
#include "domain/job.h"
#include "domain/once/once_sql.h"

enum { EVERY_S = 600, PIECE = 500 };
#define KEPT_MS (24 * INT64_C(3600000))

static enum status piece(struct ctx *c, int64_t *n)
{
	return once_sql_forget(c, c->now - KEPT_MS, PIECE, n);
}

static enum status forget(struct ctx *c)
{
	return job_in_pieces(c, piece, PIECE);
}

const struct schedule once_schedules[] = {{"once.forget", EVERY_S, forget}, {0}};
