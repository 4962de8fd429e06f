/* Who is told what of a group session. */
#include "base/clock.h"
#include "domain/group_session/group_ai_sql.h"
#include "domain/group_session/group_session_sql.h"
#include "domain/notification/notification.h"

enum { FORGET_EVERY_S = 600, FORGET_PIECE = 500 };

static enum status tell(struct ctx *c, const struct event *e, const struct group_told_row *to, enum notify_template t)
{
	struct notice n = notify_notice(c, t, (const struct notify_param[]){
						      {"name", to->actor}, {"title", to->title}, {0}});

	n.data = arena_printf(c->arena, "{\"groupSessionId\":\"%llu\"}", (unsigned long long)e->subject_id);
	n.actor_id = t == NOTIFY_GROUP_JOINED || t == NOTIFY_GROUP_INVITE ? e->actor_id : 0;
	return notify_user(c, e->id, to->user_id, &n);
}

/* What is told of an event. Whoever did it knows; who was only invited hears of nothing else. */
static const struct {
	const char *event;
	enum notify_template t;
	bool to_host;
} news[] = {
	{"group_session.joined", NOTIFY_GROUP_JOINED, true},
	{"group_session.started", NOTIFY_GROUP_STARTED, false},
	{"group_session.cancelled", NOTIFY_GROUP_CANCELLED, false},
	{"group_session.updated", NOTIFY_GROUP_UPDATED, false},
};

static enum status on_change(struct ctx *c, struct event *e)
{
	struct list people;
	size_t k = 0;
	enum status st = group_sql_told(c, e->subject_id, e->actor_id, &people);
	const struct group_told_row *to = people.v;

	while (strcmp(news[k].event, e->name) != 0)
		k++;
	for (size_t i = 0; i < people.n && st == OK; i++)
		if (to[i].user_id != e->actor_id && !strcmp(to[i].status, "JOINED") &&
		    (!news[k].to_host || !strcmp(to[i].role, "HOST")))
			st = tell(c, e, &to[i], news[k].t);
	return st;
}

/* An event for each: unless they have answered meanwhile. */
static enum status on_invited(struct ctx *c, struct event *e)
{
	uint64_t user_id = event_number(e, "userId");
	struct list people;
	enum status st = group_sql_told(c, e->subject_id, e->actor_id, &people);
	const struct group_told_row *to = people.v;

	for (size_t i = 0; i < people.n && st == OK; i++)
		if (to[i].user_id == user_id && !strcmp(to[i].status, "INVITED"))
			st = tell(c, e, &to[i], NOTIFY_GROUP_INVITE);
	return st;
}

static enum status forget(struct ctx *c, int64_t *n)
{
	return group_sql_forget(c, c->now, FORGET_PIECE, n);
}

static enum status forget_progress(struct ctx *c, int64_t *n)
{
	return group_ai_sql_forget(c, c->now - GROUP_PROGRESS_DAYS * DAY_MS, FORGET_PIECE, n);
}

const struct job group_session_jobs[] = {
	{"group_session.joined", on_change},	{"group_session.started", on_change},
	{"group_session.cancelled", on_change}, {"group_session.updated", on_change},
	{"group_session.invited", on_invited},	{0},
};

const struct schedule group_session_schedules[] = {
	{"group_session.forget_invites", FORGET_EVERY_S, .piece = forget, .full = FORGET_PIECE},
	{"group_session.forget_progress", FORGET_EVERY_S, .piece = forget_progress, .full = FORGET_PIECE},
	{0},
};
