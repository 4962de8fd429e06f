/*
 * Requests to other servers: HTTP posts and mails, many at a time, none of which is waited for (web/fetch.h waits for
 * one). Redirects are not followed and no proxy is asked. One thread uses it.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "base/base.h"

struct web_request {
	const char *url;	    /* http, https, smtp or smtps */
	const char *const *headers; /* of a post: "Name: value", NULL at the end */
	const void *body;	    /* of a mail: the whole message */
	size_t n;
	bool public_only; /* connect to addresses of the public Internet alone; see web/address.h */
	int64_t timeout_ms;
	/* a mail: bare addresses; NULL or "" where there is none */
	const char *from, *to, *user, *password, *ca;
};

struct web_answer {
	void *tag;
	bool delivered;	     /* it came to an end: the server answered; a mail was taken */
	bool refused;	     /* not even tried: there was no address it may connect to */
	bool rejected;	     /* of a mail: the server said no to this very message */
	long code;	     /* HTTP's or SMTP's last one; 0: none */
	int64_t retry_after; /* s; 0: not said */
	const char *why;     /* for the operator, without addresses; a text that lives on */
};

struct web;

/* The process ends when there is no memory for it. */
struct web *web_open(void);
/* What is under way is cut off. */
void web_close(struct web *w);

/* Copies what it needs. tag: given back with the answer. */
void web_start(struct web *w, const struct web_request *r, void *tag);

/* Goes on with what can go on, and does not wait. */
void web_turn(struct web *w);

/* The next one that has ended; false: none. */
bool web_next(struct web *w, struct web_answer *out);

/* Until something can go on, at most ms. */
void web_wait(struct web *w, int ms);
#endif
