/* What follows an event in a study group. */
#include "base/buf.h"
#include "domain/registry.h"
#include "domain/file/file.h"
#include "domain/study/study_group_sql.h"
#include "domain/study/study_rules.h"
#include "domain/study/study_sql.h"

enum { DATA_MAX = 1000 };

static enum status next_members(struct ctx *c, const struct event *e, struct list *ids)
{
	return study_sql_audience(c,
				  &(struct study_audience){.study_id = e->subject_id,
							   .but = e->actor_id,
							   .nor = event_number(e, "but"),
							   .after = e->progress,
							   .least = event_number(e, "least")},
				  ids);
}

static enum status news(struct ctx *c, struct event *e)
{
	enum notify_template t = notify_template_of(event_text(c, e, "template"));
	uint64_t to = event_number(e, "to");
	struct study_brief_row study;
	enum status st = study_sql_brief(c, e->subject_id, &study);

	if (st != OK)
		return st == E_NO_ROW ? OK : st; /* gone meanwhile */
	if (t == NOTIFY_MAX)
		return fail(c, E_INTERNAL, "no such template");
	struct buf data = buf_new(c->arena, 256, DATA_MAX);
	struct notice n = notify_notice(c, t, (const struct notify_param[]){{"room", study.name},
									    {"title", event_text(c, e, "title")},
									    {0}});

	buf_printf(&data, "{\"studyId\":\"%llu\"", (unsigned long long)e->subject_id);
	buf_member(&data, "studyName", study.name);
	buf_member(&data, "studyEmoji", study.emoji);
	buf_char(&data, '}');
	n.data = data.data;
	n.actor_id = e->actor_id;
	return to ? notify_user(c, e->id, to, &n) : notify_many(c, e, &n, next_members);
}

/* The worker that did it may have died before it told anybody. */
static enum status moved(struct ctx *c, struct event *e)
{
	study_post_moved(c, event_number(e, "studyId"), e->subject_id);
	return OK;
}

/* What it holds goes in pieces. */
static enum status deleted(struct ctx *c, struct event *e)
{
	const struct jval *ids;
	int64_t n = 0;
	bool left = false;

	if (!e->progress && jin_get(e->payload, "members", &ids))
		study_post_gone(c, e->subject_id, jin_text(c->arena, ids));
	enum status st = study_sql_clear_messages(c, e->subject_id, &n);

	if (st == OK && n < STUDY_PIECE)
		st = study_sql_clear_attendance(c, e->subject_id, &n);
	if (st == OK && n < STUDY_PIECE)
		st = file_clear_study(c, e->subject_id, &left);
	e->more = n == STUDY_PIECE || left;
	e->progress++;
	return st == OK && !e->more ? study_sql_clear(c, e->subject_id) : st;
}

static const struct job jobs[] = {
	{"study.news", news},
	{"study.moved", moved},
	{"study.deleted", deleted},
	{0},
};

extern const struct stmt *const study_stmts[];
const struct domain study_domain = {.name = "study group news", .stmts = study_stmts, .jobs = jobs};
