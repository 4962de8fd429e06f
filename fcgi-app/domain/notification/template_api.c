/* Templates of notifications: what there are, for everybody; what they say, for who runs the site. */
#include "base/buf.h"
#include "domain/admin/admin.h"
#include "domain/notification/notification_rules.h"
#include "domain/notification/template_rules.h"
#include "domain/registry.h"

enum { RECORD_MAX = 32000 };

SHAPE_TABLE(template_variables_in, TEMPLATE_VARIABLES_IN)
SHAPE_TABLE(template_texts, TEMPLATE_TEXTS)

#define TEMPLATE_OUT(F, S)                                                                         \
	F(S, STR, id, .aka = "templateId")                                                         \
	F(S, STR, type)                                                                            \
	F(S, STR, category)                                                                        \
	F(S, INT, priority)                                                                        \
	F(S, STR, title)                                                                           \
	F(S, STR, message, .aka = "content")                                                       \
	F(S, STR, clickUrl)                                                                        \
	F(S, STRS, params, .doc = "what its texts have in braces")                                 \
	F(S, BOOL, own, .doc = "made by administrators")                                           \
	F(S, BOOL, changed, .doc = "says something else than it came with")
SHAPE(template_out, TEMPLATE_OUT)
#define TEMPLATES_OUT(F, S) F(S, LIST(template_out), items, .bare = true)
SHAPE(templates_out, TEMPLATES_OUT)

#define DETAIL_OUT(F, S)                                                                           \
	TEMPLATE_OUT(F, S)                                                                         \
	TEMPLATE_TEXTS(F, S)                                                                       \
	F(S, STRS, words, .doc = "what its texts may have in braces")                              \
	F(S, OBJ(template_texts), original, .doc = "what it came with; null of one's own")         \
	F(S, TIME, updatedAt, .doc = "null: as it came")                                           \
	F(S, ID, updatedBy, .zero_null = true)
SHAPE(template_detail, DETAIL_OUT)

#define ID_IN(F, S) F(S, STR, templateId, .aka = "id", .from = FROM_PATH, .max = TEMPLATE_ID_MAX, .lower = true)
SHAPE(template_id_in, ID_IN)
#define TEXT_IN(F, S, name, most, ...) F(S, STR, name, .min = 1, .max = most, .trim = true, __VA_ARGS__)
#define PATCH_IN(F, S)                                                                             \
	ID_IN(F, S)                                                                                \
	TEXT_IN(F, S, titleKo, TITLE_MAX)                                                          \
	TEXT_IN(F, S, titleEn, TITLE_MAX)                                                          \
	TEXT_IN(F, S, messageKo, MESSAGE_MAX, .lines = true)                                       \
	TEXT_IN(F, S, messageEn, MESSAGE_MAX, .lines = true)
SHAPE(template_patch_in, PATCH_IN)
#define POST_IN(F, S)                                                                              \
	F(S, STR, id, .aka = "templateId", .required = true, .max = TEMPLATE_ID_MAX, .fmt = FMT_WORD, .lower = true) \
	F(S, STR, type, .one_of = NOTIFICATION_TYPES, .dflt = "custom")                            \
	F(S, STR, category, .one_of = NOTIFICATION_CATEGORIES, .doc = "absent: that of the type")  \
	F(S, STR, priority, .lax = true, .one_of = PRIORITIES, .dflt = "2")                        \
	F(S, STR, clickUrl, .aka = "actionUrl", .max = 500, .doc = "a page of the web client")     \
	TEXT_IN(F, S, titleKo, TITLE_MAX, .required = true)                                        \
	TEXT_IN(F, S, titleEn, TITLE_MAX, .required = true)                                        \
	TEXT_IN(F, S, messageKo, MESSAGE_MAX, .required = true, .lines = true)                     \
	TEXT_IN(F, S, messageEn, MESSAGE_MAX, .required = true, .lines = true)
