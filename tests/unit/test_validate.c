/* Inputs: from a parsed body, a query and a path into a struct, or the names of what is wrong. */
#include "http/validate.h"
#include "json/jin.h"

#include <setjmp.h>
#include <cmocka.h>

static struct req r;

static int set_up(void **state)
{
	(void)state;
	r = (struct req){.ctx = {.arena = arena_new(8 << 20), .lang = LANG_EN}};
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(r.ctx.arena);
	return 0;
}

#define ITEM(F, S) F(S, INT, id, .scalar = true, .required = true, .min = 1) F(S, STR, level)
SHAPE(item, ITEM)
#define IN(F, S)                                                                                   \
	F(S, STR, name, .aka = "title", .min = 2, .max = 5, .trim = true)                          \
	F(S, STR, note, .nullable = true)                                                          \
	F(S, STR, kind, .one_of = "ALPHA BETA OLD>BETA", .dflt = "ALPHA")                          \
	F(S, INT, count, .min = -3, .max = 9)                                                      \
	F(S, INT, lax, .lax = true)                                                                \
	F(S, BOOL, flag)                                                                           \
	F(S, NUM, ratio, .min = 0, .max = 1)                                                       \
	F(S, ID, ref)                                                                              \
	F(S, INTS, ints, .aka = "numbers", .max = 3)                                               \
	F(S, STR, motto, .aka = "slogan", .keep_empty = true)                                      \
	F(S, LIST(item), items, .bare = true, .max = 3)                                            \
	F(S, STR, q, .from = FROM_QUERY)                                                           \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = 1, .max = 100)                     \
	F(S, STR, when, .fmt = FMT_DATE, .fail = E_EMAIL_FORMAT)                                   \
	F(S, TIME, moment)                                                                         \
	F(S, STR, minute, .fmt = FMT_MINUTE)                                                       \
	F(S, RAW, data, .max = 30)                                                                 \
	F(S, STRS, words, .lax = true, .max = 2, .one_of = "A B")
SHAPE(in, IN)

static enum status read_in(const char *body, const char *query, struct in *out)
{
	const char *why = NULL;
	size_t at = 0;

	memset(out, 0, sizeof(*out));
	r.ctx.bad_fields = NULL;
	r.query = query;
	r.json = body ? jin_parse(r.ctx.arena, body, strlen(body), &why, &at) : NULL;
	if (body && !r.json)
		fail_msg("%s: %s", body, why);
	return shape_read(&r, &in_shape, out);
}

static void wants(const char *body, const char *field, const char *rule)
{
	struct in v;

	if (read_in(body, "", &v) == OK)
		fail_msg("taken: %s", body);
	assert_string_equal(r.ctx.bad_fields->field, field);
	assert_string_equal(r.ctx.bad_fields->rule, rule);
	assert_null(r.ctx.bad_fields->next);
}

static void reads_every_kind(void **state)
{
	struct in v;

	(void)state;
	assert_int_equal(read_in("{\"title\":\" ab \",\"count\":-3,\"lax\":\"42\",\"flag\":false,\"ratio\":0.5,"
				 "\"ref\":\"77\",\"ints\":[3,1],\"items\":[5,{\"id\":6,\"level\":\"x\"}],"
				 "\"kind\":\"old\",\"unknown\":{}}",
				 "q=a%20b+c&page=7&q=last", &v),
			 OK);
	assert_string_equal(v.name, "ab");
	assert_string_equal(v.kind, "BETA");
	assert_int_equal(v.count, -3);
	assert_int_equal(v.lax, 42);
	assert_true(v.has.flag == GIVEN && !v.flag);
	assert_true(v.ratio > 0.4 && v.ratio < 0.6);
	assert_int_equal(v.ref, 77);
	assert_int_equal(v.ints.n, 2);
	assert_int_equal(v.ints.v[1], 1);
	assert_int_equal(v.items.n, 2);
	assert_int_equal(v.items.v[0].id, 5);
	assert_string_equal(v.items.v[1].level, "x");
	assert_string_equal(v.q, "last");
	assert_int_equal(v.page, 7);
}

