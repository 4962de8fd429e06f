#include "domain/study/study_notices.h"
#include "base/html.h"
#include "base/utf8.h"
#include "domain/study/study.h"
#include "domain/study/study_notices_sql.h"
#include "domain/study/study_shapes.h"

SHAPE_TABLE(study_notice, STUDY_NOTICE)

static void show(struct ctx *c, const struct notice_row *from, struct study_notice *to)
{
	struct study_person *who = arena_new_of(c->arena, struct study_person);

	*who = (struct study_person){.id = from->authorId, .name = from->name, .avatar = from->avatar};
	NOTICE_FIELDS(COPY_FIELD, to)
	to->author = who;
}

enum status notice_list(struct ctx *c, const struct notice_page *p, struct list *out, int64_t *total)
{
	struct list rows;
	enum status st = study_need(c, p->study_id, STUDY_MEMBER, NULL);

	if (st == OK)
		st = notice_sql_count(c, p, total);
	if (st == OK)
		st = notice_sql_list(c, p, &rows);
	if (st != OK)
		return st;
	struct study_notice *items = arena_array(c->arena, struct study_notice, rows.n);

	for (size_t i = 0; i < rows.n; i++)
		show(c, (const struct notice_row *)rows.v + i, &items[i]);
	*out = (struct list){items, rows.n};
	return OK;
}

enum status notice_open(struct ctx *c, uint64_t study_id, uint64_t id, struct study_notice *out)
{
	struct notice_row row;
	enum status st = study_need(c, study_id, STUDY_MEMBER, NULL);

	if (st == OK)
		st = notice_sql_open(c, study_id, id, &row);
	if (st == OK)
		show(c, &row, out);
	return st;
}

/* ---- writing ------------------------------------------------------------------------------ */

struct writing {
	const struct notice_draft *draft;
	struct notice_row row;
};

static enum status keep(struct ctx *c, void *arg)
{
	struct writing *w = arg;
	const struct notice_draft *d = w->draft;
	enum status st = d->pinned ? notice_sql_lock(c, d->study_id) : OK;

	if (st == OK)
		st = study_need(c, d->study_id, STUDY_ADMIN, NULL);
	if (st == OK)
		st = d->id ? notice_sql_change(c, d, &w->row) : notice_sql_add(c, d, &w->row);
	return st == OK && !d->id ? study_tell(c, d->study_id, NOTIFY_STUDY_NOTICE, 0, d->title) : st;
}

static enum status refuse(struct ctx *c, const char *field)
{
	fail_field(c, field, "min", say(c, "태그를 빼면 내용이 너무 짧습니다", "is too short without its tags"));
	return E_VALIDATION;
}

enum status notice_write(struct ctx *c, const struct notice_draft *in, struct study_notice *out)
{
	struct notice_draft d = *in;
	struct writing w = {.draft = &d};

	d.title = in->title ? html_plain(c->arena, in->title) : NULL;
	d.text = in->text ? html_rich(c->arena, in->text) : NULL;
	if (d.title && (utf8_blank(d.title) || utf8_count(d.title) < NOTICE_TITLE_MIN))
		return refuse(c, "title");
	if (d.text && utf8_blank(html_plain(c->arena, d.text)))
		return refuse(c, "content");
	enum status st = db_tx(c, keep, &w);

	if (st == OK)
		show(c, &w.row, out);
	return st;
}

struct turning {
	uint64_t study_id, id;
	struct notice_row row;
};

static enum status turn(struct ctx *c, void *arg)
{
	struct turning *w = arg;
	enum status st = notice_sql_lock(c, w->study_id);

	if (st == OK)
		st = study_need(c, w->study_id, STUDY_ADMIN, NULL);
	return st == OK ? notice_sql_turn(c, w->study_id, w->id, &w->row) : st;
}

enum status notice_turn(struct ctx *c, uint64_t study_id, uint64_t id, struct study_notice *out)
{
	struct turning w = {.study_id = study_id, .id = id};
	enum status st = db_tx(c, turn, &w);

	if (st == OK)
		show(c, &w.row, out);
	return st;
}

enum status notice_delete(struct ctx *c, uint64_t study_id, uint64_t id)
{
	enum status st = study_need(c, study_id, STUDY_ADMIN, NULL);

	return st == OK ? notice_sql_delete(c, study_id, id) : st;
}
