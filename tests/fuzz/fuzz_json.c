/* Strict JSON: what is taken can be written and read again to the same text, in memory that follows from its length. */
#include "base/utf8.h"
#include "fuzz.h"
#include "json/jin.h"

enum { ARENA = 32 << 20, PER_BYTE = 32, ALWAYS = 4096 };

static void walk(const struct jval *v, int depth)
{
	const struct jval *child;
	size_t n = 0;

	HOLDS(depth <= JIN_DEPTH);
	switch (jin_type(v)) {
	case J_STR:
		HOLDS(strlen(jin_str(v, &n)) == n);
		HOLDS(utf8_valid(jin_str(v, &n), n));
		break;
	case J_ARR:
		for (size_t i = 0; i < jin_len(v); i++)
			walk(jin_at(v, i), depth + 1);
		break;
	case J_OBJ:
		if (jin_get(v, "a", &child))
			walk(child, depth + 1);
		break;
	case J_INT:
		HOLDS(jin_int(v) > INT64_MIN && jin_int(v) < INT64_MAX);
		(void)jin_id(v);
		break;
	case J_NUM:
		(void)jin_num(v);
		break;
	case J_BOOL:
	case J_NULL:
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct arena *a;
	const char *why = NULL;
	size_t at = 0;

	if (!a)
		a = arena_new(ARENA);
	char *text = exact_copy(bytes, size);
	const struct jval *v = jin_parse(a, text, size, &why, &at);

	HOLDS(arena_used(a) <= ALWAYS + PER_BYTE * size);
	if (v) {
		walk(v, 1);
		const char *once = jin_text(a, v);
		const struct jval *again = jin_parse(a, once, strlen(once), &why, &at);

		HOLDS(again && !strcmp(once, jin_text(a, again)));
	} else {
		HOLDS(why && at <= size);
	}
	free(text);
	arena_reset(a);
	return 0;
}
