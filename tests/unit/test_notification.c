/* When repeating notifications come again, which pages a click may open, and what templates say. */
#include "base/clock.h"
#include "domain/notification/delivery_rules.h"
#include "domain/notification/notification_rules.h"
#include "domain/notification/notification_shapes.h"
#include "domain/notification/template_rules.h"

#include <setjmp.h>
#include <cmocka.h>

static int64_t at(const char *iso)
{
	int64_t ms = 0;

	if (!clock_parse(iso, &ms))
		fail_msg("no time: %s", iso);
	return ms;
}

static void next_is(const struct repetition *r, const char *after, const char *want)
{
	int64_t got = notification_next(r, at(after));
	char text[32] = "never";

	if (got)
		clock_iso(got, text);
	assert_string_equal(text, want);
}

static void days_and_weeks(void **state)
{
	struct repetition r = {.type = "daily", .every = 1, .zone = "Asia/Seoul"};

	(void)state;
	r.from = at("2026-03-01T00:30:00Z");
	next_is(&r, "2026-03-01T00:30:00Z", "2026-03-02T00:30:00.000Z");
	next_is(&r, "2026-03-02T00:29:59.999Z", "2026-03-02T00:30:00.000Z");
	next_is(&r, "2029-07-01T12:00:00Z", "2029-07-02T00:30:00.000Z"); /* missed ones are not made up for */
	r.at = "08:00"; /* of the Korean day */
	next_is(&r, "2026-03-01T00:30:00Z", "2026-03-01T23:00:00.000Z");
	r.every = 3;
	next_is(&r, "2026-03-01T00:30:00Z", "2026-03-03T23:00:00.000Z");
	next_is(&r, "2026-03-05T00:00:00Z", "2026-03-06T23:00:00.000Z");
	r.type = "weekly";
	r.every = 2;
	r.at = NULL;
	next_is(&r, "2026-03-01T00:30:00Z", "2026-03-15T00:30:00.000Z");
	next_is(&r, "2026-03-20T00:00:00Z", "2026-03-29T00:30:00.000Z");
}

static void months_keep_their_day(void **state)
{
	struct repetition r = {.type = "monthly", .every = 1, .zone = "UTC"};

	(void)state;
	r.from = at("2027-12-31T10:00:00Z");
	next_is(&r, "2027-12-31T10:00:00Z", "2028-01-31T10:00:00.000Z");
	next_is(&r, "2028-01-31T10:00:00Z", "2028-02-29T10:00:00.000Z");
	next_is(&r, "2028-02-29T10:00:00Z", "2028-03-31T10:00:00.000Z");
	next_is(&r, "2029-02-01T00:00:00Z", "2029-02-28T10:00:00.000Z");
	r.every = 5;
	next_is(&r, "2027-12-31T10:00:00Z", "2028-05-31T10:00:00.000Z");
	next_is(&r, "2040-01-01T00:00:00Z", "2040-01-31T10:00:00.000Z");
}

static void ends_with_its_last_day(void **state)
{
	struct repetition r = {.type = "daily", .every = 1, .until = "2026-03-03", .zone = "Asia/Seoul"};

	(void)state;
	r.from = at("2026-03-01T20:00:00Z"); /* the 2nd in Korea */
	next_is(&r, "2026-03-01T20:00:00Z", "2026-03-02T20:00:00.000Z");
	next_is(&r, "2026-03-02T20:00:00Z", "never");
	next_is(&r, "2030-01-01T00:00:00Z", "never");
}

static void clocks_that_change(void **state)
{
	struct repetition r = {.type = "daily", .every = 1, .at = "08:30", .zone = "Europe/Berlin"};

	(void)state;
	r.from = at("2026-03-27T07:30:00Z");
	next_is(&r, "2026-03-28T07:30:00Z", "2026-03-29T06:30:00.000Z"); /* summer begins that night */
	next_is(&r, "2026-10-24T06:30:00Z", "2026-10-25T07:30:00.000Z"); /* and ends */
	r.from = at("2026-10-24T22:00:00Z"); /* midnight; the day has 25 hours */
	r.at = "23:59";
	next_is(&r, "2026-10-26T22:30:00Z", "2026-10-26T22:59:00.000Z");
}

static void pages_of_the_client(void **state)
{
	(void)state;
	assert_true(notify_page_exists("/chat"));
	assert_true(notify_page_exists("/matching/profile/5"));
	assert_false(notify_page_exists("/matching/profile/"));
	assert_false(notify_page_exists("/chat/5"));
	assert_false(notify_page_exists("//chat"));
	assert_false(notify_page_exists(""));
	for (size_t i = 0; i < NOTIFY_MAX; i++)
		assert_true(!notify_templates[i].page || notify_page_exists(notify_templates[i].page));
}

