/* Cuts values out of JSON that is known to be well formed (our own), as text, without reading it all. */
#ifndef JSON_CUT_H
#define JSON_CUT_H

#include "base/base.h"

struct cut {
	const char *s; /* NULL: there is none */
	size_t n;
};

/* The value that begins at or behind p, commas and spaces skipped. */
struct cut cut_value(const char *p, const char *end);

/* A member of an object, not of what is inside it. */
struct cut cut_member(struct cut object, const char *key);

/* The element behind the one before; before.s NULL: the first. */
struct cut cut_next(struct cut array, struct cut before);

/* The number at its beginning, or 0. */
int64_t cut_int(struct cut v);
#endif