static void reads_moments_objects_and_lone_words(void **state)
{
	struct in v;

	(void)state;
	assert_int_equal(read_in("{\"moment\":\"1970-01-01T00:00:02Z\",\"minute\":\"23:59\",\"words\":\"a\","
				 "\"data\":{\"a\": [1, {\"b\":\"x/y\"}]}}", "", &v), OK);
	assert_int_equal(v.moment, 2000);
	assert_string_equal(v.minute, "23:59");
	assert_int_equal(v.words.n, 1);
	assert_string_equal(v.words.v[0], "A");
	assert_string_equal(v.data, "{\"a\":[1,{\"b\":\"x/y\"}]}");
	assert_int_equal(read_in("{\"words\":[\"b\",\"a\"],\"data\":{}}", "", &v), OK);
	assert_int_equal(v.words.n, 2);
	assert_string_equal(v.data, "{}");
	wants("{\"moment\":\"2026-01-01\"}", "moment", "format");
	wants("{\"moment\":5}", "moment", "format");
	wants("{\"minute\":\"24:00\"}", "minute", "format");
	wants("{\"data\":\"{}\"}", "data", "type");
	wants("{\"data\":[]}", "data", "type");
	wants("{\"data\":{\"a\":\"0123456789012345678901234\"}}", "data", "max");
	wants("{\"words\":\"c\"}", "words[0]", "one_of");
	wants("{\"words\":7}", "words", "type");
	wants("{\"words\":[\"a\",\"a\",\"a\"]}", "words", "max");
}

static void absent_null_and_empty(void **state)
{
	struct in v;

	(void)state;
	assert_int_equal(read_in("{\"name\":\"\",\"ints\":[],\"count\":null,\"note\":null}", "page=&q=", &v), OK);
	assert_int_equal(v.has.name, ABSENT);
	assert_int_equal(v.has.ints, ABSENT);
	assert_int_equal(v.has.count, ABSENT);
	assert_int_equal(v.has.note, GIVEN_NULL);
	assert_string_equal(v.kind, "ALPHA");
	assert_int_equal(v.has.kind, ABSENT);
	assert_int_equal(v.page, 1);
	/* a value under one name wins over nothing under another */
	assert_int_equal(read_in("{\"name\":null,\"title\":\"abc\"}", "", &v), OK);
	assert_string_equal(v.name, "abc");
	/* in whatever order they stand; an empty one later takes nothing away */
	assert_int_equal(read_in("{\"name\":\"\",\"title\":\"abc\"}", "", &v), OK);
	assert_string_equal(v.name, "abc");
	assert_int_equal(read_in("{\"ints\":[],\"numbers\":[4],\"motto\":\"\",\"slogan\":\"x\"}", "", &v), OK);
	assert_int_equal(v.ints.n, 1);
	assert_string_equal(v.motto, "");
	assert_int_equal(read_in("{\"title\":null,\"name\":\"abc\"}", "", &v), OK);
	assert_string_equal(v.name, "abc");
	assert_int_equal(read_in("{\"name\":\"abc\",\"title\":\"\"}", "", &v), OK);
	assert_string_equal(v.name, "abc");
}

static void a_bare_array_is_its_list(void **state)
{
	struct in v;

	(void)state;
	assert_int_equal(read_in("[1,2,3]", "", &v), OK);
	assert_int_equal(v.items.n, 3);
	assert_int_equal(v.items.v[2].id, 3);
}

static void names_what_is_wrong(void **state)
{
	struct in v;

	(void)state;
	wants("{\"name\":\"a\"}", "name", "min");
	wants("{\"name\":\"가나다라마바\"}", "name", "max");
	wants("{\"name\":5}", "name", "type");
	wants("{\"name\":\"a\\u0007b\"}", "name", "characters");
	wants("{\"count\":10}", "count", "max");
	wants("{\"count\":-4}", "count", "min");
	wants("{\"count\":\"1\"}", "count", "type");
	wants("{\"count\":1.5}", "count", "type");
	wants("{\"count\":99999999999999999999}", "count", "type");
	wants("{\"lax\":\"1x\"}", "lax", "type");
	wants("{\"lax\":\" 1\"}", "lax", "type");
	wants("{\"flag\":1}", "flag", "type");
	wants("{\"ratio\":1.01}", "ratio", "max");
	wants("{\"ref\":0}", "ref", "type");
	wants("{\"ref\":\"-5\"}", "ref", "type");
	wants("{\"ints\":[1,\"2\"]}", "ints[1]", "type");
	wants("{\"ints\":[1,2,3,4]}", "ints", "max");
	wants("{\"items\":[1,{}]}", "items[1].id", "required");
	wants("{\"items\":[{\"id\":1,\"level\":[]}]}", "items[0].level", "type");
	wants("{\"items\":{}}", "items", "type");
	wants("{\"kind\":\"GAMMA\"}", "kind", "one_of");
	assert_int_equal(read_in("{\"when\":\"2023-02-29\",\"count\":11}", "page=0", &v), E_VALIDATION);
	assert_int_equal(read_in("{\"when\":\"2023-02-29\"}", "", &v), E_EMAIL_FORMAT);
}

