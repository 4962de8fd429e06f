/* Who is told what when something happened, and notifications whose time has come. */
#include "base/buf.h"
#include "base/clock.h"
#include "domain/live/live.h"
#include "domain/notification/delivery.h"
#include "domain/notification/notification_rules.h"
#include "domain/registry.h"
#include "domain/user/user.h"
#include "json/jin.h"

/* Expired ones are shown as such for a while. */
#define EXPIRED_MS (30 * DAY_MS)
#define A_MONDAY (4 * DAY_MS + 11 * INT64_C(3600000)) /* 1970-01-05, the same day nearly everywhere */
enum { DIGEST_EVERY_S = 60, DIGEST_ROOM = 160 };
enum { DUE_EVERY_S = 30, FORGET_EVERY_S = 600, FORGET_PIECE = 500, DATA_MAX = 1000, PLAN_MAX = DUE_MAX * 64 };
enum { CHAT_PAUSE_S = 10, NEWS_MAX = 4000 /* bytes: name, room and text twice, all of it escaped */ };

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

static int64_t member_int(const struct event *e, const char *name)
{
	return (int64_t)event_number(e, name);
}

/* ---- matching ----------------------------------------------------------------------------- */

static enum notify_template match_template(const char *event)
{
	if (!strcmp(event, "match.requested"))
		return NOTIFY_MATCH_REQUEST;
	return !strcmp(event, "match.accepted") ? NOTIFY_MATCH_ACCEPTED : NOTIFY_MATCH_REJECTED;
}

#define MATCH_PARTNER(F, S)                                                                        \
	F(S, ID, userId)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, STR, profileImage)
SHAPE(match_partner, MATCH_PARTNER)

/* What open sockets are told. */
#define MATCH_TOLD(F, S)                                                                           \
	F(S, ID, requestId)                                                                        \
	F(S, ID, chatRoomId, .skip_null = true)                                                    \
	F(S, OBJ(match_partner), partner)
SHAPE(match_told, MATCH_TOLD)

static void tell_match(struct ctx *c, const struct event *e, uint64_t to, const struct user_brief *partner)
{
	const struct match_partner p = {
		.userId = partner->id,
		.name = partner->name,
		.profileImage = partner->image,
	};

	live_post(c, (struct live){LIVE_USER, to, e->name, 0}, &match_told_shape,
		  &(struct match_told){.requestId = (uint64_t)member_int(e, "requestId"),
				       .chatRoomId = (uint64_t)member_int(e, "roomId"),
				       .partner = &p});
}

/* A request to whom it is for, a match to both, whatever they want to be notified of: pages go on from there. */
static enum status tell_pair(struct ctx *c, const struct event *e, uint64_t other, const struct user_brief *actor)
{
	struct user_brief partner;
	enum status st;

	if (!strcmp(e->name, "match.rejected"))
		return OK;
	tell_match(c, e, other, actor);
	if (strcmp(e->name, "match.accepted") != 0)
		return OK;
	st = user_brief(c, other, &partner);
	if (st == OK)
		tell_match(c, e, actor->id, &partner);
	return st == E_USER_NOT_FOUND ? OK : st;
}

/* The notification goes to the one of the two who did not do it. */
static enum status on_match(struct ctx *c, struct event *e)
{
	uint64_t sender = (uint64_t)member_int(e, "senderId"), receiver = (uint64_t)member_int(e, "receiverId");
	uint64_t other = e->actor_id == sender ? receiver : sender;
	struct user_brief actor;
	enum status st = user_brief(c, e->actor_id, &actor);

	if (st != OK)
		return st == E_USER_NOT_FOUND ? OK : st; /* gone meanwhile: nothing to tell of */
	struct notice n = notify_notice(c, match_template(e->name),
					(const struct notify_param[]){{"name", actor.name}, {0}});
	struct buf data = buf_new(c->arena, 256, 2 * DATA_MAX); /* the name is in it twice */

