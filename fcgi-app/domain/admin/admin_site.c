#include "domain/admin/admin_site.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "domain/admin/admin_site_sql.h"

SHAPE_TABLE(site_setting, SITE_SETTING)
SHAPE_TABLE(site_general, SITE_GENERAL)
SHAPE_TABLE(site_security, SITE_SECURITY)
SHAPE_TABLE(site_notification, SITE_NOTIFICATION)
SHAPE_TABLE(site_feature, SITE_FEATURE)
SHAPE_TABLE(site_data, SITE_DATA)
SHAPE_TABLE(site_change, SITE_CHANGE)

struct known {
	const char *category, *name;
	enum site_kind kind;
	const char *dflt;
	int64_t least, most;
	bool heeded;
	const char *ko, *en;
};

#define INDEX(cat, nm, ...) AT_##nm,
enum { SITE_SETTINGS(INDEX) KNOWN_N };
#define ROW(cat, nm, kind, dflt, least, most, heeded, ko, en)                                      \
	[AT_##nm] = {#cat, #nm, SITE_##kind, dflt, least, most, heeded, ko, en},
static const struct known known[KNOWN_N] = {SITE_SETTINGS(ROW)};

enum { CHANGES_MAX_BYTES = KNOWN_N * 6 * 2 * SITE_TEXT_MAX };

/* What it is set to: the row, or NULL. */
static const struct site_row *row_of(const struct list *rows, const char *name)
{
	const struct site_row *r = rows->v;

	for (size_t i = 0; i < rows->n; i++)
		if (!strcmp(r[i].name, name))
			return &r[i];
	return NULL;
}

static const char *value_of(const struct list *rows, const struct known *k)
{
	const struct site_row *r = row_of(rows, k->name);

	return r ? r->value : k->dflt;
}

/* As JSON. */
static void add_value(struct buf *b, const struct known *k, const char *value)
{
	if (k->kind == SITE_STRING)
		buf_json(b, value, strlen(value));
	else
		buf_str(b, value);
}

/* ---- looking ------------------------------------------------------------------------------- */

static const struct site_setting *shown(struct ctx *c, const struct list *rows, const struct known *k)
{
	static const char *const types[] = {"string", "number", "boolean"};
	struct site_setting *s = arena_new_of(c->arena, struct site_setting);
	const struct site_row *r = row_of(rows, k->name);
	struct buf b = buf_new(c->arena, 64, CHANGES_MAX_BYTES);

	add_value(&b, k, value_of(rows, k));
	*s = (struct site_setting){
		.value = b.data,
		.type = types[k->kind],
		.description = say(c, k->ko, k->en),
		.heeded = k->heeded,
		.updatedAt = r ? r->updatedAt : 0,
		.updatedBy = r ? r->updatedBy : 0,
	};
	return s;
}

enum status site_get(struct ctx *c, struct site_data *out)
{
	struct site_general *general = arena_new_of(c->arena, struct site_general);
	struct site_security *security = arena_new_of(c->arena, struct site_security);
	struct site_notification *notification = arena_new_of(c->arena, struct site_notification);
	struct site_feature *feature = arena_new_of(c->arena, struct site_feature);
	struct list rows;
	enum status st = site_sql_all(c, false, &rows);

	if (st != OK)
		return st;
#define SHOW(cat, nm, ...) cat->nm = shown(c, &rows, &known[AT_##nm]);
	SITE_SETTINGS(SHOW)
	*out = (struct site_data){general, security, notification, feature};
	return OK;
}

/* ---- setting ------------------------------------------------------------------------------- */

static bool is_category(const struct known *k, const char *word, size_t n)
{
	return strlen(k->category) == n && !memcmp(k->category, word, n);
}

/* key: name, or category.name. */
static const struct known *find(const char *key)
{
	const char *dot = strchr(key, '.');
	const char *name = dot ? dot + 1 : key;

	for (const struct known *k = known; k < known + KNOWN_N; k++)
		if (!strcmp(k->name, name) && (!dot || is_category(k, key, (size_t)(dot - key))))
			return k;
	return NULL;
}

static const char *wrong(struct ctx *c, const struct known *k, const char *value)
{
	char *end;
	const bool number = k->kind == SITE_NUMBER;
	const int64_t n = number ? strtoll(value, &end, 10) : (int64_t)utf8_count(value);

	if (k->kind == SITE_BOOLEAN)
		return strcmp(value, "true") != 0 && strcmp(value, "false") != 0
			       ? say(c, "true 또는 false여야 합니다", "must be true or false")
			       : NULL;
	if (n >= k->least && n <= k->most && (!number || (*value && !*end)))
		return NULL;
	return arena_printf(c->arena, "%s: %lld~%lld",
			    number ? say(c, "정수의 범위", "whole numbers allowed")
				   : say(c, "글자 수", "characters allowed"),
			    (long long)k->least, (long long)k->most);
}

static enum status check(struct ctx *c, const struct list *changes)
{
	const struct site_change *in = changes->v;
	size_t bad = 0;

	for (size_t i = 0; i < changes->n; i++) {
		const struct known *k = find(in[i].key);
		const char *why = k ? wrong(c, k, in[i].value) : NULL;

		if (!k)
			return fail(c, E_SITE_UNKNOWN, "no setting %s", in[i].key);
		if (why)
			fail_field(c, arena_printf(c->arena, "settings[%zu].value", i), "range", why);
		bad += why != NULL;
	}
	return bad ? E_VALIDATION : OK;
}

struct setting {
	const struct list *changes;
	const char *reason;
	const struct admin_place *place;
};

/* What was is in the record, too. */
static enum status set(struct ctx *c, void *arg)
{
	const struct setting *w = arg;
	const struct site_change *in = w->changes->v;
	struct buf values = buf_new(c->arena, 512, CHANGES_MAX_BYTES);
	struct buf record = buf_new(c->arena, 512, CHANGES_MAX_BYTES);
	struct list rows;
	enum status st = site_sql_all(c, true, &rows);

	if (st != OK)
		return st;
	for (size_t i = 0; i < w->changes->n; i++) {
		const struct known *k = find(in[i].key);

		buf_printf(&values, "%s{\"key\":\"%s\"", i ? "," : "[", k->name);
		buf_member(&values, "value", in[i].value);
		buf_char(&values, '}');
		buf_printf(&record, "%s{\"key\":\"%s.%s\",\"value\":", i ? "," : "[", k->category, k->name);
		add_value(&record, k, in[i].value);
		buf_str(&record, ",\"oldValue\":");
		add_value(&record, k, value_of(&rows, k));
		buf_char(&record, '}');
	}
	buf_char(&values, ']');
	buf_char(&record, ']');
	st = site_sql_set(c, values.data);
	return st == OK ? admin_record(c, &(struct admin_act){.action = "SETTINGS_UPDATE",
							      .target_type = "SETTINGS",
							      .became = record.data,
							      .reason = w->reason,
							      .place = *w->place})
			: st;
}

enum status site_set(struct ctx *c, const struct list *changes, const char *reason, const struct admin_place *at)
{
	struct setting w = {changes, reason, at};
	enum status st = check(c, changes);

	return st == OK ? db_tx(c, set, &w) : st;
}
