/*
 * What carries a socket: a WebSocket, or HTTP requests that wait for their answers. wire.c is the only user
 * of libwebsockets.
 */
#ifndef REALTIME_WIRE_H
#define REALTIME_WIRE_H

#include "base/errors.h"

struct gateway;
struct lws;
struct sock;

enum wire_kind {
	WIRE_SOCKET,  /* a WebSocket with a socket on it */
	WIRE_PROBE,   /* a WebSocket that a polling socket may move to: see engine.h */
	WIRE_REQUEST, /* an HTTP request that is being answered */
};

struct wire {
	struct gateway *gw;
	struct lws *wsi;
	enum wire_kind kind;
	struct sock *sock; /* NULL: none (any more) */

	/* of a request */
	bool post;
	char *in; /* its body so far */
	size_t n_in, in_max;
	enum status refused; /* why the rest of the body is passed over, or OK */
	int status;
	char *out; /* its answer */
	size_t n_out;
	char *origin; /* of the page that may read the answer, or NULL */
};

/* Has the queue of the socket written when there is room. */
void wire_wake(struct wire *w);

/* Reads what comes, or leaves it where it is. */
void wire_flow(struct wire *w, bool on);

/* Ends it without a word, soon. */
void wire_kill(struct wire *w);

/* Answers a request, which is not the socket's any more; body is copied. */
void wire_answer(struct wire *w, int status, const char *body, size_t n);

/* Parts of the request that opened it; only while it is being opened. */
bool wire_path(const struct wire *w, char *out, size_t size);
bool wire_query(const struct wire *w, const char *name, char *out, size_t size); /* name with its "=" */
bool wire_authorization(const struct wire *w, char *out, size_t size);		 /* without "Bearer " */
enum lang wire_language(const struct wire *w);
bool wire_cookie(const struct wire *w, const char *name, char *out, size_t size);

/* It waits as long as that takes; or ends by itself in that time. */
void wire_park(struct wire *w);
void wire_end_in(struct wire *w, int seconds);

bool wire_listen(struct gateway *gw); /* false: it says why on stderr */
void wire_stop(struct gateway *gw);
#endif
