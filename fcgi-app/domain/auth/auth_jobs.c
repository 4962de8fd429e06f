/* Logins whose time is over: nobody ended them, so nobody has told those who hold their sockets. And who is told of
 * what was done to their account. */
#include "domain/auth/auth_sql.h"
#include "domain/job.h"
#include "domain/notification/notification.h"

enum { EXPIRE_EVERY_S = 30, FORGET_EVERY_S = 600, PIECE = 500 };
/* Logins are shown to their owners for three months. */
#define KEPT_MS (90 * INT64_C(86400000))

static enum status expire(struct ctx *c, int64_t *n)
{
	return auth_sql_expire(c, c->now, PIECE, n);
}

static enum status forget(struct ctx *c, int64_t *n)
{
	return auth_sql_forget(c, c->now - KEPT_MS, PIECE, n);
}

static enum status forget_failed(struct ctx *c, int64_t *n)
{
	return auth_sql_forget_failed(c, c->now - KEPT_MS, PIECE, n);
}

static enum status on_password_changed(struct ctx *c, struct event *e)
{
	const struct notify_param none = {0};
	struct notice n = notify_notice(c, NOTIFY_PASSWORD_CHANGED, &none);

	return notify_user(c, e->id, e->subject_id, &n);
}

/* Also to who is suspended: that may be over by the time they log in. */
static enum status on_password_forgotten(struct ctx *c, struct event *e)
{
	const struct notify_param none = {0};
	struct notice n = notify_notice(c, NOTIFY_PASSWORD_RESET, &none);
	struct list rows = {0};
	enum status st = auth_sql_passwords(c, e->subject_id, &rows);

	if (st != OK || !rows.n)
		return st;
	n.absent = n.mail_alone = true;
	n.expires_at = c->now + RESET_TTL_MS;
	n.data = arena_printf(c->arena, "{\"passwordId\":\"%llu\"}",
			      (unsigned long long)((const struct password_row *)rows.v)->id);
	return notify_user(c, e->id, e->subject_id, &n);
}

const struct job auth_jobs[] = {
	{"auth.password_changed", .run = on_password_changed},
	{"auth.password_forgotten", .run = on_password_forgotten},
	{0},
};

const struct schedule auth_schedules[] = {
	{"auth.expire", EXPIRE_EVERY_S, .piece = expire, .full = PIECE},
	{"auth.forget", FORGET_EVERY_S, .piece = forget, .full = PIECE},
	{"auth.forget_failed", FORGET_EVERY_S, .piece = forget_failed, .full = PIECE},
	{0},
};