SHAPE(template_post_in, POST_IN)

#define VARIABLES_IN(F, S)                                                                         \
	ID_IN(F, S)                                                                                \
	F(S, OBJ(template_variables_in), variables, .aka = "params")
SHAPE(template_use_in, VARIABLES_IN)
#define SEND_IN(F, S)                                                                              \
	VARIABLES_IN(F, S)                                                                         \
	RECIPIENTS_IN(F, S)                                                                        \
	F(S, TIME, expiresAt)
SHAPE(template_send_in, SEND_IN)
SHAPE(template_send_out, TOLD_OUT)

/* ---- reading ------------------------------------------------------------------------------ */

#define FILL(c, out, t)                                                                            \
	do {                                                                                       \
		(out)->id = (t)->now.id;                                                           \
		(out)->type = (t)->now.type;                                                       \
		(out)->category = (t)->now.category;                                               \
		(out)->priority = (t)->now.priority;                                               \
		(out)->title = (t)->now.title[(c)->lang];                                          \
		(out)->message = (t)->now.message[(c)->lang];                                      \
		(out)->clickUrl = (t)->now.page;                                                   \
		*AS_LIST(&(out)->params) = template_params(c, &(t)->now);                          \
		(out)->own = !(t)->product;                                                        \
		(out)->changed = (t)->product && (t)->kept;                                        \
	} while (0)
#define FILL_TEXTS(out, row)                                                                       \
	do {                                                                                       \
		(out)->titleKo = (row)->title[LANG_KO];                                            \
		(out)->titleEn = (row)->title[LANG_EN];                                            \
		(out)->messageKo = (row)->message[LANG_KO];                                        \
		(out)->messageEn = (row)->message[LANG_EN];                                        \
	} while (0)

HANDLER(templates_get, struct nothing, struct templates_out)
{
	struct list all;
	enum status st = template_all(&r->ctx, false, &all);
	const struct template *t = all.v;

	if (st != OK)
		return st;
	struct template_out *items = arena_array(r->ctx.arena, struct template_out, all.n);

	for (size_t i = 0; i < all.n; i++)
		FILL(&r->ctx, &items[i], &t[i]);
	*AS_LIST(&out->items) = (struct list){items, all.n};
	return OK;
}

static void show(struct ctx *c, const struct template *t, struct template_detail *out)
{
	struct template_texts *texts = arena_new_of(c->arena, struct template_texts);

	FILL(c, out, t);
	FILL_TEXTS(out, &t->now);
	*AS_LIST(&out->words) = template_params(c, t->product);
	if (t->product) {
		FILL_TEXTS(texts, t->product);
		out->original = texts;
	}
	out->updatedAt = t->kept ? t->kept->updatedAt : 0;
	out->updatedBy = t->kept ? t->kept->updatedBy : 0;
}

HANDLER(template_get, struct template_id_in, struct template_detail)
{
	struct template t;
	enum status st = template_one(&r->ctx, in->templateId, false, &t);

	if (st == OK)
		show(&r->ctx, &t, out);
	return st;
}

/* ---- changing ----------------------------------------------------------------------------- */

/* Whether each brace of a text begins one of the words. */
static bool knows_all(const char *text, const struct list *words)
{
	const char *const *w = words->v;

	for (text = strchr(text, '{'); text; text = strchr(text + 1, '{')) {
		size_t n = strcspn(text + 1, "{}"), i = 0;

		while (i < words->n && !(strlen(w[i]) == n && !memcmp(w[i], text + 1, n)))
			i++;
		if (i == words->n || text[1 + n] != '}')
			return false;
	}
	return true;
}

static enum status check_texts(struct ctx *c, const struct template_row *t, const struct list *words)
{
	const struct {
		const char *field, *text;
	} texts[] = {
		{"titleKo", t->title[LANG_KO]}, {"titleEn", t->title[LANG_EN]},
		{"messageKo", t->message[LANG_KO]}, {"messageEn", t->message[LANG_EN]},
	};
	struct buf known = buf_new(c->arena, 128, RECORD_MAX);
	enum status st = OK;

