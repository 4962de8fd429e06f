/* One request to another server, waited for: what a log-in has to ask its provider. Redirects are not followed and no
 * proxy is asked. */
#ifndef WEB_FETCH_H
#define WEB_FETCH_H

#include "base/arena.h"

enum { FETCH_ANSWER_MAX = 64 * 1024 };

struct fetch {
	const char *url;	    /* https, or http */
	const char *form;	    /* to be posted, URL-encoded; NULL: nothing is, it is a GET */
	const char *authorization; /* of that header; NULL: none */
	int64_t timeout_ms;
};

/* The status of the answer, and its body in the arena. 0: there was none, or it was longer than FETCH_ANSWER_MAX; *why
 * says it for the log, without what was sent. */
long web_fetch(struct arena *a, const struct fetch *f, const char **body, const char **why);
#endif
