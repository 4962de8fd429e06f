/* Cutting values out of JSON. */
#include "json/cut.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct cut all(const char *s)
{
	return (struct cut){s, strlen(s)};
}

static void check(struct cut got, const char *want)
{
	assert_int_equal(got.s != NULL, want != NULL);
	if (!want)
		return;
	assert_int_equal(got.n, strlen(want));
	assert_memory_equal(got.s, want, got.n);
}

static void members(void **state)
{
	(void)state;
	struct cut o = all("{ \"a\" : 1, \"deep\":{\"b\":2,\"t\":\"}],:\\\"x\"} ,\"b\":\"\\\\\",\"c\":[1,[2],{}],\"d\":null,\"e\":{}, \"last\":-12}");

	check(cut_member(o, "a"), "1");
	check(cut_member(o, "deep"), "{\"b\":2,\"t\":\"}],:\\\"x\"}");
	check(cut_member(o, "b"), "\"\\\\\"");
	check(cut_member(o, "c"), "[1,[2],{}]");
	check(cut_member(o, "d"), "null");
	check(cut_member(o, "e"), "{}");
	check(cut_member(o, "x"), NULL);
	check(cut_member(all("{}"), "a"), NULL);
	check(cut_member(all("[1]"), "a"), NULL);
	check(cut_member((struct cut){0}, "a"), NULL);
	assert_int_equal(cut_int(cut_member(o, "last")), -12);
	assert_int_equal(cut_int(cut_member(o, "x")), 0);
}

static void elements(void **state)
{
	(void)state;
	static const char *const want[] = {"1", "\"a,]\"", "[2,3]", "{\"x\":[]}", NULL};
	struct cut a = all("[1, \"a,]\" ,[2,3],{\"x\":[]} ]"), e = {0};

	for (size_t i = 0; i < COUNT(want); i++) {
		e = cut_next(a, e);
		check(e, want[i]);
	}
	check(cut_next(all("[]"), (struct cut){0}), NULL);
	check(cut_next(all("{}"), (struct cut){0}), NULL);
}

/* Text that is cut short gives something within it, whatever that is. */
static void stays_inside(void **state)
{
	(void)state;
	static const char text[] = "{\"a\":{\"b\":[\"c\\\"\",{\"d\":1}]},\"z\":\"\\";

	for (size_t n = 0; n < sizeof(text); n++) {
		char *copy = malloc(n ? n : 1);

		assert_non_null(copy);
		memcpy(copy, text, n);
		struct cut v = cut_member((struct cut){copy, n}, "z");

		assert_true(!v.s || (v.s >= copy && v.s + v.n <= copy + n));
		free(copy);
	}
}

/* What is no value is not one of no length, behind which a search would stand still. */
static void garbage_is_nothing(void **state)
{
	(void)state;
	check(cut_next((struct cut){"[\0]", 3}, (struct cut){0}), NULL);
	check(cut_next(all("[:]"), (struct cut){0}), NULL);
	check(cut_member(all("{:1"), "a"), NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members),
		cmocka_unit_test(elements),
		cmocka_unit_test(stays_inside),
		cmocka_unit_test(garbage_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
