/* Cutting values out of JSON: of any bytes it stays within them and comes to an end; of JSON it finds what the parser
 * finds. */
#include "fuzz.h"
#include "json/cut.h"
#include "json/jin.h"

enum { ARENA = 16 << 20 };

static void check(struct cut v, const char *text, size_t n)
{
	HOLDS(!v.s ? !v.n : v.n && lies_in(v.s, v.n, text, n));
	(void)cut_int(v);
}

static void same(struct arena *a, struct cut v, const struct jval *want)
{
	const char *why;
	size_t at;

	HOLDS(v.s);
	if (!want) {
		HOLDS(v.n == 4 && !memcmp(v.s, "null", 4));
		return;
	}
	const struct jval *got = jin_parse(a, v.s, v.n, &why, &at);

	HOLDS(got && !strcmp(jin_text(a, got), jin_text(a, want)));
	if (jin_type(want) == J_INT)
		HOLDS(cut_int(v) == jin_int(want));
}

static void against_the_parser(struct arena *a, struct cut all, const struct jval *doc)
{
	static const char *const keys[] = {"a", "seq", "data", "roomId"};
	struct cut e = {0};
	const struct jval *v;

	if (jin_type(doc) == J_ARR) {
		for (size_t i = 0; i < jin_len(doc); i++)
			same(a, e = cut_next(all, e), jin_at(doc, i));
		HOLDS(!cut_next(all, e).s);
	}
	/* a key is compared as it is written: escapes in keys are not ours */
	if (jin_type(doc) == J_OBJ && !memchr(all.s, '\\', all.n))
		for (size_t i = 0; i < COUNT(keys); i++) {
			struct cut got = cut_member(all, keys[i]);

			HOLDS(jin_get(doc, keys[i], &v) == (got.s != NULL));
			if (got.s)
				same(a, got, v);
		}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct arena *a;
	const char *why;
	size_t at, steps = 0;

	if (!a)
		a = arena_new(ARENA);
	char *text = exact_copy(bytes, size);
	struct cut all = cut_value(text, text + size), e = {0};

	check(all, text, size);
	check(cut_member(all, "seq"), text, size);
	while ((e = cut_next(all, e)).s) {
		check(e, text, size);
		check(cut_member(e, "seq"), text, size);
		HOLDS(++steps <= size);
	}
	const struct jval *doc = jin_parse(a, text, size, &why, &at);

	if (doc)
		against_the_parser(a, all, doc);
	free(text);
	arena_reset(a);
	return 0;
}