	buf_printf(&data, "{\"userId\":\"%llu\",\"senderId\":\"%llu\",\"requestId\":\"%lld\"",
		   (unsigned long long)e->actor_id, (unsigned long long)e->actor_id,
		   (long long)member_int(e, "requestId"));
	buf_member(&data, "name", actor.name);
	buf_member(&data, "senderName", actor.name);
	if (member_int(e, "matchId"))
		buf_printf(&data, ",\"matchId\":\"%lld\"", (long long)member_int(e, "matchId"));
	if (member_int(e, "roomId")) /* not by the name "roomId": see room_data() */
		buf_printf(&data, ",\"chatRoomId\":%lld", (long long)member_int(e, "roomId"));
	buf_char(&data, '}');
	n.data = data.data;
	n.actor_id = e->actor_id;
	st = notify_user(c, e->id, other, &n);
	return st == OK ? tell_pair(c, e, other, &actor) : st;
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

/* The client opens data.roomId as a page it does not have: so the room goes by another name. */
static const char *room_data(struct ctx *c, const struct chat_news_row *m)
{
	return arena_printf(c->arena, "{\"chatRoomId\":%llu,\"messageId\":%llu,\"senderId\":\"%llu\"}",
			    (unsigned long long)m->room_id, (unsigned long long)m->message_id,
			    (unsigned long long)m->sender_id);
}

static const char *study_data(struct ctx *c, const struct chat_news_row *m)
{
	struct buf b = buf_new(c->arena, 256, DATA_MAX);

	buf_printf(&b, "{\"studyId\":\"%llu\",\"messageId\":\"%llu\",\"senderId\":\"%llu\"",
		   (unsigned long long)m->room_id, (unsigned long long)m->message_id, (unsigned long long)m->sender_id);
	buf_member(&b, "studyName", m->room);
	buf_member(&b, "studyEmoji", m->emoji);
	buf_char(&b, '}');
	return b.data;
}

static void add_news(struct ctx *c, struct buf *b, bool study, const struct chat_news_row *m)
{
	struct notice n = notify_notice(c, study ? NOTIFY_STUDY_CHAT : chat_template(m->type),
					(const struct notify_param[]){{"name", m->sender},
								      {"room", m->room ? m->room : m->sender},
								      {"text", m->text},
								      {0}});

	buf_printf(b, "%c{\"room\":%llu,\"seq\":%lld,\"sender\":%llu", b->len ? ',' : '[',
		   (unsigned long long)m->room_id, (long long)m->seq, (unsigned long long)m->sender_id);
	buf_member(b, "title", n.title[LANG_KO]);
	buf_member(b, "titleEn", n.title[LANG_EN]);
	buf_member(b, "ko", n.message[LANG_KO]);
	buf_member(b, "en", n.message[LANG_EN]);
	buf_member(b, "data", study ? study_data(c, m) : room_data(c, m));
	buf_char(b, '}');
}

static bool contains(const struct list *ids, uint64_t id)
{
	const struct notify_id *row = ids->v;

	for (size_t i = 0; i < ids->n; i++)
		if (row[i].id == id)
			return true;
	return false;
}

static const struct chat_news_row *news_of(const struct list *news, uint64_t room)
{
	const struct chat_news_row *row = news->v;

	for (size_t i = 0; i < news->n; i++)
		if (row[i].room_id == room)
			return &row[i];
	return NULL;
}

/* Who has not read it is told once, then every CHAT_PAUSE_S at most: a lively room costs its members one
 * row each in that time, whatever is written. Only the event of the newest message waits for that. */
static enum status tell_news(struct ctx *c, bool study, struct event *e, size_t n)
{
	const char *chat = study ? "studyId" : "roomId";
	int64_t *room = arena_array(c->arena, int64_t, n);
	struct buf b = buf_new(c->arena, 1024, n * NEWS_MAX);
	struct list news, told, untold;

	for (size_t i = 0; i < n; i++)
		room[i] = member_int(&e[i], chat);
	const char *rooms = buf_ids(c->arena, room, n, sizeof(*room));
	enum status st = notification_sql_news(c, study, rooms, &news);
	const struct chat_news_row *row = news.v;

	if (st != OK || !news.n) /* the rooms are gone */
		return st;
	for (size_t i = 0; i < news.n; i++)
		add_news(c, &b, study, &row[i]);
	buf_char(&b, ']');
	st = notification_sql_tell(c, study, b.data, CHAT_PAUSE_S, &told);
	if (st == OK)
		st = notification_sql_untold(c, study, rooms, &untold);
	if (st != OK)
		return st;
	notification_push_all(c, &told);
	for (size_t i = 0; i < n; i++) {
		row = news_of(&news, (uint64_t)room[i]);
		/* STUDY_NEWS knows messages by their ids */
		int64_t seq = study ? (int64_t)e[i].subject_id : member_int(&e[i], "seq");

		if (row && seq >= row->seq && contains(&untold, row->room_id))
			e[i].again_s = CHAT_PAUSE_S;
	}
	return OK;
}

static enum status on_messages(struct ctx *c, struct event *e, size_t n)
{
	return tell_news(c, false, e, n);
}

static enum status on_study_messages(struct ctx *c, struct event *e, size_t n)
{
	return tell_news(c, true, e, n);
}

/* ---- to many ------------------------------------------------------------------------------ */

static enum status broadcast_next(struct ctx *c, const struct event *e, struct list *ids)
{
	const struct jval *some = member(e, "recipients");

