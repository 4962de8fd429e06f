#include "domain/study/study_calendar.h"
#include "base/clock.h"
#include "domain/study/study.h"
#include "domain/study/study_calendar_sql.h"
#include "domain/study/study_shapes.h"
#include "domain/user/user.h"
#include "http/validate.h"

#define DAY_TEXT 32 /* "2026-01-31", and room for what snprintf() fears */

SHAPE_TABLE(study_event, STUDY_EVENT)

static void show(struct ctx *c, const struct event_row *from, struct study_event *to)
{
	struct study_person *who = arena_new_of(c->arena, struct study_person);

	*who = (struct study_person){.id = from->createdById, .name = from->name, .avatar = from->avatar};
	EVENT_FIELDS(COPY_FIELD, to)
	to->createdBy = who;
}

/* ---- days --------------------------------------------------------------------------------- */

static void write_day(int64_t days, char out[DAY_TEXT])
{
	int64_t year;
	unsigned month, day;

	clock_civil(days, &year, &month, &day);
	(void)snprintf(out, DAY_TEXT, "%04d-%02u-%02u", (int)year, month, day);
}

/* Of a text that FMT_DATE took. */
static int64_t read_day(const char *s)
{
	return clock_days(strtol(s, NULL, 10), (unsigned)strtoul(s + 5, NULL, 10), (unsigned)strtoul(s + 8, NULL, 10));
}

static enum status read_today(struct ctx *c, char out[DAY_TEXT])
{
	struct user_day today;
	enum status st = user_today(c, &today);

	if (st == OK)
		write_day(today.day, out);
	return st;
}

static enum status refuse(struct ctx *c, const char *field, const char *rule, const char *ko, const char *en)
{
	fail_field(c, field, rule, say(c, ko, en));
	return E_VALIDATION;
}

/* Of "2026-02" the first and the last day. */
static enum status read_month(struct ctx *c, const char *month, char from[DAY_TEXT], char to[DAY_TEXT])
{
	(void)snprintf(from, DAY_TEXT, "%.7s-01", month);
	if (strlen(month) != 7 || !fmt_matches(FMT_DATE, from))
		return refuse(c, "month", "format", "YYYY-MM이어야 합니다", "must be YYYY-MM");
	write_day(read_day(from) + 31, to);
	(void)snprintf(to + 7, DAY_TEXT - 7, "-01");
	write_day(read_day(to) - 1, to);
	return OK;
}

static enum status read_span(struct ctx *c, const struct calendar_span *s, char from[DAY_TEXT], char to[DAY_TEXT])
{
	char today[DAY_TEXT];

	if (s->month)
		return read_month(c, s->month, from, to);
	if (!s->from && !s->to) {
		enum status st = read_today(c, today);

		return st == OK ? read_month(c, arena_strndup(c->arena, today, 7), from, to) : st;
	}
	if (!s->from || !s->to)
		return refuse(c, s->from ? "endDate" : "startDate", "required", "필수 항목입니다", "is required");
	if (read_day(s->to) < read_day(s->from) || read_day(s->to) - read_day(s->from) > CALENDAR_DAYS_MAX)
		return refuse(c, "endDate", "max", "기간은 1년까지입니다", "must follow startDate, within a year");
	(void)snprintf(from, DAY_TEXT, "%.10s", s->from);
	(void)snprintf(to, DAY_TEXT, "%.10s", s->to);
	return OK;
}

/* ---- reading ------------------------------------------------------------------------------ */

enum status calendar_list(struct ctx *c, const struct calendar_span *s, struct list *out, bool *more)
{
	char from[DAY_TEXT], to[DAY_TEXT];
	struct list rows;
	enum status st = study_need(c, s->study_id, STUDY_MEMBER, NULL);

	if (st == OK)
		st = read_span(c, s, from, to);
	if (st == OK)
		st = event_sql_list(c, s->study_id, from, to, &rows);
	if (st != OK)
		return st;
	size_t n = MIN(rows.n, (size_t)CALENDAR_MAX);
	struct study_event *items = arena_array(c->arena, struct study_event, n);

	for (size_t i = 0; i < n; i++)
		show(c, (const struct event_row *)rows.v + i, &items[i]);
	*out = (struct list){items, n};
	*more = rows.n > n;
	return OK;
}

enum status calendar_event(struct ctx *c, uint64_t study_id, uint64_t id, struct study_event *out)
{
	struct event_row row;
	enum status st = study_need(c, study_id, STUDY_MEMBER, NULL);

	if (st == OK)
		st = event_sql_one(c, study_id, id, &row);
	if (st == OK)
		show(c, &row, out);
	return st == E_NO_ROW ? E_STUDY_NO_EVENT : st;
}

/* ---- writing ------------------------------------------------------------------------------ */

struct writing {
	const struct event_draft *draft;
	struct event_row row;
};

static enum status keep(struct ctx *c, void *arg)
{
	struct writing *w = arg;
	const struct event_draft *d = w->draft;
	enum study_role role;
	char today[DAY_TEXT];
	enum status st = study_need(c, d->study_id, d->id ? STUDY_MEMBER : STUDY_ADMIN, &role);

	if (st == OK && d->date) {
		st = read_today(c, today);
		if (st == OK && strcmp(d->date, today) < 0)
			return fail(c, E_STUDY_EVENT_PAST, "%s, today is %s", d->date, today);
	}
	if (st != OK)
		return st;
	if (d->id)
		return event_sql_change(c, d, role >= STUDY_ADMIN, &w->row);
	st = event_sql_add(c, d, &w->row);
	return st == OK ? study_tell(c, d->study_id, NOTIFY_STUDY_EVENT, 0, d->title) : st;
}

enum status calendar_write(struct ctx *c, const struct event_draft *d, struct study_event *out, int64_t *meets)
{
	struct writing w = {.draft = d};

	/* "09:30" are in the order of times; with one of them alone the table's check knows */
	if (d->start && d->end && strcmp(d->start, d->end) >= 0)
		return E_STUDY_EVENT_ORDER;
	enum status st = db_tx(c, keep, &w);

	if (st != OK)
		return st;
	show(c, &w.row, out);
	*meets = w.row.meets;
	return OK;
}

enum status calendar_delete(struct ctx *c, uint64_t study_id, uint64_t id)
{
	enum study_role role;
	enum status st = study_need(c, study_id, STUDY_MEMBER, &role);

	return st == OK ? event_sql_delete(c, study_id, id, role >= STUDY_ADMIN) : st;
}
