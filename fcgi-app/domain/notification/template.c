#include "domain/notification/template_rules.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "domain/notification/notification_shapes.h"

enum {
	TEXT_MAX = 8000,
	TEMPLATES_BYTES = 4 << 20, /* all that may be kept, twice */
	LOOK_AGAIN_US = 1000000,
};

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

/* ---- texts -------------------------------------------------------------------------------- */

static const char *value_of(const struct notify_param *params, const char *name, size_t n)
{
	for (; params && params->name; params++)
		if (strlen(params->name) == n && !memcmp(params->name, name, n))
			return params->value ? params->value : "";
	return "";
}

static const char *filled(struct ctx *c, const char *text, const struct notify_param *params, size_t most)
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
	return b.len ? utf8_start(c->arena, b.data, most) : "";
}

const char *template_title(struct ctx *c, const struct template_row *t, enum lang lang,
			   const struct notify_param *params)
{
	return filled(c, t->title[lang], params, TITLE_MAX);
}

const char *template_message(struct ctx *c, const struct template_row *t, enum lang lang,
			     const struct notify_param *params)
{
	return filled(c, t->message[lang], params, MESSAGE_MAX);
}

struct list template_params(struct ctx *c, const struct template_row *t)
{
#define NAME(p) #p,
	static const char *const all[] = {TEMPLATE_PARAMS(NAME)};
#undef NAME
	const char **used = arena_array(c->arena, const char *, COUNT(all));
	size_t n = 0;

	for (size_t i = 0; i < COUNT(all); i++) {
		const char *word = arena_printf(c->arena, "{%s}", all[i]);
		bool has = !t;

		for (enum lang lang = LANG_KO; lang <= LANG_EN && !has; lang++)
			has = strstr(t->title[lang], word) || strstr(t->message[lang], word);
		if (has)
			used[n++] = all[i];
	}
	return (struct list){used, n};
}

/* ---- what administrators made of them ----------------------------------------------------- */

static void say_otherwise(struct template_row *t, const struct kept_template *k)
{
	t->title[LANG_KO] = k->titleKo;
	t->title[LANG_EN] = k->titleEn;
	t->message[LANG_KO] = k->messageKo;
	t->message[LANG_EN] = k->messageEn;
}

enum status template_all(struct ctx *c, bool hold, struct list *out)
{
	struct template *all = arena_array(c->arena, struct template, TEMPLATES_MAX);
	struct list rows;
	enum status st = template_sql_all(c, hold, &rows);
	const struct kept_template *kept = rows.v;
	size_t n = NOTIFY_MAX;

	if (st != OK)
		return st;
	for (size_t i = 0; i < NOTIFY_MAX; i++)
		all[i] = (struct template){.now = notify_templates[i], .product = &notify_templates[i]};
	for (size_t i = 0; i < rows.n; i++) {
		enum notify_template of = notify_template_of(kept[i].id);
		struct template *t = &all[of < NOTIFY_MAX ? of : n];

		if (of == NOTIFY_MAX && (!kept[i].type || n == TEMPLATES_MAX))
			continue; /* of a template that is none any more, or not made here */
		if (of == NOTIFY_MAX) {
			t->now = (struct template_row){.id = kept[i].id,
						       .type = kept[i].type,
						       .category = kept[i].category,
						       .priority = kept[i].priority,
						       .page = kept[i].clickUrl};
			n++;
		}
		t->kept = &kept[i];
		say_otherwise(&t->now, &kept[i]);
	}
	*out = (struct list){all, n};
	return OK;
}

const struct template *template_find(const struct list *all, const char *id)
{
	const struct template *t = all->v;

	for (size_t i = 0; i < all->n; i++)
		if (!strcmp(t[i].now.id, id))
			return &t[i];
	return NULL;
}

enum status template_one(struct ctx *c, const char *id, bool hold, struct template *out)
{
	struct list all;
	enum status st = template_all(c, hold, &all);
	const struct template *t = st == OK ? template_find(&all, id) : NULL;

	if (t)
		*out = *t;
	return st == OK && !t ? fail(c, E_TEMPLATE_NONE, "template %s", id) : st;
}

/*
 * The product's as they are used, looked at once a second: a job makes many notices, and each would ask. When they
 * cannot be read the product's own texts hold; what comes next asks the same server and will say so.
 */
static const struct template_row *used(struct ctx *c, enum notify_template t)
{
	static struct arena *memory;
	static struct template_row rows[NOTIFY_MAX];
	static int64_t look_at;
	struct ctx own = *c;
	struct list all;

	if (memory && clock_mono() < look_at)
		return &rows[t];
	if (!memory)
		memory = arena_new(TEMPLATES_BYTES);
	arena_reset(memory);
	memcpy(rows, notify_templates, sizeof(rows));
	own.arena = memory;
	if (template_all(&own, false, &all) != OK)
		return &rows[t];
	for (size_t i = 0; i < NOTIFY_MAX; i++)
		rows[i] = ((const struct template *)all.v)[i].now;
	look_at = clock_mono() + LOOK_AGAIN_US;
	return &rows[t];
}

struct notice notify_notice(struct ctx *c, enum notify_template t, const struct notify_param *params)
{
	const struct template_row *row = used(c, t);
	struct notice n = {
		.type = row->type,
		.category = row->category,
		.priority = row->priority,
		.click_url = row->page,
	};

	for (enum lang lang = LANG_KO; lang <= LANG_EN; lang++) {
		n.title[lang] = template_title(c, row, lang, params);
		n.message[lang] = template_message(c, row, lang, params);
	}
	return n;
}
