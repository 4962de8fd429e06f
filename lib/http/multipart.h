/*
 * multipart/form-data (RFC 7578), read as it arrives: bytes go in, parts come out. No input or
 * output in here and no memory but the parser's own, so that it can be fuzzed and never grows.
 */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include "base/base.h"

enum {
	MULTIPART_BOUNDARY_MAX = 70, /* RFC 2046 */
	MULTIPART_HEADERS_MAX = 8192,
	MULTIPART_PARTS_MAX = 20,
	MULTIPART_VALUE_MAX = 65536, /* of a part that is no file */
};

struct multipart_part {
	const char *name;
	const char *filename;	  /* NULL: not a file; "" when a form's file input was left empty */
	const char *content_type; /* NULL: not said */
};

/* Whoever returns false stops the reading. Texts live until the call returns. */
struct multipart_sink {
	bool (*begin)(void *arg, const struct multipart_part *p);
	bool (*data)(void *arg, const char *s, size_t n);
	bool (*end)(void *arg);
	void *arg;
};

enum multipart_state { MP_DATA, MP_TAIL, MP_TAIL_LF, MP_TAIL_DASH, MP_HEADERS, MP_OVER, MP_FAILED };

struct multipart {
	struct multipart_sink sink;
	const char *why; /* what is wrong with the body; NULL if the sink stopped it */
	enum multipart_state state;
	char line[MULTIPART_BOUNDARY_MAX + 5]; /* CR LF - - boundary */
	size_t line_n, matched;
	bool in_part, is_file; /* what stands before the first boundary belongs to no part */
	size_t parts, value_n, headers_n;
	char headers[MULTIPART_HEADERS_MAX + 1];
};

/* False, with why set: content_type is no multipart/form-data with a boundary. */
bool multipart_init(struct multipart *m, const char *content_type, struct multipart_sink sink);

/* False: the body is wrong, or the sink stopped it; nothing more may be fed. */
bool multipart_feed(struct multipart *m, const char *s, size_t n);

/* Whether the last boundary was there. */
bool multipart_finish(struct multipart *m);

/* Whether a Content-Type is multipart/form-data, its boundary not looked at. */
bool multipart_is(const char *content_type);
#endif
