/* How well two people fit. Expected numbers come from the text at the top of score.h. */
#include "domain/matching/score.h"

#include <math.h>
#include <setjmp.h>
#include <cmocka.h>

#define DAY ((int64_t)86400000)
#define NOW (20000 * DAY)
#define NEAR(got, want) assert_true(fabs((got) - (want)) < 1e-9)

enum { KO = 1, EN = 2, JA = 3, PAIRS = 10000 };

static struct person speaker(unsigned native)
{
	return (struct person){.native = (uint16_t)native, .active_at = NOW};
}

static void learn(struct person *p, unsigned id, unsigned level, unsigned wish)
{
	p->tongue[p->tongues++] = (struct tongue){
		.id = (uint16_t)id,
		.level = (uint8_t)level,
		.wish = (uint8_t)wish,
		.learning = true,
	};
}

static struct fit fit_of(const struct person *a, const struct person *b)
{
	struct fit f;

	score_pair(a, b, NOW, &f);
	return f;
}

/* ---- chance, the same every time ---------------------------------------------------------- */

static uint64_t seed;

static uint64_t dice(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static unsigned below(unsigned n)
{
	return (unsigned)(dice() % n);
}

/* A few bits from 1 on, none in one case of three. */
static uint64_t choices(unsigned n)
{
	/* NOLINTNEXTLINE(misc-redundant-expression): two throws */
	return below(3) ? dice() & dice() & ((UINT64_C(1) << n) - 1) << 1 : 0;
}

static struct person anybody(void)
{
	static const enum said genders[] = {UNSAID, SAID_MALE, SAID_FEMALE, SAID_OTHER, SAID_NONE};
	static const enum said wanted[] = {UNSAID, SAID_MALE, SAID_FEMALE, SAID_OTHER, SAID_ANY};
	static const enum said methods[] = {UNSAID, SAID_TEXT, SAID_VOICE, SAID_VIDEO, SAID_HYBRID};
	struct person p = {.id = dice(), .native = (uint16_t)below(5)};

	for (unsigned id = 1; id <= 4; id++)
		if (id != p.native && below(3))
			p.tongue[p.tongues++] = (struct tongue){
				.id = (uint16_t)id,
				.level = (uint8_t)(below(4) ? 100 + below(7) : 0),
				.wish = (uint8_t)(below(3) ? 200 + below(4) : 0),
				.learning = below(4),
			};
	p.topics = choices(9);
	p.motivations = choices(9);
	p.styles = choices(3);
	p.expectations = choices(4);
	p.personalities = choices(5);
	p.group_sizes = choices(4);
	p.gender = genders[below(COUNT(genders))];
	p.partner_gender = wanted[below(COUNT(wanted))];
	p.communication = methods[below(COUNT(methods))];
	p.active_at = NOW - (int64_t)(dice() % (uint64_t)(90 * DAY)) + DAY;
	for (unsigned n = below(4) ? below(12) : 0; n; n--)
		score_mark(p.week, (int)below(WEEK_SLOTS), (int)below(6));
	return p;
}

static bool in_range(double v)
{
	return v >= 0 && v <= 100;
}

static void whoever_meets_the_numbers_keep_their_promises(void **state)
{
	unsigned exchanges = 0, one_way = 0, strangers = 0;

	(void)state;
	seed = UINT64_C(20260101);
	for (int i = 0; i < PAIRS; i++) {
		struct person a = anybody(), b = anybody();
		struct fit f = fit_of(&a, &b), again = fit_of(&a, &b), back = fit_of(&b, &a);
		double sum = 0.60 * f.language + 0.12 * f.interests + 0.12 * f.schedule +
			     0.08 * f.personality + 0.05 * f.goals + 0.03 * f.activity;

		if (!in_range(f.total) || !in_range(f.language) || !in_range(f.interests) ||
		    !in_range(f.schedule) || !in_range(f.personality) || !in_range(f.goals) ||
		    !in_range(f.activity))
			fail_msg("pair %d leaves 0..100: %f", i, f.total);
		if (f.total <= 1) /* the least there is, is 1.3 */
			fail_msg("pair %d: clients take %f for a fraction", i, f.total);
		if (fabs(f.total - round(f.total * 10) / 10) > 1e-9 || fabs(f.total - sum) > 0.05 + 1e-9)
			fail_msg("pair %d: total %f of the weighted %f", i, f.total, sum);
		/* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison,cert-exp42-c,cert-flp37-c): to the last bit */
		if (memcmp(&f.total, &again.total, sizeof(f.total)) != 0 || f.shared_topics != again.shared_topics)
			fail_msg("pair %d differs the second time", i);
		if (f.language != back.language || f.interests != back.interests || f.schedule != back.schedule ||
		    f.personality != back.personality || f.goals != back.goals ||
		    f.shared_slots != back.shared_slots || f.shared_targets != back.shared_targets ||
		    f.they_teach != back.i_teach || f.i_teach != back.they_teach)
			fail_msg("pair %d looks different from the other side", i);
		if (f.they_teach && f.i_teach) {
			exchanges++;
			if (f.language < 92 || f.total < 55.2)
				fail_msg("pair %d can exchange and has %f", i, f.total);
		} else if (f.they_teach || f.i_teach) {
			one_way++;
			if (f.language < 20 || f.language > 25 || f.total > 55.0)
				fail_msg("pair %d is one-sided and has %f", i, f.total);
		} else {
			strangers++;
			if (f.language > 15 || f.total > 49.0)
				fail_msg("pair %d cannot help each other and has %f", i, f.total);
		}
		a.active_at = b.active_at = NOW;
		if (fit_of(&a, &b).total != fit_of(&b, &a).total)
			fail_msg("pair %d: the total depends on more than the other's activity", i);
	}
	assert_true(exchanges > 500 && one_way > 500 && strangers > 500);
}

/* ---- language ----------------------------------------------------------------------------- */

static double exchange(unsigned mine, unsigned theirs, unsigned wish_a, unsigned wish_b)
{
	struct person a = speaker(KO), b = speaker(EN);

	learn(&a, EN, mine, wish_a);
	learn(&b, KO, theirs, wish_b);
	return fit_of(&a, &b).language;
}

static void exchange_is_92_and_more_the_more_balanced_the_levels(void **state)
{
	(void)state;
	NEAR(exchange(102, 102, 0, 0), 100);
	NEAR(exchange(102, 103, 0, 0), 100);
	NEAR(exchange(101, 103, 0, 0), 92 + 8 * 0.67);
	NEAR(exchange(103, 101, 0, 0), 92 + 8 * 0.67);
	NEAR(exchange(100, 103, 0, 0), 92 + 8 * 0.33);
	NEAR(exchange(100, 106, 201, 202), 92 + 8 * 0.33);
	NEAR(exchange(0, 106, 0, 0), 96);
	NEAR(exchange(106, 0, 203, 0), 96);
	/* who wants somebody at the same level minds a gap twice as much, whichever of them it is */
	NEAR(exchange(101, 103, 203, 0), 92 + 4 * 0.67);
	NEAR(exchange(101, 103, 0, 203), 92 + 4 * 0.67);
	NEAR(exchange(100, 106, 203, 203), 92 + 4 * 0.33);
	NEAR(exchange(102, 103, 203, 203), 100);
}

static void less_than_exchange_is_far_below(void **state)
{
	struct person a = speaker(KO), b = speaker(EN), c = speaker(KO), d = speaker(0), same = speaker(KO);
	struct fit f;

	(void)state;
	learn(&a, EN, 103, 0);
	f = fit_of(&a, &b);
	assert_true(f.they_teach && !f.i_teach && f.shared_targets == 0);
	NEAR(f.language, 20);
	f = fit_of(&b, &a);
	assert_true(!f.they_teach && f.i_teach);
	learn(&b, JA, 0, 0);
	NEAR(fit_of(&a, &b).language, 20);
	learn(&a, JA, 0, 0);
	f = fit_of(&a, &b);
	NEAR(f.language, 25);
	assert_true(f.shared_targets == 1 << JA);
	/* fellow learners */
	learn(&c, EN, 0, 0);
	NEAR(fit_of(&a, &c).language, 15);
	/* unknown languages are not a reason against */
	NEAR(fit_of(&d, &a).language, 15);
	NEAR(fit_of(&a, &d).language, 15);
	NEAR(fit_of(&d, &d).language, 15);
	NEAR(fit_of(&a, &same).language, 15);
	/* known and nothing in common */
	learn(&same, 7, 0, 0);
	NEAR(fit_of(&c, &same).language, 0);
}

static void speaking_a_language_is_not_learning_it(void **state)
{
	struct person a = speaker(KO), b = speaker(EN);

	(void)state;
	a.tongue[a.tongues++] = (struct tongue){.id = EN, .level = 106};
	learn(&b, KO, 102, 0);
	struct fit f = fit_of(&a, &b);

	assert_true(!f.they_teach && f.i_teach);
	NEAR(f.language, 20);
	assert_ptr_equal(score_tongue(&a, EN), &a.tongue[0]);
	assert_null(score_tongue(&a, KO));
	assert_null(score_tongue(&a, 0));
}

/* ---- the rest ----------------------------------------------------------------------------- */

static void nothing_known_is_the_middle(void **state)
{
	struct person a = speaker(0), b = speaker(0);
	struct fit f = fit_of(&a, &b);

	(void)state;
	NEAR(f.interests, 50);
	NEAR(f.schedule, 50);
	NEAR(f.goals, 50);
	/* no wish about gender is fulfilled by everybody */
	NEAR(f.personality, 35 + 0.65 * 50);
	NEAR(f.activity, 100);
	NEAR(f.total, 31.9); /* 9 + 6 + 6 + 5.4 + 2.5 + 3 */
}

static void interests_and_goals_count_twice_what_is_shared(void **state)
{
	struct person a = speaker(KO), b = speaker(EN);

	(void)state;
	a.topics = 0x0e; /* 1 2 3 */
	NEAR(fit_of(&a, &b).interests, 50);
	b.topics = 0x70; /* 4 5 6 */
	NEAR(fit_of(&a, &b).interests, 0);
	b.topics = 0x18; /* 3 4: one of four */
	NEAR(fit_of(&a, &b).interests, 50);
	assert_true(fit_of(&a, &b).shared_topics == 0x08);
	b.topics = 0x0c; /* two of three, capped */
	NEAR(fit_of(&a, &b).interests, 100);
	a.motivations = 0x06;
	b.motivations = 0x0c; /* one of three */
	NEAR(fit_of(&a, &b).goals, 0.6 * 200 / 3 + 0.4 * 50);
	a.expectations = 0x02;
	b.expectations = 0x04;
	NEAR(fit_of(&a, &b).goals, 0.6 * 200 / 3);
	assert_true(fit_of(&a, &b).shared_motivations == 0x04);
}

static void four_common_hours_or_all_there_are_make_a_full_schedule(void **state)
{
	struct person a = speaker(KO), b = speaker(EN);
	uint64_t *mine = a.week, *theirs = b.week;

	(void)state;
	NEAR(fit_of(&a, &b).schedule, 50); /* nobody is never free: not said */
	score_mark(mine, 10, 20);
	NEAR(fit_of(&a, &b).schedule, 50);
	score_mark(theirs, 28, 4);
	NEAR(fit_of(&a, &b).schedule, 50); /* 2 of their 4 */
	assert_int_equal(fit_of(&a, &b).shared_slots, 2);
	score_mark(theirs, 32, 16);
	NEAR(fit_of(&a, &b).schedule, 25); /* 2 of the 8 that are enough */
	score_mark(theirs, 22, 8);
	NEAR(fit_of(&a, &b).schedule, 100);
	memset(theirs, 0, sizeof(b.week));
	score_mark(theirs, 100, 8);
	NEAR(fit_of(&a, &b).schedule, 0);
	memset(theirs, 0, sizeof(b.week));
	NEAR(fit_of(&a, &b).schedule, 50);
}

/* Of the personality's parts all but one are unknown: what that one adds to the rest. */
static double part(const struct person *a, const struct person *b, double weight)
{
	return (fit_of(a, b).personality - (35 + (0.65 - weight) * 50)) / weight;
}

static void personality_is_five_parts(void **state)
{
	struct person a = speaker(KO), b = speaker(EN);
	const struct person blank = speaker(EN);

	(void)state;
	/* wishes about gender, 35: both ways, geometric mean */
	a.partner_gender = SAID_FEMALE;
	NEAR(fit_of(&a, &b).personality, 0.35 * sqrt(50 * 100) + 0.65 * 50);
	b.gender = SAID_FEMALE;
	NEAR(fit_of(&a, &b).personality, 35 + 0.65 * 50);
	b.gender = SAID_MALE;
	NEAR(fit_of(&a, &b).personality, 0.65 * 50);
	a.partner_gender = SAID_ANY;
	NEAR(fit_of(&a, &b).personality, 35 + 0.65 * 50);
	a.partner_gender = SAID_OTHER;
	b.gender = SAID_NONE;
	NEAR(fit_of(&a, &b).personality, 0.35 * sqrt(50 * 100) + 0.65 * 50);
	a.partner_gender = UNSAID;

	a.personalities = 0x06;
	b.personalities = 0x04;
	NEAR(part(&a, &b, 0.25), 100);
	b.personalities = 0x08;
	NEAR(part(&a, &b, 0.25), 0);
	a.personalities = 0;

	b = blank;
	const struct {
		uint64_t x, y;
		double want;
	} styles[] = {{1 << 1, 1 << 2, 100}, {1 << 1, 1 << 1, 50}, {1 << 2, 1 << 2, 50}, {1 << 3, 1 << 1, 80},
		      {1 << 3, 1 << 3, 80}, {1 << 3, 0, 50}},
	  groups[] = {{1 << 1, 1 << 1, 100}, {1 << 1, 1 << 2, 30}, {1 << 1, 1 << 4, 100}, {1 << 4, 0, 50}};

	for (size_t i = 0; i < COUNT(styles); i++) {
		a.styles = styles[i].x;
		b.styles = styles[i].y;
		NEAR(part(&a, &b, 0.15), styles[i].want);
	}
	a.styles = b.styles = 0;
	for (size_t i = 0; i < COUNT(groups); i++) {
		a.group_sizes = groups[i].x;
		b.group_sizes = groups[i].y;
		NEAR(part(&a, &b, 0.10), groups[i].want);
	}
	a.group_sizes = b.group_sizes = 0;
	const struct {
		enum said x, y;
		double want;
	} methods[] = {{SAID_TEXT, SAID_TEXT, 100}, {SAID_HYBRID, SAID_HYBRID, 100}, {SAID_TEXT, SAID_HYBRID, 85},
		       {SAID_TEXT, SAID_VIDEO, 40}, {SAID_TEXT, UNSAID, 50}};

	for (size_t i = 0; i < COUNT(methods); i++) {
		a.communication = methods[i].x;
		b.communication = methods[i].y;
		NEAR(part(&a, &b, 0.15), methods[i].want);
	}
}

static void activity_falls_for_sixty_days(void **state)
{
	struct person a = speaker(KO), b = speaker(EN);

	(void)state;
	b.active_at = NOW + 5 * DAY; /* a clock that is ahead */
	NEAR(fit_of(&a, &b).activity, 100);
	b.active_at = NOW - DAY;
	NEAR(fit_of(&a, &b).activity, 100);
	b.active_at = NOW - 30 * DAY - DAY / 2;
	NEAR(fit_of(&a, &b).activity, 50);
	b.active_at = NOW - 60 * DAY;
	NEAR(fit_of(&a, &b).activity, 0);
	b.active_at = NOW - 5000 * DAY;
	NEAR(fit_of(&a, &b).activity, 0);
	NEAR(fit_of(&b, &a).activity, 100);
}

/* The two numbers the search relies on: the worst exchange stands before the best of the others. */
static void the_worst_exchange_beats_the_best_of_the_rest(void **state)
{
	struct person a = speaker(KO), b = speaker(EN), c = speaker(EN), d;

	(void)state;
	score_mark(a.week, 0, 10);
	score_mark(b.week, 40, 10);
	score_mark(c.week, 0, 10);
	learn(&a, EN, 100, 203);
	learn(&b, KO, 106, 203);
	a.topics = a.motivations = a.expectations = a.personalities = 0x02;
	a.styles = 1 << 1;
	a.group_sizes = 1 << 1;
	a.communication = SAID_TEXT;
	a.gender = SAID_MALE;
	a.partner_gender = SAID_MALE;
	learn(&a, JA, 0, 0);
	d = a;
	b.topics = b.motivations = b.expectations = b.personalities = 0x04;
	b.styles = 1 << 1;
	b.group_sizes = 1 << 2;
	b.communication = SAID_VOICE;
	b.gender = SAID_FEMALE;
	b.partner_gender = SAID_FEMALE;
	b.active_at = 0;
	struct fit worst = fit_of(&a, &b);

	c.topics = c.motivations = c.expectations = c.personalities = 0x02;
	c.styles = 1 << 2;
	c.group_sizes = 1 << 1;
	c.communication = SAID_TEXT;
	c.gender = SAID_MALE;
	learn(&c, JA, 0, 0);
	struct fit best = fit_of(&d, &c);

	NEAR(best.total, 55.0);
	assert_true(worst.total < 58 && worst.total > best.total);
}

static void levels_begin_at_sixty_and_eighty(void **state)
{
	(void)state;
	assert_string_equal(score_level(0), "LOW");
	assert_string_equal(score_level(59.9), "LOW");
	assert_string_equal(score_level(60), "MEDIUM");
	assert_string_equal(score_level(79.9), "MEDIUM");
	assert_string_equal(score_level(80), "HIGH");
	assert_string_equal(score_level(100), "HIGH");
}

/* ---- weeks -------------------------------------------------------------------------------- */

static bool marked(const uint64_t *week, unsigned slot)
{
	return ((const unsigned char *)week)[slot / 8] >> slot % 8 & 1;
}

static void marks_go_round_the_end_of_the_week(void **state)
{
	uint64_t w[WEEK_WORDS] = {0};

	(void)state;
	score_mark(w, WEEK_SLOTS - 1, 2);
	assert_true(marked(w, WEEK_SLOTS - 1) && marked(w, 0));
	assert_int_equal(score_overlap(w, w), 2);
	memset(w, 0, sizeof(w));
	score_mark(w, -18, 2); /* Monday 00:00 in Seoul is Sunday 15:00 UTC */
	assert_true(marked(w, WEEK_SLOTS - 18) && marked(w, WEEK_SLOTS - 17));
	score_mark(w, -1, 2);
	assert_true(marked(w, WEEK_SLOTS - 1) && marked(w, 0));
	assert_int_equal(score_overlap(w, w), 4);
	score_mark(w, WEEK_SLOTS, 1);
	score_mark(w, -WEEK_SLOTS, 1);
	score_mark(w, 3 * WEEK_SLOTS, 1);
	score_mark(w, -3 * WEEK_SLOTS - 1, 1);
	assert_int_equal(score_overlap(w, w), 4);
	score_mark(w, 5, 0);
	score_mark(w, 5, -3);
	assert_int_equal(score_overlap(w, w), 4);
	score_mark(w, 7, 2 * WEEK_SLOTS);
	assert_int_equal(score_overlap(w, w), WEEK_SLOTS);
}

static void overlap_counts_what_both_have(void **state)
{
	uint64_t a[WEEK_WORDS], b[WEEK_WORDS];

	(void)state;
	seed = 7;
	for (int i = 0; i < PAIRS / 10; i++) {
		unsigned n = 0;

		for (int k = 0; k < WEEK_WORDS; k++) {
			a[k] = k < WEEK_WORDS - 1 ? dice() : dice() & 0xffff;
			b[k] = k < WEEK_WORDS - 1 ? dice() : dice() & 0xffff;
		}
		for (unsigned s = 0; s < WEEK_SLOTS; s++)
			n += marked(a, s) && marked(b, s);
		assert_int_equal(score_overlap(a, b), n);
		assert_int_equal(score_overlap(b, a), n);
	}
}

/* ---- at a glance -------------------------------------------------------------------------- */

/* 1: worth a closer look for a place among those who have `least`. */
static size_t promises(const struct viewer *v, const struct person *p, unsigned language, double least)
{
	struct glance g;
	uint32_t place;

	score_glance(p, language, &g);
	return score_promising(v, &g, 1, least, &place);
}

/* What cannot be seen at a glance is personality, the hour of the day and what is rounded. */
static void a_glance_leaves_out_nobody_who_is_good_enough(void **state)
{
	unsigned exchanges = 0, others = 0;

	(void)state;
	seed = UINT64_C(20260102);
	for (int i = 0; i < PAIRS; i++) {
		struct person a = anybody(), b = anybody();
		struct fit f = fit_of(&a, &b);
		bool both = f.they_teach && f.i_teach;
		double seen = f.total - 0.08 * f.personality;
		struct viewer v;

		score_viewer(&a, both ? b.native : 0, both ? 100 : SCORE_ONE_WAY, NOW, &v);
		if (!promises(&v, &b, both ? a.native : 0, f.total))
			fail_msg("pair %d: %f is overlooked", i, f.total);
		if (both && promises(&v, &b, a.native, seen + 8.3))
			fail_msg("pair %d: %f is taken for %f", i, f.total, seen + 8.3);
		score_viewer(&a, 0, 100, NOW, &v);
		if (!promises(&v, &b, 0, f.total))
			fail_msg("pair %d: %f is overlooked when languages are not known", i, f.total);
		exchanges += both;
		others += !both;
	}
	assert_true(exchanges > 500 && others > 500);
}

/* There is no room for more than sixteen motivations and eight expectations. */
static void what_a_glance_cannot_hold_is_taken_for_the_best(void **state)
{
	struct person a = speaker(KO), b = speaker(EN);
	struct viewer v;

	(void)state;
	learn(&a, EN, 102, 0);
	learn(&b, KO, 102, 0);
	a.motivations = (UINT64_C(1) << 40) | 2;
	b.motivations = UINT64_C(1) << 40;
	a.expectations = b.expectations = 2;
	score_viewer(&a, EN, 100, NOW, &v);
	assert_true(promises(&v, &b, KO, fit_of(&a, &b).total));
	a.motivations = b.motivations = 2;
	a.expectations = b.expectations = 1 << 9;
	score_viewer(&a, EN, 100, NOW, &v);
	assert_true(promises(&v, &b, KO, fit_of(&a, &b).total));
}

static void promising_ones_are_named_by_their_places(void **state)
{
	struct person a = speaker(KO), b = speaker(EN);
	struct glance g[5];
	struct viewer v;
	uint32_t places[5];

	(void)state;
	learn(&a, EN, 102, 0);
	learn(&b, KO, 102, 0);
	a.topics = 0x0e;
	for (unsigned i = 0; i < COUNT(g); i++) {
		b.topics = i % 2 ? 0x0e : 0xf0; /* all in common, or nothing */
		score_glance(&b, KO, &g[i]);
	}
	score_viewer(&a, EN, 100, NOW, &v);
	assert_int_equal(score_promising(&v, g, COUNT(g), 0, places), 5);
	assert_int_equal(score_promising(&v, g, COUNT(g), 90, places), 2);
	assert_int_equal(places[0], 1);
	assert_int_equal(places[1], 3);
	assert_int_equal(score_promising(&v, g, COUNT(g), 100, places), 0);
	assert_int_equal(score_promising(&v, g, 0, 0, places), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whoever_meets_the_numbers_keep_their_promises),
		cmocka_unit_test(exchange_is_92_and_more_the_more_balanced_the_levels),
		cmocka_unit_test(less_than_exchange_is_far_below),
		cmocka_unit_test(speaking_a_language_is_not_learning_it),
		cmocka_unit_test(nothing_known_is_the_middle),
		cmocka_unit_test(interests_and_goals_count_twice_what_is_shared),
		cmocka_unit_test(four_common_hours_or_all_there_are_make_a_full_schedule),
		cmocka_unit_test(personality_is_five_parts),
		cmocka_unit_test(activity_falls_for_sixty_days),
		cmocka_unit_test(the_worst_exchange_beats_the_best_of_the_rest),
		cmocka_unit_test(levels_begin_at_sixty_and_eighty),
		cmocka_unit_test(marks_go_round_the_end_of_the_week),
		cmocka_unit_test(overlap_counts_what_both_have),
		cmocka_unit_test(a_glance_leaves_out_nobody_who_is_good_enough),
		cmocka_unit_test(what_a_glance_cannot_hold_is_taken_for_the_best),
		cmocka_unit_test(promising_ones_are_named_by_their_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
