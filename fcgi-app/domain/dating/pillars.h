/*
 * The four pillars of a birth, of which the dating app knows three: it asks for no time of day. Noon in Korea stands
 * for it. A pillar is a number of the cycle of sixty, 0 for 甲子; its stem is that modulo 10, its branch modulo 12.
 * Years begin with ipchun, months with the other eleven terms like it, days at midnight.
 */
#ifndef DOMAIN_DATING_PILLARS_H
#define DOMAIN_DATING_PILLARS_H

#include "base/base.h"

enum { PILLARS = 60, STEMS = 10, BRANCHES = 12 };

struct pillars {
	unsigned year, month, day;
};

/* Of a date from 1900 to 2100 that exists. */
struct pillars pillars_of(int64_t year, unsigned month, unsigned day);

/* How two people fit, 0 to 100; the same both ways. */
int pillars_score(const struct pillars *a, const struct pillars *b);

/* What the days of birth give to that, before it is brought to a hundred: most of what decides, 0 to 20. */
int pillars_days(unsigned a, unsigned b);

/* Which of the ten gods the stem `other` is to the stem `self`, 0 to 9: bigyeon,
 * geopjae, siksin, sanggwan, pyeonjae, jeongjae, pyeongwan, jeonggwan, pyeonin, jeongin. */
unsigned pillars_god(unsigned self, unsigned other);
#endif