	for (size_t i = 0; i < words->n; i++)
		buf_printf(&known, " {%s}", ((const char *const *)words->v)[i]);
	for (size_t i = 0; i < COUNT(texts); i++) {
		if (knows_all(texts[i].text, words))
			continue;
		fail_field(c, texts[i].field, "one_of",
			   arena_printf(c->arena, "%s:%s", say(c, "중괄호 안에 쓸 수 있는 것", "may have in braces"),
					known.len ? known.data : say(c, " 없음", " nothing")));
		st = E_VALIDATION;
	}
	return st;
}

static void add_texts(struct buf *b, const struct template_row *t)
{
	buf_printf(b, "{\"template\":\"%s\"", t->id);
	buf_member(b, "titleKo", t->title[LANG_KO]);
	buf_member(b, "titleEn", t->title[LANG_EN]);
	buf_member(b, "messageKo", t->message[LANG_KO]);
	buf_member(b, "messageEn", t->message[LANG_EN]);
	buf_char(b, '}');
}

/* was, became: or NULL. */
static enum status record(struct ctx *c, const char *action, const struct template_row *was,
			  const struct template_row *became, const struct admin_place *at)
{
	struct buf before = buf_new(c->arena, 1024, RECORD_MAX), after = buf_new(c->arena, 1024, RECORD_MAX);

	if (was)
		add_texts(&before, was);
	if (became)
		add_texts(&after, became);
	return admin_record(c, &(struct admin_act){.action = action,
						   .target_type = "TEMPLATE",
						   .was = was ? before.data : NULL,
						   .became = became ? after.data : NULL,
						   .place = *at});
}

struct change {
	struct template_row to; /* texts: NULL are left as they are */
	struct admin_place place;
	struct template out;
};

static enum status keep_and_read(struct ctx *c, struct change *w, bool own)
{
	enum status st = template_sql_keep(c, &w->to, own);

	return st == OK ? template_one(c, w->to.id, false, &w->out) : st;
}

static enum status add(struct ctx *c, void *arg)
{
	struct change *w = arg;
	struct list all;
	enum status st = template_all(c, true, &all);

	if (st == OK && template_find(&all, w->to.id))
		return fail(c, E_TEMPLATE_TAKEN, "template %s", w->to.id);
	if (st == OK && all.n >= TEMPLATES_MAX)
		return fail(c, E_TEMPLATES_MANY, "%zu templates", all.n);
	if (st == OK)
		st = keep_and_read(c, w, true);
	return st == OK ? record(c, "TEMPLATE_CREATE", NULL, &w->to, &w->place) : st;
}

HANDLER(template_post, struct template_post_in, struct template_detail)
{
	struct ctx *c = &r->ctx;
	struct change w = {
		.to = {in->id, in->type, in->category ? in->category : notification_category(in->type),
		       notification_priority(in->priority), in->clickUrl, {in->titleKo, in->titleEn},
		       {in->messageKo, in->messageEn}},
		.place = admin_place(r),
	};
	const struct list words = template_params(c, NULL);
	enum status texts = check_texts(c, &w.to, &words), st = notification_page(c, in->clickUrl);

	if (st == OK)
		st = texts;
	if (st == OK)
		st = db_tx(c, add, &w);
	if (st == OK)
		show(c, &w.out, out);
	return st;
}

static enum status edit(struct ctx *c, void *arg)
{
	struct change *w = arg;
	struct template was;
	enum status st = template_one(c, w->to.id, true, &was);
	struct template_row to = was.now;

	if (st != OK)
		return st;
	for (enum lang lang = LANG_KO; lang <= LANG_EN; lang++) {
		to.title[lang] = w->to.title[lang] ? w->to.title[lang] : to.title[lang];
		to.message[lang] = w->to.message[lang] ? w->to.message[lang] : to.message[lang];
	}
	const struct list words = template_params(c, was.product);

