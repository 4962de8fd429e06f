/*
 * A request and its answer, as the pipeline and the handlers see them. No handler reads a header or
 * the body: what it needs is declared in its route's shapes and stands in its input struct.
 */
#ifndef HTTP_REQ_H
#define HTTP_REQ_H

#include "base/buf.h"
#include "base/ctx.h"
#include "http/multipart.h"

struct route;
struct store_file;
struct jval;

enum { PATH_PARAMS_MAX = 4, HEADERS_MAX_BYTES = 4096 };

struct text {
	const char *s; /* not NUL-terminated */
	size_t n;
};

struct param {
	struct text name, value;
};

/* What a paged list says of itself; rendered into meta (and into the body where the shape asks). */
struct paging {
	int64_t page, limit, total;
	bool set;
};

/* What came as multipart/form-data: texts, and files that lie in the storage's tmp folder. */
struct form {
	struct param texts[MULTIPART_PARTS_MAX];
	struct {
		const char *field; /* of the route's input shape */
		struct store_file *file;
	} files[MULTIPART_PARTS_MAX];
	size_t n_texts, n_files;
};

struct req {
	struct ctx ctx; /* first: handlers pass &r->ctx on */
	const struct route *route;
	const char *method, *uri, *query, *client_ip;
	const char *content_type, *authorization, *origin, *if_none_match, *idempotency_key;
	const char *accept, *accept_language, *user_agent, *cookie, *host, *https; /* https: "on", or NULL */
	int64_t content_length; /* -1: not given or not a number */
	int64_t received;       /* wall clock at which nginx handed it over, ms; 0: unknown */
	struct param path_params[PATH_PARAMS_MAX];
	size_t n_path_params;
	struct text body;
	const struct jval *json; /* the parsed body, or NULL */
	struct form *form;	 /* or this */
	const char *fields;	 /* or this: name=value&…, URL-encoded */

	/* the answer */
	int http_status;
	const char *message; /* NULL: the standard text */
	const char *failed_url; /* stands in the body of a failure */
	const char *go_to;	/* absolute: 302 there instead of an answer */
	const char *policy;	/* Content-Security-Policy of an answer that is a page; NULL: nothing may run */
	struct paging paging;
	const void *other; /* answered instead of the output, in the shape route->other */
	struct buf headers; /* "Name: value\r\n" lines */
	struct buf out;     /* the body */
	const char *content_type_out;
};

/* scheme://host where the browser is, as it said itself: nobody but it gets to see this. */
const char *req_site(const struct req *r);

/* The value of a cookie, copied to the arena; NULL: there is none. */
const char *req_cookie(const struct req *r, const char *name);

/* Gives the caller a cookie that no script reads, for s seconds; 0: takes it away; -1: until the browser is closed. */
void req_set_cookie(struct req *r, const char *name, const char *value, int64_t s);

/* Adds a header line; value must hold no line break (checked). */
void req_header(struct req *r, const char *name, const char *value);
#endif
