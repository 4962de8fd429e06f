#include "domain/notification/notification.h"
#include "base/buf.h"
#include "base/clock.h"
#include "domain/live/live.h"
#include "domain/notification/notification_rules.h"
#include "domain/outbox/outbox.h"

SHAPE_TABLE(notification_push, NOTIFICATION_PUSH)
SHAPE_TABLE(notify_id, NOTIFY_ID)

#define MINUTE_MS ((int64_t)60000)
enum { TEXT_MAX = 8000, PAYLOAD_MAX = 60000 };

/* ---- telling ------------------------------------------------------------------------------ */

void notification_push_all(struct ctx *c, const struct list *rows)
{
	const struct notification_push *row = rows->v;

	for (size_t i = 0; i < rows->n; i++)
		live_post(c, (struct live){LIVE_USER, row[i].userId,
					   arena_printf(c->arena, "notification.%s", row[i].category), 0},
			  &notification_push_shape, &row[i]);
}

enum status notify_people(struct ctx *c, uint64_t event_id, const char *ids, const struct notice *n)
{
	struct list rows;
	enum status st = notification_sql_notify(c, event_id, ids, n, &rows);

	if (st == OK)
		notification_push_all(c, &rows);
	return st;
}

enum status notify_user(struct ctx *c, uint64_t event_id, uint64_t user_id, const struct notice *n)
{
	return notify_people(c, event_id, buf_ids(c->arena, &(int64_t){(int64_t)user_id}, 1, 0), n);
}

enum status notify_many(struct ctx *c, struct event *e, const struct notice *n,
			enum status (*next)(struct ctx *c, const struct event *e, struct list *ids))
{
	struct list ids;
	enum status st = next(c, e, &ids);
	const struct notify_id *id = ids.v;

	e->more = false;
	if (st != OK || !ids.n)
		return st;
	st = notify_people(c, e->id, buf_ids(c->arena, (const int64_t *)&id->id, ids.n, sizeof(*id)), n);
	if (st != OK)
		return st;
	e->progress = id[ids.n - 1].id;
	e->more = ids.n == NOTIFY_BATCH;
	return OK;
}

enum status notification_page(struct ctx *c, const char *url)
{
	if (!url || notify_page_exists(url))
		return OK;
	return notification_refuse(c, "clickUrl", "one_of", "존재하지 않는 화면입니다", "is no page of the client");
}

/* ["1","2"] → [1,2]; NULL: one of them is no id. */
static const char *recipient_ids(struct ctx *c, const char *const *v, size_t n)
{
	int64_t *ids = arena_array(c->arena, int64_t, n);
	char *end;

	for (size_t i = 0; i < n; i++) {
		ids[i] = strtoll(v[i], &end, 10);
		if (*end || ids[i] <= 0 || ids[i] == INT64_MAX)
			return NULL;
	}
	return buf_ids(c->arena, ids, n, sizeof(*ids));
}

enum status notification_recipients(struct ctx *c, const char *const *words, size_t n, const char **ids, int64_t *told)
{
	enum status st;

	*ids = NULL;
	*told = 0;
	if (n == 1 && !strcasecmp(words[0], "all"))
		return OK;
	*ids = recipient_ids(c, words, n);
	if (!*ids)
		return notification_refuse(c, "recipients", "type", "사용자 ID 배열 또는 \"all\"이어야 합니다",
					   "must be ids of users or \"all\"");
	st = notification_sql_recipients(c, *ids, told);
	return st == OK && !*told ? fail(c, E_USER_NOT_FOUND, "none of the recipients is there") : st;
}

static enum status broadcast(struct ctx *c, void *payload)
{
	return outbox_add(c, "notification.broadcast", 0, payload);
}

enum status notification_broadcast(struct ctx *c, const struct notice *n, const char *ids)
{
	struct buf b = buf_new(c->arena, 1024, PAYLOAD_MAX);
	enum status st = notification_page(c, n->click_url);

	if (st != OK)
		return st;
	buf_printf(&b, "{\"priority\":%lld,\"expiresAt\":%lld,\"recipients\":%s", (long long)n->priority,
		   (long long)n->expires_at, ids ? ids : "null");
	buf_member(&b, "type", n->type);
	buf_member(&b, "category", n->category);
	buf_member(&b, "title", n->title[LANG_KO]);
	buf_member(&b, "titleEn", n->title[LANG_EN]);
	buf_member(&b, "message", n->message[LANG_KO]);
	buf_member(&b, "messageEn", n->message[LANG_EN]);
	buf_member(&b, "clickUrl", n->click_url);
	buf_char(&b, '}');
	return db_tx(c, broadcast, b.data);
}

