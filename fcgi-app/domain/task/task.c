#include "domain/task/task.h"
#include "base/clock.h"
#include "domain/coup.h"
#include "domain/study/study.h"
#include "domain/study/study_shapes.h"
#include "domain/task/task_sql.h"
#include "domain/user/user.h"
#include "http/validate.h"

SHAPE_TABLE(task_study, TASK_STUDY)
SHAPE_TABLE(task, TASK)
SHAPE_TABLE(task_counts, TASK_COUNTS)
SHAPE_TABLE(task_done, TASK_DONE)

static void show(struct ctx *c, const struct task_row *from, struct task *to)
{
	TASK_FIELDS(COPY_FIELD, to)
	if (!from->studyId)
		return;
	struct task_study *s = arena_new_of(c->arena, struct task_study);

	*s = (struct task_study){.id = from->studyId, .name = from->studyName, .emoji = from->studyEmoji};
	to->study = s;
}

enum status task_list(struct ctx *c, const struct task_query *q, struct list *out, int64_t *total)
{
	struct task_counts counts = {0};
	struct list rows;
	enum status st = task_sql_total(c, q, &counts);

	if (st == OK)
		st = task_sql_list(c, q, &rows);
	if (st != OK)
		return st;
	struct task *items = arena_array(c->arena, struct task, rows.n);

	for (size_t i = 0; i < rows.n; i++)
		show(c, (const struct task_row *)rows.v + i, &items[i]);
	*out = (struct list){items, rows.n};
	*total = counts.total;
	return OK;
}

enum status task_get(struct ctx *c, uint64_t id, struct task *out)
{
	struct task_row row;
	enum status st = task_sql_one(c, id, &row);

	if (st == OK)
		show(c, &row, out);
	return st == E_NO_ROW ? E_TASK_NONE : st;
}

enum status task_stats(struct ctx *c, struct task_counts *out, struct list *recent)
{
	struct user_day today;
	int64_t year;
	unsigned month, day;
	enum status st = user_today(c, &today);

	if (st != OK)
		return st;
	clock_civil(today.day, &year, &month, &day);
	int64_t sunday = today.begin - (today.day + 4) % 7 * DAY_MS; /* 1970-01-01 was a Thursday */
	int64_t first = today.begin - (int64_t)(day - 1) * DAY_MS;
	int64_t next = clock_days(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1);
	const struct task_days d = {
		.today = today.begin,
		.tomorrow = today.begin + DAY_MS,
		.week = sunday,
		.next_week = sunday + 7 * DAY_MS,
		.month = first,
		.next_month = today.begin + (next - today.day) * DAY_MS,
	};

	st = task_sql_counts(c, &d, out);
	return st == OK ? task_sql_recent(c, recent) : st;
}

enum status task_write(struct ctx *c, const struct task_draft *d, struct task *out)
{
	struct task_row row;
	enum status st = d->study_id ? study_need(c, d->study_id, STUDY_MEMBER, NULL) : OK;

	if (st == OK)
		st = d->id ? task_sql_change(c, d, &row) : task_sql_add(c, d, &row);
	if (st == OK)
		show(c, &row, out);
	return st;
}

enum status task_toggle(struct ctx *c, uint64_t id, struct task *out)
{
	struct task_row row;
	enum status st = task_sql_toggle(c, id, &row);

	if (st == OK)
		show(c, &row, out);
	return st;
}

enum status task_delete(struct ctx *c, uint64_t id)
{
	return task_sql_delete(c, id);
}

bool task_due(struct ctx *c, const char *field, const char *text, int64_t *ms)
{
	*ms = 0;
	if (!text || !*text)
		return true;
	if (fmt_matches(FMT_DATE, text))
		text = arena_printf(c->arena, "%sT00:00:00Z", text);
	/* 0 would be no day, and MariaDB's years have four digits */
	if ((clock_parse(text, ms) || clock_parse(arena_printf(c->arena, "%sZ", text), ms)) && *ms > 0)
		return true;
	fail_field(c, field, "format",
		   say(c, "ISO-8601 날짜나 시각이어야 합니다", "must be an ISO-8601 day or moment"));
	return false;
}
