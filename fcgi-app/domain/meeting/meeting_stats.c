#include "domain/meeting/meeting_stats.h"
#include "base/clock.h"
#include "domain/meeting/meeting_sql.h"
#include "domain/meeting/meeting_stats_sql.h"

#include <ctype.h>

SHAPE_TABLE(meeting_day, MEETING_DAY)
SHAPE_TABLE(meeting_goals, MEETING_GOALS)

enum { GOAL_DAYS = 30, DAYS_MAX = 406 };
#define HOUR_MS INT64_C(3600000)
#define FORTNIGHT_MS (14 * DAY_MS)

/* ---- days where they live ----------------------------------------------------------------- */

/* Asking for the offset of a zone is slow, and two years of sessions need it two thousand times: where it is the same
 * at both ends of a fortnight, it is the same in between. */
struct zone {
	const char *name;
	int64_t fortnight, first, last;
};

static int64_t local_of(struct zone *z, int64_t at)
{
	int64_t k = at / FORTNIGHT_MS;

	if (k != z->fortnight) {
		z->fortnight = k;
		z->first = clock_zone_offset(z->name, k * FORTNIGHT_MS);
		z->last = clock_zone_offset(z->name, (k + 1) * FORTNIGHT_MS);
	}
	return at + (z->first == z->last ? z->first : clock_zone_offset(z->name, at));
}

struct meeting_past meeting_past(struct ctx *c, const char *zone, struct list rows)
{
	struct meeting_past p = {rows.v, rows.n, arena_array(c->arena, int64_t, rows.n + 1)};
	struct zone z = {.name = zone, .fortnight = -1};

	int64_t today = local_of(&z, c->now) / DAY_MS;

	for (size_t i = 0; i < rows.n; i++) {
		int64_t at = local_of(&z, p.over[i].starts_at);

		p.local[i] = MIN(at / DAY_MS, today) * DAY_MS + at % DAY_MS;
	}
	return p;
}

bool meeting_is_day(const char *text)
{
	static const char form[] = "0000-00-00";
	size_t n = 0;

	while (text && text[n] && (form[n] == '0' ? isdigit((unsigned char)text[n]) != 0 : text[n] == form[n]))
		n++;
	return text && n == strlen(form) && !text[n];
}

enum status meeting_moment(struct ctx *c, const struct meeting_said *s, int64_t *out)
{
	*out = 0;
	if (!s->text)
		return OK;
	if (meeting_is_day(s->text)) {
		int64_t year = strtol(s->text, NULL, 10);
		unsigned month = (unsigned)strtoul(s->text + 5, NULL, 10);
		unsigned day = (unsigned)strtoul(s->text + 8, NULL, 10);
		int64_t local = (clock_days(year, month, day) + s->ends) * DAY_MS;

		if (clock_valid_date(year, month, day)) {
			*out = s->zone ? clock_utc(s->zone, local) : local;
			return OK;
		}
	} else if (clock_parse(s->text, out)) {
		return OK;
	}
	fail_field(c, s->field, "format",
		   say(c, "ISO-8601 시각이나 날짜여야 합니다 (예: 2026-01-31T09:00:00Z, 2026-01-31)",
		       "must be a time like 2026-01-31T09:00:00Z, or a day like 2026-01-31"));
	return E_VALIDATION;
}

enum status meeting_zone(struct ctx *c, const char **zone)
{
	return meeting_sql_zone(c, zone);
}

int64_t meeting_local(const char *zone, int64_t at)
{
	return at + clock_zone_offset(zone, at);
}

enum status meeting_between(struct ctx *c, int64_t from, int64_t to, struct meeting_past *out, const char **zone)
{
	struct list rows;
	enum status st = meeting_sql_zone(c, zone);

	if (st == OK)
		st = meeting_sql_over(c, from, to, &rows);
	if (st == OK)
		*out = meeting_past(c, *zone, rows);
	return st;
}

/* 1970-01-01 was a Thursday. */
int64_t meeting_monday(int64_t day)
{
	return day - (day + 3) % 7;
}

const char *meeting_date(struct ctx *c, int64_t day)
{
	int64_t year;
	unsigned month, of_month;

	clock_civil(day, &year, &month, &of_month);
	return arena_printf(c->arena, "%04lld-%02u-%02u", (long long)year, month, of_month);
}

