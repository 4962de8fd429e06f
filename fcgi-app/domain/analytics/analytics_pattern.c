#include "domain/analytics/analytics_pattern.h"
#include "base/clock.h"

#include <math.h>

#define HOUR_MS INT64_C(3600000)
enum { LENGTH_MAX = 1440, DAY_HOURS = 24, WEEK_DAYS = 7, MONTH_DAYS = 30 };

const int64_t pattern_lengths[PATTERN_LENGTHS] = {0, 15, 20, 30, 45, 60};

static double one_decimal(double v)
{
	return round(v * 10) / 10;
}

static void count_lengths(const struct meeting_past *p, struct pattern *out)
{
	int64_t of[LENGTH_MAX + 1] = {0}, sum = 0, seen = 0;

	for (size_t i = 0; i < out->n; i++) {
		int64_t minutes = MIN(p->over[i].minutes, (int64_t)LENGTH_MAX);
		size_t k = PATTERN_LENGTHS - 1;

		while (minutes < pattern_lengths[k])
			k--;
		out->length[k]++;
		of[minutes]++;
		sum += minutes;
	}
	for (int64_t m = 0, n = (int64_t)out->n; m <= LENGTH_MAX; m++) {
		/* of an even number of sessions the mean of the two in the middle */
		if (of[m] && seen <= (n - 1) / 2 && seen + of[m] > (n - 1) / 2)
			out->median += m;
		if (of[m] && seen <= n / 2 && seen + of[m] > n / 2)
			out->median += m;
		seen += of[m];
		if (of[m] > of[out->mode])
			out->mode = m;
	}
	out->median /= 2;
	out->average = out->n ? (sum + (int64_t)out->n / 2) / (int64_t)out->n : 0;
}

static void count_times(const struct meeting_past *p, struct pattern *out)
{
	static const char *const names[] = {"night", "morning", "afternoon", "evening"};
	int64_t minutes[COUNT(names)] = {0};
	size_t most = 1;

	for (size_t i = 0; i < out->n; i++) {
		int64_t hour = p->local[i] % DAY_MS / HOUR_MS;

		out->hour[hour]++;
		out->day[(p->local[i] / DAY_MS + 4) % WEEK_DAYS]++; /* 1970-01-01 was a Thursday */
		minutes[hour / 6] += p->over[i].minutes;
		out->video += !strcmp(p->over[i].type, "VIDEO");
		out->hosted += p->over[i].hosted;
	}
	out->audio = (int64_t)out->n - out->video;
	for (size_t i = 0; i < COUNT(names); i++)
		most = minutes[i] > minutes[most] ? i : most;
	out->productive = names[most];
	for (bool more = true; more && out->slots < PATTERN_SLOTS;) {
		size_t best = DAY_HOURS;

		for (size_t h = 0; h < DAY_HOURS; h++) {
			bool taken = false;

			for (size_t k = 0; k < out->slots; k++)
				taken |= out->slot[k] == h;
			if (!taken && out->hour[h] && (best == DAY_HOURS || out->hour[h] > out->hour[best]))
				best = h;
		}
		more = best < DAY_HOURS;
		if (more)
			out->slot[out->slots++] = best;
	}
}

/* Days in a row, and weeks without one: the latest session came first. */
static void count_gaps(const struct meeting_past *p, int64_t this_monday, struct pattern *out)
{
	int64_t run = 0, day = 0, monday = this_monday;

	for (size_t i = 0; i < out->n; i++) {
		int64_t its = p->local[i] / DAY_MS, week = meeting_monday(its);

		/* this week is not missed yet */
		out->missed_weeks += week < monday ? (monday - week) / WEEK_DAYS - 1 : 0;
		monday = MIN(week, monday);
		if (i && its == day)
			continue;
		run = i && its == day - 1 ? run + 1 : 1;
		out->longest_streak = MAX(out->longest_streak, run);
		day = its;
	}
	int64_t weeks = (this_monday - monday) / WEEK_DAYS + 1;

	out->weekly_average = one_decimal((double)out->n / (double)weeks);
}

void pattern_of(const struct meeting_figures *f, int64_t since, struct pattern *out)
{
	*out = (struct pattern){.months = 1};
	while (out->n < f->past.n && out->n < PATTERN_SESSIONS && f->past.over[out->n].starts_at >= since)
		out->n++;
	count_lengths(&f->past, out);
	count_times(&f->past, out);
	count_gaps(&f->past, f->monday, out);
	if (!out->n)
		return;
	double days = fmax((double)(f->c->now - f->past.over[out->n - 1].starts_at) / (double)DAY_MS, 0);

	out->per_week = one_decimal((double)out->n / fmax(ceil(days / WEEK_DAYS), 1));
	out->months = (int64_t)fmax(ceil(days / MONTH_DAYS), 1);
}
