/* Who is told what of a session, and reminders. */
#include "base/clock.h"
#include "domain/meeting/meeting_sql.h"
#include "domain/notification/notification.h"

enum { REMIND_EVERY_S = 10, REMIND_PIECE = 100, FORGET_EVERY_S = 600, FORGET_PIECE = 500 };

static enum status tell(struct ctx *c, const struct event *e, const struct meeting_told_row *to, enum notify_template t)
{
	const struct notify_param params[] = {
		{"name", to->actor},
		{"title", to->title ? to->title : "StudyMate"},
		{"time", clock_local_text(c->arena, to->starts_at, to->zone)},
		{0},
	};
	struct notice n = notify_notice(c, t, params);

	n.data = arena_printf(c->arena, "{\"learningSessionId\":%llu}", (unsigned long long)e->subject_id);
	n.actor_id = t == NOTIFY_SESSION_INVITATION || t == NOTIFY_SESSION_BOOKED ? e->actor_id : 0;
	return notify_user(c, e->id, to->user_id, &n);
}

/* What is told of an event, and whether to the host alone. Whoever did it knows. */
static const struct {
	const char *event;
	enum notify_template t;
	bool to_host;
} news[] = {
	{"session.created", NOTIFY_SESSION_INVITATION, false}, {"session.booked", NOTIFY_SESSION_BOOKED, true},
	{"session.left", NOTIFY_SESSION_LEFT, true},	       {"session.cancelled", NOTIFY_SESSION_CANCELLED, false},
	{"session.moved", NOTIFY_SESSION_MOVED, false},
};

static enum status on_change(struct ctx *c, struct event *e)
{
	struct list people;
	size_t k = 0;
	enum status st = meeting_sql_people(c, e->subject_id, e->actor_id, &people);
	const struct meeting_told_row *to = people.v;

	while (strcmp(news[k].event, e->name) != 0)
		k++;
	for (size_t i = 0; i < people.n && st == OK; i++)
		if (to[i].user_id != e->actor_id && (!news[k].to_host || !strcmp(to[i].role, "HOST")))
			st = tell(c, e, &to[i], news[k].t);
	return st;
}

/* Looked at again: it may have been cancelled, or begun while nobody carried this out. */
static enum status on_reminder(struct ctx *c, struct event *e)
{
	uint64_t user_id = event_number(e, "userId");
	struct list people;
	enum status st = meeting_sql_people(c, e->subject_id, 0, &people);
	const struct meeting_told_row *to = people.v;

	for (size_t i = 0; i < people.n && st == OK; i++)
		if (to[i].user_id == user_id && to[i].expected)
			st = tell(c, e, &to[i],
				  to[i].by_mail ? NOTIFY_SESSION_REMINDER : NOTIFY_SESSION_PUSH_REMINDER);
	return st;
}

static enum status remind(struct ctx *c, int64_t *n)
{
	return meeting_sql_remind(c, REMIND_PIECE, n);
}

/* An expired one is told apart from a wrong one for a day. */
static enum status forget(struct ctx *c, int64_t *n)
{
	return meeting_sql_forget(c, c->now - DAY_MS, FORGET_PIECE, n);
}

const struct job meeting_jobs[] = {
	{"session.created", on_change},	  {"session.booked", on_change}, {"session.left", on_change},
	{"session.cancelled", on_change}, {"session.moved", on_change},	 {"session.reminder", on_reminder},
	{0},
};

const struct schedule meeting_schedules[] = {
	{"session.remind", REMIND_EVERY_S, .piece = remind, .full = REMIND_PIECE},
	{"session.forget_invites", FORGET_EVERY_S, .piece = forget, .full = FORGET_PIECE},
	{0},
};
