#include "base/shape.h"

const struct shape nothing_shape = {"nothing", NULL, 0, sizeof(struct nothing)};

const char *next_word(const char **words, size_t *len)
{
	const char *p = *words;

	if (!p)
		return NULL;
	while (*p == ' ')
		p++;
	*len = strcspn(p, " ");
	*words = p + *len;
	return *len ? p : NULL;
}

bool shape_is_value(const struct shape *s)
{
	for (size_t i = 1; i < s->count; i++)
		if (s->fields[i].place != AT_TOP)
			return false;
	return s->count && s->fields[0].bare;
}

const struct field *shape_find(const struct shape *s, const char *name, size_t n)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];
		const char *words = f->aka, *w;
		size_t len;

		if (strlen(f->name) == n && !memcmp(f->name, name, n))
			return f;
		while ((w = next_word(&words, &len)))
			if (len == n && !memcmp(w, name, n))
				return f;
	}
	return NULL;
}