	return notification_sql_audience(c, some ? jin_text(c->arena, some) : NULL, e->progress, ids);
}

/* What is not made from a template has no category. Events of a version before have one text for everybody. */
static enum status on_broadcast(struct ctx *c, struct event *e)
{
	const char *title = member_text(c, e, "title"), *message = member_text(c, e, "message");
	const char *title_en = member_text(c, e, "titleEn"), *message_en = member_text(c, e, "messageEn");
	const char *type = member_text(c, e, "type"), *category = member_text(c, e, "category");
	struct notice n = {
		.type = type,
		.category = category ? category : type && !strncmp(type, "system_", 7) ? "system" : "urgent",
		.priority = member_int(e, "priority"),
		.title = {title, title_en ? title_en : title},
		.message = {message, message_en ? message_en : message},
		.click_url = member_text(c, e, "clickUrl"),
		.expires_at = member_int(e, "expiresAt"),
	};

	return notify_many(c, e, &n, broadcast_next);
}

/* ---- schedules ---------------------------------------------------------------------------- */

static enum status show_due(struct ctx *c, int64_t *n)
{
	struct list rows;
	enum status st = notification_sql_due(c, &rows);
	const struct due_row *row = rows.v;
	struct buf plan = buf_new(c->arena, 1024, PLAN_MAX);

	*n = (int64_t)rows.n;
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

/* ---- digests ------------------------------------------------------------------------------ */

/* From the last one's time to now, and when the next is due. */
static void add_digest(struct buf *b, const struct digest_row *d, int64_t now)
{
	const struct repetition r = {
		.type = d->weekly ? "weekly" : "daily",
		.every = 1,
		.from = A_MONDAY,
		.at = d->at,
		.zone = d->zone,
	};

	buf_printf(b, "%c{\"id\":%llu,\"next\":%lld,\"weekly\":%d,\"time\":\"%s\"", b->len ? ',' : '[',
		   (unsigned long long)d->user_id, (long long)notification_next(&r, now), d->weekly, d->at);
	if (d->due_at)
		buf_printf(b, ",\"since\":%lld", (long long)(d->due_at - (d->weekly ? 7 : 1) * DAY_MS));
	buf_char(b, '}');
}

static enum status send_digests(struct ctx *c, int64_t *n)
{
	static const char labels[] =
		"[{\"category\":\"urgent\",\"ko\":\"중요\",\"en\":\"Important\"},"
		"{\"category\":\"matching\",\"ko\":\"매칭\",\"en\":\"Matches\"},"
		"{\"category\":\"chat\",\"ko\":\"채팅\",\"en\":\"Chats\"},"
		"{\"category\":\"study\",\"ko\":\"스터디\",\"en\":\"Study groups\"},"
		"{\"category\":\"session\",\"ko\":\"세션\",\"en\":\"Sessions\"},"
		"{\"category\":\"level_test\",\"ko\":\"레벨 테스트\",\"en\":\"Level tests\"},"
		"{\"category\":\"achievement\",\"ko\":\"업적\",\"en\":\"Achievements\"},"
		"{\"category\":\"goal\",\"ko\":\"목표\",\"en\":\"Goals\"},"
		"{\"category\":\"system\",\"ko\":\"공지\",\"en\":\"Announcements\"}]";
	static const char *const titles[] = {[LANG_KO] = "읽지 않은 알림 {count}개",
					     [LANG_EN] = "Unread notifications: {count}"};
	struct buf plan = buf_new(c->arena, 1024, DIGESTS_MAX * DIGEST_ROOM);
	struct list rows = {0};
	enum status st = channel_on(c->conf, CHANNEL_MAIL) ? notification_sql_digests(c, &rows) : OK;
	const struct digest_row *row = rows.v;

	*n = (int64_t)rows.n;
	if (st != OK || !rows.n)
		return st;
	for (size_t i = 0; i < rows.n; i++)
		add_digest(&plan, &row[i], c->now);
	buf_char(&plan, ']');
	return notification_sql_digest(c, plan.data, labels, titles);
}

static enum status forget_expired(struct ctx *c, int64_t *n)
{
	return notification_sql_forget(c, c->now - EXPIRED_MS, FORGET_PIECE, n);
}

const struct job notification_jobs[] = {
	{"match.requested", on_match},
	{"match.accepted", on_match},
	{"match.rejected", on_match},
	{"chat.message", .run_all = on_messages},
	{"study.message", .run_all = on_study_messages},
	{"notification.broadcast", on_broadcast},
	{0},
};

const struct schedule notification_schedules[] = {
	{"notification.due", DUE_EVERY_S, .piece = show_due, .full = DUE_MAX},
	{"notification.digest", DIGEST_EVERY_S, .piece = send_digests, .full = DIGESTS_MAX},
	{"notification.forget_expired", FORGET_EVERY_S, .piece = forget_expired, .full = FORGET_PIECE},
	{0},
};
