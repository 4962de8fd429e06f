/* When and how somebody meets others: from their latest sessions. */
#ifndef DOMAIN_ANALYTICS_PATTERN_H
#define DOMAIN_ANALYTICS_PATTERN_H

#include "domain/analytics/analytics.h"

enum { PATTERN_SESSIONS = 100, PATTERN_LENGTHS = 6, PATTERN_SLOTS = 3 };

struct pattern {
	size_t n;
	int64_t hour[24], day[7]; /* how many; day 0: Sunday */
	int64_t average, median, mode, length[PATTERN_LENGTHS]; /* minutes; how many: see pattern_lengths */
	int64_t months, missed_weeks, longest_streak;
	double per_week, weekly_average; /* one decimal */
	int64_t video, audio, text, hosted;
	const char *productive; /* morning, afternoon, evening, night: with the most minutes */
	size_t slot[PATTERN_SLOTS], slots; /* the hours with the most sessions */
};

/* Where each of the lengths begins, minutes. */
extern const int64_t pattern_lengths[PATTERN_LENGTHS];

/* Of the latest PATTERN_SESSIONS of those since then. */
void pattern_of(const struct meeting_figures *f, int64_t since, struct pattern *out);
#endif
