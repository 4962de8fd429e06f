/* How good somebody is in the language of their newest level test, and what rules say of it. */
#ifndef DOMAIN_ANALYTICS_STANDING_H
#define DOMAIN_ANALYTICS_STANDING_H

#include "domain/analytics/analytics.h"
#include "domain/leveltest/leveltest.h"

enum { SKILLS = 6, STANDING_TESTS = 10, STRONG = 70, TOP_AREAS = 3, TREND_POINTS = 3 };

/* What is said of a skill, and what helps. */
struct skill {
	const char *name, *title[2], *type, *activity[2], *how[2];
	size_t offset; /* in leveltest_result */
};
extern const struct skill skills[SKILLS];
int64_t skill_score(size_t skill, const struct leveltest_result *r);

/* The newest results of one language, the newest first. */
struct standing {
	const struct leveltest_result *test[STANDING_TESTS];
	size_t n;
	size_t by_score[SKILLS]; /* the weakest first; of the newest */
};

/* language: NULL: that of the newest of all. rows: of leveltest_result. */
struct standing standing_of(const struct list *rows, const char *language);

const char *standing_level(const struct standing *s);	 /* A1 without a test */
const char *standing_first(const struct standing *s);	 /* the same of the oldest */
const char *standing_next(const struct standing *s);	 /* C2 stays C2 */
int64_t standing_position(const struct standing *s);	 /* %: of the score between the ends of its level */
/* Points until so many levels on; 0: there are not so many. */
int64_t standing_missing(const struct standing *s, int64_t levels);
int64_t standing_target(int64_t score);			 /* where the next level begins */
const char *standing_trend(const struct standing *s, size_t skill);
double standing_rate(const struct standing *s); /* points a month, one decimal; 0 with fewer than two tests */

/* One point a session, at so many a week (one at least): weeks for so many points. */
int64_t standing_weeks(int64_t points, double per_week);

/* Numbers of TOP_AREAS skills at most: of those below STRONG the weakest first (weak), or the others, best first. */
size_t standing_areas(const struct standing *s, bool weak, size_t out[TOP_AREAS]);
#endif