const char *notification_json_words(struct ctx *c, const char *const *v, size_t n)
{
	struct buf b = buf_new(c->arena, 64, TEXT_MAX);

	buf_char(&b, '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_char(&b, ',');
		buf_json(&b, v[i], strlen(v[i]));
	}
	buf_char(&b, ']');
	return b.data;
}

/* ---- making one's own --------------------------------------------------------------------- */

/* Those that end with a slash have something behind it. */
static const char *const pages[] = {
	"/main", "/chat", "/schedule", "/session", "/sessions", "/sessions/create", "/sessions/calendar",
	"/session/schedule/new", "/profile", "/matching", "/matching/requests/received",
	"/matching/requests/sent", "/matching/profile/", "/analytics", "/settings", "/settings/",
	"/notifications", "/notifications/center", "/achievements", "/mates", "/level-test", "/level-test/",
	"/session/video/", "/session/audio/",
};

bool notify_page_exists(const char *path)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

	for (size_t i = 0; i < COUNT(pages); i++) {
		size_t n = strlen(pages[i]);

		if (!strcmp(path, pages[i]) && pages[i][n - 1] != '/')
			return true;
		if (pages[i][n - 1] == '/' && !strncmp(path, pages[i], n) && path[n] &&
		    !path[n + strspn(path + n, letters)])
			return true;
	}
	return false;
}

int64_t notification_priority(const char *digit)
{
	return digit ? *digit - '0' : 2;
}

const char *notification_category(const char *type)
{
	static const struct {
		const char *start, *category;
	} rows[] = {
		{"chat", "chat"}, {"match_", "matching"}, {"friend_request", "matching"},
		{"session_", "session"},
		{"level_test_", "level_test"}, {"achievement", "achievement"},
		{"learning_milestone", "achievement"}, {"daily_streak", "goal"}, {"weekly_summary", "goal"},
		{"system_", "system"}, {"account_security", "system"}, {"password_changed", "system"},
		{"data_export", "system"},
		{"feature_announcement", "system"}, {"promotional_offer", "marketing"},
		{"newsletter", "marketing"}, {"urgent", "urgent"}, {"test", "test"},
		{"scheduled", "scheduled"},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (!strncmp(type, rows[i].start, strlen(rows[i].start)))
			return rows[i].category;
	return "general";
}

enum status notification_refuse(struct ctx *c, const char *field, const char *rule, const char *ko,
				const char *en)
{
	fail_field(c, field, rule, say(c, ko, en));
	return E_VALIDATION;
}

enum status notification_create(struct ctx *c, struct new_notification *n, struct notification_out *out)
{
	enum status st = notification_page(c, n->click_url);

	if (st != OK)
		return st;
	if (!n->type)
		n->type = "custom";
	if (!n->category)
		n->category = notification_category(n->type);
	return notification_sql_create(c, n, out);
}

/* ---- repeating ---------------------------------------------------------------------------- */

static int64_t date_of(const char *s)
{
	return clock_days(strtol(s, NULL, 10), (unsigned)strtoul(s + 5, NULL, 10),
			  (unsigned)strtoul(s + 8, NULL, 10));
}

int64_t notification_next(const struct repetition *r, int64_t after)
{
	bool monthly = !strcmp(r->type, "monthly");
	int64_t step = r->every * (strcmp(r->type, "weekly") ? 1 : 7);
	int64_t local = r->from + clock_zone_offset(r->zone, r->from);
	int64_t first = local / DAY_MS, minute = local % DAY_MS / MINUTE_MS, day, at;
	/* not one by one from the start: it may be years ago; a day less, since some have 25 hours */
	int64_t passed = (after - r->from) / DAY_MS - 1;

	if (r->at)
		minute = strtol(r->at, NULL, 10) * 60 + strtol(r->at + 3, NULL, 10);
	for (int64_t k = MAX(passed / (monthly ? 31 * step : step), (int64_t)1);; k++) {
		day = monthly ? clock_add_months(first, k * step) : first + k * step;
		at = clock_utc(r->zone, day * DAY_MS + minute * MINUTE_MS);
		if (at > after)
			break;
	}
	return r->until && day > date_of(r->until) ? 0 : at;
}
