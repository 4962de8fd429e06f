/*
 * A route row is the only declaration of an endpoint. It drives routing, aliases, authentication,
 * limits, parsing, validation, the writer of the answer, the OpenAPI document and the tests.
 */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include "base/shape.h"
#include "http/req.h"
#include "kv/gate.h"

enum auth {
	AUTH_NONE,     /* guests too; a token is not looked at */
	AUTH_OPTIONAL, /* guests too; a token that comes must be good */
	AUTH_VISITOR,  /* reading alone, guests too: whoever shows no good token or session cookie is one */
	AUTH_USER,     /* access token of a live login */
	AUTH_SESSION,  /* the same, or that token in the cookie SESSION_COOKIE */
	AUTH_ADMIN,    /* the same, with the role */
	AUTH_REFRESH,  /* Bearer refresh token or none; the handler reads it as `bearer` */
	AUTH_STAFF,    /* as AUTH_SESSION, and the row's `need`, looked up for each request */
	AUTH_OPERATOR, /* loopback, or METRICS_TOKEN */
	AUTH_SIGNED,   /* the address itself: admit() says whose it is */
};

enum envelope {
	STANDARD, /* {success, data, message, meta} */
	FLAT,     /* the same, and the fields of data again at the top */
	BARE,     /* the output itself; errors {error, message, code} */
	COUP,     /* the same; errors say {error} in the caller's language, with codes of the row's own */
	COUP_E2,  /* the same, whose error is an object: {code, message, retryable, timestamp} */
};

/* A public code that differs from the error table's. Of several the first that fits; the last has none. */
struct code_row {
	enum status st;
	const char *field; /* of E_VALIDATION: the first that was refused; NULL: any */
	const char *code;
	const char *rule; /* of that field: which one it broke; NULL: any */
	int http;	  /* 0: the table's */
};

/* The row that fits a failure whose first refused field broke that rule; NULL: none does. */
struct route;
const struct code_row *route_code(const struct route *route, enum status st, const char *field, const char *rule);

enum cache {
	CACHE_NO,      /* Cache-Control: no-store */
	CACHE_PRIVATE, /* private, no-cache, with an ETag: 304 when nothing changed */
	CACHE_FILE,    /* public, an hour; nginx adds the ETag */
	CACHE_PUBLIC,  /* the same for everybody: public, 5 minutes, with an ETag */
};

enum { BODY_MAX = 1 << 20 };
enum { ROUTE_PATHS = 12, ROUTE_FAILS = 10 };

struct route {
	const char *name; /* of the handler: operationId, log, metrics */
	const char *on[ROUTE_PATHS]; /* "GET,PUT /user/profile"; the first is the canonical one */
	enum status (*call)(struct req *r, const void *in, void *out);
	const struct shape *in, *out;
	const struct shape *other; /* a second form of `data`: the answer when the handler sets r->other */
	const char *doc;
	enum auth auth;
	enum rate rate;
	const char *unlimited; /* why the limit per address will do; a row names this or its rate */
	enum envelope envelope;
	enum cache cache;
	int ok;             /* status of success; 0: 200 */
	int64_t body_max;   /* bytes; 0: BODY_MAX */
	int64_t file_max;   /* bytes of one file: takes multipart/form-data, and its shape has FILES */
	const char *media;  /* of a raw answer that is no JSON */
	bool sends_on;      /* a browser, which does not ask for JSON, gets req.go_to or a page */
	bool form;          /* takes application/x-www-form-urlencoded as well */
	const char *file_raw; /* with file_max: a body whose type begins so is the file itself; "": any */
	unsigned need;      /* AUTH_STAFF: of the permissions of domain/admin/admin.h; none is 0 */
	enum status (*admit)(struct req *r); /* AUTH_SIGNED: before the body is read, sets ctx.me */
	bool once;          /* honours Idempotency-Key: runs in a transaction with the key's row */
	bool own_once;      /* honours it by itself, in its own statement */
	bool raw;           /* the handler wrote r->out itself */
	bool paged;         /* sets r->paging: meta has page, limit, total, totalPages */
	unsigned statements; /* database round trips at most, once statements are prepared */
	const struct code_row *codes; /* envelopes COUP and COUP_E2; may be NULL */
	const void *arg;     /* what makes this row of a shared handler differ */
	enum status fails[ROUTE_FAILS]; /* public failures beside those every route has */
};

/*
 * HANDLER(user_name, struct nothing, struct name_out) { … return OK; }
 * defines a function with typed `in` and `out` and what the table needs to call it.
 */
#define HANDLER(fn, In, Out)                                                                       \
	static enum status fn(struct req *r, const In *in, Out *out);                              \
	static enum status fn##_call(struct req *r, const void *in, void *out)                     \
	{                                                                                          \
		return fn(r, in, out);                                                             \
	}                                                                                          \
	static enum status fn(struct req *r UNUSED, const In *in UNUSED, Out *out UNUSED)

/* ROUTE(handler, in_shape, out_shape, .on = {…}, …) */
#define ROUTE(fn, in_s, out_s, ...)                                                                \
	{.name = #fn, .call = fn##_call, .in = &in_s##_shape, .out = &out_s##_shape, __VA_ARGS__}

/* Every path, one by one: *methods is the start of "GET,PUT", *path of "/user/profile". */
#define FOR_EACH_PATH(route, i) for (size_t i = 0; i < ROUTE_PATHS && (route)->on[i]; i++)
#endif
