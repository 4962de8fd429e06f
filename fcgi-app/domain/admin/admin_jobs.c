/* The record of what administrators did is kept for two years; who it was done to is told. */
#include "base/buf.h"
#include "base/clock.h"
#include "domain/admin/admin_sql.h"
#include "domain/job.h"

enum { FORGET_EVERY_S = 600, PIECE = 500, TOLD_MAX = 2000 };
#define KEPT_MS (2 * 365 * INT64_C(86400000))

static enum status forget(struct ctx *c, int64_t *n)
{
	return admin_sql_forget(c, c->now - KEPT_MS, PIECE, n);
}

static const char *how_long(struct ctx *c, const struct event *e, const char *zone, enum lang lang)
{
	int64_t until = (int64_t)event_number(e, "until");

	if (!until)
		return lang == LANG_EN ? "for good" : "영구";
	return arena_printf(c->arena, lang == LANG_EN ? "until %s" : "%s까지", clock_local_text(c->arena, until, zone));
}

static const char *reason_of(struct ctx *c, const struct event *e, enum lang lang)
{
	const char *reason = event_text(c, e, "title");
	const long long warnings = (long long)event_number(e, "warnings");

	if (!reason || !*reason)
		return lang == LANG_EN ? "none was given" : "밝히지 않음";
	if (!warnings)
		return reason;
	return arena_printf(c->arena, lang == LANG_EN ? "%lld warnings, the last one: %s" : "경고 %lld회 누적: %s",
			    warnings, reason);
}

/* What was closed, in words. */
static const char *closed_by(struct ctx *c, const struct event *e, enum lang lang)
{
	static const char *const words[][3] = {
		{"STUDY_CREATE", "스터디 만들기", "founding study groups"},
		{"STUDY_JOIN", "스터디 가입", "joining study groups"},
		{"MESSAGE", "메시지 보내기", "sending messages"},
	};
	struct buf b = buf_new(c->arena, 128, 512);
	const struct jval *all;
	size_t len;

	if (!jin_get(e->payload, "closed", &all) || jin_type(all) != J_ARR)
		return "";
	for (size_t i = 0; i < jin_len(all); i++)
		for (size_t k = 0; k < COUNT(words); k++)
			if (!strcmp(jin_str(jin_at(all, i), &len), words[k][0]))
				buf_printf(&b, "%s%s", b.len ? ", " : "", words[k][lang == LANG_EN ? 2 : 1]);
	return b.data;
}

/* Its title and message in both languages: what stands in them is another text in each. */
static struct notice decision(struct ctx *c, enum notify_template t, const struct event *e, const char *zone)
{
	struct notice in[2];

	for (enum lang lang = LANG_KO; lang <= LANG_EN; lang++)
		in[lang] = notify_notice(c, t, (const struct notify_param[]){{"title", reason_of(c, e, lang)},
									     {"time", how_long(c, e, zone, lang)},
									     {"text", closed_by(c, e, lang)},
									     {0}});
	in[LANG_KO].title[LANG_EN] = in[LANG_EN].title[LANG_EN];
	in[LANG_KO].message[LANG_EN] = in[LANG_EN].message[LANG_EN];
	return in[LANG_KO];
}

/* What the mail is made by: see DECISION of notification_wants.h. */
static const char *data_of(struct ctx *c, enum notify_template t, const char *contact, const char *address)
{
	struct buf b = buf_new(c->arena, 256, TOLD_MAX);

	buf_printf(&b, "{\"decision\":\"%s\"", notify_templates[t].id);
	if (contact && *contact)
		buf_member(&b, "contact", contact);
	if (address)
		buf_member(&b, "formerEmail", address);
	buf_char(&b, '}');
	return b.data;
}

/* By nobody: a block between them and the administrator keeps nothing from them. */
static enum status on_told(struct ctx *c, struct event *e)
{
	enum notify_template t = notify_template_of(event_text(c, e, "template"));
	struct admin_told_row to = {0};
	struct notice n;

	if (t == NOTIFY_MAX)
		return fail(c, E_INTERNAL, "no such template");
	if (!admin_decides(t)) {
		n = notify_notice(c, t, (const struct notify_param[]){{"title", event_text(c, e, "title")}, {0}});
		return notify_user(c, e->id, e->subject_id, &n);
	}
	enum status st = admin_sql_told(c, e->subject_id, &to);

	if (st != OK)
		return st == E_NO_ROW ? OK : st;
	n = decision(c, t, e, to.zone);
	n.data = data_of(c, t, to.contact, event_text(c, e, "address"));
	n.absent = true;
	return notify_user(c, e->id, e->subject_id, &n);
}

const struct job admin_jobs[] = {{"admin.told", .run = on_told}, {0}};

const struct schedule admin_schedules[] = {
	{"admin.forget", FORGET_EVERY_S, .piece = forget, .full = PIECE},
	{0},
};
