/*
 * The API pool, asked over FastCGI on its unix socket without waiting: the gateway's only way to data.
 * A call is a request like any other, with the user's own token, so that every rule stays in one place.
 */
#ifndef REALTIME_POOL_H
#define REALTIME_POOL_H

#include "base/conf.h"
#include "base/errors.h"

#include <uv.h>

struct pool;
struct call;

struct ask {
	const char *method, *uri; /* "GET", "/chat/rooms?x=1" */
	const char *token;	  /* access token, or NULL */
	const char *client_ip;	  /* "" for the gateway's own questions */
	const char *key;	  /* Idempotency-Key, or NULL */
	bool repeatable;	  /* asking twice does no harm: true of a GET, and of whatever has a key */
	bool first;		  /* before all that wait, however many those are */
	enum lang lang;		  /* of the texts in the answer */
	const char *body;	  /* JSON, or NULL */
	size_t n;

	/* Once, later: status 0 when nobody answered, or too much was asked. body is the answer's,
	 * NUL-terminated, and gone afterwards. */
	void (*done)(void *arg, int status, const char *body, size_t n);
	void *arg;
};

/* loop must outlive it. Aborts without memory. */
struct pool *pool_open(const struct conf *conf, uv_loop_t *loop);

/* Everything of a is copied. What is repeatable is asked again when its worker died or the pool was full, for
 * a few seconds. What could not begin in that time is not asked at all. */
struct call *pool_ask(struct pool *p, const struct ask *a);

/* done() of that call will not be called; it is carried out all the same, unless it only reads. */
void pool_forget(struct call *c);

size_t pool_waiting(const struct pool *p);

/* Ends what is under way; done() is not called any more. The loop must run once more before it is freed. */
void pool_close(struct pool *p);
void pool_free(struct pool *p);
#endif
