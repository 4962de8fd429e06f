/*
 * Shapes: one table that is a C struct, its JSON, its row in a result set and its documentation.
 *
 * A shape is written once, as a list macro, and SHAPE() makes of it a struct and a table:
 *
 *	#define LOGIN_IN(F, S)                                                    \
 *		F(S, STR, email, .required = true, .max = 255, .fmt = FMT_EMAIL)  \
 *		F(S, STR, password, .required = true, .min = 8, .max = 128, .secret = true)
 *	SHAPE(login_in, LOGIN_IN)
 *
 * Members carry the name they have on the wire, letter by letter, so that a search finds a field
 * from the client to the column. Three users: http/validate.c fills a struct from a request,
 * http/render.c is the only writer of answers, db/db.c fills a struct from a row (columns are
 * matched by name). The C type of a member follows from its kind, so it cannot disagree.
 *
 *	STR    const char *, NULL is null     TIME  int64_t ms since 1970 UTC, 0 is null
 *	INT    int64_t                        ID    uint64_t, "123" in JSON, 0 is null
 *	NUM    double, NaN is null            BOOL  bool
 *	RAW    const char *, JSON as it is    INTS, STRS  struct { v, n }
 *	       (input: an object's text)
 *	OBJ(s) const struct s *               LIST(s)     struct { v, n } of struct s
 *	FILES  struct { v, n } of struct store_file *: what came under that name in multipart/form-data
 *
 * `has.x` tells for an input whether x was in the request (1) or null (2, only if .nullable).
 */
#ifndef BASE_SHAPE_H
#define BASE_SHAPE_H

#include "base/base.h"
#include "base/errors.h"

struct store_file; /* store/store.h */

enum kind { K_STR, K_INT, K_NUM, K_BOOL, K_ID, K_TIME, K_RAW, K_INTS, K_STRS, K_OBJ, K_LIST, K_FILES };
enum from { FROM_BODY, FROM_PATH, FROM_QUERY, FROM_HEADER, FROM_COOKIE };
enum fmt {
	FMT_NONE,
	FMT_EMAIL,
	FMT_URL,      /* absolute http(s), or a path on this server */
	FMT_DATE,     /* YYYY-MM-DD, an existing date */
	FMT_MONTHDAY, /* MM-DD */
	FMT_HALFHOUR, /* HH:MM on the half-hour grid */
	FMT_MINUTE,   /* HH:MM */
	FMT_WORD,     /* letters, digits and _ . : - */
	FMT_HEX,      /* lower-case hex digits */
	FMT_MAX
};
enum place { EVERYWHERE, IN_DATA, AT_TOP };
enum { ABSENT = 0, GIVEN = 1, GIVEN_NULL = 2 };

struct field {
	const char *name;
	const char *key; /* "name": with quotes and colon, as the writer needs it */
	size_t key_n;
	const char *aka; /* other names, separated by spaces: read from any, written under all */
	enum kind kind;
	const struct shape *of; /* OBJ, LIST */
	size_t offset, has;
	const char *doc;

	/* output */
	bool zero_null;  /* INT: 0 is null */
	bool as_number;  /* ID: a JSON number (bodies of the dating app) */
	bool skip_null;  /* left out instead of null */
	enum place place; /* FLAT answers: where the field stands */

	/* input */
	enum from from;
	bool required;
	bool nullable; /* null is a value; otherwise null and "" count as absent */
	bool keep_empty; /* "" is a value, whatever .fmt says */
	bool secret;     /* never logged, refused in output shapes */
	bool lax;        /* INT, NUM, BOOL also as a string; ID also as a number; STRS also one alone;
			  * LIST: what is no array counts as absent */
	bool yes_no;     /* a lax STR may also be a boolean, and is true or false then */
	bool trim, lower, upper;
	bool lines;     /* STR may hold line breaks and tabs */
	bool ascii;     /* STR may hold nothing else: a text of megabytes is not copied to be composed */
	bool apart;     /* LIST: an element that does not fit is an empty one, and no failure */
	bool bare;      /* this LIST may also be the whole body; output: see shape_is_value() */
	bool scalar;    /* in the shape of an OBJ or LIST: what is no object is this field */
	int64_t min, max; /* INT, NUM: value; STR: characters; RAW: bytes; lists: elements. 0, 0: the
			   * kind's own */
	enum fmt fmt;
	const char *one_of; /* accepted words, upper or lower case; "OLD>NEW" maps a synonym */
	const char *dflt;   /* used when absent, read like a query parameter */
	enum status fail;   /* public error when this field is the first that fails; 0: VALIDATION */
};

