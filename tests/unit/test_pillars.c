/* The pillars of a birth and how two fit. Dates are of independent computations; terms are those of almanacs. */
#include "domain/dating/pillars.h"

#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>

static const char *const stem[] = {"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"};
static const char *const branch[] = {"子", "丑", "寅", "卯", "辰", "巳", "午", "未", "申", "酉", "戌", "亥"};

static const char *name(unsigned pillar)
{
	static char text[3][16];
	static int turn;
	char *to = text[turn++ % 3];

	(void)snprintf(to, sizeof(text[0]), "%s%s", stem[pillar % STEMS], branch[pillar % BRANCHES]);
	return to;
}

static struct pillars of(const char *date)
{
	int y;
	unsigned m, d;

	assert_int_equal(sscanf(date, "%d-%u-%u", &y, &m, &d), 3);
	return pillars_of(y, m, d);
}

/* "date year month day" at noon */
static void dates(void **state UNUSED)
{
	static const char *const known[] = {
		"1900-01-01 己亥 丙子 甲戌", "1945-08-15 乙酉 甲申 丙辰", "1950-06-25 庚寅 壬午 辛卯",
		"1960-06-01 庚子 辛巳 庚申", "1970-01-01 己酉 丙子 辛巳", "1977-01-01 丙辰 庚子 戊午",
		"1984-02-04 癸亥 乙丑 戊辰", "1985-07-07 乙丑 壬午 丁未", "1987-06-06 丁卯 乙巳 丙戌",
		"1988-01-06 丁卯 壬子 庚申", "1988-02-04 丁卯 癸丑 己丑", "1988-09-17 戊辰 辛酉 乙亥",
		"1995-02-04 甲戌 丁丑 丙寅", "1996-02-29 丙子 庚寅 丙申", "1999-01-01 戊寅 甲子 癸丑",
		"1999-04-17 己卯 戊辰 己亥", "1999-12-31 己卯 丙子 丁巳", "2000-01-01 己卯 丙子 戊午",
		"2000-02-04 己卯 丁丑 壬辰", "2000-02-29 庚辰 戊寅 丁巳", "2001-09-11 辛巳 丁酉 丁丑",
		"2008-08-07 戊子 己未 己卯", "2009-09-18 己丑 癸酉 丙寅", "2010-12-31 庚寅 戊子 乙卯",
		"2017-02-03 丙申 辛丑 辛酉", "2020-02-29 庚子 戊寅 壬寅", "2020-03-05 庚子 己卯 丁未",
		"2021-02-03 庚子 己丑 壬午", "2021-02-04 辛丑 庚寅 癸未", "2023-12-31 癸卯 甲子 癸亥",
		"2024-02-04 癸卯 乙丑 戊戌", "2024-02-29 甲辰 丙寅 癸亥", "2024-03-05 甲辰 丁卯 戊辰",
		"2025-02-03 甲辰 丁丑 癸卯", "2025-02-04 乙巳 戊寅 甲辰", "2025-10-27 乙巳 丙戌 己巳",
		"2025-10-28 乙巳 丙戌 庚午", "2026-01-01 乙巳 戊子 乙亥", "2026-02-04 丙午 庚寅 己酉",
		"2033-12-22 癸丑 甲子 丁未", "2050-01-01 己巳 丙子 辛巳",
	};
	char got[64];

	for (size_t i = 0; i < COUNT(known); i++) {
		struct pillars p = of(known[i]);

		(void)snprintf(got, sizeof(got), "%.10s %s %s %s", known[i], name(p.year), name(p.month), name(p.day));
		assert_string_equal(got, known[i]);
	}
}

