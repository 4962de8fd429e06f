#include "domain/dating/pillars.h"
#include "base/clock.h"

#include <math.h>

/* ---- the calendar ------------------------------------------------------------------------- */

static double wrapped(double degrees)
{
	degrees = fmod(degrees, 360);
	return degrees < 0 ? degrees + 360 : degrees;
}

/* Where the sun stands, in degrees, good to a hundredth: Meeus, Astronomical Algorithms, chapter 25. days: since
 * 1970-01-01T00:00 of terrestrial time. */
static double sun(double days)
{
	const double rad = acos(-1) / 180;
	double t = (days - 10957.5) / 36525; /* centuries since the noon of 2000-01-01 */
	double mean = 280.46646 + 36000.76983 * t + 0.0003032 * t * t;
	double m = rad * (357.52911 + 35999.05029 * t - 0.0001537 * t * t);
	double centre = (1.914602 - 0.004817 * t - 0.000014 * t * t) * sin(m) +
			(0.019993 - 0.000101 * t) * sin(2 * m) + 0.000289 * sin(3 * m);

	return wrapped(mean + centre - 0.00569 - 0.00478 * sin(rad * (125.04 - 1934.136 * t)));
}

/* The days on which a month begins so near to noon that sun() has it on the wrong side; all of 1900 to 2100. */
static const struct {
	int year;
	unsigned month, day;
	int off;
} near_noon[] = {
	{1918, 1, 6, -1}, {1988, 1, 6, -1}, {2020, 3, 5, 1}, {2080, 7, 6, -1}, {2086, 3, 5, -1},
};

/* Months since the last ipchun, 0 to 11, at noon in Korea. */
static unsigned month_of(int64_t year, unsigned month, unsigned day)
{
	const double noon = 3.0 / 24, slower = 66.0 / 86400; /* the earth turns less than a clock: 66 s about 2000 */
	double since = wrapped(sun((double)clock_days(year, month, day) + noon + slower) - 315);
	int n = (int)(since / 30);

	for (size_t i = 0; i < COUNT(near_noon); i++)
		if (near_noon[i].year == year && near_noon[i].month == month && near_noon[i].day == day)
			n += near_noon[i].off;
	return (unsigned)(n + 12) % 12;
}

/* Of a stem and a branch, both even or both odd. */
static unsigned pillar(unsigned stem, unsigned branch)
{
	return (6 * stem + 5 * (BRANCHES - branch)) % PILLARS;
}

struct pillars pillars_of(int64_t year, unsigned month, unsigned day)
{
	unsigned m = month_of(year, month, day);
	bool before = month <= 2 && m >= 10; /* the months before ipchun are of the year before */
	unsigned y = (unsigned)(year - before - 4) % PILLARS;

	return (struct pillars){
		.year = y,
		.month = pillar((y % 5 * 2 + 2 + m) % STEMS, (m + 2) % BRANCHES),
		.day = (unsigned)(clock_days(year, month, day) + 17 + (int64_t)PILLARS * 1000) % PILLARS,
	};
}

/* ---- how two fit -------------------------------------------------------------------------- */

/* Of elements: the same, one makes the other, one rules the other; then with the same or another polarity. */
static unsigned stems(unsigned a, unsigned b)
{
	static const unsigned char points[5][2] = {{7, 8}, {9, 10}, {2, 4}, {2, 4}, {9, 10}};

	return points[(b / 2 + 5 - a / 2) % 5][(a + b) % 2];
}

/* Of branches: combinations above 8, clashes 0, what is between them by punishments, harms and breaks. */
static const unsigned char branches[BRANCHES][BRANCHES] = {
	{7, 10, 6, 2, 9, 6, 0, 1, 9, 1, 6, 6}, {10, 4, 3, 6, 2, 9, 1, 0, 6, 9, 2, 6},
	{6, 3, 4, 6, 6, 2, 9, 2, 0, 2, 9, 4},  {2, 6, 6, 7, 4, 6, 2, 9, 1, 0, 10, 9},
	{9, 2, 6, 4, 4, 7, 6, 6, 9, 10, 0, 1}, {6, 9, 2, 6, 7, 7, 6, 6, 2, 9, 1, 0},
	{0, 1, 9, 2, 6, 6, 2, 10, 6, 6, 9, 6}, {1, 0, 2, 9, 6, 6, 10, 7, 6, 6, 2, 9},
	{9, 6, 0, 1, 9, 2, 6, 6, 7, 6, 6, 4},  {1, 9, 2, 0, 10, 9, 6, 6, 6, 2, 4, 6},
	{6, 2, 9, 10, 0, 1, 9, 2, 6, 4, 7, 6}, {6, 6, 4, 9, 1, 0, 6, 9, 4, 6, 6, 2},
};

static int branch_points(unsigned a, unsigned b)
{
	return branches[a % BRANCHES][b % BRANCHES];
}

int pillars_days(unsigned a, unsigned b)
{
	return (int)stems(a % STEMS, b % STEMS) + branch_points(a, b);
}

int pillars_score(const struct pillars *a, const struct pillars *b)
{
	const double least = 10.2, span = 110.8; /* of the sum */
	double sum = 0.6 * (double)stems(a->year % STEMS, b->year % STEMS) + branch_points(a->year, b->year) +
		     1.5 * branch_points(a->month, b->month) + 4.5 * pillars_days(a->day, b->day);

	return (int)lround(100 * (sum - least) / span);
}

unsigned pillars_god(unsigned self, unsigned other)
{
	return (other / 2 + 5 - self / 2) % 5 * 2 + (self + other) % 2;
}
