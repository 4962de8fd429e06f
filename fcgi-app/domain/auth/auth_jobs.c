/* Logins whose time is over: nobody ended them, so nobody has told those who hold their sockets. */
#include "domain/auth/auth_sql.h"
#include "domain/job.h"

enum { EXPIRE_EVERY_S = 30, FORGET_EVERY_S = 600, PIECE = 500 };
#define KEPT_MS (24 * INT64_C(3600000))

static enum status expire_piece(struct ctx *c, int64_t *n)
{
	return auth_sql_expire(c, c->now, PIECE, n);
}

static enum status expire(struct ctx *c)
{
	return job_in_pieces(c, expire_piece, PIECE);
}

static enum status forget_piece(struct ctx *c, int64_t *n)
{
	return auth_sql_forget(c, c->now - KEPT_MS, PIECE, n);
}

static enum status forget(struct ctx *c)
{
	return job_in_pieces(c, forget_piece, PIECE);
}

const struct schedule auth_schedules[] = {
	{"auth.expire", EXPIRE_EVERY_S, expire},
	{"auth.forget", FORGET_EVERY_S, forget},
	{0},
};
