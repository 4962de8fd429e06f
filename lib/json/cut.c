#include "json/cut.h"

static const char *skip(const char *p, const char *end, const char *what)
{
	while (p < end && strchr(what, *p) && *p)
		p++;
	return p;
}

/* Behind the text that begins at p, or end. */
static const char *behind_text(const char *p, const char *end)
{
	for (p++; p < end; p++) {
		if (*p == '"')
			return p + 1;
		if (*p == '\\')
			p++;
	}
	return end;
}

struct cut cut_value(const char *p, const char *end)
{
	const char *start = p = skip(p, end, ", \t\r\n");
	int depth = 0;

	if (p == end || *p == ']' || *p == '}')
		return (struct cut){0};
	do {
		if (*p == '"') {
			p = behind_text(p, end);
			continue;
		}
		if (*p == '{' || *p == '[')
			depth++;
		else if (((*p == '}' || *p == ']') && --depth < 0) || (!depth && strchr(",: \t\r\n", *p)))
			break;
		p++;
	} while (p < end && (depth || !strchr("}],: \t\r\n", *p)));
	if (p == start) /* no value, and nothing that a search could go on behind */
		return (struct cut){0};
	return (struct cut){start, (size_t)(MIN(p, end) - start)};
}

struct cut cut_member(struct cut object, const char *key)
{
	size_t n = strlen(key);

	if (!object.n || *object.s != '{')
		return (struct cut){0};
	const char *end = object.s + object.n, *p = object.s + 1;

	for (;;) {
		struct cut name = cut_value(p, end);

		if (!name.s)
			return name;
		struct cut value = cut_value(skip(name.s + name.n, end, ": \t\r\n"), end);

		if (!value.s || (name.n == n + 2 && !memcmp(name.s + 1, key, n)))
			return value;
		p = value.s + value.n;
	}
}

struct cut cut_next(struct cut array, struct cut before)
{
	if (!array.n || *array.s != '[')
		return (struct cut){0};
	return cut_value(before.s ? before.s + before.n : array.s + 1, array.s + array.n);
}

int64_t cut_int(struct cut v)
{
	char digits[24];
	size_t n = MIN(v.n, sizeof(digits) - 1);

	if (!n)
		return 0;
	memcpy(digits, v.s, n);
	digits[n] = '\0';
	return strtoll(digits, NULL, 10);
}