	st = check_texts(c, &to, &words);
	if (st != OK)
		return st;
	w->to = to;
	st = keep_and_read(c, w, !was.product);
	return st == OK ? record(c, "TEMPLATE_UPDATE", &was.now, &to, &w->place) : st;
}

HANDLER(template_patch, struct template_patch_in, struct template_detail)
{
	struct change w = {
		.to = {.id = in->templateId,
		       .title = {in->titleKo, in->titleEn},
		       .message = {in->messageKo, in->messageEn}},
		.place = admin_place(r),
	};
	enum status st;

	if (!in->titleKo && !in->titleEn && !in->messageKo && !in->messageEn)
		return notification_refuse(&r->ctx, "titleKo", "required", "바꿀 문구가 하나는 있어야 합니다",
					   "this or another text must be given");
	st = db_tx(&r->ctx, edit, &w);
	if (st == OK)
		show(&r->ctx, &w.out, out);
	return st;
}

static enum status drop(struct ctx *c, void *arg)
{
	struct change *w = arg;
	struct template was;
	enum status st = template_one(c, w->to.id, true, &was);

	if (st != OK || !was.kept)
		return st;
	st = template_sql_drop(c, w->to.id);
	return st == OK ? record(c, "TEMPLATE_DELETE", &was.now, was.product, &w->place) : st;
}

HANDLER(template_delete, struct template_id_in, struct nothing)
{
	struct change w = {.to = {.id = in->templateId}, .place = admin_place(r)};

	(void)out;
	return db_tx(&r->ctx, drop, &w);
}

/* ---- using -------------------------------------------------------------------------------- */

#define VARIABLE(p) {#p, in->variables ? in->variables->p : NULL},
#define GIVEN_VARIABLES {TEMPLATE_PARAMS(VARIABLE) {0}}

/* Every parameter of the template must be given. */
static enum status check_variables(struct ctx *c, const struct template_row *t, const struct notify_param *given)
{
	struct list want = template_params(c, t);
	const char *const *names = want.v;

	for (size_t i = 0; i < want.n; i++) {
		const struct notify_param *p = given;

		while (p->name && strcmp(p->name, names[i]) != 0)
			p++;
		if (!p->value)
			return notification_refuse(c, arena_printf(c->arena, "variables.%s", names[i]), "required",
						   "필수 항목입니다", "is required");
	}
	return OK;
}

HANDLER(template_use, struct template_use_in, struct notification_out)
{
	const struct notify_param given[] = GIVEN_VARIABLES;
	struct ctx *c = &r->ctx;
	struct notification_settings_row settings;
	struct template t;
	enum status st = template_one(c, in->templateId, false, &t);

	if (st == OK)
		st = check_variables(c, &t.now, given);
	if (st == OK)
		st = notification_sql_settings(c, &settings);
	if (st != OK)
		return st;
	enum lang lang = strcmp(settings.notificationLanguage, "ko") ? LANG_EN : LANG_KO;
	struct new_notification n = {
		.type = t.now.type,
		.category = t.now.category,
		.title = template_title(c, &t.now, lang, given),
		.message = template_message(c, &t.now, lang, given),
		.click_url = t.now.page,
		.priority = t.now.priority,
	};

	return notification_create(c, &n, out);
}

struct sending {
	const struct notice *notice;
	const char *ids;
	const struct template_row *row;
	struct admin_place place;
};

static enum status send(struct ctx *c, void *arg)
{
	const struct sending *w = arg;
	enum status st = notification_broadcast(c, w->notice, w->ids);

	return st == OK ? record(c, "TEMPLATE_SEND", NULL, w->row, &w->place) : st;
}

