/* Fills an input struct from a request by its shape. The only code that walks a parsed body. */
#ifndef HTTP_VALIDATE_H
#define HTTP_VALIDATE_H

#include "base/shape.h"
#include "http/req.h"

/* out: zeroed struct of the shape. Names every failing field in ctx.bad_fields; returns OK,
 * E_VALIDATION, or the `fail` of the first field that failed. */
MUST_USE enum status shape_read(struct req *r, const struct shape *s, void *out);

/* Fills a zeroed struct of the shape from an object that came from elsewhere, such as another server's answer. NULL, or
 * the first that does not fit: nobody's mistake who asks us, and not among ctx.bad_fields. */
MUST_USE const struct bad_field *shape_fill(struct ctx *c, const struct shape *s, const struct jval *v, void *out);

/* "a%20b+c" → "a b c" (plus only in queries). NULL: a bad escape, a NUL or invalid UTF-8. */
const char *url_decode(struct arena *a, const char *s, size_t n, bool plus);

/* The same the other way round: all but letters, digits and -._~ escaped. */
const char *url_encode(struct arena *a, const char *s);

/* Whether s has the form. Used by the fuzz targets and unit tests too. */
bool fmt_matches(enum fmt fmt, const char *s);
const char *fmt_name(enum fmt fmt); /* as OpenAPI says it; NULL for none */
const char *fmt_pattern(enum fmt fmt);
#endif
