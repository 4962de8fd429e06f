/* One request to another server, waited for: what a log-in has to ask its provider, and what a language model is asked.
 * Redirects are not followed and no proxy is asked. */
#ifndef WEB_FETCH_H
#define WEB_FETCH_H

#include "base/arena.h"

enum { FETCH_ANSWER_MAX = 1 << 20 };

/* Of multipart/form-data: a text, or a file that is read as it is sent. */
struct fetch_part {
	const char *name;
	const char *text;
	const char *path, *filename, *type;
};

/* With a form, json or parts it is a POST, else a GET. */
struct fetch {
	const char *url;	   /* https, or http */
	const char *form;	   /* URL-encoded; NULL: none */
	const char *json;	   /* NULL: none */
	const struct fetch_part *parts;
	size_t n_parts;
	const char *authorization; /* of that header; NULL: none */
	int64_t timeout_ms;
};

/* The status of the answer, and its body in the arena. 0: there was none, or it was longer than FETCH_ANSWER_MAX; *why
 * says it for the log, without what was sent. */
long web_fetch(struct arena *a, const struct fetch *f, const char **body, const char **why);
#endif