HANDLER(template_send, struct template_send_in, struct template_send_out)
{
	const struct notify_param given[] = GIVEN_VARIABLES;
	struct ctx *c = &r->ctx;
	struct sending w = {.place = admin_place(r)};
	struct template t;
	enum status st = template_one(c, in->templateId, false, &t);

	if (st == OK)
		st = check_variables(c, &t.now, given);
	if (st == OK)
		st = notification_recipients(c, in->recipients.v, in->recipients.n, &w.ids, &out->delivered);
	if (st != OK)
		return st;
	struct template_row said = t.now;
	struct notice n = {
		.type = t.now.type,
		.category = t.now.category,
		.priority = t.now.priority,
		.click_url = t.now.page,
		.expires_at = in->expiresAt,
	};

	for (enum lang lang = LANG_KO; lang <= LANG_EN; lang++) {
		said.title[lang] = n.title[lang] = template_title(c, &t.now, lang, given);
		said.message[lang] = n.message[lang] = template_message(c, &t.now, lang, given);
	}
	w.notice = &n;
	w.row = &said;
	return db_tx(c, send, &w);
}

#define STAFF(what) .auth = AUTH_STAFF, .need = (what)
static const struct route routes[] = {
	ROUTE(templates_get, nothing, templates_out, .on = {BOTH("GET", "/templates")}, READS, .statements = 1,
	      .doc = "The texts notifications are made from, in the caller's language."),
	ROUTE(template_use, template_use_in, notification_out, .on = {BOTH("POST", "/template/{templateId}")}, WRITES,
	      .ok = 201, .once = true, .statements = 3, .doc = "Send myself one made from a template.",
	      .fails = {E_TEMPLATE_NONE}),
	ROUTE(template_get, template_id_in, template_detail, .on = {"GET /notifications/templates/{templateId}"},
	      STAFF(MAY_SETTINGS_VIEW), .rate = RATE_READ, .statements = 2,
	      .doc = "One template in both languages, and what it came with.", .fails = {E_TEMPLATE_NONE}),
	ROUTE(template_post, template_post_in, template_detail, .on = {"POST /notifications/templates"},
	      STAFF(MAY_SETTINGS_UPDATE), .rate = RATE_WRITE, .ok = 201, .once = true, .statements = 7,
	      .doc = "Make a template of the site's own, in both languages. Two hundred may be there.",
	      .fails = {E_TEMPLATE_TAKEN, E_TEMPLATES_MANY}),
	ROUTE(template_patch, template_patch_in, template_detail,
	      .on = {"PATCH,PUT /notifications/templates/{templateId}"},
	      STAFF(MAY_SETTINGS_UPDATE), .rate = RATE_WRITE, .statements = 7,
	      .doc = "Say it otherwise; texts that are not given stay. It holds a second later, whoever is told.",
	      .fails = {E_TEMPLATE_NONE}),
	ROUTE(template_delete, template_id_in, nothing, .on = {"DELETE /notifications/templates/{templateId}"},
	      STAFF(MAY_SETTINGS_UPDATE), .rate = RATE_WRITE, .statements = 6,
	      .doc = "One of the site's own is gone; one of the product's says again what it came with.",
	      .fails = {E_TEMPLATE_NONE}),
	ROUTE(template_send, template_send_in, template_send_out,
	      .on = {"POST /notifications/templates/{templateId}/send"},
	      STAFF(MAY_SETTINGS_UPDATE), .rate = RATE_WRITE, .ok = 201, .once = true, .statements = 7,
	      .doc = "Tell people what a template says, each in their language, unless they have switched its category "
		     "off, which those of priority 4 and of the category urgent pass by; the rows are written in the "
		     "background.",
	      .fails = {E_TEMPLATE_NONE, E_USER_NOT_FOUND}),
};

extern const struct stmt *const template_stmts[];
const struct domain notification_template_domain = {
	.name = "notifications",
	.doc = "What people were told, and what they want to be told",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = template_stmts,
};
