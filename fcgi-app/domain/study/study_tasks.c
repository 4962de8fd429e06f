#include "domain/study/study_tasks.h"
#include "base/buf.h"
#include "base/clock.h"
#include "domain/study/study.h"
#include "domain/study/study_shapes.h"
#include "domain/study/study_tasks_sql.h"
#include "domain/user/user.h"

SHAPE_TABLE(study_task, STUDY_TASK)

/* Of all tasks at once; rows in any order. */
static enum status show_all(struct ctx *c, const struct study_task_row *row, size_t n, struct study_task *out)
{
	struct list have;

	if (!n)
		return OK;
	enum status st = study_sql_assignees(c, buf_ids(c->arena, (const int64_t *)&row->id, n, sizeof(*row)), &have);

	for (size_t i = 0; i < n && st == OK; i++) {
		const struct study_task_row *from = &row[i];
		const struct study_assignee_row *a = have.v, *end = a + have.n;
		struct study_person *people = arena_array(c->arena, struct study_person, 1 + STUDY_TASK_PEOPLE_MAX);
		struct study_task *to = &out[i];
		size_t m = 0;

		STUDY_TASK_FIELDS(COPY_FIELD, to)
		*people = (struct study_person){.id = from->createdById, .name = from->name, .avatar = from->avatar};
		to->createdBy = people++;
		for (; a < end && m < STUDY_TASK_PEOPLE_MAX; a++)
			if (a->task == from->id)
				people[m++] = (struct study_person){.id = a->id, .name = a->name, .avatar = a->avatar};
		*AS_LIST(&to->assignees) = (struct list){people, m};
	}
	return st;
}

enum status study_tasks(struct ctx *c, const struct study_tasks_page *p, struct list *out, int64_t *total)
{
	struct list rows;
	enum status st = study_need(c, p->study_id, STUDY_MEMBER, NULL);

	if (st == OK)
		st = study_sql_tasks_n(c, p, total);
	if (st == OK)
		st = study_sql_tasks(c, p, &rows);
	if (st != OK)
		return st;
	struct study_task *items = arena_array(c->arena, struct study_task, rows.n);

	*out = (struct list){items, rows.n};
	return show_all(c, rows.v, rows.n, items);
}

enum status study_task_get(struct ctx *c, uint64_t study_id, uint64_t id, struct study_task *out)
{
	struct study_task_row row;
	enum status st = study_need(c, study_id, STUDY_MEMBER, NULL);

	if (st == OK)
		st = study_sql_task(c, study_id, id, &row);
	if (st != OK)
		return st == E_NO_ROW ? E_STUDY_NO_TASK : st;
	return show_all(c, &row, 1, out);
}

/* A day alone is midnight in UTC, and may be today although that is over where the caller lives. */
static enum status check_due(struct ctx *c, int64_t due)
{
	struct user_day today;
	enum status st = user_today(c, &today);

	if (st == OK && due < today.begin && (due % DAY_MS || due / DAY_MS < today.day))
		return fail(c, E_STUDY_TASK_PAST, "due at %lld", (long long)due);
	return st;
}

struct writing {
	const struct study_task_draft *draft;
	struct study_task *out;
};

static enum status keep(struct ctx *c, void *arg)
{
	const struct writing *w = arg;
	const struct study_task_draft *d = w->draft;
	const char *people = d->people ? buf_ids(c->arena, d->people, d->n_people, sizeof(*d->people)) : NULL;
	struct study_task_row row;
	enum study_role role;
	enum status st = study_need(c, d->study_id, d->id ? STUDY_MEMBER : STUDY_ADMIN, &role);

	if (st == OK && d->due)
		st = check_due(c, d->due);
	if (st == OK)
		st = d->id ? study_sql_change_task(c, d, people, role >= STUDY_ADMIN, &row)
			   : study_sql_add_task(c, d, people, &row);
	return st == OK ? show_all(c, &row, 1, w->out) : st;
}

enum status study_task_write(struct ctx *c, const struct study_task_draft *d, struct study_task *out)
{
	return db_tx(c, keep, &(struct writing){d, out});
}

enum status study_task_delete(struct ctx *c, uint64_t study_id, uint64_t id)
{
	enum study_role role;
	enum status st = study_need(c, study_id, STUDY_MEMBER, &role);

	return st == OK ? study_sql_delete_task(c, study_id, id, role >= STUDY_ADMIN) : st;
}