/* The first day whose noon is of each month from the one of 丑 on, January to December. */
static void terms(void **state UNUSED)
{
	static const struct {
		int year;
		unsigned char day[12];
	} first[] = {
		{1984, {7, 5, 6, 5, 6, 6, 7, 8, 8, 8, 8, 7}}, {1999, {6, 5, 6, 6, 6, 7, 8, 8, 8, 9, 8, 8}},
		{2000, {6, 5, 6, 5, 6, 6, 7, 8, 8, 8, 7, 7}}, {2017, {6, 4, 6, 5, 6, 6, 7, 8, 8, 8, 8, 7}},
		{2021, {6, 4, 6, 5, 6, 6, 7, 8, 8, 8, 8, 7}}, {2024, {6, 5, 5, 5, 5, 6, 7, 7, 8, 8, 7, 7}},
		{2025, {5, 4, 6, 5, 6, 6, 7, 8, 8, 8, 8, 7}}, {2026, {6, 4, 6, 5, 6, 6, 7, 8, 8, 9, 8, 7}},
	};

	for (size_t i = 0; i < COUNT(first); i++)
		for (unsigned m = 0; m < 12; m++) {
			unsigned day = first[i].day[m];
			struct pillars before = pillars_of(first[i].year, m + 1, day - 1);
			struct pillars from = pillars_of(first[i].year, m + 1, day);

			assert_int_equal(before.month % BRANCHES, m);
			assert_int_equal(from.month % BRANCHES, (m + 1) % BRANCHES);
			assert_int_equal(from.month, (before.month + 1) % PILLARS);
			assert_int_equal(from.year, (before.year + (m == 1)) % PILLARS);
		}
}

/* Nothing is skipped from one day to the next in two hundred years: days and months count on, years at ipchun. */
static void in_order(void **state UNUSED)
{
	static const unsigned char length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	struct pillars last = pillars_of(1899, 12, 31);
	unsigned months = 0, years = 0;

	for (int y = 1900; y <= 2100; y++)
		for (unsigned m = 1; m <= 12; m++) {
			bool leap = m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);

			for (unsigned d = 1; d <= length[m - 1] + (unsigned)leap; d++) {
				struct pillars p = pillars_of(y, m, d);
				bool month = p.month != last.month, year = p.year != last.year;

				assert_int_equal(p.day, (last.day + 1) % PILLARS);
				assert_int_equal(p.month, (last.month + month) % PILLARS);
				assert_int_equal(p.year, (last.year + year) % PILLARS);
				assert_int_equal(year, month && p.month % BRANCHES == 2);
				months += month;
				years += year;
				last = p;
			}
		}
	assert_int_equal(months, 201 * 12);
	assert_int_equal(years, 201);
}

static void scores(void **state UNUSED)
{
	static const struct {
		const char *a, *b;
		int score;
	} known[] = {
		{"1999-04-17", "2000-02-29", 44}, {"1988-09-17", "1990-05-15", 34}, {"1990-05-15", "1992-10-24", 84},
		{"1999-12-31", "2001-09-11", 67}, {"1999-04-17", "1999-04-17", 43},
	};
	int least = 100, most = 0;

	for (size_t i = 0; i < COUNT(known); i++) {
		struct pillars a = of(known[i].a), b = of(known[i].b);

		assert_int_equal(pillars_score(&a, &b), known[i].score);
		assert_int_equal(pillars_score(&b, &a), known[i].score);
	}
	for (unsigned i = 0; i < PILLARS; i++)
		for (unsigned j = 0; j < PILLARS; j++) {
			struct pillars a = {i, (i + j) % PILLARS, j}, b = {j, i, i};
			int score = pillars_score(&a, &b);

			assert_int_equal(score, pillars_score(&b, &a));
			assert_int_equal(pillars_days(i, j), pillars_days(j, i));
			least = score < least ? score : least;
			most = score > most ? score : most;
		}
	assert_in_range(least, 0, 30);
	assert_in_range(most, 75, 100);
}

/* Rows of the table of ten gods, the day's stem by each of the ten. */
static void gods(void **state UNUSED)
{
	static const char *const table[STEMS] = {
		"0123456789", "1032547698", "8901234567", "9810325476", "6789012345",
		"7698103254", "4567890123", "5476981032", "2345678901", "3254769810",
	};

	for (unsigned self = 0; self < STEMS; self++)
		for (unsigned other = 0; other < STEMS; other++)
			assert_int_equal(pillars_god(self, other), table[self][other] - '0');
	assert_int_equal(pillars_god(of("1999-04-17").day % STEMS, of("2025-10-28").day % STEMS), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates), cmocka_unit_test(terms), cmocka_unit_test(in_order),
		cmocka_unit_test(scores), cmocka_unit_test(gods),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
