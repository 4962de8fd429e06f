/* Sessions that are over, in figures: by the time they were planned for, and by days where somebody lives. What
 * /sessions/stats shows, and analytics, is counted here alone. */
#ifndef DOMAIN_MEETING_STATS_H
#define DOMAIN_MEETING_STATS_H

#include "base/ctx.h"
#include "base/shape.h"

/* Of all one's sessions. from: the start of the period. */
#define MEETING_TOTALS_ROW(F, S)                                                                   \
	F(S, STR, zone)                                                                            \
	F(S, STR, daily)                                                                           \
	F(S, STR, native, .doc = "the code of their mother tongue")                                \
	F(S, TIME, since)                                                                          \
	F(S, INT, completed)                                                                       \
	F(S, INT, cancelled)                                                                       \
	F(S, INT, upcoming)                                                                        \
	F(S, INT, minutes)                                                                         \
	F(S, INT, period_count)                                                                    \
	F(S, INT, period_minutes)                                                                  \
	F(S, INT, period_video)                                                                    \
	F(S, TIME, last_at)                                                                        \
	F(S, INT, partners)
SHAPE_STRUCT(meeting_totals_row, MEETING_TOTALS_ROW)

#define MEETING_OVER_ROW(F, S)                                                                     \
	F(S, ID, id)                                                                               \
	F(S, STR, type)                                                                            \
	F(S, BOOL, hosted)                                                                         \
	F(S, TIME, starts_at)                                                                      \
	F(S, INT, minutes)                                                                         \
	F(S, STR, language)
SHAPE_STRUCT(meeting_over_row, MEETING_OVER_ROW)

#define MEETING_DAY(F, S)                                                                          \
	F(S, STR, date, .doc = "where they live")                                                  \
	F(S, STR, day)                                                                             \
	F(S, STR, dayLabel)                                                                        \
	F(S, INT, minutes, .aka = "totalMinutes")                                                  \
	F(S, INT, sessions, .aka = "totalSessions count")
SHAPE_STRUCT(meeting_day, MEETING_DAY)
#define MEETING_GOALS(F, S)                                                                        \
	F(S, INT, current, .doc = "sessions since Monday")                                         \
	F(S, INT, target)                                                                          \
	F(S, INT, streak)
SHAPE_STRUCT(meeting_goals, MEETING_GOALS)

enum { MEETING_WEEKLY_TARGET = 7, MEETING_CONSISTENCY_DAYS = 30, MEETING_OVER_MAX = 2000 };

/* Sessions, the latest first, and when each was where they live: of one that was held before its time, today. */
struct meeting_past {
	const struct meeting_over_row *over;
	size_t n;
	int64_t *local; /* of each of them */
};

struct meeting_figures {
	struct ctx *c;
	struct meeting_totals_row totals;
	struct meeting_past past;
	int64_t today, first_day, monday; /* days since 1970; first_day: of the period */
	int64_t streak, this_week, last7, before7, last30_minutes;
	int64_t days30; /* days among the last thirty that had one */
	const char *preferred;
};

/* Of the caller; the period began so many months, or so many days, ago. */
MUST_USE enum status meeting_figures(struct ctx *c, int64_t months, int64_t days, struct meeting_figures *f);

/* %, the last seven days against the seven before. */
int64_t meeting_growth(const struct meeting_figures *f);

/* What was held in that time (0: no bound), MEETING_OVER_MAX at most, of the caller; and where they live. */
MUST_USE enum status meeting_between(struct ctx *c, int64_t from, int64_t to, struct meeting_past *out,
				     const char **zone);

/* rows: of meeting_over_row, the latest first. */
struct meeting_past meeting_past(struct ctx *c, const char *zone, struct list rows);

/* Days in a row with one of them, until today or yesterday. */
int64_t meeting_streak(const struct meeting_past *p, int64_t today);

/* One meeting_day for each day. */
void meeting_by_day(struct ctx *c, const struct meeting_past *p, int64_t first, int64_t last, struct list *out);

/* How many of them were in it, and for how long. */
int64_t meeting_in_language(const struct meeting_past *p, const char *code, int64_t *minutes);

/* A time as clients write it, or a day alone ("2026-01-31"): when it begins, or ends, in a zone. */
struct meeting_said {
	const char *field, *text, *zone; /* text: NULL is 0; zone: NULL is UTC */
	bool ends;			 /* a day: where the next begins */
};
/* E_VALIDATION names the field. */
MUST_USE enum status meeting_moment(struct ctx *c, const struct meeting_said *s, int64_t *out);
bool meeting_is_day(const char *text); /* text may be NULL */

/* Where the caller lives. */
MUST_USE enum status meeting_zone(struct ctx *c, const char **zone);

/* The time where they live, of one in UTC. */
int64_t meeting_local(const char *zone, int64_t at);

/* "2026-01-31", of a day since 1970. */
const char *meeting_date(struct ctx *c, int64_t day);

int64_t meeting_monday(int64_t day);
#endif
