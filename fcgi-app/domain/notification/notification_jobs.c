/* Who is told what when something happened, and notifications whose time has come. */
#include "base/buf.h"
#include "domain/notification/notification_rules.h"
#include "domain/registry.h"
#include "domain/user/user.h"
#include "json/jin.h"

/* Expired ones are shown as such for a while. */
#define EXPIRED_MS (30 * 24 * INT64_C(3600000))
enum { DUE_EVERY_S = 30, FORGET_EVERY_S = 600, FORGET_PIECE = 500, DATA_MAX = 1000, PLAN_MAX = 100 * 64 };

static const struct jval *member(const struct event *e, const char *name)
{
	const struct jval *v = NULL;

	return jin_get(e->payload, name, &v) ? v : NULL;
}

static const char *member_text(struct ctx *c, const struct event *e, const char *name)
{
	const struct jval *v = member(e, name);
	size_t n;

	return jin_type(v) == J_STR ? arena_strdup(c->arena, jin_str(v, &n)) : NULL;
}

/* A number, or a text of digits: as such MariaDB writes the variables of a compound statement. */
static int64_t member_int(const struct event *e, const char *name)
{
	const struct jval *v = member(e, name);
	size_t n;

	if (jin_type(v) == J_STR)
		return strtoll(jin_str(v, &n), NULL, 10);
	return jin_type(v) == J_INT ? jin_int(v) : 0;
}

/* ---- matching ----------------------------------------------------------------------------- */

static enum notify_template match_template(const char *event)
{
	if (!strcmp(event, "match.requested"))
		return NOTIFY_MATCH_REQUEST;
	return !strcmp(event, "match.accepted") ? NOTIFY_MATCH_ACCEPTED : NOTIFY_MATCH_REJECTED;
}

/* To the one of the two who did not do it. */
static enum status on_match(struct ctx *c, struct event *e)
{
	uint64_t sender = (uint64_t)member_int(e, "senderId");
	uint64_t receiver = (uint64_t)member_int(e, "receiverId");
	struct user_brief actor;
	enum status st = user_brief(c, e->actor_id, &actor);

	if (st != OK)
		return st == E_USER_NOT_FOUND ? OK : st; /* gone meanwhile: nothing to tell of */
	struct notice n = notify_notice(c, match_template(e->name),
					(const struct notify_param[]){{"name", actor.name}, {0}});
	struct buf data = buf_new(c->arena, 128, DATA_MAX);

	buf_printf(&data, "{\"userId\":\"%llu\",\"requestId\":\"%lld\"", (unsigned long long)e->actor_id,
		   (long long)member_int(e, "requestId"));
	buf_str(&data, ",\"name\":");
	buf_json(&data, actor.name, strlen(actor.name));
	if (member_int(e, "matchId"))
		buf_printf(&data, ",\"matchId\":\"%lld\"", (long long)member_int(e, "matchId"));
	buf_char(&data, '}');
	n.data = data.data;
	n.actor_id = e->actor_id;
	return notify_user(c, e->id, e->actor_id == sender ? receiver : sender, &n);
}

/* ---- chat --------------------------------------------------------------------------------- */

static enum notify_template chat_template(const char *type)
{
	if (!strcmp(type, "IMAGE"))
		return NOTIFY_CHAT_IMAGE;
	if (!strcmp(type, "AUDIO"))
		return NOTIFY_CHAT_AUDIO;
	return !strcmp(type, "FILE") ? NOTIFY_CHAT_FILE : NOTIFY_CHAT_TEXT;
}

/* To the others of the room. The client opens data.roomId as a page it does not have: so the room
 * goes by another name. */
static enum status on_message(struct ctx *c, struct event *e)
{
	struct chat_news_row m;
	enum status st = notification_sql_chat_news(c, e->subject_id, &m);

	if (st != OK)
		return st == E_NO_ROW ? OK : st; /* the room is gone */
	struct notice n = notify_notice(c, chat_template(m.type),
					(const struct notify_param[]){{"name", m.sender},
								      {"room", m.room ? m.room : m.sender},
								      {"text", m.text},
								      {0}});

	n.data = arena_printf(c->arena, "{\"chatRoomId\":%llu,\"messageId\":%llu,\"senderId\":\"%llu\"}",
			      (unsigned long long)m.room_id, (unsigned long long)e->subject_id,
			      (unsigned long long)m.sender_id);
	n.actor_id = m.sender_id;
	return notify_people(c, e->id, m.people, &n);
}

/* ---- to many ------------------------------------------------------------------------------ */

static enum status broadcast_next(struct ctx *c, const struct event *e, struct list *ids)
{
	const struct jval *some = member(e, "recipients");

	return notification_sql_audience(c, some ? jin_text(c->arena, some) : NULL, e->progress, ids);
}

static enum status on_broadcast(struct ctx *c, struct event *e)
{
	const char *title = member_text(c, e, "title"), *message = member_text(c, e, "message");
	struct notice n = {
		.type = member_text(c, e, "type"),
		.category = "urgent",
		.priority = member_int(e, "priority"),
		.title = {title, title},
		.message = {message, message},
		.click_url = member_text(c, e, "clickUrl"),
		.expires_at = member_int(e, "expiresAt"),
	};

	return notify_many(c, e, &n, broadcast_next);
}

/* ---- schedules ---------------------------------------------------------------------------- */

static enum status show_due(struct ctx *c)
{
	struct list rows;
	enum status st = notification_sql_due(c, &rows);
	const struct due_row *row = rows.v;
	struct buf plan = buf_new(c->arena, 1024, PLAN_MAX);

	if (st != OK || !rows.n)
		return st;
	for (size_t i = 0; i < rows.n; i++) {
		const struct repetition r = {
			.type = row[i].repeats,
			.every = row[i].repeat_every,
			.from = row[i].repeat_from,
			.until = row[i].repeat_until,
			.at = row[i].repeat_time,
			.zone = row[i].zone,
		};
		int64_t next = r.type ? notification_next(&r, MAX(c->now, row[i].scheduled_at)) : 0;

		buf_printf(&plan, "%c{\"id\":%llu", i ? ',' : '[', (unsigned long long)row[i].id);
		if (next)
			buf_printf(&plan, ",\"next\":%lld", (long long)next);
		buf_char(&plan, '}');
	}
	buf_char(&plan, ']');
	st = notification_sql_show(c, plan.data, &rows);
	if (st == OK)
		notification_push_all(c, &rows);
	return st;
}

static enum status forget_piece(struct ctx *c, int64_t *n)
{
	return notification_sql_forget(c, c->now - EXPIRED_MS, FORGET_PIECE, n);
}

static enum status forget_expired(struct ctx *c)
{
	return job_in_pieces(c, forget_piece, FORGET_PIECE);
}

const struct job notification_jobs[] = {
	{"match.requested", on_match},
	{"match.accepted", on_match},
	{"match.rejected", on_match},
	{"chat.message", on_message},
	{"notification.broadcast", on_broadcast},
	{0},
};

const struct schedule notification_schedules[] = {
	{"notification.due", DUE_EVERY_S, show_due},
	{"notification.forget_expired", FORGET_EVERY_S, forget_expired},
	{0},
};