int64_t meeting_streak(const struct meeting_past *p, int64_t today)
{
	int64_t day = today + 1, streak = 0;

	for (size_t i = 0; i < p->n; i++) {
		int64_t its = p->local[i] / DAY_MS;

		if (its < day - 1 && !(streak == 0 && its == today - 1))
			break;
		if (its != day) {
			streak++;
			day = its;
		}
	}
	return streak;
}

void meeting_by_day(struct ctx *c, const struct meeting_past *p, int64_t first, int64_t last, struct list *out)
{
	static const char *const names[][2] = {{"목", "Thu"}, {"금", "Fri"}, {"토", "Sat"}, {"일", "Sun"},
					       {"월", "Mon"}, {"화", "Tue"}, {"수", "Wed"}};
	size_t days = (size_t)MIN(last - first + 1, (int64_t)DAYS_MAX);
	struct meeting_day *day = arena_array(c->arena, struct meeting_day, days);

	for (size_t i = 0; i < days; i++) {
		int64_t at = first + (int64_t)i;

		day[i].date = meeting_date(c, at);
		day[i].day = names[at % 7][LANG_EN];
		day[i].dayLabel = say(c, names[at % 7][LANG_KO], names[at % 7][LANG_EN]);
	}
	for (size_t i = 0; i < p->n; i++) {
		int64_t k = p->local[i] / DAY_MS - first;

		if (k < 0 || k >= (int64_t)days)
			continue;
		day[k].sessions++;
		day[k].minutes += p->over[i].minutes;
	}
	*out = (struct list){day, days};
}

int64_t meeting_in_language(const struct meeting_past *p, const char *code, int64_t *minutes)
{
	int64_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		if (p->over[i].language && !strcmp(p->over[i].language, code)) {
			n++;
			*minutes += p->over[i].minutes;
		}
	return n;
}

/* ---- figures ------------------------------------------------------------------------------ */

static void count_times(struct meeting_figures *f)
{
	static const char *const names[][2] = {{"새벽", "Night"}, {"오전", "Morning"}, {"오후", "Afternoon"},
					       {"저녁", "Evening"}};
	int64_t seen = f->today + 1;
	size_t quarter[COUNT(names)] = {0}, most = 0;

	for (size_t i = 0; i < f->past.n; i++) {
		int64_t age = f->c->now - f->past.over[i].starts_at, day = f->past.local[i] / DAY_MS;

		quarter[f->past.local[i] % DAY_MS / (6 * HOUR_MS)]++;
		f->this_week += day >= f->monday;
		f->last7 += age <= 7 * DAY_MS;
		f->before7 += age > 7 * DAY_MS && age <= 14 * DAY_MS;
		f->days30 += day != seen && day > f->today - MEETING_CONSISTENCY_DAYS;
		seen = day;
		f->last30_minutes += age <= GOAL_DAYS * DAY_MS ? f->past.over[i].minutes : 0;
	}
	for (size_t i = 1; i < COUNT(names); i++)
		most = quarter[i] > quarter[most] ? i : most;
	f->preferred = f->past.n ? say(f->c, names[most][LANG_KO], names[most][LANG_EN]) : NULL;
}

enum status meeting_figures(struct ctx *c, int64_t months, int64_t days, struct meeting_figures *f)
{
	struct list rows;
	enum status st = meeting_sql_totals(c, months, days, &f->totals);

	if (st == OK)
		st = meeting_sql_over(c, 0, 0, &rows);
	if (st != OK)
		return st;
	struct zone z = {.name = f->totals.zone, .fortnight = -1};

	f->c = c;
	f->past = meeting_past(c, f->totals.zone, rows);
	f->today = local_of(&z, c->now) / DAY_MS;
	f->first_day = local_of(&z, f->totals.since) / DAY_MS;
	f->monday = meeting_monday(f->today);
	f->streak = meeting_streak(&f->past, f->today);
	count_times(f);
	return OK;
}

int64_t meeting_growth(const struct meeting_figures *f)
{
	return 100 * (f->last7 - f->before7) / MAX(f->before7, INT64_C(1));
}