static void formats(void **state)
{
	static const struct {
		enum fmt fmt;
		const char *good[4], *bad[10];
	} cases[] = {
		{FMT_EMAIL, {"a@b.co", "a.b+c@x.y.z"}, {"a", "@b.co", "a@b", "a@.co", "a@b.", "a@@b.co", "a b@c.de", "a@b@c.de"}},
		{FMT_URL, {"https://a.b/c?d", "http://x", "/path"}, {"//evil", "/\\evil", "javascript:x", "ftp://x", "https://a b"}},
		{FMT_DATE, {"2024-02-29"}, {"2023-02-29", "2024-2-29", "2024-13-01", "20240229", "2024-02-30"}},
		{FMT_MONTHDAY, {"02-29", "12-31"}, {"02-30", "13-01", "2-29", "00-10"}},
		{FMT_WORD, {"aZ09_.:-", "x"}, {"a b", "a/b", "\u00e9", "a\n"}},
		{FMT_HEX, {"09af"}, {"AF", "g", " 0"}},
		{FMT_HALFHOUR, {"00:00", "23:30"}, {"24:00", "12:15", "9:30", "12:60"}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		for (int k = 0; k < 4 && cases[i].good[k]; k++)
			if (!fmt_matches(cases[i].fmt, cases[i].good[k]))
				fail_msg("refused: %s", cases[i].good[k]);
		for (int k = 0; k < 10 && cases[i].bad[k]; k++)
			if (fmt_matches(cases[i].fmt, cases[i].bad[k]))
				fail_msg("taken: %s", cases[i].bad[k]);
	}
}

static void url_decoding(void **state)
{
	struct arena *a = r.ctx.arena;

	(void)state;
	assert_string_equal(url_decode(a, "a%20%ED%95%9C+", 14, true), "a 한 ");
	assert_string_equal(url_decode(a, "+", 1, false), "+");
	assert_null(url_decode(a, "%", 1, true));
	assert_null(url_decode(a, "%2", 2, true));
	assert_null(url_decode(a, "%zz", 3, true));
	assert_null(url_decode(a, "%00", 3, true));
	assert_null(url_decode(a, "%ff", 3, true));
}

static void an_answer_of_elsewhere_is_read_apart(void **state)
{
	static const char good[] = "{\"name\":\"four\"}", bad[] = "{\"name\":5}";
	const char *why;
	struct in v = {0};
	size_t at;

	(void)state;
	assert_int_not_equal(read_in("{\"count\":99}", "", &v), OK);
	const struct bad_field *mine = r.ctx.bad_fields;

	v = (struct in){0};
	assert_null(shape_fill(&r.ctx, &in_shape, jin_parse(r.ctx.arena, good, strlen(good), &why, &at), &v));
	assert_string_equal(v.name, "four");
	assert_string_equal(
		shape_fill(&r.ctx, &in_shape, jin_parse(r.ctx.arena, bad, strlen(bad), &why, &at), &v)->rule, "type");
	assert_string_equal(shape_fill(&r.ctx, &in_shape, NULL, &v)->field, "body");
	assert_ptr_equal(r.ctx.bad_fields, mine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_kind),
		cmocka_unit_test(reads_moments_objects_and_lone_words),
		cmocka_unit_test(absent_null_and_empty),
		cmocka_unit_test(a_bare_array_is_its_list), cmocka_unit_test(names_what_is_wrong),
		cmocka_unit_test(an_answer_of_elsewhere_is_read_apart),
		cmocka_unit_test(formats),		cmocka_unit_test(url_decoding),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
