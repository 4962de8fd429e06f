#include "domain/notification/notification.h"
#include "base/buf.h"
#include "base/clock.h"
#include "domain/live/live.h"
#include "domain/notification/notification_rules.h"

SHAPE_TABLE(notification_push, NOTIFICATION_PUSH)
SHAPE_TABLE(notify_id, NOTIFY_ID)

#define MINUTE_MS ((int64_t)60000)
enum { TEXT_MAX = 8000 };

/* ---- templates ---------------------------------------------------------------------------- */

#define TEMPLATE_ROW(name, id, type, category, priority, page, title_ko, text_ko, title_en, text_en) \
	[NOTIFY_##name] = {id, type, category, priority, page, {title_ko, title_en}, {text_ko, text_en}},
const struct template_row notify_templates[NOTIFY_MAX] = {NOTIFY_TEMPLATES(TEMPLATE_ROW)};

enum notify_template notify_template_of(const char *id)
{
	enum notify_template t = 0;

	while (t < NOTIFY_MAX && !(id && !strcmp(notify_templates[t].id, id)))
		t++;
	return t;
}

const struct template_row *notification_template(const char *id)
{
	enum notify_template t = notify_template_of(id);

	return t < NOTIFY_MAX ? &notify_templates[t] : NULL;
}

static const char *value_of(const struct notify_param *params, const char *name, size_t n)
{
	for (; params && params->name; params++)
		if (strlen(params->name) == n && !memcmp(params->name, name, n))
			return params->value ? params->value : "";
	return "";
}

const char *notification_text(struct ctx *c, const char *text, const struct notify_param *params)
{
	struct buf b = buf_new(c->arena, 256, TEXT_MAX);

	while (*text) {
		size_t n = strcspn(text, "{"), word;

		buf_add(&b, text, n);
		text += n;
		if (!*text)
			break;
		word = strcspn(++text, "}");
		buf_str(&b, value_of(params, text, word));
		text += word + (text[word] == '}');
	}
	return b.len ? b.data : "";
}

struct list notification_params(struct ctx *c, const struct template_row *t)
{
#define NAME(p) #p,
	static const char *const all[] = {TEMPLATE_PARAMS(NAME)};
#undef NAME
	const char **used = arena_array(c->arena, const char *, COUNT(all));
	size_t n = 0;

	for (size_t i = 0; i < COUNT(all); i++) {
		const char *word = arena_printf(c->arena, "{%s}", all[i]);

		if (strstr(t->title[LANG_KO], word) || strstr(t->message[LANG_KO], word))
			used[n++] = all[i];
	}
	return (struct list){used, n};
}

struct notice notify_notice(struct ctx *c, enum notify_template t, const struct notify_param *params)
{
	const struct template_row *row = &notify_templates[t];
	struct notice n = {
		.type = row->type,
		.category = row->category,
		.priority = row->priority,
		.click_url = row->page,
	};

	for (int lang = 0; lang < 2; lang++) {
		n.title[lang] = notification_text(c, row->title[lang], params);
		n.message[lang] = notification_text(c, row->message[lang], params);
	}
	return n;
}

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

static const char *category_of(const char *type)
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
	if (n->click_url && !notify_page_exists(n->click_url))
		return notification_refuse(c, "clickUrl", "one_of", "존재하지 않는 화면입니다",
					   "is no page of the client");
	if (!n->type)
		n->type = "custom";
	if (!n->category)
		n->category = category_of(n->type);
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
