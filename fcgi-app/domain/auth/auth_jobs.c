/* Logins whose time is over: nobody ended them, so nobody has told those who hold their sockets. And who is told of
 * what was done to their account. */
#include "base/buf.h"
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

	n.data = "{\"decision\":\"password_changed\"}"; /* mailed: who did not do it may be logged out now */
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

/* In no list: only a mail can show that they read it. */
static enum status ask_one(struct ctx *c, const struct event *e, size_t n, uint64_t user_id)
{
	const struct notify_param none = {0};
	struct notice ask = notify_notice(c, NOTIFY_EMAIL_CONFIRM, &none);
	size_t i = 0;

	while (i + 1 < n && e[i].subject_id != user_id)
		i++;
	ask.mail_alone = true;
	ask.expires_at = c->now + CONFIRM_TTL_MS;
	enum status st = notify_user(c, e[i].id, user_id, &ask);

	return st == OK ? auth_sql_asked(c, user_id) : st;
}

/* Those the events are about, if nobody has confirmed their address. due: and only if it is time for that. */
static enum status ask_address(struct ctx *c, const struct event *e, size_t n, bool due)
{
	int64_t *ids = arena_array(c->arena, int64_t, n);
	struct list rows = {0};

	if (!notification_mails(c))
		return OK;
	for (size_t i = 0; i < n; i++)
		ids[i] = (int64_t)e[i].subject_id;
	enum status st = auth_sql_unconfirmed(c, buf_ids(c->arena, ids, n, sizeof(*ids)), due, &rows, n);
	const struct unconfirmed_row *u = rows.v;

	for (size_t i = 0; st == OK && i < rows.n; i++)
		st = ask_one(c, e, n, u[i].id);
	return st;
}

/* Whose address is new, or who asks for the mail. */
static enum status on_address(struct ctx *c, struct event *e)
{
	return ask_address(c, e, 1, false);
}

/* Who has signed up, and whoever is there now and then. */
static enum status on_active(struct ctx *c, struct event *e, size_t n)
{
	return ask_address(c, e, n, true);
}

const struct job auth_jobs[] = {
	{"auth.password_changed", .run = on_password_changed},
	{"auth.password_forgotten", .run = on_password_forgotten},
	{"auth.address_new", .run = on_address},
	{"auth.address_asked", .run = on_address},
	{"user.active", .run_all = on_active},
	{0},
};

const struct schedule auth_schedules[] = {
	{"auth.expire", EXPIRE_EVERY_S, .piece = expire, .full = PIECE},
	{"auth.forget", FORGET_EVERY_S, .piece = forget, .full = PIECE},
	{"auth.forget_failed", FORGET_EVERY_S, .piece = forget_failed, .full = PIECE},
	{0},
};
