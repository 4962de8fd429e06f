/* Logins whose time is over: nobody ended them, so nobody has told those who hold their sockets. */
#include "domain/auth/auth_sql.h"
#include "domain/job.h"

enum { EXPIRE_EVERY_S = 30, FORGET_EVERY_S = 600, PIECE = 500 };
#define KEPT_MS (24 * INT64_C(3600000))

static enum status expire(struct ctx *c, int64_t *n)
{
	return auth_sql_expire(c, c->now, PIECE, n);
}

static enum status forget(struct ctx *c, int64_t *n)
{
	return auth_sql_forget(c, c->now - KEPT_MS, PIECE, n);
}

const struct schedule auth_schedules[] = {
	{"auth.expire", EXPIRE_EVERY_S, .piece = expire, .full = PIECE},
	{"auth.forget", FORGET_EVERY_S, .piece = forget, .full = PIECE},
	{0},
};