static void templates_say_the_same_in_both_languages(void **state)
{
#define NAME(p) #p,
	static const char *const names[] = {TEMPLATE_PARAMS(NAME)};
#undef NAME
	struct ctx c = {.arena = arena_new(1 << 20)};

	(void)state;
	for (size_t i = 0; i < NOTIFY_MAX; i++) {
		const struct template_row *t = &notify_templates[i];

		assert_int_equal(notify_template_of(t->id), i);
		for (size_t k = 0; k < COUNT(names); k++) {
			const char *word = arena_printf(c.arena, "{%s}", names[k]);

			bool ko = strstr(t->title[LANG_KO], word) || strstr(t->message[LANG_KO], word);
			bool en = strstr(t->title[LANG_EN], word) || strstr(t->message[LANG_EN], word);

			assert_int_equal(ko, en);
		}
	}
	/* a value is no template again; what nothing fills goes; nothing is longer than a notification */
	const struct notify_param self[] = {{"name", "{name}"}, {0}};
	const struct template_row odd = {.title = {"a{x}b{name}{", "{name}"}};

	assert_string_equal(template_message(&c, &notify_templates[NOTIFY_MATCH_REQUEST], LANG_EN, self),
			    "{name} would like to be your partner");
	assert_string_equal(template_title(&c, &odd, LANG_KO, NULL), "ab");
	assert_string_equal(template_title(&c, &odd, LANG_EN, (const struct notify_param[]){{"name", ""}, {0}}), "");
	assert_int_equal(strlen(template_title(&c, &odd, LANG_EN,
					       (const struct notify_param[]){{"name", memset(arena_alloc(c.arena, 300), 'x', 299)},
									     {0}})),
			 TITLE_MAX);
	arena_free(c.arena);
}

static void moments_are_read_strictly(void **state)
{
	static const char *const bad[] = {
		"", "2026-01-01", "2026-01-01T10:00", "2026-01-01 10:00:00Z", "2026-13-01T10:00:00Z",
		"2026-02-29T10:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T10:60:00Z",
		"2026-01-01T10:00:00+9:00", "2026-01-01T10:00:00Z ", "x026-01-01T10:00:00Z",
		"2026-01-01T10:00:00+0900", "2026-01-01T10:00:00.",
		"9999-12-31T23:59:59-00:01", "0000-01-01T00:00:00+00:01",
	};
	int64_t ms;

	(void)state;
	assert_int_equal(at("1970-01-01T00:00:01.5Z"), 1500);
	assert_int_equal(at("1970-01-01T09:00+09:00"), 0);
	assert_int_equal(at("1969-12-31T19:00:00.000-05:00"), 0);
	assert_int_equal(at("2026-01-31T09:00:00.123456Z") % 1000, 123);
	for (size_t i = 0; i < COUNT(bad); i++)
		if (clock_parse(bad[i], &ms))
			fail_msg("taken: %s", bad[i]);
}

static void quiet_hours_where_the_person_is(void **state)
{
	static const int64_t minute = 60000;

	(void)state;
	/* over midnight, in Seoul: 22:00 there is 13:00 in UTC */
	assert_int_equal(quiet_left("22:00", "08:00", "Asia/Seoul", at("2026-01-31T12:59:59Z")), 0);
	assert_int_equal(quiet_left("22:00", "08:00", "Asia/Seoul", at("2026-01-31T13:00:00Z")), 600 * minute);
	assert_int_equal(quiet_left("22:00", "08:00", "Asia/Seoul", at("2026-01-31T22:59:00Z")), minute);
	assert_int_equal(quiet_left("22:00", "08:00", "Asia/Seoul", at("2026-01-31T23:00:00Z")), 0);
	assert_int_equal(quiet_left("12:00", "13:30", "UTC", at("2026-01-31T13:00:00Z")), 30 * minute);
	assert_int_equal(quiet_left("12:00", "13:30", "UTC", at("2026-01-31T11:59:00Z")), 0);
	assert_int_equal(quiet_left("09:00", "09:00", "UTC", at("2026-01-31T09:00:00Z")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_and_weeks),
		cmocka_unit_test(months_keep_their_day),
		cmocka_unit_test(ends_with_its_last_day),
		cmocka_unit_test(clocks_that_change),
		cmocka_unit_test(pages_of_the_client),
		cmocka_unit_test(templates_say_the_same_in_both_languages),
		cmocka_unit_test(moments_are_read_strictly),
		cmocka_unit_test(quiet_hours_where_the_person_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
