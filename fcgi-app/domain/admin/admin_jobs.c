/* The record of what administrators did is kept for two years; who it was done to is told. */
#include "base/buf.h"
#include "domain/admin/admin_sql.h"
#include "domain/job.h"

enum { FORGET_EVERY_S = 600, PIECE = 500 };
#define KEPT_MS (2 * 365 * INT64_C(86400000))

static enum status forget(struct ctx *c, int64_t *n)
{
	return admin_sql_forget(c, c->now - KEPT_MS, PIECE, n);
}

/* By nobody: a block between them and the administrator keeps nothing from them. */
static const char *json_text(struct ctx *c, const char *s)
{
	struct buf b = buf_new(c->arena, 64, 4096);

	buf_json(&b, s, strlen(s));
	return b.data;
}

static enum status on_told(struct ctx *c, struct event *e)
{
	enum notify_template t = notify_template_of(event_text(c, e, "template"));

	if (t == NOTIFY_MAX)
		return fail(c, E_INTERNAL, "no such template");
	const char *address = event_text(c, e, "address");
	struct notice n = notify_notice(
		c, t, (const struct notify_param[]){{"title", event_text(c, e, "title")}, {0}});

	if (address)
		n.data = arena_printf(c->arena, "{\"formerEmail\":%s}", json_text(c, address));

	return notify_user(c, e->id, e->subject_id, &n);
}

const struct job admin_jobs[] = {{"admin.told", .run = on_told}, {0}};

const struct schedule admin_schedules[] = {
	{"admin.forget", FORGET_EVERY_S, .piece = forget, .full = PIECE},
	{0},
};
