/* The record of what administrators did is kept for two years. */
#include "domain/admin/admin_sql.h"
#include "domain/job.h"

enum { FORGET_EVERY_S = 600, PIECE = 500 };
#define KEPT_MS (2 * 365 * INT64_C(86400000))

static enum status forget(struct ctx *c, int64_t *n)
{
	return admin_sql_forget(c, c->now - KEPT_MS, PIECE, n);
}

const struct schedule admin_schedules[] = {
	{"admin.forget", FORGET_EVERY_S, .piece = forget, .full = PIECE},
	{0},
};