struct shape {
	const char *name;
	const struct field *fields;
	size_t count, size;
};

/* What LIST, INTS, STRS and FILES members look like to generic code. */
struct list {
	const void *v;
	size_t n;
};
#define AS_LIST(member) ((struct list *)(void *)(member))

#define SHAPE_C_STR const char *
#define SHAPE_C_INT int64_t
#define SHAPE_C_NUM double
#define SHAPE_C_BOOL bool
#define SHAPE_C_ID uint64_t
#define SHAPE_C_TIME int64_t
#define SHAPE_C_RAW const char *
#define SHAPE_C_INTS struct { const int64_t *v; size_t n; }
#define SHAPE_C_STRS struct { const char *const *v; size_t n; }
#define SHAPE_C_OBJ(s) const struct s *
#define SHAPE_C_LIST(s) struct { const struct s *v; size_t n; }
#define SHAPE_C_FILES struct { struct store_file *const *v; size_t n; }

#define SHAPE_K_STR .kind = K_STR
#define SHAPE_K_INT .kind = K_INT
#define SHAPE_K_NUM .kind = K_NUM
#define SHAPE_K_BOOL .kind = K_BOOL
#define SHAPE_K_ID .kind = K_ID
#define SHAPE_K_TIME .kind = K_TIME
#define SHAPE_K_RAW .kind = K_RAW
#define SHAPE_K_INTS .kind = K_INTS
#define SHAPE_K_STRS .kind = K_STRS
#define SHAPE_K_OBJ(s) .kind = K_OBJ, .of = &s##_shape
#define SHAPE_K_LIST(s) .kind = K_LIST, .of = &s##_shape
#define SHAPE_K_FILES .kind = K_FILES

#define SHAPE_MEMBER(S, k, nm, ...) SHAPE_C_##k nm;
#define SHAPE_HAS(S, k, nm, ...) unsigned char nm;
/* The name of a row written by hand. */
#define FIELD_NAME(text) .name = (text), .key = "\"" text "\":", .key_n = sizeof("\"" text "\":") - 1
#define SHAPE_ROW(S, k, nm, ...)                                                                   \
	{FIELD_NAME(#nm),                                                                          \
	 .offset = offsetof(struct S, nm),                                                         \
	 .has = offsetof(struct S, has.nm),                                                        \
	 SHAPE_K_##k,                                                                              \
	 __VA_ARGS__},

/* The struct alone, for a header; SHAPE_TABLE then stands in one .c file. */
#define SHAPE_STRUCT(s, FIELDS)                                                                    \
	struct s {                                                                                 \
		FIELDS(SHAPE_MEMBER, s)                                                            \
		struct {                                                                           \
			FIELDS(SHAPE_HAS, s)                                                       \
		} has;                                                                             \
	};                                                                                         \
	extern const struct shape s##_shape;
#define SHAPE_TABLE(s, FIELDS)                                                                     \
	static const struct field s##_fields[] = {FIELDS(SHAPE_ROW, s)};                           \
	const struct shape s##_shape = {#s, s##_fields, COUNT(s##_fields), sizeof(struct s)};
#define SHAPE(s, FIELDS)                                                                           \
	SHAPE_STRUCT(s, FIELDS)                                                                    \
	SHAPE_TABLE(s, FIELDS)

/* For routes without input or output. */
struct nothing {
	char unused;
};
extern const struct shape nothing_shape;

/* The next word of a space-separated list: sets *len, moves *words on; NULL at the end. */
const char *next_word(const char **words, size_t *len);

/* Whether it is written as its first field alone: that is bare, and all others stand at the top of a FLAT answer. */
bool shape_is_value(const struct shape *s);

/* The field called name (n bytes), by name or alias; NULL if there is none. */
const struct field *shape_find(const struct shape *s, const char *name, size_t n);
#endif
