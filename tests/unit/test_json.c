/* Reading and writing JSON: what is taken, what is refused, what comes out. */
#include "base/buf.h"
#include "base/clock.h"
#include "http/render.h"
#include "json/jin.h"

#include <setjmp.h>
#include <cmocka.h>

static struct arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = arena_new(8 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static const struct jval *parse(const char *s)
{
	const char *why = NULL;
	size_t at = 0;

	return jin_parse(arena, s, strlen(s), &why, &at);
}

static void takes_what_is_json(void **state)
{
	static const char *const good[] = {
		"{}", "[]", "0", "-0", "1e5", "-1.5E-3", "\"\"", "true", "false", " [ 1 , 2 ] ",
		"{\"a\":{\"a\":1}}", "\"\\ud83d\\ude00\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"한글\"",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		if (!parse(good[i]))
			fail_msg("refused: %s", good[i]);
}

static void refuses_what_is_not(void **state)
{
	static const char *const bad[] = {
		"",	   "{",	      "[1,]",	"{\"a\":1,}", "{'a':1}", "NaN",	    "Infinity",
		"-",	   "1.",      ".5",	"01",	      "+1",	 "1e",	    "tru",
		"nulll",   "\"a",     "\"\t\"", "\"\\x\"",    "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\"",
		"\"\\u0000\"", "{\"a\":1,\"a\":2}", "{\"ab\":1,\"\\u0061b\":2}", "[1 2]",   "{1:2}",   "\"\xff\"", "\"\xc0\xaf\"", "1 1",
		"/* c */1", "null",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (parse(bad[i]))
			fail_msg("taken: %s", bad[i]);
}

static void depth_is_bounded(void **state)
{
	char text[2 * (JIN_DEPTH + 1) + 1];

	(void)state;
	for (int depth = JIN_DEPTH; depth <= JIN_DEPTH + 1; depth++) {
		memset(text, '[', (size_t)depth);
		memset(text + depth, ']', (size_t)depth);
		text[2 * depth] = '\0';
		assert_int_equal(parse(text) != NULL, depth == JIN_DEPTH);
	}
}

static void numbers_keep_their_type(void **state)
{
	(void)state;
	assert_int_equal(jin_type(parse("9223372036854775806")), J_INT);
	assert_int_equal(jin_int(parse("-9223372036854775807")), -INT64_MAX);
	assert_int_equal(jin_type(parse("9223372036854775808")), J_NUM);
	assert_int_equal(jin_type(parse("1.0")), J_NUM);
	assert_int_equal(jin_type(parse("1e3")), J_NUM);
}

static void every_prefix_of_a_body_is_safe(void **state)
{
	static const char text[] = "{\"a\":[1,2.5e3,true,null,{\"\\u00e9\":\"한\\n\"}],\"b\":\"\\ud83d\\ude00\"}";
	const char *why;
	size_t at;

	(void)state;
	for (size_t n = 0; n < sizeof(text) - 1; n++)
		assert_null(jin_parse(arena, text, n, &why, &at));
	assert_non_null(jin_parse(arena, text, sizeof(text) - 1, &why, &at));
}

#define INNER(F, S) F(S, INT, n) F(S, STR, s, .skip_null = true)
SHAPE(inner, INNER)
#define OUTER(F, S)                                                                                \
	F(S, STR, text, .aka = "alias other")                                                      \
	F(S, ID, id)                                                                               \
	F(S, ID, number, .as_number = true)                                                        \
	F(S, INT, zero, .zero_null = true)                                                         \
	F(S, NUM, num)                                                                             \
	F(S, BOOL, yes)                                                                            \
	F(S, TIME, at)                                                                             \
	F(S, OBJ(inner), obj)                                                                      \
	F(S, LIST(inner), list)                                                                    \
	F(S, INTS, ints)                                                                           \
	F(S, STRS, strs)
SHAPE(outer, OUTER)

static const char *render(const struct outer *o)
{
	struct buf b = buf_new(arena, 16, 1 << 20);

	render_value(&b, &outer_shape, o);
	return b.data;
}

static void structs_become_json(void **state)
{
	struct inner in[2] = {{.n = -1, .s = "a\"\x01\xff"}, {.n = INT64_MIN}};
	struct outer o = {.text = "한", .id = 7, .number = UINT64_C(9007199254740993), .num = 0.1,
			  .yes = true, .at = 951782400123, .obj = &in[0], .list = {in, 2},
			  .ints = {(const int64_t[]){1, 2}, 2}, .strs = {(const char *const[]){"x", NULL}, 2}};

	(void)state;
	assert_string_equal(
		render(&o),
		"{\"text\":\"한\",\"alias\":\"한\",\"other\":\"한\",\"id\":\"7\",\"number\":9007199254740993,"
		"\"zero\":null,\"num\":0.1,\"yes\":true,\"at\":\"2000-02-29T00:00:00.123Z\","
		"\"obj\":{\"n\":-1,\"s\":\"a\\\"\\u0001\xef\xbf\xbd\"},"
		"\"list\":[{\"n\":-1,\"s\":\"a\\\"\\u0001\xef\xbf\xbd\"},{\"n\":-9223372036854775808}],"
		"\"ints\":[1,2],\"strs\":[\"x\",null]}");
	o = (struct outer){.num = __builtin_inf()};
	assert_string_equal(render(&o), "{\"text\":null,\"alias\":null,\"other\":null,\"id\":null,"
					"\"number\":null,\"zero\":null,\"num\":null,\"yes\":false,\"at\":null,"
					"\"obj\":null,\"list\":[],\"ints\":[],\"strs\":[]}");
}

static void a_buffer_stops_at_its_maximum(void **state)
{
	struct buf b = buf_new(arena, 4, 10);

	(void)state;
	buf_str(&b, "12345");
	assert_false(b.over);
	buf_str(&b, "678901");
	assert_true(b.over);
	assert_string_equal(b.data, "12345");
	b = buf_new(arena, 20, 10); /* what it has at first is no more than that either */
	buf_str(&b, "12345678901");
	assert_true(b.over);
}

static void days_are_counted_right(void **state)
{
	int64_t year;
	unsigned month, day;

	(void)state;
	assert_int_equal(clock_days(1970, 1, 1), 0);
	assert_int_equal(clock_days(2000, 3, 1), 11017);
	for (int64_t d = -800000; d < 800000; d += 7) {
		clock_civil(d, &year, &month, &day);
		assert_true(clock_valid_date(year, month, day));
		assert_int_equal(clock_days(year, month, day), d);
	}
	assert_true(clock_valid_date(2000, 2, 29));
	assert_false(clock_valid_date(1900, 2, 29));
	assert_false(clock_valid_date(2023, 4, 31));
	/* months on and back, over years, to the end of shorter ones */
	for (int64_t n = -30; n <= 30; n++) {
		clock_civil(clock_add_months(clock_days(2024, 1, 31), n), &year, &month, &day);
		assert_int_equal(year * 12 + month - 1, 2024 * 12 + n);
	}
	assert_int_equal(clock_add_months(clock_days(2024, 1, 31), -23), clock_days(2022, 2, 28));
}

/* Neither the arena nor json-c is let loose on a body that is nothing but brackets. */
static void memory_follows_from_length(void **state)
{
	static const char piece[] = "{\"a\":{}},";
	const size_t n = 10000 * (sizeof(piece) - 1) + 1; /* 20001 values */
	char *text = malloc(5 * n);
	const char *why = NULL;
	size_t at;

	(void)state;
	assert_non_null(text);
	*text = '[';
	for (size_t i = 0; i < 5 * 10000; i++)
		memcpy(text + 1 + i * (sizeof(piece) - 1), piece, sizeof(piece) - 1);
	text[n - 1] = ']';
	arena_reset(arena);
	assert_non_null(jin_parse(arena, text, n, &why, &at));
	assert_true(arena_used(arena) < 4096);
	text[n - 1] = ',';
	assert_null(jin_parse(arena, text, 5 * (n - 1), &why, &at));
	assert_string_equal(why, "too many values");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_what_is_json),
		cmocka_unit_test(refuses_what_is_not),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(numbers_keep_their_type),
		cmocka_unit_test(every_prefix_of_a_body_is_safe),
		cmocka_unit_test(structs_become_json),
		cmocka_unit_test(a_buffer_stops_at_its_maximum),
		cmocka_unit_test(days_are_counted_right),
		cmocka_unit_test(memory_follows_from_length),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
